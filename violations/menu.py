"""Links of the left menu, and what the pages of reports are told by this app."""

from __future__ import annotations

from core.frame import NavItem, register_nav
from sout_reports.models import SoutReport
from sout_reports.selectors import register_clearable
from violations.flags import selectors
from violations.flags.models import Flag
from violations.inspection import selectors as inspection
from violations.protocols.models import CommissionProtocol
from violations.rules.severity import Severity
from violations.views.scope import FLAG_READERS, INSPECTORS, PROTOCOL_READERS


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
