"""The commission's decision, applied as an overlay: the file stays as it came."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from core.journal import record
from registries import in_force
from sout_reports.document.normalize import normalize_number, normalize_text, number_sort_key
from sout_reports.models import Renumbering, SoutReport, Workplace


@dataclass(frozen=True, slots=True)
class Decision:
    """What the commission decided on one workplace; `new_number` is given in a liquidation too."""

    workplace_id: int
    new_number: str
    liquidated: bool


def renumber(
    report: SoutReport,
    decisions: Sequence[Decision],
    *,
    protocol_uid: UUID,
    protocol_number: str,
    protocol_date: date,
    actor: Any,
) -> int:
    """Give workplaces of one report their new numbers, or take them out of force. Returns how many were changed.

    Call inside a transaction, under the employer's lock. Repeating it with the same protocol changes nothing.
    """
    changed = 0
    touched: set[str] = set()
    places = Workplace.objects.select_for_update(of=("self",), no_key=True).filter(report=report)
    by_id = {place.pk: place for place in places.filter(pk__in=[d.workplace_id for d in decisions]).order_by("pk")}
    done = set(Renumbering.objects.filter(protocol_uid=protocol_uid).values_list("workplace_id", flat=True))
    for decision in decisions:
        place = by_id[decision.workplace_id]
        if place.pk in done:
            continue
        old = place.current_number
        Renumbering.objects.create(
            workplace=place,
            old_number=old,
            new_number=decision.new_number,
            liquidated=decision.liquidated,
            protocol_uid=protocol_uid,
            protocol_number=protocol_number,
            protocol_date=protocol_date,
        )
        if decision.liquidated:
            place.liquidated_on = protocol_date
        else:
            place.current_number = decision.new_number
            place.number_order = number_sort_key(decision.new_number)
        place.save(update_fields=["liquidated_on", "current_number", "number_order"])
        in_force.leave(report.employer_inn, normalize_number(old), report.uid)
        touched |= {normalize_number(old), normalize_number(decision.new_number)}
        changed += 1
    _retake(report, touched)
    if changed:
        record(
            "report.renumbered",
            report,
            actor=actor,
            organization=report.employer,
            protocol=protocol_number,
            changed=changed,
        )
    return changed


def _retake(report: SoutReport, keys: set[str]) -> None:
    """The numbers that came free or new go to the report's own places that carry them now."""
    orders = {number_sort_key(key) for key in keys if key}
    take_numbers(report, Workplace.objects.filter(report=report, number_order__in=orders))


def take_numbers(report: SoutReport, places: QuerySet[Workplace]) -> None:
    """Let places of a report take the numbers they bear, where these are free (after another report gave them up).

    Call inside a transaction, under the employer's lock.
    """
    standing = places.filter(liquidated_on=None).defer("fragment", "details")
    entries = [
        in_force.Entry(
            number=place.current_number,
            number_key=normalize_number(place.current_number),
            position=place.position,
            subunit=place.subunit,
            position_key=normalize_text(place.position),
            unit_key=normalize_text(place.subunit),
            snils=tuple(worker.snils for worker in place.workplace_workers.all()),
            final_class=place.final_class,
        )
        for place in standing.prefetch_related("workplace_workers").order_by("ordinal")
    ]
    in_force.take(
        entries,
        employer_inn=report.employer_inn,
        report_uid=report.uid,
        label=f"№ {report.number}",
        approved_on=report.approved_on,
    )
