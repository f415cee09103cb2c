"""How the verbs of this app read in the journal, and how its reports are called there."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from django.urls import reverse

from core.journal.words import Facts, Subject, register_sentence, register_subjects, register_theme
from core.keys import key_of
from core.templatetags.formats import counted
from sout_reports.models import IMPORT, INSPECT, VIEW, SoutReport
from sout_reports.selectors import FLAG_WORDS, WORKPLACE_WORDS
from sout_reports.states import State, Verdict


def _accepted(facts: Facts) -> str:
    verdict = facts.get("verdict")
    words = Verdict(verdict).label if verdict in Verdict.values else "вердикт не указан"
    return f"Отчёт принят: {counted(facts.get('workplaces', 0), WORKPLACE_WORDS)}. {words}."


def _renumbered(facts: Facts) -> str:
    changed = counted(facts.get("changed", 0), WORKPLACE_WORDS)
    return f"Применён протокол комиссии № {facts.get('protocol', '')}: {changed}."


def _verdict_changed(facts: Facts) -> str:
    verdict = facts.get("to")
    return f"Вердикт изменён: {Verdict(verdict).label if verdict in Verdict.values else 'не указан'}."


def _snils_shown(facts: Facts) -> str:
    return f"Показаны СНИЛС рабочего места № {facts.get('workplace', '')} (строка 021): {facts.get('shown', 0)}."


register_theme("Отчёты СОУТ", "report")
register_sentence("report.received", "Файл получен, выдана квитанция.")
register_sentence("report.checking", "Началась проверка файла.")
register_sentence(
    "report.stalled", "Проверка остановилась по вине системы; файл сохранён, присылать его снова не нужно."
)
register_sentence("report.refused", lambda facts: f"Отказано в приёме, ошибок: {facts.get('problems', 0)}.")
register_sentence("report.accepted", _accepted)
register_sentence("report.superseded", lambda facts: f"Заменён исправленным отчётом № {facts.get('by_number', '')}.")
register_sentence("report.renumbered", _renumbered)
register_sentence("report.verdict_changed", _verdict_changed)
register_sentence("report.snils_shown", _snils_shown)
register_sentence("report.downloaded", "Скачан файл отчёта.")
register_sentence(
    "report.flags_raised",
    lambda facts: f"При повторной проверке найдено: {counted(facts.get('raised', 0), FLAG_WORDS)}.",
)

READABLE = (State.ACCEPTED, State.SUPERSEDED)


def _named(acting: Any, ids: Collection[str]) -> Mapping[str, Subject]:
    rows = SoutReport.objects.visible_to(acting).filter(pk__in=ids).only("uid", "number", "state", "organization_id")
    return {str(report.pk): Subject(f"Отчёт № {report.number}", _page(report, acting)) for report in rows}


def _page(report: SoutReport, acting: Any) -> str:
    """The report's own page once it is accepted, the receipt for who brought it before that."""
    if report.state in READABLE and any(acting.holds(right) for right in (VIEW, IMPORT, INSPECT)):
        return reverse("sout_reports:report", args=[report.uid])
    if report.organization_id == acting.organization.pk and acting.holds(IMPORT):
        return reverse("sout_reports:receipt", args=[report.uid])
    return ""


def _found(acting: Any, text: str) -> Collection[str]:
    number = key_of(text.removeprefix("№").strip())
    if number is None:
        return []
    rows = SoutReport.objects.visible_to(acting).filter(number=number)
    return [str(pk) for pk in rows.values_list("pk", flat=True)]


register_subjects("sout_reports.soutreport", _named, _found)
