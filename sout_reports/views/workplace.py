"""Карта СОУТ of a workplace."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.acting import acting_of
from core.doors import door
from core.identifiers import mask_snils
from sout_reports.card_page import KnownProtocol, factor_rows, facts_of, read_card, read_details
from sout_reports.document.model import WorkplaceKind
from sout_reports.models import SoutReport, Workplace
from sout_reports.selectors import protocol_url, report_frame
from sout_reports.views.report import head_of
from sout_reports.views.scope import READERS, read_report, workplace_of

GROUP_READ_MAX = 5000
GROUP_SHOWN = 60
SNILS_SHOWN = 500


@door(read=["GET"], right=READERS)
def workplace(request: HttpRequest, uid: UUID, ordinal: int) -> HttpResponse:
    report = read_report(request, uid)
    place = workplace_of(request, report, ordinal)
    return render(request, "sout_reports/workplace.html", card_context(request, report, place))


def card_context(
    request: HttpRequest, report: SoutReport, place: Workplace, shown_snils: list[str] | None = None
) -> dict[str, Any]:
    """Context of the page; `shown_snils` are the full numbers when their showing was just recorded."""
    card = read_card(place)
    details = read_details(place)
    neighbours = Workplace.objects.visible_to(acting_of(request)).filter(report=report)
    context = report_frame(report, acting_of(request), "workplaces")
    context |= facts_of(card, details, report)
    decisions = list(place.renumberings.order_by("at", "pk"))
    return (
        context
        | {
            "place": place,
            "head": head_of(report),
            "factors": factor_rows(card, details, _protocols(place)),
            "final_conditions": place.conditions or place.final_class,
            "decisions": decisions,
            "decision": {
                "number": decisions[-1].protocol_number,
                "date": decisions[-1].protocol_date,
                "url": protocol_url(report, decisions[-1].protocol_uid, acting_of(request)),
            }
            if decisions
            else None,
            "group": _group(neighbours, place),
            "previous": _beside(neighbours, place, back=True),
            "next": _beside(neighbours, place, back=False),
        }
        | snils_context(place, shown_snils)
    )


def snils_context(place: Workplace, shown: list[str] | None) -> dict[str, Any]:
    """Line 021: masked, or in full for the one answer after the showing was recorded."""
    numbers = shown
    if numbers is None:
        stored = place.workplace_workers.order_by("pk").values_list("snils", flat=True)
        numbers = [mask_snils(each) for each in stored[: SNILS_SHOWN + 1]]
    return {
        "snils": numbers[:SNILS_SHOWN],
        "more_snils": len(numbers) > SNILS_SHOWN,
        "snils_are_shown": shown is not None,
    }


def _protocols(place: Workplace) -> list[KnownProtocol]:
    rows = place.protocols.order_by("ordinal").values_list("number", "date", "factor", "ordinal")
    return [KnownProtocol(*row) for row in rows]


def _group(neighbours: QuerySet[Workplace], place: Workplace) -> dict[str, Any] | None:
    """The analogous workplaces, this one included (426-ФЗ art. 9 p. 6): how many, how many people, and links to them. The
    measured ones come first: their results are spread to the others."""
    if place.similar_group is None:
        return None
    rows = neighbours.filter(similar_group=place.similar_group).order_by("number_order", "pk")
    known = list(rows.values("ordinal", "current_number", "kind", "workers")[:GROUP_READ_MAX])
    measured = [each for each in known if each["kind"] == WorkplaceKind.ATTESTED]
    return {
        "count": len(known),
        "workers": sum(each["workers"] for each in known),
        "measured": measured[:GROUP_SHOWN],
        "shown": known[:GROUP_SHOWN],
        "hidden": max(0, len(known) - GROUP_SHOWN),
    }


def _beside(neighbours: QuerySet[Workplace], place: Workplace, *, back: bool) -> Workplace | None:
    """The neighbour in the order of the list."""
    if back:
        rows = neighbours.filter(
            Q(number_order__lt=place.number_order) | Q(number_order=place.number_order, pk__lt=place.pk)
        ).order_by("-number_order", "-pk")
    else:
        rows = neighbours.filter(
            Q(number_order__gt=place.number_order) | Q(number_order=place.number_order, pk__gt=place.pk)
        ).order_by("number_order", "pk")
    return rows.only("ordinal", "current_number").first()
