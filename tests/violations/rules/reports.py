"""Checking reports in memory: what the tests of the rules share."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

from simulators.sout_reports import ReportSpec, registers_of, sample_spec, write_report
from simulators.sout_reports.draft import Draft
from sout_reports.document.model import Workplace, WorkplaceKind
from sout_reports.document.reader import read_report
from violations.rules.checker import Checker, CheckOutcome
from violations.rules.context_file import ContextFileRegisters
from violations.rules.files import FileCheck, check_file
from violations.rules.sout.tallies import WorkplaceTally

CORPORA = Path(__file__).resolve().parents[2] / "corpora" / "sout"


def generated(spec: ReportSpec) -> bytes:
    stream = BytesIO()
    write_report(stream, spec)
    return stream.getvalue()


def registers(*specs: ReportSpec, **more: Any) -> ContextFileRegisters:
    """The registers in which the reports of these specs are in order; `more` replaces parts of the context file."""
    return ContextFileRegisters(registers_of(specs) | more)


def check(content: bytes, asked: ContextFileRegisters, **options: Any) -> CheckOutcome:
    checker = Checker(asked, **options)
    for thing, _ in read_report(BytesIO(content), with_fragments=False):
        checker.feed(thing)
    return checker.finish()


def check_as_file(content: bytes, asked: ContextFileRegisters, **options: Any) -> FileCheck:
    return check_file(BytesIO(content), "report.xml", asked, **options)


def small_draft(**fields: Any) -> Draft:
    """A report of a desk and a cleaner that can be spoilt."""
    chosen = {"workplaces": 2, "seed": 7, "similar": False, "previous": False}
    return Draft(sample_spec("office", **chosen | fields))


def place(ordinal: int, number: str, **fields: Any) -> WorkplaceTally:
    """A workplace as stored rows give it."""
    path = f"/Attestation/Enterprise/WorkPlaceAttested[{ordinal}]"
    chosen = {"position": "Токарь", "subunit": "Цех № 1", "kind": WorkplaceKind.ATTESTED} | fields
    return WorkplaceTally(ordinal=ordinal, path=path, number=number, **chosen)


def workplaces(content: bytes) -> list[Workplace]:
    things = (thing for thing, _ in read_report(BytesIO(content), with_fragments=False))
    return [thing for thing in things if isinstance(thing, Workplace)]


def codes(outcome: CheckOutcome | FileCheck) -> list[str]:
    return [finding.code for finding in outcome.findings]


__all__ = [
    "CORPORA",
    "check",
    "check_as_file",
    "codes",
    "generated",
    "place",
    "registers",
    "replace",
    "small_draft",
    "workplaces",
]
