"""The part of the receipt that is asked for again while the check goes on."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from core.doors import door
from sout_reports.models import IMPORT
from sout_reports.views.receipt import receipt_context, said_of
from sout_reports.views.scope import brought_report


@door(read=["GET"], right=IMPORT)
def status(request: HttpRequest, uid: UUID) -> HttpResponse:
    """A part of a page for htmx; opened by itself it leads to the whole receipt. `?known=…` is the phase that the page has
    told already: only a new one is said aloud, not every look."""
    report = brought_report(request, uid)
    if not request.htmx:  # type: ignore[attr-defined]  # set by django_htmx.middleware
        return redirect("sout_reports:receipt", uid=report.uid)
    context = receipt_context(report)
    context["said"] = said_of(context) if request.GET.get("known") != context["phase"] else ""
    return render(request, "sout_reports/status.html", context)
