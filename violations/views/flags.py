"""«Контроль → Признаки нарушений»: flags of all reports."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from core.doors import door
from core.tables import Column, Filters, build, choice, number, search
from registries.workplace_keys import normalize_number, number_sort_key
from violations.flags import selectors
from violations.flags.models import VIEW, VIEW_BRANCH, Flag
from violations.flags.states import FlagState
from violations.rules.severity import ClearedBy, Severity
from violations.rules.sout import book
from violations.views.scope import FLAG_READERS, acting_of

COLUMNS = [
    Column("tick", "<Выбрать>"),
    Column("where", "Рабочее место"),
    Column("rule", "Признак", sort="rule"),
    Column("who", "Кто погашает"),
    Column("raised", "Состояние", sort="raised_at"),
]
WEEK, MONTH, QUARTER = 7, 30, 91
AGES = [
    ("week", "до 7 дней"),
    ("month", "от 8 до 30 дней"),
    ("quarter", "от 31 до 90 дней"),
    ("older", "более 90 дней"),
]
BOUNDS = {"week": (0, WEEK), "month": (WEEK, MONTH), "quarter": (MONTH, QUARTER), "older": (QUARTER, None)}


def _by_way(rows: QuerySet[Flag], way: str) -> QuerySet[Flag]:
    return rows.filter(rule__in=selectors.codes_cleared_by(way))


def _by_age(rows: QuerySet[Flag], age: str) -> QuerySet[Flag]:
    newest, oldest = BOUNDS[age]
    now = timezone.now()
    rows = rows.filter(raised_at__lte=now - timedelta(days=newest)) if newest else rows
    return rows.filter(raised_at__gt=now - timedelta(days=oldest)) if oldest is not None else rows


def _by_place(rows: QuerySet[Flag], text: str) -> QuerySet[Flag]:
    """A workplace number as the flag told it, or as the place bears it now."""
    told = Q(workplace_number__in={text, normalize_number(text)})
    return rows.filter(told | Q(workplace__number_order=number_sort_key(text)))


FILTERS = [
    number("report", "Отчёт №", "report__number"),
    choice("rule", "Признак", [(rule.code, rule.title) for rule in book], "rule"),
    choice("severity", "Тяжесть", [(each.value, each.label) for each in Severity], "severity"),
    choice("by", "Кто погашает", [(way.value, way.who) for way in ClearedBy], _by_way),
    choice("state", "Состояние", FlagState.choices, "state"),
    choice("age", "Давность", AGES, _by_age),
    search("place", "Номер места", _by_place),
]


@door(read=["GET"], right=FLAG_READERS)
def flags(request: HttpRequest) -> HttpResponse:
    acting = acting_of(request)
    filters = Filters(request, FILTERS)
    table, page = build(request, filters.apply(selectors.for_list(acting)), COLUMNS, default="-raised")
    context = {
        "filters": filters,
        "table": table,
        "page": page,
        "rows": selectors.shown(table.rows, acting),
        "to_clear": selectors.reports_to_clear(acting),
        "only_branch": _only_branch(acting),
    }
    return render(request, "violations/flags.html", context)


def _only_branch(acting: Any) -> bool:
    """The right to see a branch's flags says nothing while one acts for the whole organization."""
    others = acting.holds(VIEW) or acting.holds(selectors.IMPORT)
    return acting.holds(VIEW_BRANCH) and acting.branch is None and not others
