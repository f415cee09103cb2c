"""«Рабочие места» of a report."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import JSONObject
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.acting import acting_of
from core.doors import door
from core.tables import Column, Filters, build, choice, search
from registries.workplace_keys import normalize_number
from sout_reports.factors import FACTORS
from sout_reports.models import Renumbering, SoutReport, Workplace, WorkplaceFactor
from sout_reports.selectors import protocol_url, report_frame
from sout_reports.views.scope import READERS, read_report

COLUMNS = [
    Column("number", "№", sort="number_order"),
    Column("position", "Должность, профессия"),
    Column("subunit", "Подразделение"),
    Column("workers", "Работников", sort="workers", numeric=True),
    Column("class", "Класс условий труда", sort="final_class"),
    Column("factors", "Вредные и опасные факторы"),
]
HARMFUL = "harmful"
CLASSES = [
    (HARMFUL, "Вредные и опасные (3.1–4)"),
    ("1", "1 — оптимальный"),
    ("2", "2 — допустимый"),
    ("3.1", "3.1 — вредный"),
    ("3.2", "3.2 — вредный"),
    ("3.3", "3.3 — вредный"),
    ("3.4", "3.4 — вредный"),
    ("4", "4 — опасный"),
    ("-", "не определён"),
]
STATES = [("alive", "Действующие"), ("liquidated", "Ликвидированные"), ("renumbered", "С изменённым номером")]
HARMFUL_CLASSES = ("3.1", "3.2", "3.3", "3.4", "4")


def _by_class(rows: QuerySet[Workplace], value: str) -> QuerySet[Workplace]:
    return rows.filter(final_class__in=HARMFUL_CLASSES) if value == HARMFUL else rows.filter(final_class=value)


def _by_state(rows: QuerySet[Workplace], value: str) -> QuerySet[Workplace]:
    if value == "renumbered":
        return rows.exclude(current_number=F("number"))
    return rows.filter(liquidated_on__isnull=value == "alive")


def _by_text(rows: QuerySet[Workplace], text: str) -> QuerySet[Workplace]:
    """A number as it was or as it is, with or without leading zeros, or a part of the position's name."""
    number = normalize_number(text)
    numbers = {text, number} - {""}
    return rows.filter(Q(current_number__in=numbers) | Q(number__in=numbers) | Q(position__icontains=text))


FILTERS = [
    choice("class", "Класс", CLASSES, _by_class),
    choice("state", "Состояние", STATES, _by_state),
    search("q", "Номер или должность", _by_text),
    search("unit", "Подразделение", lambda rows, text: rows.filter(subunit__icontains=text)),
]


@door(read=["GET"], right=READERS)
def workplaces(request: HttpRequest, uid: UUID) -> HttpResponse:
    report = read_report(request, uid)
    acting = acting_of(request)
    filters = Filters(request, FILTERS)
    mine = Workplace.objects.visible_to(acting).filter(report=report).defer("fragment", "details")
    table, page = build(request, _with_notes(filters.apply(mine)), COLUMNS, default="number", size=25)
    context = report_frame(report, acting, "workplaces")
    context |= {
        "filters": filters,
        "table": table,
        "page": page,
        "rows": [_row(place, report, acting) for place in table.rows],
    }
    return render(request, "sout_reports/workplaces.html", context)


def _with_notes(rows: QuerySet[Workplace]) -> QuerySet[Workplace]:
    """Beside each row, in the same query: the commission's last decision on it and its harmful factors."""
    decisions = Renumbering.objects.filter(workplace=OuterRef("pk")).order_by("-at", "-pk")
    factors = WorkplaceFactor.objects.filter(workplace=OuterRef("pk"), conditions__in=HARMFUL_CLASSES).order_by(
        "factor"
    )
    decision = JSONObject(number="protocol_number", date="protocol_date", uid="protocol_uid")
    return rows.annotate(
        decision=Subquery(decisions.values_list(decision)[:1]),
        harmful_factors=ArraySubquery(factors.values_list(JSONObject(factor="factor", conditions="conditions"))),
    )


def _row(place: Any, report: SoutReport, acting: Any) -> dict[str, Any]:
    factors = [(FACTORS[each["factor"]].short, each["conditions"]) for each in place.harmful_factors]
    return {
        "place": place,
        "decision": decision_of(place.decision, report, acting),
        "factors": factors,
        "lowered": bool(place.conditions_ppe) and place.conditions_ppe != place.conditions,
    }


def decision_of(stated: dict[str, str] | None, report: SoutReport, acting: Any) -> dict[str, Any] | None:
    """The commission's last decision on a place: {number, date, url}, `url` "" where the reader may not open the protocol."""
    return stated and {
        "number": stated["number"],
        "date": date.fromisoformat(stated["date"]),
        "url": protocol_url(report, stated["uid"], acting),
    }
