"""«Доверенности (МЧД)»: those of the organization, or one's own."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.acting import acting_of
from accounts.rights import Right
from core.doors import door
from core.tables import Column, build
from signatures.models import PowerDraft, PowerOfAttorney
from signatures.power_states import shown
from signatures.powers import signing_codes

COLUMNS = [
    Column("number", "Номер"),
    Column("person", "Кому"),
    Column("powers", "Полномочия"),
    Column("until", "Действует до", sort="until"),
    Column("state", "Состояние"),
]
DRAFTS_SHOWN = 50


@door(read=["GET"])
def powers(request: HttpRequest) -> HttpResponse:
    acting = acting_of(request)
    rows = PowerOfAttorney.objects.visible_to(acting).to_be_judged()
    table, page = build(request, rows, COLUMNS, default="-until")
    context = {
        "table": table,
        "page": page,
        "rows": [shown(each) for each in table.rows],
        "drafts": PowerDraft.objects.visible_to(acting).waiting().order_by("-created_at")[:DRAFTS_SHOWN],
        "codes": signing_codes(),
        "may_create": acting.holds(Right.ACCESS),
    }
    return render(request, "signatures/powers.html", context)
