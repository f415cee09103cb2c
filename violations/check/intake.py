"""The job «report.check»: one streaming pass that reads, stages and checks, then one short closing transaction."""

from __future__ import annotations

import dataclasses
import gc
import hashlib
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any

from django.utils import timezone

from accounts.actions import ensure_employer
from accounts.selectors import branch_by_kpp
from core.files import open_file
from core.jobs import Run, job
from core.locks import lock_name
from core.xml.source import Readable
from sout_reports import staging
from sout_reports.actions import Accepted, accept, begin, refuse, stall
from sout_reports.actions.finishing import replaced_report
from sout_reports.actions.receiving import JOB, limits
from sout_reports.document.container import open_report
from sout_reports.document.locate import lines_of
from sout_reports.document.model import (
    Header,
    MeasurementProtocol,
    Problem,
    Refusal,
    SimilarGroup,
    Tail,
    Workplace,
    WorkplaceDetails,
)
from sout_reports.document.reader import read_report
from sout_reports.models import SoutReport
from sout_reports.staging import Stager
from sout_reports.states import State
from violations.check.registers import DatabaseRegisters
from violations.flags.models import CheckRun
from violations.flags.raising import make_obsolete, raise_at_intake
from violations.rules.checker import Checker, CheckOutcome
from violations.rules.findings import Finding

REPORT_EVERY = 50  # workplaces between two words to the heartbeat


@dataclasses.dataclass(slots=True)
class Reading:
    """What one pass over the file brought together."""

    stager: Stager
    checker: Checker
    groups: list[SimilarGroup]
    header: Header | None = None
    tail: Tail = dataclasses.field(default_factory=Tail)
    content_sha256: str = ""


class Hashing:
    """A readable stream that digests what passes through it."""

    def __init__(self, inner: Readable) -> None:
        self._inner = inner
        self._digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        block = self._inner.read(size)
        self._digest.update(block)
        return block

    def hexdigest(self) -> str:
        return self._digest.hexdigest()


def _gave_up(stranded: Any) -> None:
    """The last attempt failed for a reason of ours: the file is kept, and its check waits to be repeated."""
    report = SoutReport.objects.filter(pk=stranded.subject_id, state__in=[State.RECEIVED, State.CHECKING]).first()
    if report is not None:
        stall(report)


@job(JOB, queue="checks", on_failure=_gave_up, sweep=staging.sweep)
def check_report(run: Run) -> None:
    """Check an uploaded file. Safe to be killed at any moment and delivered twice: see core.jobs."""
    report = run.subject()
    assert isinstance(report, SoutReport)  # the kind of job fixes its subject
    started = time.monotonic()
    begin(report)
    reading = Reading(Stager(run.job.pk, run.attempt), _checker(report), [])
    try:
        _read(run, report, reading)
        _same_organization(report, reading)
    except Refusal as refusal:
        problems, total = list(refusal.problems), refusal.total
        reading.stager.discard()
        run.finish(lambda: _refused(report, problems, total))
        return
    run.finish(lambda: _close(run, report, reading, started))


def _checker(report: SoutReport) -> Checker:
    received_on = timezone.localdate(report.received_at)
    return Checker(DatabaseRegisters(leaving_out={report.uid}), received_on=received_on, own_report_uid=str(report.uid))


def _read(run: Run, report: SoutReport, reading: Reading) -> None:
    run.progress(0, step="format")
    with open_file(report.file) as packed, open_report(packed, report.file.name, **limits()) as plain:
        stream = Hashing(plain)
        with _no_cycles_to_look_for():
            for thing, fragment in read_report(stream, with_fragments=True):
                _take(run, reading, thing, fragment)
        reading.content_sha256 = stream.hexdigest()
    reading.stager.flush()
    run.progress(reading.stager.workplaces, step="rules")


