"""«Показать СНИЛС»: the one answer that holds them, and a line in the journal that says so."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts.acting import acting_of
from core.doors import door
from sout_reports.actions import show_snils
from sout_reports.views.scope import READERS, read_report, workplace_of
from sout_reports.views.workplace import card_context, snils_context


@door(read=["GET"], write=["POST"], right=READERS)
def reveal_snils(request: HttpRequest, uid: UUID, ordinal: int) -> HttpResponse:
    """htmx gets line 021, others the whole card. Nothing of it is kept: the next look is masked again, and the address
    opened again (reloaded, from the history) leads to the card."""
    report = read_report(request, uid)
    place = workplace_of(request, report, ordinal)
    if request.method != "POST":
        return redirect("sout_reports:workplace", uid=report.uid, ordinal=place.ordinal)
    shown = show_snils(place, actor=acting_of(request))
    if request.htmx:  # type: ignore[attr-defined]  # set by django_htmx.middleware
        context = {"report": report, "place": place} | snils_context(place, shown)
        return render(request, "sout_reports/_line_021.html", context)
    return render(request, "sout_reports/workplace.html", card_context(request, report, place, shown))
