"""«Рассмотрение признаков»: the queue of an inspectorate.

What is answered or overdue comes first, then what nobody has looked at.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.acting import acting_of
from accounts.models import Organization
from core.doors import door
from core.regions import REGIONS, region_name
from core.tables import Column, Filters, build, choice, number, search
from core.tables.filters import Filter
from sout_reports.experts import expert_key
from sout_reports.models import SoutReport
from violations.flags import selectors
from violations.flags.models import Flag
from violations.flags.states import FlagState
from violations.inspection.selectors import queue, waiting
from violations.inspection.states import FOR_INSPECTOR, Review
from violations.views.flag_filters import AGE, RULE, SEVERITY
from violations.views.scope import INSPECTORS

COLUMNS = [
    Column("rule", "Признак", sort="rule"),
    Column("employer", "Организация и отчёт"),
    Column("queue", "Рассмотрение", sort="queue_rank"),
    Column("raised", "Найден", sort="raised_at"),
]
MINE = "mine"
REVIEWS = [(MINE, "Ждут вашего шага"), *((each.value, each.label) for each in Review)]


def _by_review(rows: QuerySet[Flag], value: str) -> QuerySet[Flag]:
    wanted = [each.value for each in FOR_INSPECTOR] if value == MINE else [value]
    return rows.filter(review__in=wanted)


def organizations_called(text: str) -> QuerySet[Organization]:
    """By ИНН, else by a part of the name."""
    if text.isascii() and text.isdigit():
        return Organization.objects.filter(inn=text)
    return Organization.objects.filter(Q(short_name__icontains=text) | Q(full_name__icontains=text))


def _by_employer(rows: QuerySet[Flag], text: str) -> QuerySet[Flag]:
    reports = SoutReport.objects.filter(employer__in=organizations_called(text))
    return rows.filter(report__in=reports)


def _by_sout_organization(rows: QuerySet[Flag], text: str) -> QuerySet[Flag]:
    """By the number in the register, by ИНН, else by a part of the name."""
    made_by = organizations_called(text)
    if text.isascii() and text.isdigit():
        made_by |= Organization.objects.filter(sout_registration_number=text.lstrip("0"))
    reports = SoutReport.objects.filter(organization__in=made_by.filter(is_sout_organization=True))
    return rows.filter(report__in=reports)


def _by_expert(rows: QuerySet[Flag], text: str) -> QuerySet[Flag]:
    return rows.filter(report__in=SoutReport.objects.filter(expert_keys__contains=[expert_key(text)]))


def filters_for(acting: Any) -> list[Filter]:
    """A territorial inspectorate has one region, and nothing to choose there."""
    several = acting.supervises_every_region
    regions = [choice("region", "Регион", list(REGIONS.items()), "region")] if several else []
    return [
        choice("review", "Рассмотрение", REVIEWS, _by_review),
        *regions,
        search("employer", "ИНН или наименование работодателя", _by_employer),
        search("sout", "Организация СОУТ: №, ИНН, наименование", _by_sout_organization),
        search("expert", "Эксперт: № в реестре или фамилия", _by_expert),
        number("report", "Отчёт №", "report__number"),
        RULE,
        SEVERITY,
        AGE,
        choice("state", "Состояние", FlagState.choices, "state"),
    ]


@door(read=["GET"], right=INSPECTORS)
def inspect_flags(request: HttpRequest) -> HttpResponse:
    acting = acting_of(request)
    filters = Filters(request, filters_for(acting))
    table, page = build(request, filters.apply(queue(acting)), COLUMNS, default="queue", size=25)
    context = {
        "filters": filters,
        "table": table,
        "page": page,
        "rows": [
            {"item": item, "flag": item.flag, "review": Review(item.flag.review).label, "region": region_of(item.flag)}
            for item in selectors.shown(table.rows, acting)
        ],
        "territory": territory_of(acting),
        "waiting": waiting(acting),
    }
    return render(request, "violations/inspect_flags.html", context)


def region_of(flag: Flag) -> str:
    return region_name(flag.region)


def territory_of(acting: Any) -> str:
    """What is supervised, for the page's first line."""
    if acting.supervises_every_region:
        return "все регионы"
    return region_name(acting.supervised) or "регион не определён: у филиала нет КПП, по которому он виден"