@contextmanager
def _no_cycles_to_look_for() -> Iterator[None]:
    """The pass makes millions of small objects and no cycles: the collector would only walk the growing tallies again and
    again. Reference counting frees what the pass drops."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _take(run: Run, reading: Reading, thing: object, fragment: bytes | None) -> None:
    reading.checker.feed(thing)
    stager = reading.stager
    match thing:
        case Workplace():
            stager.workplace(thing, fragment or b"")
            if stager.workplaces % REPORT_EVERY == 0:
                run.progress(stager.workplaces)
        case WorkplaceDetails():
            stager.details(thing, fragment or b"")
        case MeasurementProtocol():
            stager.protocol(thing, fragment or b"")
        case SimilarGroup():
            reading.groups.append(thing)
        case Header():
            reading.header = thing
            run.progress(0, total=max(thing.workplaces_assessed, 0), step="checking")
        case Tail():
            reading.tail = thing


def _same_organization(report: SoutReport, reading: Reading) -> None:
    """The report must be of the SOUT organization that is signed in."""
    assert reading.header is not None  # the reader yields a header or raises Refusal
    named = reading.header.organization
    own = report.organization
    if named.inn == own.inn:
        return
    problem = Problem(
        code="FILE-FOREIGN",
        message="Отчёт составлен другой организацией, проводящей СОУТ: передать можно только отчёт своей организации.",
        found=f"ИНН {named.inn}, {named.name}",
        expected=f"ИНН {own.inn}, {own.name}",
        path=f"{named.path}/INN",
        advice="Войдите от имени организации, проводившей СОУТ, либо исправьте раздел I отчёта.",
    )
    raise Refusal([problem], 1)


def _refused(report: SoutReport, problems: list[Problem], total: int) -> dict[str, Any]:
    lines = _lines(report, [p.path for p in problems if p.line is None and p.path])
    placed = [dataclasses.replace(p, line=lines.get(p.path)) if p.line is None else p for p in problems]
    refuse(report, placed, total)
    return {"state": "refused", "problems": total}


def _lines(report: SoutReport, paths: Sequence[str]) -> dict[str, int]:
    """Exact lines by a second pass, only where there is something to locate."""
    wanted = set(paths)
    if not wanted:
        return {}
    with open_file(report.file) as packed, open_report(packed, report.file.name, **limits()) as plain:
        return lines_of(plain, wanted)


def _close(run: Run, report: SoutReport, reading: Reading, started: float) -> dict[str, Any]:
    """The closing transaction: registers are asked under the employer's lock, so that two reports on the same employer, or a
    report and a protocol, are judged one after the other."""
    header = reading.header
    assert header is not None  # see _same_organization
    lock_name("employer", header.employer.inn)
    doubled = _already_accepted(report, reading)
    if doubled is not None:
        reading.stager.discard()
        return _refused(report, [doubled], 1)
    replaces = replaced_report(report, reading.tail, header.employer.inn)
    if replaces is not None:
        reading.checker.registers = DatabaseRegisters(leaving_out={report.uid, replaces.uid})
    reading.checker.sha256 = reading.content_sha256
    outcome = reading.checker.finish()
    if outcome.blocked:
        reading.stager.discard()
        return _refused(report, [_as_problem(f) for f in outcome.blocked], len(outcome.blocked))
    return _accepted(run, report, reading, outcome, replaces, started)


def _accepted(
    run: Run, report: SoutReport, reading: Reading, outcome: CheckOutcome, replaces: SoutReport | None, started: float
) -> dict[str, Any]:
    """Rows, flags and the verdict, in the closing transaction."""
    header = reading.header
    assert header is not None  # see _same_organization
    findings = _placed(report, outcome.findings)
    violations = sum(f.severity.is_violation for f in findings)
    employer = _employer(header)
    brought = Accepted(
        header=header,
        tail=reading.tail,
        groups=reading.groups,
        stager=reading.stager,
        content_sha256=reading.content_sha256,
        employer=employer,
        branch=branch_by_kpp(employer, header.employer.kpp or ""),
        replaces=replaces,
        edition=outcome.edition,
    )
    accepted = accept(report, brought, open_flags=len(findings), open_violations=violations)
    raise_at_intake(accepted, findings)
    if replaces is not None:
        make_obsolete(replaces, reason=f"Отчёт заменён исправленным № {report.number}")
    CheckRun.objects.create(
        report=accepted,
        edition=outcome.edition,
        occasion="intake",
        seconds=round(time.monotonic() - started, 3),
        found=len(findings),
    )
    run.progress(reading.stager.workplaces, total=reading.stager.workplaces, step="done")
    return {"state": "accepted", "verdict": accepted.verdict, "flags": len(findings)}


def _placed(report: SoutReport, findings: Sequence[Finding]) -> list[Finding]:
    lines = _lines(report, [f.path for f in findings])
    return [dataclasses.replace(f, line=lines.get(f.path)) for f in findings]


def _as_problem(finding: Finding) -> Problem:
    return Problem(
        code=finding.code, message=finding.message, found=finding.found, expected=finding.expected, path=finding.path
    )


def _already_accepted(report: SoutReport, reading: Reading) -> Problem | None:
    """The same document in another container is the same report."""
    twin = (
        SoutReport.objects.filter(
            organization=report.organization, content_sha256=reading.content_sha256, state=State.ACCEPTED
        )
        .exclude(pk=report.pk)
        .first()
    )
    if twin is None:
        return None
    day: date = timezone.localdate(twin.received_at)
    return Problem(
        code="FILE-ALREADY-ACCEPTED",
        message=f"Этот отчёт уже принят: квитанция № {twin.number} от {day:%d.%m.%Y}.",
        advice="Передавать его ещё раз не нужно. Исправленный отчёт передаётся с видом «Исправление» (SubmissionKind).",
    )


def _employer(header: Header) -> Any:
    stated = header.employer
    return ensure_employer(
        inn=stated.inn,
        ogrn=stated.ogrn,
        kpp=stated.kpp or "",
        full_name=stated.name,
        short_name=stated.short_name,
        region=header.region,
        address=stated.address,
    )
