"""COM: the commission that holds the assessment."""

from __future__ import annotations

from collections.abc import Iterator

from violations.rules.findings import Defect
from violations.rules.rulebook import Scope
from violations.rules.severity import ClearedBy, Severity
from violations.rules.sout.book import rule
from violations.rules.sout.tallies import Tally
from violations.rules.wording import counted


@rule(
    "SOUT-COM-001",
    "Число членов комиссии по проведению СОУТ чётное",
    Severity.VIOLATION,
    "ч. 1 ст. 9 426-ФЗ",
    ClearedBy.CORRECTION,
    scope=Scope.TALLY,
    checks="Подсчитываются председатель и члены комиссии: вместе их должно быть нечётное число.",
)
def commission_is_odd(tally: Tally) -> Iterator[Defect]:
    """The chairman and the members together are even in number.

    Source: 426-ФЗ art. 9 p. 1.
    """
    people = 1 + len(tally.report.members)
    if people % 2 == 0:
        yield Defect(
            message=f"В комиссии по проведению СОУТ чётное число членов: {people} вместе с председателем.",
            found=counted(people, "человек", "человека", "человек"),
            expected="нечётное число",
            path="/Attestation/Committee",
            object_ordinal=1,
        )
