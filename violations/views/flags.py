"""«Контроль → Признаки нарушений»: flags of all reports."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts.acting import acting_of
from core.doors import door
from core.tables import Column, Filters, build, choice, number, search
from registries.workplace_keys import normalize_number, number_sort_key
from violations.flags import selectors
from violations.flags.models import VIEW, VIEW_BRANCH, Flag
from violations.flags.states import FlagState
from violations.inspection.selectors import pending_questions
from violations.rules.severity import ClearedBy
from violations.views.flag_filters import AGE, RULE, SEVERITY
from violations.views.scope import FLAG_READERS, INSPECTORS

# «open» sorts after «obsolete», «dismissed» and «cleared»: descending puts what waits first.
OPEN_FIRST = "-state"
COLUMNS = [
    Column("tick", "<Выбрать>"),
    Column("where", "Рабочее место"),
    Column("rule", "Признак", sort="rule"),
    Column("who", "Кто погашает"),
    Column("state", "Состояние", sort="state"),
    Column("raised", "Найден", sort="raised_at"),
]


def _by_way(rows: QuerySet[Flag], way: str) -> QuerySet[Flag]:
    return rows.filter(rule__in=selectors.codes_cleared_by(way))


def _by_place(rows: QuerySet[Flag], text: str) -> QuerySet[Flag]:
    """A workplace number as the flag told it, or as the place bears it now."""
    told = Q(workplace_number__in={text, normalize_number(text)})
    return rows.filter(told | Q(workplace__number_order=number_sort_key(text)))


FILTERS = [
    number("report", "Отчёт №", "report__number"),
    RULE,
    SEVERITY,
    choice("by", "Кто погашает", [(way.value, way.who) for way in ClearedBy], _by_way),
    choice("state", "Состояние", FlagState.choices, "state"),
    AGE,
    search("place", "Номер места", _by_place),
]


@door(read=["GET"], right=(*FLAG_READERS, *INSPECTORS))
def flags(request: HttpRequest) -> HttpResponse:
    """The employer's and the SOUT organization's list; an inspector, whom a link of a report brings here, is led to his queue."""
    acting = acting_of(request)
    if not any(acting.holds(each) for each in FLAG_READERS):
        return redirect(f"{reverse('violations:inspect_flags')}?{request.GET.urlencode()}".rstrip("?"))
    filters = Filters(request, FILTERS)
    table, page = build(request, filters.apply(selectors.for_list(acting)), COLUMNS, default=OPEN_FIRST)
    context = {
        "filters": filters,
        "table": table,
        "page": page,
        "rows": selectors.shown(table.rows, acting),
        "pending": pending_questions(acting),
        "to_clear": selectors.reports_to_clear(acting),
        "only_branch": _only_branch(acting),
    }
    return render(request, "violations/flags.html", context)


def _only_branch(acting: Any) -> bool:
    """The right to see a branch's flags says nothing while one acts for the whole organization."""
    others = acting.holds(VIEW) or acting.holds(selectors.IMPORT)
    return acting.holds(VIEW_BRANCH) and acting.branch is None and not others
