"""Printed documents of this app."""

from __future__ import annotations

from typing import Any

from core.pdf import register_document
from sout_reports.models import SoutReport
from sout_reports.selectors import is_already_accepted, verdict_words, waits_for_operator
from sout_reports.states import State

RECEIPT = "sout_reports.receipt"


def receipt_version(report: SoutReport) -> str:
    """What the receipt tells can change: the state, and with acceptance the employer and the verdict."""
    stopped = "operator" if waits_for_operator(report) else ""
    return f"{report.number} {report.state} {report.verdict} {report.open_flags} {report.open_violations} {stopped}"


def receipt_context(report: SoutReport) -> dict[str, Any]:
    return {
        "report": report,
        "file": report.file,
        "organization": report.organization,
        "state_words": state_words(report),
        "is_refused": report.state == State.REFUSED,
    }


def state_words(report: SoutReport) -> str:
    """Where the report stands, in a sentence that stays true on paper."""
    match report.state:
        case State.REFUSED:
            if is_already_accepted(report):
                return f"Отказано в приёме. {report.problems[0]['message']}"
            return f"Отказано в приёме, ошибок в файле: {report.problems_total}."
        case State.STALLED:
            who = "её повторит администратор системы" if waits_for_operator(report) else "она будет повторена"
            return f"Файл получен и сохранён. Проверка остановилась по вине системы, {who}."
        case State.ACCEPTED:
            return f"Отчёт принят. {verdict_words(report)}."
        case State.SUPERSEDED:
            return "Отчёт был принят, потом заменён исправленным."
        case _:
            return "Файл получен, проверка формата и качества ещё не завершена."


register_document(
    RECEIPT,
    template="sout_reports/receipt_pdf.html",
    context=receipt_context,
    version=receipt_version,
    filename=lambda report: f"Квитанция № {report.number}.pdf",
)
