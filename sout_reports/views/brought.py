"""«Переданные отчёты»: everything the acting SOUT organization has uploaded, with its receipts."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.acting import acting_of
from core.doors import door
from core.keys import key_of
from core.tables import Column, Filters, build, choice, search
from sout_reports.models import IMPORT, SoutReport
from sout_reports.states import State, Verdict

COLUMNS = [
    Column("received", "Квитанция", sort="received_at"),
    Column("employer", "Работодатель"),
    Column("file", "Файл"),
    Column("workplaces", "Рабочих мест", numeric=True),
    Column("state", "Состояние"),
    Column("actions", "<Действия>"),
]
GOING_ON = "going"
OUTCOMES = [
    (GOING_ON, "Проверяется"),
    (State.STALLED, State.STALLED.label),
    (Verdict.CONFORMS, Verdict.CONFORMS.label),
    (Verdict.VIOLATIONS, Verdict.VIOLATIONS.label),
    (State.REFUSED, State.REFUSED.label),
    (State.SUPERSEDED, State.SUPERSEDED.label),
]


def _by_outcome(rows: QuerySet[SoutReport], value: str) -> QuerySet[SoutReport]:
    if value == GOING_ON:
        return rows.filter(state__in=[State.RECEIVED, State.CHECKING])
    if value in Verdict.values:
        return rows.filter(state=State.ACCEPTED, verdict=value)
    return rows.filter(state=value)


def _by_text(rows: QuerySet[SoutReport], text: str) -> QuerySet[SoutReport]:
    wanted = Q(employer_name__icontains=text) | Q(employer_inn=text) | Q(sout_id=text) | Q(file__name__icontains=text)
    if (number := key_of(text)) is not None:
        wanted |= Q(number=number)
    return rows.filter(wanted)


FILTERS = [
    choice("outcome", "Состояние", OUTCOMES, _by_outcome),
    search("q", "Номер, работодатель, ИНН, ИН СОУТ, файл", _by_text),
]


@door(read=["GET"], right=IMPORT)
def brought(request: HttpRequest) -> HttpResponse:
    filters = Filters(request, FILTERS)
    rows = filters.apply(SoutReport.objects.brought_by(acting_of(request)).select_related("file"))
    table, page = build(request, rows, COLUMNS, default="-received")
    return render(request, "sout_reports/brought.html", {"filters": filters, "table": table, "page": page})
