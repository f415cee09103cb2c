"""Who is told of a report: its employer when it is accepted, the organization that brought it when it is accepted or refused.
A repetition changes nothing: the key names the report."""

from __future__ import annotations

from django.urls import reverse

from core.journal.models import Event
from core.journal.subscriptions import reaction
from core.notifications.actions import tell
from core.notifications.models import Topic
from sout_reports.models import IMPORT, VIEW, SoutReport
from sout_reports.selectors import flags_at_acceptance, words_at_acceptance
from sout_reports.states import State


@reaction("report.accepted")
def tell_of_acceptance(event: Event) -> None:
    report = _report(event)
    if report is None or report.employer is None:
        return
    if not flags_at_acceptance(event, report):  # of a report with flags the app that knows them tells, in one notice
        tell(
            report.employer,
            branch=report.branch,
            text=f"Поступил отчёт СОУТ № {report.number}. {words_at_acceptance(event, report)}.",
            url=reverse("sout_reports:report", args=[report.uid]),
            action="Открыть отчёт",
            key=f"report.accepted:{report.uid}",
            topic=Topic.REPORTS,
            why="Отчёт составлен о рабочих местах вашей организации",
            right=VIEW,
        )
    tell(
        report.organization,
        text=f"Отчёт СОУТ № {report.number} принят. {words_at_acceptance(event, report)}.",
        url=reverse("sout_reports:receipt", args=[report.uid]),
        action="Открыть квитанцию",
        key=f"report.taken:{report.uid}",
        topic=Topic.REPORTS,
        why="Отчёт передала ваша организация",
        right=IMPORT,
    )


@reaction("report.refused")
def tell_of_refusal(event: Event) -> None:
    report = _report(event)
    if report is None or report.state != State.REFUSED:
        return
    tell(
        report.organization,
        text=f"В приёме файла по квитанции № {report.number} отказано. Замечаний: {report.problems_total}.",
        url=reverse("sout_reports:refusal", args=[report.uid]),
        action="Посмотреть ошибки",
        key=f"report.refused:{report.uid}",
        topic=Topic.REPORTS,
        why="Файл передала ваша организация",
        right=IMPORT,
    )


def _report(event: Event) -> SoutReport | None:
    rows = SoutReport.objects.filter(pk=int(event.subject_id))
    return rows.select_related("employer", "branch", "organization").first()
