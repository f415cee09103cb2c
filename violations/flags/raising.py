"""From findings to flags: at intake all of a report's, after a protocol those of the touched rules.

Identity is (report, rule, object's ordinal, part). A finding that is there again updates its flag with history; one that is
gone leaves a flag cleared or obsolete, with a reason.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from sout_reports.models import SoutReport, Workplace
from sout_reports.staging import copy_rows
from violations.flags.models import Flag, FlagChange
from violations.flags.states import FlagState
from violations.inspection.lapsing import lapse_reviews
from violations.inspection.states import Review
from violations.inspection.stepping import renew
from violations.rules.findings import Finding
from violations.rules.severity import Severity

COLUMNS = (
    "report_id", "rule", "object_ordinal", "part", "severity", "state", "workplace_id", "workplace_number", "message",
    "found", "expected", "path", "line", "reason", "region",
)  # fmt: skip
MAKES_VIOLATIONS = [str(Severity.BLOCK), str(Severity.VIOLATION)]


def raise_at_intake(report: SoutReport, findings: Sequence[Finding]) -> None:
    """All findings of a report that has no flags yet. Call in the closing transaction, after its workplaces are in place."""
    places = _workplace_ids(report, findings)
    copy_rows(
        Flag._meta.db_table,
        COLUMNS,
        (
            (
                report.pk, f.code, f.object_ordinal, f.part, str(f.severity), FlagState.OPEN.value,
                places.get(f.workplace_ordinal or 0), f.workplace or "", f.message, f.found, f.expected, f.path[:300], f.line, "",
                report.region,
            )
            for f in findings
        ),
    )  # fmt: skip


def _workplace_ids(report: SoutReport, findings: Sequence[Finding]) -> dict[int, int]:
    ordinals = {f.workplace_ordinal for f in findings if f.workplace_ordinal}
    if not ordinals:
        return {}
    rows = Workplace.objects.filter(report=report)
    if len(ordinals) < 5000:
        rows = rows.filter(ordinal__in=ordinals)
    return dict(rows.values_list("ordinal", "pk"))


@dataclass(slots=True)
class Effect:
    """What a re-check did to the flags of a report."""

    cleared: int = 0
    raised: int = 0
    updated: int = 0


def apply_recheck(
    report: SoutReport,
    findings: Sequence[Finding],
    *,
    codes: Collection[str],
    actor: Any,
    protocol: Any = None,
    reason: str,
) -> Effect:
    """Bring the flags of the rules `codes` to what `findings` say now: gone ones are cleared (by `protocol` where given),
    others updated, new ones raised, returned ones reopened. Call under the employer's lock."""
    effect = Effect()
    now_found = {f.key: f for f in findings if f.code in codes}
    flags = (
        Flag.objects.select_for_update(of=("self",), no_key=True).filter(report=report, rule__in=codes).order_by("pk")
    )
    gone = []
    for flag in flags:
        finding = now_found.pop((flag.rule, flag.object_ordinal, flag.part), None)
        if finding is not None:
            effect.updated += _renew(flag, finding, actor, reason)
        elif flag.state == FlagState.OPEN:
            gone.append(flag)
    effect.cleared = _clear(gone, actor, protocol, reason)
    effect.raised = _raise_new(report, list(now_found.values()), _person(actor), reason)
    return effect


def _person(actor: Any) -> Any:
    """The history of a flag names a person; the journal, for which branch he acted too."""
    return getattr(actor, "user", actor)


def _clear(flags: Sequence[Flag], actor: Any, protocol: Any, reason: str) -> int:
    """All at once: one protocol may clear the flags of a whole report."""
    lapse_reviews([flag.pk for flag in flags], reason=f"Признак погашен: {reason}", actor=actor)
    rows = Flag.objects.filter(pk__in=[flag.pk for flag in flags])
    rows.update(state=FlagState.CLEARED, closed_at=timezone.now(), protocol=protocol, reason=reason[:200])
    changes = [FlagChange(flag=flag, actor=_person(actor), what="cleared", reason=reason[:200]) for flag in flags]
    FlagChange.objects.bulk_create(changes, batch_size=1000)
    return len(flags)


def _renew(flag: Flag, finding: Finding, actor: Any, reason: str) -> int:
    """The finding stands: the flag is open with today's values. What an inspector dismissed stays dismissed while the values are
    those he judged; with others it is open again and waits for a review of its own."""
    fresh = {
        "message": finding.message,
        "found": finding.found,
        "expected": finding.expected,
        "workplace_number": finding.workplace or "",
    }
    before = {name: getattr(flag, name) for name in fresh}
    reopened = flag.state != FlagState.OPEN
    if before == fresh and (not reopened or flag.state == FlagState.DISMISSED):
        return 0
    opened = {"state": FlagState.OPEN, "closed_at": None, "protocol": None, "reason": ""}
    _save(flag, fresh | opened, actor=actor, anew=reopened or flag.review == Review.CONFIRMED)
    changed = {name: value for name, value in fresh.items() if before[name] != value}
    FlagChange.objects.create(
        flag=flag,
        actor=_person(actor),
        what="reopened" if reopened else "updated",
        before={name: before[name] for name in changed},
        after=changed,
        reason=reason[:200],
    )
    return 1


def _save(flag: Flag, changes: dict[str, Any], *, actor: Any, anew: bool) -> None:
    """`anew`: whatever was decided on the flag, it was about other values."""
    if anew and flag.review != Review.NEW:
        renew(flag, actor=actor, changes=changes)
        return
    for name, value in changes.items():
        setattr(flag, name, value)
    flag.save(update_fields=list(changes))


def _raise_new(report: SoutReport, findings: Sequence[Finding], user: Any, reason: str) -> int:
    places = _workplace_ids(report, findings)
    flags = Flag.objects.bulk_create(
        [
            Flag(
                report=report,
                rule=finding.code,
                object_ordinal=finding.object_ordinal,
                part=finding.part,
                severity=str(finding.severity),
                workplace_id=places.get(finding.workplace_ordinal or 0),
                workplace_number=finding.workplace or "",
                message=finding.message,
                found=finding.found,
                expected=finding.expected,
                path=finding.path[:300],
                line=finding.line,
                region=report.region,
            )
            for finding in findings
        ],
        batch_size=1000,
    )
    changes = [FlagChange(flag=flag, actor=user, what="raised", reason=reason[:200]) for flag in flags]
    FlagChange.objects.bulk_create(changes, batch_size=1000)
    return len(flags)


def make_obsolete(report: SoutReport, *, reason: str) -> int:
    """A corrected report took this one's place: whatever is open lapses."""
    now = timezone.now()
    flags = list(Flag.objects.select_for_update(of=("self",), no_key=True).filter(report=report, state=FlagState.OPEN))
    for flag in flags:
        flag.state = FlagState.OBSOLETE
        flag.closed_at = now
        flag.reason = reason[:200]
    lapse_reviews([flag.pk for flag in flags], reason=reason)
    Flag.objects.bulk_update(flags, ["state", "closed_at", "reason"], batch_size=1000)
    FlagChange.objects.bulk_create(
        [FlagChange(flag=flag, what="obsolete", reason=reason[:200]) for flag in flags], batch_size=1000
    )
    return len(flags)


def open_counts(report: SoutReport) -> tuple[int, int]:
    """(open flags, those of them that make the verdict «Не соответствует требованиям»)."""
    rows = Flag.objects.filter(report=report, state=FlagState.OPEN)
    return rows.count(), rows.filter(severity__in=MAKES_VIOLATIONS).count()
