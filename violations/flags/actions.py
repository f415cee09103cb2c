"""What changes flags after intake: the touched rules are asked again over the rows as they are kept now."""

from __future__ import annotations

import time
from collections import defaultdict
from typing import Any

from core.journal import record
from sout_reports.actions import write_verdict
from sout_reports.document.model import WorkplaceKind
from sout_reports.models import SoutReport, Workplace, WorkplaceWorker
from violations.check.registers import DatabaseRegisters
from violations.flags.models import CheckRun
from violations.flags.raising import Effect, apply_recheck, open_counts
from violations.flags.selectors import commission_codes
from violations.rules.checker import RECHECKABLE, recheck
from violations.rules.sout import book
from violations.rules.sout.tallies import WorkplaceTally

PROTOCOL, CORRECTION = "protocol", "correction"  # occasions of a re-check


def recheck_report(report: SoutReport, *, actor: Any, protocol: Any, reason: str, occasion: str = PROTOCOL) -> Effect:
    """Ask the rules that a commission can satisfy again, bring the report's flags to the answer, and write its verdict.
    `protocol` is the decision that the flags are cleared by, None where a corrected report took another one's place.

    Call inside a transaction, under the employer's lock. Rules are those in force on the report's own date.
    """
    started = time.monotonic()
    codes = rechecked_codes(report)
    findings = recheck(
        stored_tallies(report),
        [],  # groups serve SOUT-UNIQ-005 only, which no commission clears
        DatabaseRegisters(leaving_out={report.uid}),
        codes,
        employer_inn=report.employer_inn,
        own_report_uid=str(report.uid),
    )
    effect = apply_recheck(report, findings, codes=codes, actor=actor, protocol=protocol, reason=reason)
    open_flags, open_violations = open_counts(report)
    if effect.raised:
        # whoever listens looks their lines up, after the commit: the file is not read while others wait
        record("report.flags_raised", report, actor=actor, organization=report.employer, raised=effect.raised)
    write_verdict(report, open_flags=open_flags, open_violations=open_violations, actor=actor)
    CheckRun.objects.create(
        report=report,
        edition=book.edition(),
        occasion=occasion,
        seconds=round(time.monotonic() - started, 3),
        found=len(findings),
    )
    return effect


def rechecked_codes(report: SoutReport) -> list[str]:
    """Codes that stored rows serve, that a commission clears, and that are in force for this report."""
    assert report.approved_on is not None  # an accepted report has its date
    in_force = {rule.code for rule in book.in_force(report.approved_on)}
    by_commission = commission_codes()
    return [code for code in RECHECKABLE if code in in_force and code in by_commission]


def stored_tallies(report: SoutReport) -> list[WorkplaceTally]:
    """The report's workplaces that are not liquidated, with their present numbers, in the order of the file."""
    workers: dict[int, list[str]] = defaultdict(list)
    rows = WorkplaceWorker.objects.filter(workplace__report=report).values_list("workplace_id", "snils")
    for workplace, snils in rows.iterator(chunk_size=10_000):
        workers[workplace].append(snils)
    places = Workplace.objects.filter(report=report, liquidated_on=None).order_by("ordinal")
    values = places.values_list(
        "pk", "ordinal", "kind", "path", "number", "current_number", "position", "subunit", "previous_number"
    )
    return [
        WorkplaceTally(
            ordinal=ordinal,
            kind=WorkplaceKind(kind),
            path=path,
            number=current,
            position=position,
            subunit=subunit,
            snils=tuple(workers.get(pk, ())),
            previous_number=previous or None,
            file_number=number if number != current else None,
        )
        for pk, ordinal, kind, path, number, current, position, subunit, previous in values.iterator(chunk_size=10_000)
    ]
