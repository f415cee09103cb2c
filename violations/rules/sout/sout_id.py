"""ID: the identification number of the assessment (ИН СОУТ)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from registries.register_numbers import plain_integer
from violations.rules.findings import Defect
from violations.rules.registers import ACTIVE, Registers, SoutIdEntry
from violations.rules.rulebook import Scope
from violations.rules.severity import ClearedBy, Severity
from violations.rules.sout.book import rule
from violations.rules.sout.organization import organization_of
from violations.rules.sout.tallies import Tally
from violations.rules.wording import counted, on_day

NUMBER_PATH = "/Attestation/SoutId"
# 451-ФЗ of 27.12.2019 brought the number in from this day.
REQUIRED_SINCE = date(2020, 1, 1)
STATUS_WORDS = {
    "suspended": "действие номера приостановлено",
    "annulled": "номер аннулирован",
    "cancelled": "номер аннулирован",
}
OTHER_STATUS = "номер не действует"


@rule(
    "SOUT-ID-001",
    "Не указан идентификационный номер СОУТ",
    Severity.VIOLATION,
    "ст. 6, ст. 18 426-ФЗ (ред. 451-ФЗ)",
    ClearedBy.CORRECTION,
    scope=Scope.TALLY,
    checks="Указан идентификационный номер СОУТ, если работы начаты 01.01.2020 или позже.",
)
def number_is_given(tally: Tally) -> Iterator[Defect]:
    """SoutId is absent while WorkStartDate (the approval date where it is not known) is 01.01.2020 or later.

    Source: 426-ФЗ art. 6 and 18 as amended by 451-ФЗ.
    """
    info = tally.tail.info
    started = info.work_started if info else None
    if tally.report.sout_id is not None or (started or tally.report.approved) < REQUIRED_SINCE:
        return
    yield Defect(
        message="В отчёте не указан идентификационный номер СОУТ.",
        found="нет",
        expected="номер, полученный до начала работ",
        path="/Attestation",
        object_ordinal=1,
    )


@rule(
    "SOUT-ID-002",
    "Идентификационный номер СОУТ не найден либо выдан на иную СОУТ",
    Severity.VIOLATION,
    "ст. 6, ст. 18 426-ФЗ",
    ClearedBy.CORRECTION,
    scope=Scope.REGISTERS,
    checks="Номер есть в реестре, действует и выдан этому работодателю и этой организации.",
)
def number_is_of_this_assessment(tally: Tally, registers: Registers) -> Iterator[Defect]:
    """The ИН is not in the register, is not active, or was given for another employer or another organization.

    The organization is not compared when the register of organizations does not know it: SOUT-ORG-001 says so already.

    Source: 426-ФЗ art. 6 and 18.
    """
    entry = _entry(tally, registers)
    if tally.report.sout_id is None:
        return
    for part, message, found, expected in _mismatches(tally, registers, entry):
        yield Defect(message, found, expected, NUMBER_PATH, object_ordinal=1, part=part)


def _mismatches(tally: Tally, registers: Registers, entry: SoutIdEntry | None) -> Iterator[tuple[str, str, str, str]]:
    """Part, message, found and expected of each way in which the number is not this assessment's."""
    report = tally.report
    name = f"Идентификационный номер СОУТ {report.sout_id}"
    if entry is None:
        yield "", f"{name} не найден в реестре.", str(report.sout_id), "номер из реестра ИН СОУТ"
        return
    if entry.status != ACTIVE:
        found = STATUS_WORDS.get(entry.status, OTHER_STATUS)
        yield "status", f"{name} не действует.", found, "действующий номер"
    if entry.employer_inn != report.employer.inn:
        message = f"{name} выдан для другого работодателя."
        yield "employer", message, f"ИНН {report.employer.inn}", f"ИНН {entry.employer_inn}"
    stated = plain_integer(report.organization.registration_number)
    if plain_integer(entry.organization_registration_number) != stated and organization_of(tally, registers):
        message = f"{name} выдан другой организации, проводящей СОУТ."
        yield "organization", message, f"№ {stated}", f"№ {entry.organization_registration_number}"


@rule(
    "SOUT-ID-003",
    "Измерения выполнены до получения идентификационного номера СОУТ",
    Severity.VIOLATION,
    "ст. 6 426-ФЗ",
    ClearedBy.CORRECTION,
    ClearedBy.EXPLANATION,
    scope=Scope.REGISTERS,
    checks="Работы начаты и измерения выполнены не раньше дня, в который по реестру выдан идентификационный номер.",
)
def work_began_after_number(tally: Tally, registers: Registers) -> Iterator[Defect]:
    """A measurement date or WorkStartDate is earlier than the day the register says the ИН was given.

    Extension/SoutIdIssueDate is for reference only. One finding for the start of work, one for all measurements with
    the earliest of them as its place. A number that the register does not know has no such day.

    Source: 426-ФЗ art. 6.
    """
    entry = _entry(tally, registers)
    if entry is None or entry.issued is None:
        return
    given = f"не раньше {on_day(entry.issued)}"
    info = tally.tail.info
    if info is not None and info.work_started is not None and info.work_started < entry.issued:
        yield Defect(
            message=f"Работы начаты {on_day(info.work_started)}, до получения идентификационного номера СОУТ.",
            found=on_day(info.work_started),
            expected=given,
            path=f"{info.path}/WorkStartDate",
            object_ordinal=1,
            part="work_start",
        )
    early = sorted(day for day in tally.measured if day < entry.issued)
    if early:
        place = tally.measured[early[0]]
        others = len(early) - 1
        tail = f" (и ещё {counted(others, 'день', 'дня', 'дней')})" if others else ""
        yield Defect(
            message=f"Измерения выполнены {on_day(early[0])}{tail}, до получения идентификационного номера СОУТ.",
            found=on_day(early[0]),
            expected=given,
            path=place.path,
            object_ordinal=1,
            part="measurements",
            workplace=place.workplace,
            workplace_ordinal=place.workplace_ordinal,
        )


def _entry(tally: Tally, registers: Registers) -> SoutIdEntry | None:
    number = tally.report.sout_id
    return registers.sout_id(plain_integer(number)) if number is not None else None
