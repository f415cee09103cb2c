"""Links of the left menu, and what the pages of reports are told by this app."""

from __future__ import annotations

from typing import Any

from accounts.rights import Right
from core.cabinet_settings import Section, register_section
from core.frame import NavItem, register_nav
from core.templatetags.formats import counted
from signatures.models import SigningRequest
from signatures.selectors import waiting_for
from sout_reports.models import SoutReport
from sout_reports.selectors import register_clearable
from violations.flags import selectors
from violations.flags.models import Flag
from violations.inspection import selectors as inspection
from violations.messages import selectors as messages
from violations.messages.models import SEND, VIEW_MESSAGES, Message, Recipient
from violations.protocols.models import CommissionProtocol, KeptMember
from violations.rules.severity import Severity
from violations.views.scope import FLAG_READERS, INSPECTORS, MEMBER_KEEPERS, PROTOCOL_READERS


def clearable(report: SoutReport) -> int:
    """Open violations of a report that its employer's commission can clear; one query."""
    rows = Flag.objects.filter(report=report, rule__in=selectors.commission_codes()).open()
    return rows.filter(severity=Severity.VIOLATION).count()


register_nav(
    NavItem(
        "СОУТ",
        "Протоколы решения комиссий СОУТ",
        "violations:protocols",
        PROTOCOL_READERS,
        order=25,
        rows=CommissionProtocol.objects.all().visible_to,
    )
)
register_nav(
    NavItem(
        "Электронная подпись",
        "Документы на подпись",
        "signatures:requests",
        (*PROTOCOL_READERS, Right.ACCESS),  # powers of attorney wait for signatures too
        order=29,
        count=lambda acting: waiting_for(acting).count(),
        rows=SigningRequest.objects.all().visible_to,
    )
)
register_nav(
    NavItem(
        "Контроль",
        "Признаки нарушений",
        "violations:flags",
        FLAG_READERS,
        order=40,
        count=selectors.waiting,
        rows=Flag.objects.all().visible_to,
    )
)
register_nav(
    NavItem(
        "Контроль",
        "Сообщения от Роструда",
        "violations:messages",
        (VIEW_MESSAGES,),
        order=45,
        count=messages.unread_count,
        rows=Recipient.objects.all().visible_to,
    )
)
register_nav(
    NavItem(
        "Надзор",
        "Сообщения работодателям",
        "violations:sent_messages",
        (SEND,),
        order=55,
        count=messages.answers_to_look_at,
        rows=Message.objects.all().visible_to,
    )
)
register_nav(
    NavItem(
        "Надзор",
        "Рассмотрение признаков",
        "violations:inspect_flags",
        INSPECTORS,
        order=60,
        count=inspection.waiting,
        rows=Flag.objects.all().supervised_by,
    )
)
register_nav(
    NavItem(
        "Надзор",
        "Поднадзорные организации",
        "violations:supervised",
        INSPECTORS,
        order=61,
        rows=inspection.supervised_organizations,
    )
)
register_clearable(clearable)


def _kept(acting: Any) -> str:
    number = KeptMember.objects.visible_to(acting).count()
    return counted(number, "человек,человека,человек") if number else "Список пуст"


register_section(
    Section(
        "Члены комиссии",
        "violations:commission_members",
        MEMBER_KEEPERS,
        "Люди, которых протокол комиссии предлагает «из сохранённых».",
        _kept,
        order=40,
    )
)
