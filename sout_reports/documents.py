"""Printed documents of this app."""

from __future__ import annotations

from typing import Any

from core.pdf import register_document
from sout_reports.models import SoutReport
from sout_reports.selectors import verdict_words
from sout_reports.states import State

RECEIPT = "sout_reports.receipt"


def receipt_version(report: SoutReport) -> str:
    """What the receipt tells can change: the state, and with acceptance the employer and the verdict."""
    return f"{report.number} {report.state} {report.verdict} {report.open_flags} {report.open_violations}"


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
            return f"Отказано в приёме, ошибок в файле: {report.problems_total}."
        case State.STALLED:
            return "Файл получен и сохранён. Проверка остановилась по вине системы и будет повторена."
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
