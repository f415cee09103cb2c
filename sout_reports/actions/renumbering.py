"""The commission's decision, applied as an overlay: the file stays as it came."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
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
from sout_reports.states import State

BATCH = 1000


@dataclass(frozen=True, slots=True)
class Decision:
    """What the commission decided on one workplace; `new_number` is given in a liquidation too."""

    workplace_id: int
    new_number: str
    liquidated: bool


def renumber(
    decisions: Mapping[SoutReport, Sequence[Decision]],
    *,
    protocol_uid: UUID,
    protocol_number: str,
    protocol_date: date,
    actor: Any,
) -> int:
    """Give workplaces of one or more reports their new numbers, or take them out of force. Returns how many were changed.

    Every report gives its old numbers up before any takes a new one: a protocol may hand a number from one report to
    another. Call inside a transaction, under the employer's lock. Repeating it with the same protocol changes nothing.
    """
    named = {"protocol_uid": protocol_uid, "protocol_number": protocol_number, "protocol_date": protocol_date}
    done = set(Renumbering.objects.filter(protocol_uid=protocol_uid).values_list("workplace_id", flat=True))
    fresh = {
        report: [decision for decision in decided if decision.workplace_id not in done]
        for report, decided in decisions.items()
    }
    given_up = {report: _give_up(report, decided, named) for report, decided in fresh.items()}
    for report, decided in fresh.items():
        take_numbers(report, Workplace.objects.filter(pk__in=[decision.workplace_id for decision in decided]))
    for report, keys in given_up.items():
        _retake(report, keys)
    for report, decided in fresh.items():
        if decided:
            record(
                "report.renumbered",
                report,
                actor=actor,
                organization=report.employer,
                protocol=protocol_number,
                changed=len(decided),
            )
    return sum(map(len, fresh.values()))


def _give_up(report: SoutReport, decisions: Sequence[Decision], protocol: dict[str, Any]) -> set[str]:
    """The overlay of one report; its old numbers leave, and nothing is taken yet. Returns their keys."""
    old = _lock_numbers(report, decisions)
    _note(decisions, old, protocol)
    gone = [decision.workplace_id for decision in decisions if decision.liquidated]
    Workplace.objects.filter(pk__in=gone).update(liquidated_on=protocol["protocol_date"])
    _write_numbers([decision for decision in decisions if not decision.liquidated])
    keys = {normalize_number(number) for number in old.values()}
    in_force.leave(report.employer_inn, keys, report.uid)
    return keys


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


def _retake(report: SoutReport, keys: Collection[str]) -> None:
    """The numbers that came free go to the report's own places that still carry them."""
    orders = {number_sort_key(key) for key in keys if key}
    take_numbers(report, Workplace.objects.filter(report=report, number_order__in=orders))


def pass_on(employer_inn: str, keys: Collection[str], *, but: SoutReport) -> None:
    """Numbers that a replaced report gave up go to the standing places of the employer's other reports that bear them, where
    `but`, its correction, has not taken them: the earliest report first, as if the replaced one had never come.

    Call inside a transaction, under the employer's lock.
    """
    free = set(keys) - in_force.held(employer_inn, keys) - {""}
    if not free:
        return
    bearers = Workplace.objects.filter(
        report__employer_inn=employer_inn,
        report__state=State.ACCEPTED,
        number_order__in={number_sort_key(key) for key in free},
    ).exclude(report=but)
    for report in SoutReport.objects.filter(pk__in=bearers.values("report")).order_by("number"):
        take_numbers(report, bearers.filter(report=report))


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
