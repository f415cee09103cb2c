"""Staging of bulk rows: COPY into unlogged tables under (job, attempt), then one INSERT … SELECT in the closing transaction.

A killed or late attempt leaves rows behind that nobody takes over; `sweep` removes them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django.db import connection

from core.jobs.models import Job
from core.jobs.models import State as JobState
from registries.workplace_keys import normalize_number, normalize_text, number_sort_key
from sout_reports.document.model import NO_CLASS, MeasurementProtocol, Workplace, WorkplaceDetails, final_class
from sout_reports.fragments import pack
from sout_reports.models import StagedPart, StagedWorkplace

BATCH = 1000

WORKPLACE_COLUMNS = (
    "job", "attempt", "ordinal", "kind", "path", "number", "number_key", "number_order", "position", "position_key",
    "subunit", "unit_key", "profession", "card_number", "card_date", "workers", "women", "teenagers", "disabled",
    "final_class", "conditions", "conditions_ppe", "snils", "factors", "factor_classes", "factor_classes_ppe", "fragment",
)  # fmt: skip
PART_COLUMNS = (
    "job", "attempt", "part", "ordinal", "number", "workplace_number", "date", "factor", "factor_name", "conditions",
    "previous_number", "fragment",
)  # fmt: skip


class StagingIncomplete(Exception):
    """Fewer rows are staged than were read: the database restarted in between. The job runs again."""


class Stager:
    """Collects what the reader yields and copies it in batches. `workplaces`, `parts`: how many rows were given to it."""

    def __init__(self, job: UUID, attempt: int) -> None:
        self.job = job
        self.attempt = attempt
        self.workplaces = 0
        self.parts = 0
        self.workers = 0
        self.harmful = 0
        self.class_counts: dict[str, int] = {}
        self._places: list[tuple[Any, ...]] = []
        self._parts: list[tuple[Any, ...]] = []

    def workplace(self, place: Workplace, fragment: bytes) -> None:
        counted = final_class(place.kind, place.conditions, place.conditions_ppe) or NO_CLASS
        self.workplaces += 1
        self.workers += place.workers
        self.harmful += counted[:1] in {"3", "4"}
        self.class_counts[counted] = self.class_counts.get(counted, 0) + 1
        self._places.append(self._place_row(place, counted, fragment))
        if len(self._places) >= BATCH:
            self.flush()

    def _place_row(self, place: Workplace, counted: str, fragment: bytes) -> tuple[Any, ...]:
        digits = [_digits(each) for each in place.snils]
        return (
            self.job, self.attempt, place.ordinal, str(place.kind), place.path, place.number, normalize_number(place.number),
            number_sort_key(place.number), place.position, normalize_text(place.position), place.subunit,
            normalize_text(place.subunit), place.profession or "", place.card_number or "", place.card_date, place.workers,
            place.women, place.teenagers, place.disabled, counted, place.conditions or "", place.conditions_ppe or "", digits,
            [f.number for f in place.factors], [f.conditions for f in place.factors],
            [f.conditions_ppe or "" for f in place.factors], pack(fragment),
        )  # fmt: skip

    def details(self, details: WorkplaceDetails, fragment: bytes) -> None:
        row = (
            "details",
            self.parts + 1,
            details.number,
            details.number,
            None,
            0,
            "",
            "",
            details.previous_number or "",
        )
        self._part(row, fragment)

    def protocol(self, protocol: MeasurementProtocol, fragment: bytes) -> None:
        row = (
            "protocol", protocol.ordinal, protocol.number, protocol.workplace_number, protocol.date, protocol.factor,
            protocol.factor_name, protocol.conditions, "",
        )  # fmt: skip
        self._part(row, fragment)

    def _part(self, row: tuple[Any, ...], fragment: bytes) -> None:
        self.parts += 1
        self._parts.append((self.job, self.attempt, *row, pack(fragment)))
        if len(self._parts) >= BATCH:
            self.flush()

    def flush(self) -> None:
        copy_rows(StagedWorkplace._meta.db_table, WORKPLACE_COLUMNS, self._places)
        copy_rows(StagedPart._meta.db_table, PART_COLUMNS, self._parts)
        self._places.clear()
        self._parts.clear()

    def confirm(self) -> None:
        """Raises StagingIncomplete unless every row given is there."""
        places = StagedWorkplace.objects.filter(job=self.job, attempt=self.attempt).count()
        parts = StagedPart.objects.filter(job=self.job, attempt=self.attempt).count()
        if (places, parts) != (self.workplaces, self.parts):
            raise StagingIncomplete(f"{places} of {self.workplaces} workplaces, {parts} of {self.parts} parts")

    def discard(self) -> None:
        discard(self.job, self.attempt)


def _digits(snils: str) -> str:
    only = "".join(each for each in snils if each.isdigit())
    return only if len(only) == 11 else snils.strip()[:40]


def copy_rows(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """COPY rows over Django's own connection. Text of a file may hold NUL nowhere: XML forbids it."""
    names = ", ".join(f'"{name}"' for name in columns)
    with connection.cursor() as cursor, cursor.copy(f'COPY "{table}" ({names}) FROM STDIN') as copy:
        for row in rows:
            copy.write_row(row)


