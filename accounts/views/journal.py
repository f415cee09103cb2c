"""«Журнал организации»: what people did in it, for who manages access, and as a table file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

from accounts import deeds
from accounts.acting import Acting, acting_of
from accounts.models import User
from accounts.rights import Right
from core.doors import door
from core.journal.words import themes
from core.tables import Column, Filters, build, choice, date, search
from core.tables.export import ROWS_MAX, csv_response, xlsx_response

COLUMNS = [
    Column("at", "Когда", sort="at"),
    Column("who", "Кто"),
    Column("text", "Что сделано"),
    Column("subject", "Объект"),
]
FILES = (("CSV", "accounts:journal_csv"), ("XLSX (Excel)", "accounts:journal_xlsx"))


def _filters(request: HttpRequest, acting: Acting) -> Filters:
    declared = [
        date("since", "С даты", deeds.since),
        date("until", "По дату", deeds.until),
        choice("theme", "Раздел", [(theme.code, theme.label) for theme in themes()], deeds.of_theme),
        search("who", "Кто: фамилия, имя", deeds.by_whom),
        search("about", "О чём: № отчёта, протокола или фамилия", deeds.about_what(acting)),
    ]
    return Filters(request, declared)


@door(read=["GET"], right=Right.ACCESS)
def journal(request: HttpRequest) -> HttpResponse:
    acting = acting_of(request)
    filters = _filters(request, acting)
    events = filters.apply(deeds.organization_events(acting)).select_related("actor", "organization")
    table, page = build(request, events, COLUMNS, default="-at", size=25)
    rows = deeds.deeds_of(table.rows, acting, User.objects.visible_to(acting))
    query = request.GET.urlencode()
    files = [(label, f"{reverse(name)}?{query}".rstrip("?")) for label, name in FILES]
    context = {"filters": filters, "table": table, "page": page, "rows": rows, "files": files}
    return render(request, "accounts/journal.html", context)


@door(read=["GET"], right=Right.ACCESS)
def journal_csv(request: HttpRequest) -> HttpResponseBase:
    """What the filters leave, latest first, however long."""
    return csv_response(*_table(request))


@door(read=["GET"], right=Right.ACCESS)
def journal_xlsx(request: HttpRequest) -> HttpResponseBase:
    """As journal_csv, up to the number of rows that the format holds."""
    name, head, lines = _table(request)
    return xlsx_response(name, head, islice(lines, ROWS_MAX))


def _table(request: HttpRequest) -> tuple[str, Sequence[str], Iterator[list[str]]]:
    acting = acting_of(request)
    events = _filters(request, acting).apply(deeds.organization_events(acting))
    lines = (deeds.cells_of(each) for each in deeds.table_of(events, acting, User.objects.visible_to(acting)))
    return f"Журнал, {acting.name}"[:150], deeds.HEAD, lines
