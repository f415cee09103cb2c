"""The job «report.check»: one streaming pass that reads, stages and checks, then one short closing transaction."""

from __future__ import annotations

import dataclasses
import gc
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any

from django.utils import timezone

from accounts.actions import ensure_employer
from accounts.selectors import branch_by_kpp
from core.files import open_file
from core.jobs import Run, job
from core.locks import lock_name
from registries import in_force
from sout_reports import staging
from sout_reports.actions import Accepted, accept, begin, pass_on, refuse, replaced_report, stall
from sout_reports.actions.receiving import JOB, limits
from sout_reports.document.container import open_report
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
from sout_reports.selectors import ALREADY_ACCEPTED
from sout_reports.staging import Stager
from sout_reports.states import State
from violations.check.locating import lines_in
from violations.check.registers import DatabaseRegisters
from violations.flags.actions import CORRECTION, recheck_report
from violations.flags.models import CheckRun
from violations.flags.raising import make_obsolete, raise_at_intake
from violations.flags.selectors import flagged_about
from violations.rules.checker import Checker, CheckOutcome
from violations.rules.files import Digesting
from violations.rules.findings import Finding
from violations.rules.severity import how_cleared
from violations.rules.sout import book
from violations.rules.wording import shortened

REPORT_EVERY = 50  # workplaces between two words to the heartbeat
LONGEST_NAME, LONGEST_SHORT_NAME, LONGEST_ADDRESS = 1000, 500, 1000  # as the columns of accounts.Organization


@dataclasses.dataclass(slots=True)
class Reading:
    """What one pass over the file brought together."""

    stager: Stager
    checker: Checker
    groups: list[SimilarGroup]
    header: Header | None = None
    tail: Tail = dataclasses.field(default_factory=Tail)
    content_sha256: str = ""
    lines: dict[str, int] = dataclasses.field(default_factory=dict)  # path → line, located so far


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
        _foresee(report, reading)
    except Refusal as refusal:
        problems = _located(report, reading, refusal.problems)
        total = refusal.total
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
        stream = Digesting(plain)
        with _no_cycles_to_look_for():
            for thing, fragment in read_report(stream, with_fragments=True):
                _take(run, reading, thing, fragment)
        reading.content_sha256 = stream.hexdigest()
    run.progress(reading.stager.workplaces, step="rules")
    reading.stager.flush()


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


def _foresee(report: SoutReport, reading: Reading) -> None:
    """Judge once before the employer's lock is taken, for the lines: to locate them the file is read a second time, and
    nobody else shall wait for that. The closing transaction judges again, by the registers as they are then."""
    outcome = _judge(report, reading, _replaced(report, reading))
    _locate(report, reading, [f.path for f in (*outcome.blocked, *outcome.findings)])


def _replaced(report: SoutReport, reading: Reading) -> SoutReport | None:
    """Raises Refusal for a correction of a report that is not there."""
    assert reading.header is not None  # see _same_organization
    return replaced_report(report, reading.tail, reading.header)


def _judge(report: SoutReport, reading: Reading, replaces: SoutReport | None) -> CheckOutcome:
    leaving_out = {report.uid} if replaces is None else {report.uid, replaces.uid}
    reading.checker.registers = DatabaseRegisters(leaving_out=leaving_out)
    reading.checker.sha256 = reading.content_sha256
    return reading.checker.finish()


def _refused(report: SoutReport, problems: Sequence[Problem], total: int) -> dict[str, Any]:
    based = [
        dataclasses.replace(p, basis=book[p.code].basis) if p.code in book and not p.basis else p for p in problems
    ]
    refuse(report, based, total)
    return {"state": "refused", "problems": total}


def _locate(report: SoutReport, reading: Reading, paths: Iterable[str]) -> None:
    """Exact lines by a second pass, only where there is something that no pass has located yet."""
    wanted = {path for path in paths if path} - reading.lines.keys()
    if not wanted:
        return
    reading.lines |= lines_in(report, wanted)


def _located(report: SoutReport, reading: Reading, problems: Sequence[Problem]) -> list[Problem]:
    _locate(report, reading, [p.path for p in problems if p.line is None])
    return [dataclasses.replace(p, line=reading.lines.get(p.path)) if p.line is None else p for p in problems]


