"""A protocol of measurements: its requisites (point 16 of the method, order 33н), tools, results, conclusion."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from accounts.acting import acting_of
from core.doors import door
from sout_reports.card_page import people_of
from sout_reports.document.extension_cards import ProtocolCard, protocol_card_from_fragment
from sout_reports.factors import FACTORS
from sout_reports.fragments import unpack
from sout_reports.models import MeasurementProtocol, SoutReport
from sout_reports.selectors import report_frame
from sout_reports.views.report import head_of
from sout_reports.views.scope import READERS, read_report


@door(read=["GET"], right=READERS)
def protocol(request: HttpRequest, uid: UUID, ordinal: int) -> HttpResponse:
    report = read_report(request, uid)
    if ordinal > 2**31 - 1:
        raise Http404
    rows = MeasurementProtocol.objects.filter(report=report).select_related("workplace")
    row = get_object_or_404(rows, ordinal=ordinal)
    card = protocol_card_from_fragment(unpack(row.fragment), ordinal=row.ordinal)
    context = report_frame(report, acting_of(request), "workplaces")
    context |= {
        "row": row,
        "place": row.workplace,
        "card": card,
        "head": head_of(report),
        "accreditation": card.accreditation or report.header.get("organization", {}).get("accreditation", ""),
        "factor_name": FACTORS[row.factor].full,
        "tools": _tools(card, report),
        "executors": people_of(card.protocol.executors, report),
        "expert": next(iter(people_of([card.protocol.expert or ""], report)), None),
    }
    return render(request, "sout_reports/protocol.html", context)


def _tools(card: ProtocolCard, report: SoutReport) -> list[dict[str, Any]]:
    """The tools by their ids inside the file; `expired`: calibration had ended before a day of measurement."""
    known = report.header.get("tools", {})
    rows = []
    for each in card.protocol.tools:
        tool = known.get(each, {"name": each, "serial": "", "expires": ""})
        until = date.fromisoformat(tool["expires"]) if tool["expires"] else None
        expired = until is not None and any(day > until for day in card.protocol.measured_on)
        rows.append({"name": tool["name"], "serial": tool["serial"], "until": until, "expired": expired})
    return rows
