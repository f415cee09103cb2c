"""Links of the left menu. What waits for a person is counted at «Признаки нарушений»: the same reports, told once."""

from __future__ import annotations

from core.frame import NavItem, register_nav
from sout_reports.models import IMPORT, VIEW, SoutReport

SECTION = "СОУТ"

register_nav(
    NavItem(
        SECTION, "Отчёты СОУТ", "sout_reports:reports", (VIEW,), order=20, rows=SoutReport.objects.all().of_employer
    )
)
register_nav(NavItem(SECTION, "Импорт отчёта СОУТ", "sout_reports:upload", (IMPORT,), order=30))
register_nav(
    NavItem(
        SECTION,
        "Переданные отчёты",
        "sout_reports:brought",
        (IMPORT,),
        order=31,
        rows=SoutReport.objects.all().brought_by,
    )
)
