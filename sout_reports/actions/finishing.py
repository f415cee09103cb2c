"""The end of a check, as far as the report is concerned: accepted with its rows, or refused with its problems."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone

from core.journal import record
from core.moves import lock, move
from core.regions import region_of_codes
from registries import in_force
from registries.register_numbers import plain_integer
from sout_reports.document.model import Header, Problem, SimilarGroup, Tail
from sout_reports.document.values import LARGEST
from sout_reports.experts import expert_keys
from sout_reports.models import SimilarGroup as SimilarGroupRow
from sout_reports.models import SoutReport, StagedWorkplace
from sout_reports.staging import Stager, take_over
from sout_reports.states import MOVES, Verdict

log = logging.getLogger(__name__)


def begin(report: SoutReport) -> SoutReport:
    """The worker starts (or starts again after a killed attempt)."""
    return move(report, "begin", moves=MOVES, actor=None, event="report.checking", organization=report.organization)


def stall(report: SoutReport) -> SoutReport:
    """Every attempt at the check failed for a reason of ours. The file stays without a term; `repeat_stalled` goes on."""
    log.error(
        "sout_reports: the check of receipt %s stalled; manage.py repeat_stalled_checks repeats it", report.number
    )
    return move(
        report,
        "stall",
        moves=MOVES,
        actor=None,
        event="report.stalled",
        payload={"number": report.number},
        organization=report.organization,
    )


def refuse(report: SoutReport, problems: Sequence[Problem], total: int) -> SoutReport:
    """The file is no report: keep every problem up to the limit, and the bytes for their owner for the agreed days."""
    kept = [
        {
            "code": each.code,
            "message": each.message,
            "found": each.found,
            "expected": each.expected,
            "path": each.path,
            "line": each.line,
            "advice": each.advice,
            "basis": each.basis,
        }
        for each in problems[: settings.SOUT_PROBLEMS_LISTED_MAX]
    ]
    now = timezone.now()
    changes = {"refused_at": now, "problems": kept, "problems_total": total}
    codes = sorted({str(each["code"]) for each in kept})
    refused = move(
        report,
        "refuse",
        moves=MOVES,
        actor=None,
        event="report.refused",
        changes=changes,
        payload={"number": report.number, "problems": total, "codes": codes},
        organization=report.organization,
    )
    stored = refused.file
    stored.expires_at = now + timedelta(days=settings.SOUT_REFUSED_KEPT_DAYS)
    stored.save(update_fields=["expires_at"])
    return refused


@dataclass(frozen=True, slots=True)
class Accepted:
    """What the reading of an accepted file brought together."""

    header: Header
    tail: Tail
    groups: Sequence[SimilarGroup]
    stager: Stager
    content_sha256: str
    employer: Any
    branch: Any
    replaces: SoutReport | None
    edition: str


def accept(report: SoutReport, brought: Accepted, *, open_flags: int, open_violations: int) -> SoutReport:
    """Take the staged rows over, feed the workplaces in force, and let the report replace the one it corrects.

    Call inside the closing transaction of the job, under the employer's lock (core.locks).
    """
    brought.stager.confirm()
    if brought.replaces is not None:
        supersede(brought.replaces, by=report)
    SimilarGroupRow.objects.bulk_create(
        [
            SimilarGroupRow(report=report, ordinal=g.ordinal, path=g.path, numbers=list(g.numbers))
            for g in brought.groups
        ],
        batch_size=1000,
    )
    _feed_in_force(report, brought)
    take_over(brought.stager, report.pk)
    changes = _columns(brought) | {"accepted_at": timezone.now(), **_verdict(open_flags, open_violations)}
    told = ("verdict", "workplaces", "open_flags", "open_violations")
    payload = {"number": report.number} | {name: changes[name] for name in told}
    return move(
        report,
        "accept",
        moves=MOVES,
        actor=None,
        event="report.accepted",
        changes=changes,
        payload=payload,
        organization=brought.employer,
    )


def _verdict(open_flags: int, open_violations: int) -> dict[str, Any]:
    verdict = Verdict.VIOLATIONS if open_violations else Verdict.CONFORMS
    return {"verdict": verdict, "open_flags": open_flags, "open_violations": open_violations}


def write_verdict(report: SoutReport, *, open_flags: int, open_violations: int, actor: Any) -> SoutReport:
    """After flags were cleared or raised: the verdict follows what is open. Call inside a transaction."""
    fresh = lock(report)
    before = fresh.verdict
    for name, value in _verdict(open_flags, open_violations).items():
        setattr(fresh, name, value)
    fresh.save(update_fields=["verdict", "open_flags", "open_violations"])
    if fresh.verdict != before:
        record(
            "report.verdict_changed",
            fresh,
            actor=actor,
            organization=fresh.employer,
            **{"from": before, "to": str(fresh.verdict)},
        )
    return fresh


def supersede(old: SoutReport, *, by: SoutReport) -> SoutReport:
    """A corrected report takes the place of an earlier one, whose workplaces leave the ones in force."""
    in_force.withdraw(old.uid)
    return move(
        old,
        "supersede",
        moves=MOVES,
        actor=None,
        event="report.superseded",
        # what was open lapses with it
        changes={"superseded_at": timezone.now(), "open_flags": 0, "open_violations": 0},
        payload={"by": str(by.uid), "by_number": by.number},
        organization=old.employer,
    )


def _columns(brought: Accepted) -> dict[str, Any]:
    header = brought.header
    info = brought.tail.info
    facts = header_facts(header, brought.tail)
    return {
        "employer": brought.employer,
        "branch": brought.branch,
        "region": region_of(brought.employer, brought.branch),
        "employer_name": header.employer.name,
        "employer_inn": header.employer.inn,
        "sout_organization_name": header.organization.name,
        "sout_id": plain_integer(header.sout_id or ""),
        "approved_on": header.approved,
        "submission_kind": info.submission_kind if info else "",
        "replaces": brought.replaces,
        "workplaces": brought.stager.workplaces,
        # each count fits its column, their sum need not
        "workers": min(max(brought.stager.workers, 0), LARGEST),
        "harmful": brought.stager.harmful,
        "class_counts": brought.stager.class_counts,
        "header": facts,
        "expert_keys": expert_keys(facts["experts"]),
        "content_sha256": brought.content_sha256,
        "edition": brought.edition,
    }


def region_of(employer: Any, branch: Any) -> str:
    """The region whose inspectorate supervises a report: that of the branch's КПП, else the employer's; "" where nothing tells."""
    own = region_of_codes(branch.kpp) if branch is not None else ""
    if own or employer is None:
        return own
    return employer.region or region_of_codes(employer.kpp, employer.inn)


def header_facts(header: Header, tail: Tail) -> Mapping[str, Any]:
    """What the pages show of the head of the file: employer, commission, SOUT organization, experts, tools, procedure."""
    people = [header.chairman, *header.members]
    return {
        "employer": _employer_facts(header),
        "committee": [{"name": each.name.full, "position": each.position} for each in people],
        "committee_names": [
            {"last": p.name.last, "first": p.name.first, "middle": p.name.middle, "position": p.position}
            for p in people
        ],
        **_organization_facts(header),
        "region": header.region,
        "contract": header.contract,
        "conclusion": header.conclusion,
        "scheme_version": header.scheme_version,
        "data_source": header.data_source,
        "workplaces_total": header.workplaces_total,
        "workplaces_assessed": header.workplaces_assessed,
        **_procedure_facts(tail),
    }


def _employer_facts(header: Header) -> dict[str, Any]:
    employer = header.employer
    return {
        "name": employer.name,
        "short_name": employer.short_name,
        "inn": employer.inn,
        "ogrn": employer.ogrn,
        "kpp": employer.kpp or "",
        "okpo": employer.okpo,
        "okogu": employer.okogu,
        "okved": list(employer.okved),
        "okato": employer.okato,
        "address": employer.address,
        "director": employer.director,
        "email": employer.email,
    }


def _organization_facts(header: Header) -> dict[str, Any]:
    organization = header.organization
    return {
        "organization": {
            "name": organization.name,
            "number": organization.registration_number,
            "registered_on": _day(organization.registration_date),
            "inn": organization.inn,
            "ogrn": organization.ogrn,
            "accreditation": organization.accreditation_number or "",
        },
        "experts": {
            each.id: {"name": each.name.full, "number": each.registration_number or "", "position": each.position}
            for each in organization.experts
        },
        "tools": {
            each.id: {"name": each.name, "serial": each.serial, "expires": _day(each.calibration_expires)}
            for each in (*organization.tools, *header.invited_tools)
        },
    }


def _procedure_facts(tail: Tail) -> dict[str, Any]:
    info = tail.info
    return {
        "report_number": info.report_number if info else "",
        "assessment_kind": info.assessment_kind if info else "",
        "methodology": info.methodology if info else "",
        "work_started": _day(info.work_started) if info else "",
    }


def _day(value: Any) -> str:
    return value.isoformat() if value is not None else ""


def _feed_in_force(report: SoutReport, brought: Accepted) -> None:
    in_force.feed_from_staging(
        table=StagedWorkplace._meta.db_table,
        job=brought.stager.job,
        attempt=brought.stager.attempt,
        employer_inn=brought.header.employer.inn,
        report_uid=report.uid,
        label=f"№ {report.number}",
        approved_on=brought.header.approved,
    )
