"""«Мои действия»: the person's own journal, and as a table file."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

from accounts import deeds
from accounts.acting import acting_if_any
from accounts.models import User
from core.doors import door
from core.journal.words import themes
from core.tables import Column, Filters, build, choice, date
from core.tables.export import csv_response

COLUMNS = [
    Column("at", "Когда", sort="at"),
    Column("text", "Что сделано"),
    Column("subject", "Объект"),
    Column("organization", "Организация"),
]


def _filters(request: HttpRequest, user: User) -> Filters:
    declared = [
        date("since", "С даты", deeds.since),
        date("until", "По дату", deeds.until),
        choice("theme", "Раздел", [(theme.code, theme.label) for theme in themes()], deeds.of_theme),
        choice("organization", "Организация", deeds.organizations_of(user), "organization"),
    ]
    return Filters(request, declared)


def _user(request: HttpRequest) -> User:
    return request.user  # type: ignore[return-value]  # the door lets in signed-in people only


@door(read=["GET"], signed_in=True)
def my_actions(request: HttpRequest) -> HttpResponse:
    user = _user(request)
    filters = _filters(request, user)
    events = filters.apply(deeds.own_events(user)).select_related("actor", "organization")
    table, page = build(request, events, COLUMNS, default="-at", size=25)
    rows = deeds.deeds_of(table.rows, acting_if_any(request), deeds.colleagues(user))
    file_url = f"{reverse('accounts:my_actions_file')}?{request.GET.urlencode()}".rstrip("?")
    context = {"filters": filters, "table": table, "page": page, "rows": rows, "file_url": file_url}
    return render(request, "accounts/my_actions.html", context)


@door(read=["GET"], signed_in=True)
def my_actions_file(request: HttpRequest) -> HttpResponseBase:
    """CSV of what the filters leave, latest first, however long."""
    user = _user(request)
    events = _filters(request, user).apply(deeds.own_events(user))
    acting = acting_if_any(request)
    lines = (deeds.cells_of(each) for each in deeds.table_of(events, acting, deeds.colleagues(user)))
    return csv_response("Мои действия", deeds.HEAD, lines)
