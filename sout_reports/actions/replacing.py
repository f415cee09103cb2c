"""Which report a correction replaces: it must be there, or the correction is refused."""

from __future__ import annotations

import re

from sout_reports.document.model import Header, Problem, Refusal, ReportInfo, Tail
from sout_reports.models import SoutReport
from sout_reports.states import State

CORRECTION = "Correction"
CODE = "FILE-NO-ORIGINAL"
_NUMBER = re.compile(r"(?:№\s*)?([0-9]{1,18})")
_OR_PRIMARY = (
    "Если первоначальный отчёт не был принят, передайте этот с видом «Первичная передача» (SubmissionKind — Primary)."
)


def replaced_report(report: SoutReport, tail: Tail, header: Header) -> SoutReport | None:
    """The accepted report that a correction names by the number of its receipt: of the same SOUT organization and employer.

    None for what is no correction. Raises Refusal for a correction of a report that is not there.
    """
    info = tail.info
    if info is None or info.submission_kind != CORRECTION:
        return None
    written = (info.replaces_report or "").strip()
    if not written:
        raise _refusal(info, "Не указано, какой отчёт заменяет исправленный.", "не указан")
    match = _NUMBER.fullmatch(written)
    if match is None:
        raise _refusal(info, "Номер заменяемого отчёта записан неверно.", written[:60])
    rows = SoutReport.objects.filter(organization=report.organization, employer_inn=header.employer.inn)
    original = rows.filter(number=int(match[1])).first()
    if original is None or original.state not in {State.ACCEPTED, State.SUPERSEDED}:
        text = (
            f"Отчёт № {match[1]}, который заменяет исправленный, не найден среди принятых отчётов вашей организации об этом "
            "работодателе."
        )
        raise _refusal(info, text, written)
    if original.state == State.SUPERSEDED:
        later = rows.filter(replaces=original).order_by("pk").first()
        by = f" отчётом № {later.number}" if later is not None else ""
        raise _refusal(info, f"Отчёт № {original.number} уже заменён{by}: исправлять нужно действующий отчёт.", written)
    return original


def _refusal(info: ReportInfo, message: str, found: str) -> Refusal:
    problem = Problem(
        code=CODE,
        message=message,
        found=found,
        expected="номер квитанции действующего отчёта, например 12 или № 12",
        path=f"{info.path}/ReplacesReport" if info.replaces_report else info.path,
        advice=f"Посмотрите номер квитанции в разделе «Переданные отчёты» и укажите его в ReplacesReport. {_OR_PRIMARY}",
    )
    return Refusal([problem], 1)
