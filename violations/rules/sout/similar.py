"""ANA: groups of analogous workplaces."""

from __future__ import annotations

from collections.abc import Iterator

from sout_reports.document.model import WorkplaceKind
from violations.rules.findings import Defect
from violations.rules.rulebook import Scope
from violations.rules.severity import ClearedBy, Severity
from violations.rules.sout.book import rule
from violations.rules.sout.tallies import Tally
from violations.rules.wording import counted

LEAST_MEASURED = 2
SIMILAR_OF = ("аналогичного рабочего места", "аналогичных рабочих мест", "аналогичных рабочих мест")


def required_measured(size: int) -> int:
    """How many of `size` analogous workplaces must be measured: 20 per cent rounded up, and not less than two."""
    return max(LEAST_MEASURED, -(-size // 5))


@rule(
    "SOUT-ANA-001",
    "СОУТ проведена менее чем на 20 процентах аналогичных рабочих мест (менее чем на двух)",
    Severity.VIOLATION,
    "ч. 1 ст. 16 426-ФЗ",
    ClearedBy.CORRECTION,
    scope=Scope.TALLY,
    checks="В каждой группе аналогичных рабочих мест измерено не менее 20 процентов мест и не менее двух.",
)
def enough_are_measured(tally: Tally) -> Iterator[Defect]:
    """Of the n workplaces of a group fewer than max(2, 20 % of n rounded up) are measured (WorkPlaceAttested).

    Source: 426-ФЗ art. 16 p. 1.
    """
    if not tally.groups:
        return
    attested = {workplace.number for workplace in tally.workplaces if workplace.kind is WorkplaceKind.ATTESTED}
    for group in tally.groups:
        numbers = set(group.numbers)
        measured, required = len(numbers & attested), required_measured(len(numbers))
        if measured < required:
            yield Defect(
                message=f"В группе из {counted(len(numbers), *SIMILAR_OF)} ({_span(group.numbers)}) "
                f"СОУТ проведена на {measured}, требуется не менее чем на {required}.",
                found=str(measured),
                expected=f"не менее {required} из {len(numbers)}",
                path=group.path,
                object_ordinal=group.ordinal,
            )


def _span(numbers: tuple[str, ...]) -> str:
    return ", ".join(numbers) if len(numbers) <= 4 else f"{numbers[0]}, {numbers[1]} … {numbers[-1]}"
