"""The receipt of a received file, with the check as it goes."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from core.doors import door
from sout_reports.models import IMPORT, SoutReport
from sout_reports.selectors import (
    check_job,
    expertise_url,
    is_already_accepted,
    is_settled,
    steps_of,
    verdict_counts,
    verdict_words,
    waits_for_operator,
)
from sout_reports.states import State
from sout_reports.views.scope import brought_report

WHILE_CHECKED = (
    "Файл проходит проверку формата и качества. Её ход и итог видны ниже, итог останется и в «Переданных отчётах»."
)
NEXT_STEPS = {
    State.RECEIVED: WHILE_CHECKED,
    State.CHECKING: WHILE_CHECKED,
    State.STALLED: "Проверка остановилась по вине системы. Файл сохранён, присылать его снова не нужно: проверка повторится сама.",
    State.ACCEPTED: "Отчёт передан работодателю: он видит его в «Отчётах СОУТ».",
    State.REFUSED: "Исправьте ошибки и загрузите файл ещё раз: он будет проверен заново.",
    State.SUPERSEDED: "Действует исправленный отчёт, этот остаётся в истории.",
}

NOTHING_TO_MEND = "Ничего делать не нужно: этот же отчёт принят раньше. Номер его квитанции — в списке ошибок файла."
WAITS_FOR_OPERATOR = (
    "Проверка несколько раз остановилась по вине системы. Файл сохранён, присылать его снова не нужно: администратор системы "
    "устранит причину и повторит проверку."
)


@door(read=["GET"], right=IMPORT)
def receipt(request: HttpRequest, uid: UUID) -> HttpResponse:
    """`?again=1`: the same bytes were brought once more, and this is the first receipt."""
    report = brought_report(request, uid)
    context = receipt_context(report) | {"again": "again" in request.GET, "said": ""}
    return render(request, "sout_reports/receipt.html", context)


def _next_step(report: SoutReport) -> str:
    if is_already_accepted(report):
        return NOTHING_TO_MEND
    if waits_for_operator(report):
        return WAITS_FOR_OPERATOR
    return NEXT_STEPS[State(report.state)]


def receipt_context(report: SoutReport) -> dict[str, Any]:
    """For the page and for its live part (`status`). `phase`: where the check stands, in one word for the address."""
    settled = is_settled(report)
    job = None if settled else check_job(report)
    # a stalled check moves again when the clock repeats it: no page asks for it every second until then
    is_live = job is not None and not job.finished
    return {
        "report": report,
        "title": "Отказано в приёме" if report.state == State.REFUSED else "Файл получен",
        "next_step": WHILE_CHECKED if is_live else _next_step(report),
        "nothing_to_mend": is_already_accepted(report),
        "steps": steps_of(report, job),
        "settled": settled,
        "is_live": is_live,
        "phase": (job.step or "queued") if job is not None and is_live else str(report.state),
        "verdict_counts": verdict_counts(report),
        "expertise_url": expertise_url(report),
    }


def said_of(context: dict[str, Any]) -> str:
    """What a screen reader says when the check has come to another step, or to its end (a refusal is an alert by itself)."""
    report: SoutReport = context["report"]
    if context["settled"]:
        return "" if report.is_refused else f"Проверка закончена. {verdict_words(report)}"
    return next((step["label"] for step in context["steps"] if step.get("state") in {"now", "failed"}), "")
