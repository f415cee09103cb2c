"""The commission's decision, applied as an overlay: the file stays as it came."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from core.journal import record
from registries import in_force
from registries.workplace_keys import normalize_number, normalize_text, number_sort_key
from sout_reports.models import Renumbering, SoutReport, Workplace

BATCH = 1000


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
    done = set(Renumbering.objects.filter(protocol_uid=protocol_uid).values_list("workplace_id", flat=True))
    fresh = [decision for decision in decisions if decision.workplace_id not in done]
    old = _lock_numbers(report, fresh)
    named = {"protocol_uid": protocol_uid, "protocol_number": protocol_number, "protocol_date": protocol_date}
    _note(fresh, old, named)
    gone = [decision.workplace_id for decision in fresh if decision.liquidated]
    Workplace.objects.filter(pk__in=gone).update(liquidated_on=protocol_date)
    _write_numbers([decision for decision in fresh if not decision.liquidated])
    given_up = {normalize_number(number) for number in old.values()}
    in_force.leave(report.employer_inn, given_up, report.uid)
    _retake(report, given_up | {normalize_number(decision.new_number) for decision in fresh})
    if fresh:
        record(
            "report.renumbered",
            report,
            actor=actor,
            organization=report.employer,
            protocol=protocol_number,
            changed=len(fresh),
        )
    return len(fresh)


def _note(decisions: Sequence[Decision], old: dict[int, str], protocol: dict[str, Any]) -> None:
    """The overlay's rows; `protocol` are its columns."""
    rows = [
        Renumbering(
            workplace_id=decision.workplace_id,
            old_number=old[decision.workplace_id],
            new_number=decision.new_number,
            liquidated=decision.liquidated,
            **protocol,
        )
        for decision in decisions
    ]
    Renumbering.objects.bulk_create(rows, batch_size=BATCH)


def _lock_numbers(report: SoutReport, decisions: Sequence[Decision]) -> dict[int, str]:
    """The present numbers of the workplaces, whose rows stay locked to the end of the transaction."""
    rows = Workplace.objects.select_for_update(of=("self",), no_key=True).filter(report=report)
    rows = rows.filter(pk__in=[decision.workplace_id for decision in decisions]).order_by("pk")
    return dict(rows.values_list("pk", "current_number"))


def _write_numbers(decisions: Sequence[Decision]) -> None:
    """One statement however many they are: a report whose numbers all begin with 1 again has thousands."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {Workplace._meta.db_table} AS place"  # noqa: S608 - the name of our own table
            " SET current_number = given.number, number_order = given.number_order"
            " FROM unnest(%s::bigint[], %s::text[], %s::text[]) AS given(id, number, number_order)"
            " WHERE place.id = given.id",
            [
                [decision.workplace_id for decision in decisions],
                [decision.new_number for decision in decisions],
                [number_sort_key(decision.new_number) for decision in decisions],
            ],
        )


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