def _close(run: Run, report: SoutReport, reading: Reading, started: float) -> dict[str, Any]:
    """The closing transaction: registers are asked under the employer's lock, so that two reports on the same employer, or a
    report and a protocol, are judged one after the other."""
    header = reading.header
    assert header is not None  # see _same_organization
    lock_name("employer", header.employer.inn)
    try:
        _not_accepted_yet(report, reading)
        replaces = _replaced(report, reading)
    except Refusal as refusal:
        reading.stager.discard()
        return _refused(report, _located(report, reading, refusal.problems), refusal.total)
    outcome = _judge(report, reading, replaces)
    if outcome.blocked:
        reading.stager.discard()
        problems = _located(report, reading, [_as_problem(f) for f in outcome.blocked])
        return _refused(report, problems, len(problems))
    return _accepted(run, report, reading, outcome, replaces, started)


def _accepted(
    run: Run, report: SoutReport, reading: Reading, outcome: CheckOutcome, replaces: SoutReport | None, started: float
) -> dict[str, Any]:
    """Rows, flags and the verdict, in the closing transaction."""
    header = reading.header
    assert header is not None  # see _same_organization
    _locate(report, reading, [f.path for f in outcome.findings])
    findings = [dataclasses.replace(f, line=reading.lines.get(f.path)) for f in outcome.findings]
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
    left = in_force.borne_by(replaces.uid) if replaces is not None else None
    accepted = accept(report, brought, open_flags=len(findings), open_violations=violations)
    raise_at_intake(accepted, findings)
    if replaces is not None and left is not None:
        make_obsolete(replaces, reason=f"Отчёт заменён исправленным № {report.number}")
        _pass_on(accepted, replaces, left)
    CheckRun.objects.create(
        report=accepted,
        edition=outcome.edition,
        occasion="intake",
        seconds=round(time.monotonic() - started, 3),
        found=len(findings),
    )
    run.progress(reading.stager.workplaces, total=reading.stager.workplaces, step="done")
    return {"state": "accepted", "verdict": accepted.verdict, "flags": len(findings)}


def _pass_on(accepted: SoutReport, replaced: SoutReport, left: in_force.Left) -> None:
    """What the replaced report held is free: other reports of the employer take it, and their flags about it are judged again."""
    pass_on(accepted.employer_inn, left.numbers, but=accepted)
    reason = f"Отчёт № {replaced.number} заменён исправленным № {accepted.number}"
    for report in flagged_about(accepted.employer_inn, numbers=left.numbers, places=left.places):
        if report != accepted:
            recheck_report(report, actor=None, protocol=None, reason=reason, occasion=CORRECTION)


def _as_problem(finding: Finding) -> Problem:
    rule = book[finding.code]
    return Problem(
        code=finding.code,
        message=finding.message,
        found=finding.found,
        expected=finding.expected,
        path=finding.path,
        advice=finding.advice or how_cleared(rule.cleared_by),
        basis=rule.basis,
    )


def _not_accepted_yet(report: SoutReport, reading: Reading) -> None:
    """The same document in another container is the same report. Raises Refusal."""
    twins = SoutReport.objects.filter(
        organization=report.organization, content_sha256=reading.content_sha256, state=State.ACCEPTED
    )
    twin = twins.exclude(pk=report.pk).first()
    if twin is None:
        return
    day: date = timezone.localdate(twin.received_at)
    problem = Problem(
        code=ALREADY_ACCEPTED,
        message=f"Этот отчёт уже принят: квитанция № {twin.number} от {day:%d.%m.%Y}.",
        advice="Передавать его ещё раз не нужно. Исправленный отчёт передаётся с видом «Исправление» (SubmissionKind).",
    )
    raise Refusal([problem], 1)


def _employer(header: Header) -> Any:
    stated = header.employer
    return ensure_employer(
        inn=stated.inn,
        ogrn=stated.ogrn,
        kpp=stated.kpp or "",
        # the schema sets no limit to these; what the file says in full stays in the report's own head
        full_name=shortened(stated.name, LONGEST_NAME),
        short_name=shortened(stated.short_name, LONGEST_SHORT_NAME),
        region=header.region,
        address=shortened(stated.address, LONGEST_ADDRESS),
    )
