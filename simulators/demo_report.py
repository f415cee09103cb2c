"""A report of the demo's SOUT organization that nobody has uploaded yet: its own ИН СОУТ, numbers and workers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import BinaryIO

from django.db.models import IntegerField, Max
from django.db.models.functions import Cast

from registries.importing import import_registers
from registries.models import SoutId, WorkplaceInForce
from registries.workplace_keys import number_sort_key
from simulators.demo_story import norma, office_spec, plant_spec
from simulators.sout_reports import EmployerSpec, ReportSpec, registers_of, write_report
from simulators.sout_reports.draft import Draft
from simulators.sout_reports.mutations import MUTATIONS
from simulators.sout_reports.parties import Kind

EMPLOYERS: dict[str, Callable[[], EmployerSpec]] = {"zmz": plant_spec, "techno": office_spec}
KINDS: dict[str, Kind] = {"zmz": "plant", "techno": "office"}
FIRST_ID = 820_000
# Every report has a range of numbers of its own, so that two made before one is uploaded do not share numbers.
NUMBERS_OF_ONE = 10_000
NUMBER_TAKEN = "SOUT-UNIQ-001"
# These defects refer to records that only the registers of the rule tests hold.
NEED_REGISTERS = {
    "SOUT-FMT-003",
    "SOUT-ORG-001",
    "SOUT-ORG-002",
    "SOUT-EXP-002",
    "SOUT-EMP-001",
}
DEFECTS = tuple(code for code in MUTATIONS if code not in NEED_REGISTERS)


@dataclass(frozen=True, slots=True)
class DemoReport:
    """What was written."""

    sout_id: str
    employer: EmployerSpec
    workplaces: int


def write_demo_report(
    stream: BinaryIO, *, employer: str, kind: Kind | None, workplaces: int, defect: str, today: date
) -> DemoReport:
    """Register a fresh ИН СОУТ and write the report. `employer` is a key of EMPLOYERS, `defect` one of DEFECTS or ""."""
    if defect and defect != NUMBER_TAKEN:
        workplaces = max(workplaces, MUTATIONS[defect].workplaces)
    spec = _fresh(employer, kind, workplaces, defect, today)
    import_registers(registers_of([spec]))
    if defect == NUMBER_TAKEN:
        stream.write(_with_taken_number(spec).to_bytes())
    elif defect:
        stream.write(MUTATIONS[defect].apply(spec).to_bytes())
    else:
        write_report(stream, spec)
    return DemoReport(spec.sout_id, spec.employer, spec.workplaces)


def _fresh(employer: str, kind: Kind | None, workplaces: int, defect: str, today: date) -> ReportSpec:
    mutation = MUTATIONS.get(defect)
    numbers = SoutId.objects.filter(number__regex=r"^82[0-9]{4}$").annotate(value=Cast("number", IntegerField()))
    last = numbers.aggregate(last=Max("value"))["last"] or FIRST_ID
    number = last + 1
    return ReportSpec(
        employer=EMPLOYERS[employer](),
        organization=norma(today),
        kind=kind or (mutation.kind if mutation else KINDS[employer]),
        workplaces=workplaces,
        seed=mutation.seed if mutation and mutation.similar else number,
        day=today,
        sout_id=str(number),
        first_number=(number - FIRST_ID) * NUMBERS_OF_ONE + 1,
        similar=bool(mutation and mutation.similar),
        previous=False,
    )


def _with_taken_number(spec: ReportSpec) -> Draft:
    """The first measured workplace bears the number of a place that the employer has in force."""
    draft = Draft(spec)
    card = draft.card()
    held = WorkplaceInForce.objects.filter(employer_inn=spec.employer.inn).exclude(position=card.findtext("Position"))
    taken = min((row.number for row in held), key=number_sort_key, default="")
    if not taken:
        raise ValueError("у работодателя нет действующих рабочих мест, занять нечей номер")
    draft.renumber(card, taken)
    return draft