def discard(job: UUID, attempt: int) -> None:
    """Remove an attempt's staged rows."""
    StagedWorkplace.objects.filter(job=job, attempt=attempt).delete()
    StagedPart.objects.filter(job=job, attempt=attempt).delete()


def sweep() -> int:
    """Remove staged rows of attempts that are not the running one of their job; returns how many went."""
    swept = 0
    for model in (StagedWorkplace, StagedPart):
        for job, attempt in model.objects.order_by().values_list("job", "attempt").distinct():
            alive = Job.objects.filter(pk=job, attempt=attempt, state=JobState.RUNNING).exists()
            if not alive:
                swept += model.objects.filter(job=job, attempt=attempt).delete()[0]
    return swept


def take_over(stager: Stager, report_id: int) -> None:
    """Move the attempt's rows into their tables. Call inside the closing transaction, after `confirm`."""
    with connection.cursor() as cursor:
        key: dict[str, Any] = {"job": stager.job, "attempt": stager.attempt, "report": report_id}
        # Fresh rows have no statistics: the planner would take them for a handful and join each with each.
        cursor.execute("SET LOCAL enable_nestloop = off")
        for statement in TAKE_OVER:
            cursor.execute(statement, key)
        cursor.execute("SET LOCAL enable_nestloop = on")
    stager.discard()


# Details of a number are those of its first bearer, and the first of them count: as the rules see it (`Tally.add_details`).
TAKE_OVER = (
    """
    INSERT INTO sout_reports_workplace (report_id, ordinal, kind, path, number, current_number, number_order, position,
        subunit, profession, card_number, card_date, workers, women, teenagers, disabled, final_class, conditions,
        conditions_ppe, previous_number, fragment, details)
    SELECT %(report)s, w.ordinal, w.kind, w.path, w.number, w.number, w.number_order, w.position, w.subunit, w.profession,
        w.card_number, w.card_date, w.workers, w.women, w.teenagers, w.disabled, w.final_class, w.conditions,
        w.conditions_ppe, COALESCE(d.previous_number, ''), w.fragment, d.fragment
    FROM sout_reports_stagedworkplace w
    LEFT JOIN (SELECT DISTINCT ON (number) number, ordinal FROM sout_reports_stagedworkplace
               WHERE job = %(job)s AND attempt = %(attempt)s ORDER BY number, ordinal) f ON f.ordinal = w.ordinal
    LEFT JOIN (SELECT DISTINCT ON (workplace_number) workplace_number, previous_number, fragment
               FROM sout_reports_stagedpart WHERE job = %(job)s AND attempt = %(attempt)s AND part = 'details'
               ORDER BY workplace_number, ordinal) d ON d.workplace_number = f.number
    WHERE w.job = %(job)s AND w.attempt = %(attempt)s ORDER BY w.ordinal
    """,
    """
    INSERT INTO sout_reports_workplacefactor (workplace_id, factor, conditions, conditions_ppe)
    SELECT w.id, f.factor, f.conditions, f.ppe
    FROM sout_reports_stagedworkplace s
    JOIN sout_reports_workplace w ON w.report_id = %(report)s AND w.ordinal = s.ordinal
    CROSS JOIN LATERAL unnest(s.factors, s.factor_classes, s.factor_classes_ppe) AS f(factor, conditions, ppe)
    WHERE s.job = %(job)s AND s.attempt = %(attempt)s
    """,
    """
    INSERT INTO sout_reports_workplaceworker (workplace_id, snils)
    SELECT w.id, n.snils
    FROM sout_reports_stagedworkplace s
    JOIN sout_reports_workplace w ON w.report_id = %(report)s AND w.ordinal = s.ordinal
    CROSS JOIN LATERAL unnest(s.snils) AS n(snils)
    WHERE s.job = %(job)s AND s.attempt = %(attempt)s
    """,
    """
    INSERT INTO sout_reports_measurementprotocol (report_id, workplace_id, ordinal, number, date, factor, factor_name,
        conditions, fragment)
    SELECT %(report)s, w.id, p.ordinal, p.number, p.date, p.factor, p.factor_name, p.conditions, p.fragment
    FROM sout_reports_stagedpart p
    LEFT JOIN (SELECT DISTINCT ON (number) number, id FROM sout_reports_workplace WHERE report_id = %(report)s
               ORDER BY number, ordinal) w ON w.number = p.workplace_number
    WHERE p.job = %(job)s AND p.attempt = %(attempt)s AND p.part = 'protocol'
    """,
    """
    UPDATE sout_reports_workplace w SET similar_group = g.ordinal
    FROM (SELECT DISTINCT ON (number) number, s.ordinal FROM sout_reports_similargroup s
          CROSS JOIN LATERAL unnest(s.numbers) AS number WHERE s.report_id = %(report)s ORDER BY number, s.ordinal) g
    WHERE w.report_id = %(report)s AND w.number = g.number
    """,
)
