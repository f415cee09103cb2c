"""The check of a file that is not kept: the same pass as the intake makes, for the command line and the pre-check."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from typing import BinaryIO

from sout_reports.document.container import Stream, open_report
from sout_reports.document.locate import lines_of
from sout_reports.document.model import Problem, Refusal
from sout_reports.document.reader import read_report
from violations.rules.checker import Checker, Verdict
from violations.rules.findings import Finding
from violations.rules.registers import Registers
from violations.rules.severity import Severity
from violations.rules.sout import book

FORM = "SOUT-FMT-001"


@dataclass(slots=True, frozen=True)
class FileCheck:
    """What a check of a file says. Findings have their lines; of a refused file they are its problems, at most 1,000,
    while `total` counts all."""

    verdict: Verdict
    findings: list[Finding] = field(default_factory=list)
    total: int = 0
    edition: str = ""


class Digesting:
    """A readable stream that digests what passes through it."""

    def __init__(self, inner: Stream) -> None:
        self._inner = inner
        self._digest = hashlib.sha256()

    def read(self, size: int = -1, /) -> bytes:
        block = self._inner.read(size)
        self._digest.update(block)
        return block

    def hexdigest(self) -> str:
        return self._digest.hexdigest()


def check_file(
    file: BinaryIO, name: str, registers: Registers, *, only: Collection[str] | None = None, **limits: int
) -> FileCheck:
    """Check a report, bare or in an archive, and store nothing. `file` is seekable, `limits` are those of `open_report`.

    Raises ValueError for a code in `only` that the book does not have.
    """

    def opened() -> AbstractContextManager[Stream]:
        return open_report(file, name, **limits)

    checker = Checker(registers, only=only)
    try:
        with opened() as plain:
            stream = Digesting(plain)
            for thing, _ in read_report(stream, with_fragments=False):
                checker.feed(thing)
            checker.sha256 = stream.hexdigest()
    except Refusal as refusal:
        findings = [as_finding(problem) for problem in refusal.problems]
        return FileCheck(Verdict.REFUSED, _with_lines(findings, opened), refusal.total, book.edition())
    outcome = checker.finish()
    findings = _with_lines(outcome.blocked or outcome.findings, opened)
    return FileCheck(outcome.verdict, findings, len(findings), outcome.edition)


def as_finding(problem: Problem) -> Finding:
    """A problem of form as a finding: what is wrong with an archive or with the XML itself is SOUT-FMT-001 too."""
    return Finding(
        code=problem.code if problem.code in book else FORM,
        severity=Severity.BLOCK,
        message=problem.message,
        found=problem.found,
        expected=problem.expected,
        path=problem.path,
        object_ordinal=0,
        line=problem.line,
    )


def _with_lines(findings: Iterable[Finding], opened: Callable[[], AbstractContextManager[Stream]]) -> list[Finding]:
    """Lines are looked up in a second pass, and only where something is to be found."""
    placed = list(findings)
    wanted = {finding.path for finding in placed if finding.path and finding.line is None}
    if not wanted:
        return placed
    try:
        with opened() as plain:
            lines = lines_of(plain, wanted)
    except Refusal:
        # what cannot be read to its end keeps the lines its problems came with
        return placed
    return [replace(finding, line=lines.get(finding.path)) if finding.line is None else finding for finding in placed]
