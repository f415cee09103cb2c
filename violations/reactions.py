"""Who is told: the employer of new flags, the SOUT organization of cleared ones. A repetition changes nothing."""

from __future__ import annotations

from django.urls import reverse

from core.journal.models import Event
from core.journal.subscriptions import reaction
from core.notifications.actions import tell
from core.notifications.models import Topic
from sout_reports.models import SoutReport
from sout_reports.states import State, Verdict
from violations.check.locating import locate_flags
from violations.flags.models import VIEW
from violations.flags.selectors import IMPORT


@reaction("report.accepted")
def tell_employer_of_flags(event: Event) -> None:
    """A report came with flags: the employer's people who may see flags are told."""
    report = _report(event)
    if report is None or not report.open_flags or report.employer is None:
        return
    tell(
        report.employer,
        branch=report.branch,
        text=f"В отчёте СОУТ № {report.number} найдены признаки нарушений: {report.open_flags}.",
        url=f"{reverse('violations:flags')}?report={report.number}",
        action="Посмотреть признаки",
        key=f"report.flags:{report.uid}",
        topic=Topic.FLAGS,
        why="Признаки найдены в отчёте вашей организации",
        right=VIEW,
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
