"""WP: counts of people and of workplaces."""

from __future__ import annotations

from collections.abc import Iterator

from sout_reports.document.model import Workplace
from violations.rules.findings import Defect, at_workplace
from violations.rules.rulebook import Scope
from violations.rules.severity import ClearedBy, Severity
from violations.rules.sout.book import rule
from violations.rules.sout.tallies import Tally
from violations.rules.wording import counted

PLACES_IN = ("рабочем месте", "рабочих местах", "рабочих местах")


@rule(
    "SOUT-WP-001",
    "Численность отдельных категорий превышает общую численность",
    Severity.VIOLATION,
    "строка 020 карты",
    ClearedBy.CORRECTION,
    scope=Scope.WORKPLACE,
    checks="Женщин, лиц до 18 лет и инвалидов (каждой категории отдельно) на месте не больше, чем всего работников.",
)
def categories_are_within_workers(workplace: Workplace, tally: Tally) -> Iterator[Defect]:
    """Women, persons under 18 or disabled persons are more than WorkersQuantity; each category by itself.

    Source: line 020 of the card.
    """
    for element, name, count in (
        ("WomansQuantity", "женщин", workplace.women),
        ("TeenagersQuantity", "лиц до 18 лет", workplace.teenagers),
        ("InvalidsQuantity", "инвалидов", workplace.disabled),
    ):
        if count is not None and count > workplace.workers:
            yield at_workplace(
                workplace,
                f"Число {name} ({count}) больше общей численности работников на рабочем месте ({workplace.workers}).",
                found=str(count),
                expected=f"не более {workplace.workers}",
                at=element,
                part=element,
            )


@rule(
    "SOUT-WP-003",
    "Количество рабочих мест не соответствует числу сведений о рабочих местах",
    Severity.VIOLATION,
    "подп. «е», «ж» п. 1 ч. 2 ст. 18 426-ФЗ",
    ClearedBy.CORRECTION,
    scope=Scope.TALLY,
    checks="Число мест, на которых проведена СОУТ, равно числу сведений о местах и не больше общего числа мест.",
)
def workplaces_are_as_many_as_stated(tally: Tally) -> Iterator[Defect]:
    """WorkPlacesAttested is not the number of workplaces in the file, or is more than WorkPlacesQuantity.

    All four kinds of workplaces count.

    Source: 426-ФЗ art. 18 p. 2 (1e, 1f).
    """
    stated, total, there = tally.report.workplaces_assessed, tally.report.workplaces_total, len(tally.workplaces)
    if stated != there:
        yield Defect(
            message=f"Указано, что СОУТ проведена на {counted(stated, *PLACES_IN)}, а сведения даны о {there}.",
            found=str(stated),
            expected=str(there),
            path="/Attestation/WorkPlacesAttested",
            object_ordinal=1,
            part="assessed",
        )
    if stated > total:
        yield Defect(
            message=f"Рабочих мест, на которых проведена СОУТ ({stated}), больше, чем рабочих мест всего ({total}).",
            found=str(stated),
            expected=f"не более {total}",
            path="/Attestation/WorkPlacesAttested",
            object_ordinal=1,
            part="total",
        )
