"""ORG: the organization that made the assessment."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from registries.register_numbers import plain_integer
from violations.rules.findings import Defect
from violations.rules.registers import ACTIVE, OrganizationEntry, Registers
from violations.rules.rulebook import Scope
from violations.rules.severity import ClearedBy, Severity
from violations.rules.sout.book import rule
from violations.rules.sout.tallies import Place, Tally
from violations.rules.wording import counted, on_day

# (of the organization's activity, in short); None: before the record and in a gap of its history
STATUS_WORDS = {
    "suspended": ("Деятельность организации приостановлена", "деятельность приостановлена"),
    "terminated": ("Деятельность организации прекращена", "деятельность прекращена"),
    "excluded": ("Организация исключена из реестра", "исключена из реестра"),
    None: ("Организация не состояла в реестре", "не состояла в реестре"),
}
OTHER_STATUS = ("Запись организации в реестре не действует", "запись не действует")


@rule(
    "SOUT-ORG-001",
    "Организация не найдена в реестре организаций, проводящих СОУТ",
    Severity.VIOLATION,
    "ст. 19, ст. 21 426-ФЗ",
    ClearedBy.CORRECTION,
    scope=Scope.REGISTERS,
    checks="Запись с регистрационным номером из отчёта есть в реестре организаций, проводящих СОУТ.",
)
def organization_is_registered(tally: Tally, registers: Registers) -> Iterator[Defect]:
    """The register of organizations has no record with the report's registration number.

    Source: 426-ФЗ art. 19 and 21.
    """
    if organization_of(tally, registers) is not None:
        return
    organization = tally.report.organization
    yield Defect(
        message=f"В реестре организаций, проводящих СОУТ, нет записи № {organization.registration_number}.",
        found=organization.registration_number,
        expected="номер действующей записи реестра",
        path=f"{organization.path}/RegistrationNumber",
        object_ordinal=1,
    )


@rule(
    "SOUT-ORG-002",
    "Деятельность организации приостановлена или прекращена в период проведения СОУТ",
    Severity.VIOLATION,
    "ч. 3 ст. 19, ч. 4 ст. 21 426-ФЗ",
    ClearedBy.CORRECTION,
    ClearedBy.EXPLANATION,
    scope=Scope.REGISTERS,
    checks="В день начала работ, в дни измерений и в день утверждения отчёта запись организации в реестре действовала.",
)
def organization_is_active(tally: Tally, registers: Registers) -> Iterator[Defect]:
    """On WorkStartDate, on any measurement date or on the approval date the organization's status is not active.

    A day before the record or in a gap of its history is not active either. Measurement dates are those of the cards
    and of the Extension's protocols. One finding a report; its place is the earliest such day.

    Source: 426-ФЗ art. 19 p. 3, art. 21 p. 4.
    """
    entry = organization_of(tally, registers)
    if entry is None:
        return
    bad = [(day, name, place) for day, name, place in _days_of_work(tally) if entry.status_on(day) != ACTIVE]
    if not bad:
        return
    day, name, place = min(bad, key=lambda item: item[0])
    said, in_short = STATUS_WORDS.get(entry.status_on(day), OTHER_STATUS)
    others = len({item[0] for item in bad}) - 1
    tail = f" и ещё {counted(others, 'день', 'дня', 'дней')} проведения СОУТ" if others else ""
    yield Defect(
        message=f"{said} на {on_day(day)} ({name}){tail}.",
        found=f"{on_day(day)} — {in_short}",
        expected="действует во все дни проведения СОУТ",
        path=place.path,
        object_ordinal=1,
        workplace=place.workplace,
        workplace_ordinal=place.workplace_ordinal,
    )


def organization_of(tally: Tally, registers: Registers) -> OrganizationEntry | None:
    """The register's record of the organization that the report names."""
    return registers.organization(plain_integer(tally.report.organization.registration_number))


def _days_of_work(tally: Tally) -> Iterator[tuple[date, str, Place]]:
    info = tally.tail.info
    if info is not None and info.work_started is not None:
        yield info.work_started, "начало работ", Place(f"{info.path}/WorkStartDate", None, None)
    for day, place in tally.measured.items():
        yield day, "измерения", place
    yield tally.report.approved, "утверждение отчёта", Place("/Attestation/Date", None, None)
