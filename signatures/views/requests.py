"""«Документы на подпись»: what waits for signatures in the organization, of every kind that this person reads."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from accounts.acting import acting_of
from core.doors import door
from core.tables import Column, Filters, build, choice
from signatures.matching import current_stage
from signatures.models import SignerTurn, SigningRequest
from signatures.purposes import purpose_label, request_page_of
from signatures.selectors import waiting_for
from signatures.states import RequestState

COLUMNS = [
    Column("name", "Документ", sort="created_at"),
    Column("kind", "Вид"),
    Column("whom", "Чьей подписи ждём"),
    Column("until", "Подписать до", sort="expires_at"),
    Column("state", "Состояние"),
]


def _mine(rows: QuerySet[SigningRequest], value: str) -> QuerySet[SigningRequest]:
    return rows.filter(state=value)


FILTERS = [choice("state", "Состояние", RequestState.choices, _mine)]


# The rights are known by the apps above (signatures.purposes): the door only asks for an organization.
@door(read=["GET"])
def requests(request: HttpRequest) -> HttpResponse:
    acting = acting_of(request)
    filters = Filters(request, FILTERS)
    mine = SigningRequest.objects.visible_to(acting).select_related("document").defer("document__body")
    table, page = build(request, filters.apply(mine), COLUMNS, default="-name")
    context = {
        "filters": filters,
        "table": table,
        "page": page,
        "rows": _shown(table.rows, acting),
    }
    return render(request, "signatures/requests.html", context)


def _shown(rows: list[SigningRequest], acting: Any) -> list[dict[str, Any]]:
    """One query for the signers of all rows, one for which of the rows wait for this very person."""
    keys = [row.pk for row in rows]
    turns: dict[int, list[SignerTurn]] = {}
    for turn in SignerTurn.objects.filter(request__in=keys):
        turns.setdefault(turn.request_id, []).append(turn)
    mine = set(waiting_for(acting).filter(pk__in=keys).values_list("pk", flat=True))
    now = timezone.now()
    return [
        {
            "request": row,
            "kind": purpose_label(row.purpose),
            "url": request_page_of(row, acting),
            "whom": [turn.person or turn.role for turn in current_stage(turns.get(row.pk, []))],
            "is_mine": row.pk in mine,
            "is_over": row.state == RequestState.OPEN and not row.is_open(now),
        }
        for row in rows
    ]
