"""Printed documents of «Контроль»: the protocol of the electronic expertise, and the commission's protocol."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Count, Max

from core.pdf import register_document
from signatures.opinions import dissents
from sout_reports.models import SoutReport
from sout_reports.states import Verdict
from violations.flags.models import CheckRun, Flag, FlagChange
from violations.flags.selectors import RuleGroup, by_severity, grouped
from violations.protocols.models import CommissionProtocol, ProtocolRow
from violations.protocols.selectors import address_of_employer, members_of, reports_of
from violations.protocols.states import ProtocolState
from violations.rules.severity import Severity

EXPERTISE = "violations.expertise"
PROTOCOL = "violations.protocol"
# A printed protocol of ten thousand findings is read by nobody and would keep the worker for minutes.
PRINTED_OF_RULE = 200


def expertise_facts(report: SoutReport, groups: Sequence[RuleGroup]) -> dict[str, Any]:
    """What page and print show of an expertise: summary, groups, the run that judged last."""
    sums = by_severity(groups)
    return {
        "report": report,
        "header": report.header,
        "groups": groups,
        "summary": [
            {"value": each.value, "label": each.label, "open": sums[each][0], "total": sums[each][1]}
            for each in Severity
            if each in sums
        ],
        "total": sum(group.total for group in groups),
        "open_total": sum(group.open for group in groups),
        "conforms": report.verdict == Verdict.CONFORMS,
        "run": CheckRun.objects.filter(report=report).order_by("-pk").first(),
    }


def _expertise_context(report: SoutReport) -> dict[str, Any]:
    return expertise_facts(report, grouped(report, None, each=PRINTED_OF_RULE)) | {"limit": PRINTED_OF_RULE}


def _expertise_version(report: SoutReport) -> str:
    """Changes with every flag raised, updated or closed."""
    flags = Flag.objects.filter(report=report).aggregate(count=Count("pk"), closed=Max("closed_at"))
    change = FlagChange.objects.filter(flag__report=report).aggregate(last=Max("pk"))
    return f"{report.verdict} {report.state} {flags['count']} {flags['closed']} {change['last']}"


def _protocol_context(protocol: CommissionProtocol) -> dict[str, Any]:
    rows = ProtocolRow.objects.filter(protocol=protocol).select_related("workplace__report").order_by("pk")
    is_applied = protocol.state == ProtocolState.APPLIED
    signature = protocol.signature if is_applied else None
    return {
        "protocol": protocol,
        "employer": protocol.employer,
        "address": address_of_employer(protocol),
        "rows": rows.defer("workplace__fragment", "workplace__details", "workplace__report__header"),
        "members": members_of(protocol),
        "reports": reports_of(protocol),
        "is_applied": is_applied,
        "signature": signature,
        "subject": signature.subject if signature is not None else None,
        "opinions": dissents(protocol.request) if is_applied else [],
        "cleared": Flag.objects.filter(protocol=protocol).count(),
    }


register_document(
    EXPERTISE,
    template="violations/expertise_pdf.html",
    context=_expertise_context,
    version=_expertise_version,
    filename=lambda report: f"Протокол экспертизы отчёта № {report.number}.pdf",
)
register_document(
    PROTOCOL,
    template="violations/protocol_pdf.html",
    context=_protocol_context,
    version=lambda protocol: f"{protocol.state} {protocol.version} {protocol.applied_at}",
    filename=lambda protocol: f"Протокол комиссии от {protocol.date:%d.%m.%Y}.pdf",
)
