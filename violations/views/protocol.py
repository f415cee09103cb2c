"""A protocol as it stands: the receipt of a sent one, what waits for its signature, a draft to read."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts.acting import acting_of
from core.doors import door, lets_in
from core.journal.models import Event
from core.journal.words import sentence_of
from core.tables import Column, build
from signatures.matching import current_stage
from signatures.opinions import dissents
from signatures.selectors import revocation_debt
from violations.flags.models import Flag
from violations.flags.selectors import PREPARE, may_open_expertise
from violations.protocols.models import CommissionProtocol, ProtocolRow
from violations.protocols.selectors import conflicts_of, members_of, reports_of, turns_of, waits_for_commission
from violations.protocols.states import ProtocolState
from violations.views.scope import PROTOCOL_READERS, SIGN, own_protocol

COLUMNS = [
    Column("place", "Рабочее место", sort="id"),
    Column("report", "Отчёт"),
    Column("old", "Прежний номер"),
    Column("new", "Решение комиссии"),
]
EVENTS_SHOWN = 50


@door(read=["GET"], right=PROTOCOL_READERS)
def protocol(request: HttpRequest, uid: UUID) -> HttpResponse:
    found = own_protocol(request, uid)
    acting = acting_of(request)
    if found.state == ProtocolState.DRAFT and acting.holds(PREPARE):
        return redirect("violations:protocol_edit", uid=uid)
    rows = ProtocolRow.objects.filter(protocol=found).select_related("workplace__report")
    rows = rows.defer("workplace__fragment", "workplace__details", "workplace__report__header")
    table, page = build(request, rows, COLUMNS, default="place", size=25)
    turns = turns_of(found) if found.commission_signs else []
    opinions = dissents(found.request) if found.commission_signs else []
    context: dict[str, Any] = {
        "protocol": found,
        "is_applied": found.state == ProtocolState.APPLIED,
        "is_signing": found.state == ProtocolState.SIGNING,
        "table": table,
        "page": page,
        "rows": [(row, row.workplace.report.is_readable_by(acting)) for row in table.rows],
        "members": members_of(found),
        "turns": turns,
        "opinions": opinions,
        "unsigned_opinions": {each.turn.pk for each in opinions if each.signature is None},
        "now": {turn.pk for turn in current_stage(turns)} if found.state == ProtocolState.SIGNING else set(),
        "waits_for_commission": found.state == ProtocolState.SIGNING and waits_for_commission(found),
        "reports": [(report, may_open_expertise(report, acting)) for report in reports_of(found)],
        "moments": _moments(found, acting),
        "may_open_flags": lets_in(reverse("violations:flags"), acting),
        "may_prepare": acting.holds(PREPARE),
        "may_sign": acting.holds(SIGN),
        "signers": acting.granters(SIGN) if not acting.holds(SIGN) else [],
    }
    context |= _applied(found) if found.state == ProtocolState.APPLIED else {"conflicts": conflicts_of(found)}
    return render(request, "violations/protocol.html", context)


def _applied(found: CommissionProtocol) -> dict[str, Any]:
    assert found.signature is not None  # a CHECK of the table
    cleared = Flag.objects.filter(protocol=found).values("report__number").annotate(flags=Count("pk"))
    by_report = [{"report": row["report__number"], "flags": row["flags"]} for row in cleared.order_by("report__number")]
    return {
        "signature": found.signature,
        "subject": found.signature.subject,
        "revocation_debt": revocation_debt(found.signature),
        "cleared": by_report,
        "cleared_total": sum(row["flags"] for row in by_report),
    }


def _moments(found: CommissionProtocol, acting: Any) -> list[dict[str, Any]]:
    events = Event.objects.visible_to(acting).about(found).select_related("actor")
    return [
        {
            "at": event.at,
            "who": event.actor.short_name if event.actor is not None else "",
            "what": sentence_of(event),
        }
        for event in events.order_by("-pk")[:EVENTS_SHOWN]
    ]
