"""«Поднадзорные организации»: employers of the inspectorate's territory."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Exists, IntegerField, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.acting import acting_of
from accounts.models import Organization
from core.doors import door
from core.regions import REGIONS, region_name
from core.tables import Column, Filters, build, choice, search
from core.tables.filters import Filter
from violations.inspection.selectors import in_force_reports, supervised_organizations
from violations.views.inspect_flags import organizations_called, territory_of
from violations.views.scope import INSPECTORS

COLUMNS = [
    Column("name", "Организация", sort="short_name"),
    Column("inn", "ИНН"),
    Column("region", "Регион"),
    Column("reports", "Отчётов", numeric=True),
    Column("flags", "Непогашенных признаков", numeric=True),
]
HAVE = [("flags", "С непогашенными признаками"), ("reports", "С отчётами"), ("none", "Без отчётов")]


def _filters(acting: Any) -> list[Filter]:
    reports = in_force_reports(acting).filter(employer=OuterRef("pk"))

    def by_what_they_have(rows: QuerySet[Organization], value: str) -> QuerySet[Organization]:
        if value == "flags":
            return rows.filter(Exists(reports.filter(open_flags__gt=0)))
        return rows.filter(Exists(reports) if value == "reports" else ~Exists(reports))

    several = acting.supervises_every_region
    return [
        search("q", "ИНН или наименование", lambda rows, text: rows.filter(pk__in=organizations_called(text))),
        choice("have", "Отчёты и признаки", HAVE, by_what_they_have),
        *([choice("region", "Регион", list(REGIONS.items()), "region")] if several else []),
    ]


def counted(rows: QuerySet[Organization], acting: Any) -> QuerySet[Organization]:
    """With numbers of the reports in force and of their open flags, those of the territory; asked for the page's rows only."""
    theirs = in_force_reports(acting).filter(employer=OuterRef("pk")).order_by().values("employer")
    return rows.annotate(
        reports=Coalesce(Subquery(theirs.annotate(n=Count("pk")).values("n"), output_field=IntegerField()), 0),
        flags=Coalesce(Subquery(theirs.annotate(n=Sum("open_flags")).values("n"), output_field=IntegerField()), 0),
    )


@door(read=["GET"], right=INSPECTORS)
def supervised(request: HttpRequest) -> HttpResponse:
    acting = acting_of(request)
    filters = Filters(request, _filters(acting))
    found = counted(filters.apply(supervised_organizations(acting)), acting)
    table, page = build(request, found, COLUMNS, default="name", size=25)
    context = {
        "filters": filters,
        "table": table,
        "page": page,
        "rows": [{"organization": each, "region": region_name(each.region)} for each in table.rows],
        "territory": territory_of(acting),
    }
    return render(request, "violations/supervised.html", context)
