"""TRM: terms."""

from __future__ import annotations

from collections.abc import Iterator

from core.calendar import add_workdays, add_years, is_preliminary, workdays_between
from sout_reports.document.model import WorkplaceDetails
from violations.rules.findings import Defect
from violations.rules.rulebook import Scope
from violations.rules.severity import ClearedBy, Severity
from violations.rules.sout.book import rule
from violations.rules.sout.tallies import Tally
from violations.rules.wording import on_day

WORKDAYS_TO_SEND = 10
YEARS_BETWEEN = 5


@rule(
    "SOUT-TRM-001",
    "Сведения переданы позднее 10 рабочих дней со дня утверждения отчёта",
    Severity.VIOLATION,
    "ч. 3 ст. 18 426-ФЗ",
    ClearedBy.EXPLANATION,
    scope=Scope.TALLY,
    checks="День передачи отчёта — не позднее десяти рабочих дней после дня его утверждения.",
)
def sent_in_time(tally: Tally) -> Iterator[Defect]:
    """The day of sending is later than the approval date plus ten working days, counted from the next day.

    The day of sending is the day of receipt when the system takes a report in; for the check of a file it is
    FileInfo/DateSent, and without one the rule is not asked.

    Source: 426-ФЗ art. 18 p. 3; working days by `core.calendar`.
    """
    report = tally.report
    sent = tally.received_on or report.sent
    if sent is None:
        return
    last_day = add_workdays(report.approved, WORKDAYS_TO_SEND)
    if sent <= last_day:
        return
    remark = " (календарь года предварительный)" if is_preliminary(last_day.year) else ""
    yield Defect(
        message=f"Сведения переданы {on_day(sent)}, последний день срока — {on_day(last_day)}{remark}.",
        found=f"{on_day(sent)}, {workdays_between(report.approved, sent)}-й рабочий день",
        expected=f"не позднее {on_day(last_day)}",
        path="/Attestation/Date" if tally.received_on else "/Attestation/FileInfo/DateSent",
        object_ordinal=1,
    )


@rule(
    "SOUT-TRM-002",
    "СОУТ проведена позднее 5 лет со дня утверждения предыдущего отчёта",
    Severity.VIOLATION,
    "ч. 4 ст. 8 426-ФЗ",
    ClearedBy.EXPLANATION,
    scope=Scope.DETAILS,
    checks="Отчёт утверждён не позднее пяти лет после предыдущей СОУТ рабочего места.",
)
def repeated_in_five_years(details: WorkplaceDetails, tally: Tally) -> Iterator[Defect]:
    """The approval date is later than the workplace's PreviousApprovalDate plus five years.

    Source: 426-ФЗ art. 8 p. 4.
    """
    if details.previous_approved is None:
        return
    last_day = add_years(details.previous_approved, YEARS_BETWEEN)
    approved = tally.report.approved
    if approved <= last_day:
        return
    workplace = tally.with_number(details.number)
    yield Defect(
        message=f"Отчёт утверждён {on_day(approved)}, а предыдущая СОУТ этого места — "
        f"{on_day(details.previous_approved)}: прошло более 5 лет.",
        found=on_day(approved),
        expected=f"не позднее {on_day(last_day)}",
        path=f"{details.path}/PreviousApprovalDate",
        object_ordinal=workplace.ordinal if workplace else 0,
        part="" if workplace else details.path.rpartition("/")[2],
        workplace=details.number,
        workplace_ordinal=workplace.ordinal if workplace else None,
    )
