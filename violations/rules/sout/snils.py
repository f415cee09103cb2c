"""SNILS: the workers' insurance numbers. No number is repeated in a finding: only its mask."""

from __future__ import annotations

from collections.abc import Iterator

from core.identifiers import mask_snils, normalize_snils, snils_problem
from sout_reports.document.model import Workplace
from violations.rules.findings import Defect, at_workplace
from violations.rules.rulebook import Scope
from violations.rules.severity import ClearedBy, Severity
from violations.rules.sout.book import rule
from violations.rules.sout.tallies import Tally


@rule(
    "SOUT-SNILS-001",
    "СНИЛС работника содержит ошибку",
    Severity.VIOLATION,
    "подп. «в» п. 2 ч. 2 ст. 18 426-ФЗ",
    ClearedBy.CORRECTION,
    scope=Scope.WORKPLACE,
    checks="Проверяется контрольное число каждого СНИЛС.",
)
def snils_is_right(workplace: Workplace, tally: Tally) -> Iterator[Defect]:
    """The check digits of a СНИЛС are wrong; numbers up to 001-001-998 have none and are right.

    Source: 426-ФЗ art. 18 p. 2 (2c); СФР rules for the check digits.
    """
    for ordinal, snils in enumerate(workplace.snils, 1):
        if snils_problem(snils):
            yield at_workplace(
                workplace,
                f"СНИЛС работника {mask_snils(snils)} содержит ошибку в контрольном числе.",
                found=mask_snils(snils),
                expected="верное контрольное число",
                at=_element(workplace, ordinal),
                part=str(ordinal),
            )


@rule(
    "SOUT-SNILS-002",
    "СНИЛС работника повторяется на рабочем месте",
    Severity.VIOLATION,
    "подп. «в» п. 2 ч. 2 ст. 18 426-ФЗ",
    ClearedBy.CORRECTION,
    scope=Scope.WORKPLACE,
    checks="На одном рабочем месте каждый СНИЛС указан один раз.",
)
def snils_is_not_repeated(workplace: Workplace, tally: Tally) -> Iterator[Defect]:
    """The same СНИЛС stands twice in one workplace, whatever its separators. The second and later ones are told.

    Source: 426-ФЗ art. 18 p. 2 (2c).
    """
    if len(workplace.snils) < 2:
        return
    seen: set[str] = set()
    for ordinal, snils in enumerate(workplace.snils, 1):
        digits = normalize_snils(snils)
        if digits in seen:
            yield at_workplace(
                workplace,
                f"СНИЛС {mask_snils(snils)} указан на рабочем месте повторно.",
                found=mask_snils(snils),
                expected="каждый работник один раз",
                at=_element(workplace, ordinal),
                part=str(ordinal),
            )
        seen.add(digits)


def _element(workplace: Workplace, ordinal: int) -> str:
    """The Snils element itself, where its place is certain: entries «отсутствует» are left out of `workplace.snils`."""
    return f"Snils[{ordinal}]" if len(workplace.snils) == workplace.workers else ""
