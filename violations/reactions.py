"""Who is told: the employer of new flags, the SOUT organization of cleared ones. A repetition changes nothing."""

from __future__ import annotations

from django.urls import reverse

from core.journal.models import Event
from core.journal.subscriptions import reaction
from core.notifications.actions import tell
from core.notifications.models import Topic
from sout_reports.models import SoutReport
from sout_reports.selectors import flags_at_acceptance, words_at_acceptance
from sout_reports.states import State, Verdict
from violations.check.locating import locate_flags
from violations.flags.models import VIEW
from violations.flags.selectors import IMPORT, REPORTS
from violations.flags.telling import tell_employer
from violations.protocols.actions.freezing import SIGN
from violations.protocols.models import CommissionProtocol
from violations.protocols.states import ProtocolState


@reaction("report.accepted")
def tell_employer_of_flags(event: Event) -> None:
    """A report came with flags: one notice to each of the employer's people who may see reports or flags, with the verdict of
    then."""
    report = _report(event)
    if report is None or not flags_at_acceptance(event, report):
        return
    tell_employer(
        report,
        text=f"Поступил отчёт СОУТ № {report.number}. {words_at_acceptance(event, report)}.",
        url=reverse("violations:expertise", args=[report.uid]),
        action="Открыть протокол экспертизы",
        key=f"report.flags:{report.uid}",
        why="Признаки найдены в отчёте вашей организации",
        rights=(REPORTS, VIEW),
    )


@reaction("protocol.frozen")
def tell_signers(event: Event) -> None:
    """Who prepared the document may not sign it: those who may are told."""
    protocol = CommissionProtocol.objects.filter(pk=int(event.subject_id), state=ProtocolState.SIGNING).first()
    if protocol is None or event.payload.get("signer", True):
        return
    tell(
        protocol.employer,
        branch=protocol.branch,
        text=f"Протокол решения комиссии СОУТ {protocol} подготовлен и ждёт подписи.",
        url=reverse("violations:protocol_sign", args=[protocol.uid]),
        action="Подписать и отправить",
        key=f"protocol.waits:{protocol.uid}:{event.pk}",
        topic=Topic.REPORTS,
        why="У вас есть право подписи и отправки протоколов решения комиссий",
        right=SIGN,
    )


@reaction("report.verdict_changed")
def tell_organization_of_verdict(event: Event) -> None:
    """After a protocol, an inspector's decision or a correction of another report, the report conforms: who brought it is told."""
    report = _report(event)
    if report is None or report.verdict != Verdict.CONFORMS:
        return
    tell(
        report.organization,
        text=f"Отчёт СОУТ № {report.number} соответствует требованиям: непогашенных признаков нарушений не осталось.",
        url=reverse("violations:expertise", args=[report.uid]),
        action="Открыть протокол экспертизы",
        key=f"report.conforms:{report.uid}:{event.pk}",
        topic=Topic.REPORTS,
        why="Отчёт передала ваша организация",
        right=IMPORT,
    )


@reaction("report.flags_raised")
def locate_raised_flags(event: Event) -> None:
    """A re-check works on rows, which know no lines: they are looked up in the file."""
    report = _report(event)
    if report is not None and report.file.dropped_at is None:
        locate_flags(report)


def _report(event: Event) -> SoutReport | None:
    rows = SoutReport.objects.filter(pk=int(event.subject_id), state=State.ACCEPTED)
    return rows.select_related("employer", "branch", "organization", "file").first()
