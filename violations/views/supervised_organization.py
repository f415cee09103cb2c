"""The card of a supervised organization: its reports and its flags, those of the territory."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from accounts.acting import acting_of
from core.doors import door
from core.regions import region_name
from core.tables import Column, build
from violations.flags import selectors
from violations.flags.states import FlagState
from violations.inspection.selectors import queue, supervised_organizations, supervised_reports
from violations.inspection.states import Review
from violations.views.scope import INSPECTORS, LARGEST_KEY
from violations.views.supervised import counted

COLUMNS = [
    Column("number", "№ и дата", sort="number"),
    Column("organization", "Организация СОУТ"),
    Column("workplaces", "Рабочих мест", sort="workplaces", numeric=True),
    Column("verdict", "Соответствие"),
    Column("flags", "Непогашенных признаков", numeric=True),
]
FLAGS_SHOWN = 10


@door(read=["GET"], right=INSPECTORS)
def supervised_organization(request: HttpRequest, pk: int) -> HttpResponse:
    acting = acting_of(request)
    rows = counted(supervised_organizations(acting), acting)
    organization = get_object_or_404(rows, pk=min(pk, LARGEST_KEY))
    reports = supervised_reports(acting).filter(employer=organization).select_related("organization", "branch")
    table, page = build(request, reports.defer("header", "problems"), COLUMNS, default="-number")
    open_flags = queue(acting).filter(report__employer=organization, state=FlagState.OPEN)
    first = list(open_flags.order_by("queue_rank", "pk")[:FLAGS_SHOWN])
    context = {
        "organization": organization,
        "region": region_name(organization.region),
        "table": table,
        "page": page,
        "reports": table.rows,
        "flags": [
            {"item": item, "flag": item.flag, "review": Review(item.flag.review).label}
            for item in selectors.shown(first, acting)
        ],
        "flags_tone": "stop" if first else "plain",
    }
    return render(request, "violations/supervised_organization.html", context)
