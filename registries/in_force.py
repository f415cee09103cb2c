"""The workplaces in force: the only writer of their table. Call under the employer's lock (core.locks)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import connection

from registries.models import WorkplaceInForce

KEY_LENGTH = 200  # of the columns of numbers
EMPLOYERS_AT_ONCE, ROWS_AT_ONCE = 500, 5000


@dataclass(frozen=True, slots=True)
class Entry:
    """A workplace that takes a number. Texts as written, keys normalized."""

    number: str
    number_key: str
    position: str
    subunit: str
    position_key: str
    unit_key: str
    snils: tuple[str, ...]
    final_class: str


# A number in force stays with its workplace: another place with the same number does not push it out (that is the flag
# SOUT-UNIQ-001), and an older report does not overwrite a newer one.
_SAME_PLACE_AND_NOT_OLDER = """
    ON CONFLICT (employer_inn, number_key) DO UPDATE SET number = EXCLUDED.number, position = EXCLUDED.position,
        subunit = EXCLUDED.subunit, snils = EXCLUDED.snils, report_uid = EXCLUDED.report_uid,
        report_label = EXCLUDED.report_label, approved_on = EXCLUDED.approved_on, final_class = EXCLUDED.final_class,
        updated_at = now()
    WHERE registries_workplaceinforce.position_key = EXCLUDED.position_key
      AND registries_workplaceinforce.unit_key = EXCLUDED.unit_key
      AND (registries_workplaceinforce.approved_on IS NULL
           OR registries_workplaceinforce.approved_on <= EXCLUDED.approved_on)
"""
_COLUMNS = (
    "employer_inn, number_key, number, position, subunit, position_key, unit_key, snils, report_uid, report_label,"
    " approved_on, final_class"
)


def feed_from_staging(
    *, table: str, job: UUID, attempt: int, employer_inn: str, report_uid: UUID, label: str, approved_on: date
) -> int:
    """Let the staged workplaces of a report take their numbers; of a number repeated in the report the first place counts.
    Returns how many numbers were taken or renewed."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO registries_workplaceinforce ({_COLUMNS})"  # noqa: S608 - names of our own tables and columns
            " SELECT DISTINCT ON (left(number_key, 200)) %s, left(number_key, 200), left(number, 200), position, subunit,"
            f" position_key, unit_key, snils, %s, %s, %s, final_class FROM {table}"
            " WHERE job = %s AND attempt = %s AND number_key <> ''"
            f" ORDER BY left(number_key, 200), ordinal {_SAME_PLACE_AND_NOT_OLDER}",
            [employer_inn, report_uid, label, approved_on, job, attempt],
        )
        return int(cursor.rowcount)


@dataclass(frozen=True, slots=True)
class Source:
    """The report on which a workplace in force stands; `report_uid` None: it came by an imported register."""

    employer_inn: str
    report_uid: UUID | None
    label: str
    approved_on: date | None


def take(
    entries: Iterable[Entry], *, employer_inn: str, report_uid: UUID | None, label: str, approved_on: date | None
) -> int:
    """Let single workplaces of one report take their numbers (after a protocol)."""
    source = Source(employer_inn, report_uid, label, approved_on)
    return take_each((each, source) for each in entries)


def take_each(entries: Iterable[tuple[Entry, Source]]) -> int:
    """Let workplaces take their numbers in the given order, whosesoever they are. Returns how many numbers were taken."""
    rows = [
        (of.employer_inn, e.number_key[:KEY_LENGTH], e.number[:KEY_LENGTH], e.position, e.subunit, e.position_key, e.unit_key,
         list(e.snils), of.report_uid, of.label, of.approved_on, e.final_class)
        for e, of in entries if e.number_key
    ]  # fmt: skip
    if not rows:
        return 0
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO registries_workplaceinforce ({_COLUMNS})"  # noqa: S608 - names of our own columns
            f" VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) {_SAME_PLACE_AND_NOT_OLDER}",
            rows,
        )
        return int(cursor.rowcount)


def leave(employer_inn: str, number_keys: Collection[str], report_uid: UUID) -> int:
    """Workplaces of a report give their numbers up. Returns how many of the numbers were theirs."""
    rows = WorkplaceInForce.objects.filter(
        employer_inn=employer_inn, number_key__in=list(number_keys), report_uid=report_uid
    )
    return rows.delete()[0]


def forget_imported(standing: Mapping[str, Mapping[str, Collection[tuple[str, str]]]]) -> int:
    """Imported workplaces leave whose number the register now gives to none of the places it names: `standing` is employer's ИНН →
    number key → places as (position key, sub-unit key), empty where nothing is actual. Returns how many left."""
    imported = WorkplaceInForce.objects.filter(report_uid=None)
    employers = sorted(standing)
    gone: list[int] = []
    for start in range(0, len(employers), EMPLOYERS_AT_ONCE):
        rows = imported.filter(employer_inn__in=employers[start : start + EMPLOYERS_AT_ONCE])
        columns = rows.values_list("pk", "employer_inn", "number_key", "position_key", "unit_key")
        gone += [
            pk
            for pk, inn, number, position, unit in columns.iterator(chunk_size=ROWS_AT_ONCE)
            if number in standing[inn] and (position, unit) not in standing[inn][number]
        ]
    left = 0
    for start in range(0, len(gone), ROWS_AT_ONCE):
        left += WorkplaceInForce.objects.filter(pk__in=gone[start : start + ROWS_AT_ONCE]).delete()[0]
    return left


def held(employer_inn: str, number_keys: Collection[str]) -> set[str]:
    """Those of the numbers that a workplace in force of the employer bears."""
    rows = WorkplaceInForce.objects.filter(employer_inn=employer_inn, number_key__in=list(number_keys))
    return set(rows.values_list("number_key", flat=True))


@dataclass(frozen=True, slots=True)
class Left:
    """What a withdrawn report had in force: keys of numbers, and of places as (position, sub-unit)."""

    numbers: frozenset[str]
    places: frozenset[tuple[str, str]]


def borne_by(report_uid: UUID) -> Left:
    """What stands on a report now."""
    rows = list(
        WorkplaceInForce.objects.filter(report_uid=report_uid).values_list("number_key", "position_key", "unit_key")
    )
    return Left(frozenset(row[0] for row in rows), frozenset((row[1], row[2]) for row in rows))


def withdraw(report_uid: UUID) -> int:
    """All workplaces that stand on a report leave: it was replaced by a corrected one."""
    return WorkplaceInForce.objects.filter(report_uid=report_uid).delete()[0]
