"""«История»: what happened to a report, who did it and when."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.acting import acting_of
from core.doors import door
from sout_reports.selectors import history_of, report_frame
from sout_reports.views.scope import READERS, read_report


@door(read=["GET"], right=READERS)
def history(request: HttpRequest, uid: UUID) -> HttpResponse:
    report = read_report(request, uid)
    acting = acting_of(request)
    context = report_frame(report, acting, "history") | {"moments": history_of(report, acting)}
    return render(request, "sout_reports/history.html", context)
