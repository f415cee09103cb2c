"""Who is told: the employer of new flags, the SOUT organization of cleared ones. A repetition changes nothing."""

from __future__ import annotations

from django.urls import reverse

from core.journal.models import Event
from core.journal.subscriptions import reaction
from core.moves import WrongState
from core.notifications.actions import tell
from core.notifications.models import Topic
from sout_reports.models import SoutReport
from sout_reports.selectors import flags_at_acceptance, words_at_acceptance
from sout_reports.states import State, Verdict
from violations.check.locating import locate_flags
from violations.flags.models import VIEW
from violations.flags.selectors import IMPORT, PREPARE, REPORTS
from violations.flags.telling import tell_employer
from violations.protocols.actions import return_to_draft
from violations.protocols.actions.freezing import PURPOSE, SIGN
from violations.protocols.models import CommissionProtocol
from violations.protocols.selectors import READERS, waits_for_commission
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
    """Who prepared the document may not sign it: those who may are told, members of the commission first where they sign."""
    protocol = CommissionProtocol.objects.filter(pk=int(event.subject_id), state=ProtocolState.SIGNING).first()
    if protocol is None:
        return
    if event.payload.get("commission"):
        _tell_commission(protocol, event)
    elif not event.payload.get("signer", True):
        _tell_signers(protocol, event)


@reaction("signing.turn_closed")
def tell_signers_after_commission(event: Event) -> None:
    """The commission has signed: now it is the organization's turn."""
    if event.payload.get("purpose") != PURPOSE:
        return
    waiting = CommissionProtocol.objects.filter(uid=event.payload["subject_uid"], state=ProtocolState.SIGNING)
    protocol = waiting.select_related("request").first()
    if protocol is not None and not waits_for_commission(protocol):
        _tell_signers(protocol, event)


@reaction("signing.expired")
def return_unsigned(event: Event) -> None:
    """Nobody signed in time: the protocol is a draft again, and who makes protocols is told."""
    if event.payload.get("purpose") != PURPOSE:
        return
    protocol = CommissionProtocol.objects.filter(
        uid=event.payload["subject_uid"], request=int(event.subject_id)
    ).first()
    if protocol is None or protocol.state != ProtocolState.SIGNING:
        return
    try:
        return_to_draft(protocol, acting=None, why="срок подписания истёк")
    except WrongState:
        return  # sent back or away meanwhile
    tell(
        protocol.employer,
        branch=protocol.branch,
        text=f"Протокол решения комиссии СОУТ {protocol} не подписан в срок и снова стал черновиком.",
        url=reverse("violations:protocol", args=[protocol.uid]),
        action="Открыть черновик",
        key=f"protocol.expired:{protocol.uid}:{event.pk}",
        topic=Topic.REPORTS,
        why="У вас есть право формирования или подписи протоколов решения комиссий",
        right=f"{PREPARE} {SIGN}",
    )


def _tell_commission(protocol: CommissionProtocol, event: Event) -> None:
    tell(
        protocol.employer,
        branch=protocol.branch,
        text=f"Протокол решения комиссии СОУТ {protocol} ждёт подписей членов комиссии.",
        url=reverse("violations:protocol_commission", args=[protocol.uid]),
        action="Открыть список подписей",
        key=f"protocol.commission:{protocol.uid}:{event.pk}",
        topic=Topic.REPORTS,
        why="Вам видны протоколы решения комиссий",
        right=" ".join(READERS),
    )


def _tell_signers(protocol: CommissionProtocol, event: Event) -> None:
    tell(
        protocol.employer,
        branch=protocol.branch,
        text=f"Протокол решения комиссии СОУТ {protocol} подготовлен и ждёт подписи.",
        url=reverse("violations:protocol_sign", args=[protocol.uid]),
        action="Подписать и отправить",
        key=f"protocol.waits:{protocol.uid}:{protocol.request_id}",
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
