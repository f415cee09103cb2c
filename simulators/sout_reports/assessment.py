"""What an assessed factor is, whichever it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from simulators.sout_reports.markup import Markup

METHODOLOGY = "Приказ Минтруда России от 21.11.2023 № 817н"
SANPIN = "СанПиН 1.2.3685-21"
# The form's order of factors, but vibration: the format has local before overall.
ORDER_IN_CARD = (1, 2, 3, 4, 5, 6, 8, 7, 9, 10, 11, 12, 13, 14)


@dataclass(frozen=True, slots=True)
class Occasion:
    """One measuring of a factor: when, by whom (ids in the file), and the protocol made of it."""

    day: date
    protocol: str
    protocol_date: date
    measured_by: str
    expert: str


@dataclass(frozen=True, slots=True)
class Point:
    """A point of a protocol in the Extension. `hours` of exposure a shift; limits as the norm kind has them."""

    place: str
    parameter: str
    unit: str
    value: float
    conditions: str
    hours: float
    norm_kind: str = "норма"
    least: float | None = None
    most: float | None = None
    uncertainty: float | None = None


@dataclass(slots=True)
class Assessment:
    """A factor's result. `write` puts its element on the card; `code` is of the classifier of factors."""

    number: int
    code: str
    name: str
    conditions: str
    points: tuple[Point, ...]
    tools: tuple[str, ...]
    method: str
    norm: str
    write: Callable[[Markup, Occasion, Assessment], None]
    conditions_ppe: str | None = None


def write_class(xml: Markup, assessment: Assessment) -> None:
    """The class of the factor and, where means of protection lower it, the class with them."""
    xml.leaf("WorkingConditions", assessment.conditions)
    if assessment.conditions_ppe:
        xml.leaf("WorkingConditionsPPE", assessment.conditions_ppe, Protocol="Протокол оценки эффективности СИЗ")


def write_protocol(xml: Markup, occasion: Occasion) -> None:
    """The reference to the protocol and the expert who assessed the factor."""
    xml.open("Protocol")
    xml.leaf("Number", occasion.protocol)
    xml.leaf("Date", str(occasion.protocol_date))
    xml.close("Protocol")
    xml.leaf("Expert", Id=occasion.expert)


def write_instruments(xml: Markup, tools: Sequence[str], occasion: Occasion) -> None:
    """The instruments applied and who measured."""
    for tool in tools:
        xml.leaf("MeasuringTool", Id=f"T_{tool}")
    xml.leaf("WorkerForMeasurement", Id=occasion.measured_by)
