"""EXP: the experts of the organization."""

from __future__ import annotations

from collections.abc import Iterator

from registries.register_numbers import plain_integer
from sout_reports.document.model import Expert
from violations.rules.findings import Defect
from violations.rules.registers import ExpertEntry, Registers, batches
from violations.rules.rulebook import Scope
from violations.rules.severity import ClearedBy, Severity
from violations.rules.sout.book import rule
from violations.rules.sout.tallies import Tally
from violations.rules.wording import counted, on_day


@rule(
    "SOUT-EXP-001",
    "Эксперт не найден в реестре экспертов",
    Severity.VIOLATION,
    "ст. 20, ст. 21 426-ФЗ",
    ClearedBy.CORRECTION,
    scope=Scope.REGISTERS,
    checks="У каждого эксперта раздела I указан номер, и запись с этим номером есть в реестре экспертов.",
)
def expert_is_registered(tally: Tally, registers: Registers) -> Iterator[Defect]:
    """An expert of section I has no registration number, or the register of experts does not know it.

    Other workers who measured (Workers/Worker) are no experts and need no number.

    Source: 426-ФЗ art. 20 and 21.
    """
    known = _entries(tally, registers)
    for ordinal, expert in _experts(tally):
        number = _number(expert)
        if number in known:
            continue
        message = f"В реестре экспертов нет записи № {number}." if number else "Не указан номер эксперта в реестре."
        yield Defect(
            message=message,
            found=number or "не указан",
            expected="номер записи реестра экспертов",
            path=f"{expert.path}/RegistrationNumber" if number else expert.path,
            object_ordinal=ordinal,
        )


@rule(
    "SOUT-EXP-002",
    "Срок действия сертификата эксперта истёк либо сертификат аннулирован",
    Severity.VIOLATION,
    "ч. 1 ст. 20, ч. 5 ст. 21 426-ФЗ",
    ClearedBy.CORRECTION,
    scope=Scope.REGISTERS,
    checks="В каждый день участия эксперта (измерения, оценка факторов, карты, заключения) его сертификат "
    "действовал по реестру.",
)
def certificate_was_valid(tally: Tally, registers: Registers) -> Iterator[Defect]:
    """On a day when the expert took part the certificate of the register was not valid.

    Days of taking part: measurements he made (cards and protocols), cards he signed, factors and protocols he assessed
    (by the protocol's date), conclusions he gave. One finding an expert; its place is the earliest such day.

    Source: 426-ФЗ art. 20 p. 1, art. 21 p. 5.
    """
    known = _entries(tally, registers)
    for ordinal, expert in _experts(tally):
        entry = known.get(_number(expert))
        if entry is None:
            continue
        days = tally.took_part.get(expert.id, {})
        bad = sorted(day for day in days if not entry.holds_on(day))
        if not bad:
            continue
        deed, place = days[bad[0]]
        others = len(bad) - 1
        tail = f" и ещё {counted(others, 'день', 'дня', 'дней')} участия" if others else ""
        yield Defect(
            message=f"Сертификат эксперта № {entry.registration_number} не действовал на {on_day(bad[0])} ({deed}){tail}.",
            found=f"участие {on_day(bad[0])}",
            expected=_validity(entry),
            path=place.path,
            object_ordinal=ordinal,
            workplace=place.workplace,
            workplace_ordinal=place.workplace_ordinal,
        )


def _experts(tally: Tally) -> Iterator[tuple[int, Expert]]:
    """Experts with their ordinal among all people of section I."""
    return ((n, expert) for n, expert in enumerate(tally.report.organization.experts, 1) if expert.is_expert)


def _number(expert: Expert) -> str:
    return plain_integer(expert.registration_number or "")


def _entries(tally: Tally, registers: Registers) -> dict[str, ExpertEntry]:
    numbers = {_number(expert) for _, expert in _experts(tally)} - {""}
    known: dict[str, ExpertEntry] = {}
    for batch in batches(numbers):
        known |= registers.experts(batch)
    return known


def _validity(entry: ExpertEntry) -> str:
    parts = []
    if entry.certificate_issued is not None:
        parts.append(f"с {on_day(entry.certificate_issued)}")
    if entry.certificate_expires is not None:
        parts.append(f"по {on_day(entry.certificate_expires)}")
    if entry.annulled is not None:
        parts.append(f"аннулирован {on_day(entry.annulled)}")
    return "сертификат " + " ".join(parts)
