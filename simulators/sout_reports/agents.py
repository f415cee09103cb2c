"""Chemical and biological factors and dust."""

from __future__ import annotations

from dataclasses import dataclass

from simulators.sout_reports import limits
from simulators.sout_reports.assessment import (
    METHODOLOGY,
    SANPIN,
    Assessment,
    Occasion,
    Point,
    write_class,
    write_instruments,
    write_protocol,
)
from simulators.sout_reports.markup import Markup

UNIT = "мг/м3"
BREATHING_ZONE = "Зона дыхания"
BIOLOGICAL_NORM = "СанПиН 3.3686-21"


@dataclass(frozen=True, slots=True)
class Substance:
    """A substance in the air: concentrations and limits in mg/m³, maximal and, where one is set, shift average."""

    code: int
    name: str
    group: str
    limit_max: float
    found_max: float
    limit_average: float | None = None
    found_average: float | None = None

    @property
    def conditions(self) -> str:
        result = limits.by_limits(self.found_max / self.limit_max, limits.CHEMICAL_MAX[self.group])
        if self.limit_average and self.found_average is not None:
            average = limits.by_limits(self.found_average / self.limit_average, limits.CHEMICAL_AVERAGE)
            result = limits.worst((result, average))
        return result

    def write_concentrations(self, xml: Markup) -> None:
        xml.leaf("ConcentrationMax", self.found_max, Unit=UNIT)
        if self.found_average is not None:
            xml.leaf("ConcentrationAvg", self.found_average, Unit=UNIT)

    def write(self, xml: Markup, occasion: Occasion, source: str, tools: tuple[str, ...]) -> None:
        xml.open("ChemicalAgent")
        xml.leaf("Kod", self.code, Name=self.name)
        self.write_concentrations(xml)
        xml.leaf("NormValueMax", self.limit_max, Unit=UNIT)
        if self.limit_average is not None:
            xml.leaf("NormValueAvg", self.limit_average, Unit=UNIT)
        xml.leaf("WorkingConditions", self.conditions)
        xml.leaf("NormativeAct", SANPIN)
        xml.open("MeasuringPlace")
        xml.leaf("Name", BREATHING_ZONE)
        xml.leaf("Date", str(occasion.day))
        self.write_concentrations(xml)
        xml.leaf("Duration", 0.75)
        xml.leaf("FactorSource", source)
        write_instruments(xml, tools, occasion)
        xml.close("MeasuringPlace")
        xml.close("ChemicalAgent")

    def points(self, hours: float) -> list[Point]:
        rows = [("макс.", "ПДКмакс", self.found_max, self.limit_max)]
        if self.limit_average is not None and self.found_average is not None:
            rows.append(("среднесм.", "ПДКсс", self.found_average, self.limit_average))
        return [
            Point(
                BREATHING_ZONE, f"{self.name} ({how})", UNIT, found, self.conditions, hours, kind, None, most, found / 5
            )
            for how, kind, found, most in rows
        ]


def chemical(substances: list[Substance], source: str, shift: float) -> Assessment:
    """Substances in the air of the working zone, of different effect."""
    tools = ("aspirator", "gas")

    def write(xml: Markup, occasion: Occasion, self: Assessment) -> None:
        xml.open("ChemicalFactors")
        write_class(xml, self)
        write_protocol(xml, occasion)
        for substance in substances:
            substance.write(xml, occasion, source, tools)
        xml.close("ChemicalFactors")

    conditions = limits.chemical_class([substance.conditions for substance in substances])
    points = tuple(point for substance in substances for point in substance.points(0.75 * shift))
    return Assessment(1, "2.1", "Химический фактор", conditions, points, tools, "РД 52.04.186-89", SANPIN, write)


def dust(code: int, name: str, limit: float, found: float, source: str, shift: float) -> Assessment:
    """Mainly fibrogenic dust by its shift average concentration in mg/m³."""
    conditions = limits.dust_class(found, limit)

    def write(xml: Markup, occasion: Occasion, self: Assessment) -> None:
        xml.open("Aerosol")
        write_class(xml, self)
        write_protocol(xml, occasion)
        xml.open("ChemicalAgent")
        xml.leaf("Kod", code, Name=name)
        xml.leaf("ConcentrationAvg", found, Unit=UNIT)
        xml.leaf("NormValue", limit, Unit=UNIT)
        xml.leaf("WorkingConditions", conditions)
        xml.leaf("NormativeAct", SANPIN)
        xml.open("MeasuringPlace")
        xml.leaf("Name", BREATHING_ZONE)
        xml.leaf("Date", str(occasion.day))
        xml.leaf("ConcentrationAvg", found, Unit=UNIT)
        xml.leaf("Duration", 0.7)
        xml.leaf("FactorSource", source)
        write_instruments(xml, self.tools, occasion)
        xml.close("MeasuringPlace")
        xml.close("ChemicalAgent")
        xml.close("Aerosol")

    point = Point(BREATHING_ZONE, name, UNIT, found, conditions, 0.7 * shift, "ПДКсс", None, limit, found / 5)
    title = "Аэрозоли преимущественно фиброгенного действия"
    return Assessment(3, "1.2", title, conditions, (point,), ("aspirator",), "МУК 4.1.2468-09", SANPIN, write)


def biological(group: int, agent: str, source: str, shift: float) -> Assessment:
    """Pathogenic microorganisms of pathogenic group 1–4: the class follows from the group, nothing is measured."""
    conditions = limits.PATHOGEN_GROUPS[group]
    zone = "Рабочая зона"

    def write(xml: Markup, occasion: Occasion, self: Assessment) -> None:
        xml.open("BiologicalFactors")
        write_class(xml, self)
        write_protocol(xml, occasion)
        xml.open("MicroorganismPathogenic")
        xml.leaf("Kod", 100 + group, Name=agent)
        xml.leaf("WorkingConditions", conditions)
        xml.leaf("NormativeAct", METHODOLOGY)
        xml.open("MeasuringPlace")
        xml.leaf("Name", zone)
        xml.leaf("Date", str(occasion.day))
        xml.leaf("Duration", 0.5)
        xml.leaf("FactorSource", source)
        write_instruments(xml, (), occasion)
        xml.close("MeasuringPlace")
        xml.close("MicroorganismPathogenic")
        xml.close("BiologicalFactors")

    point = Point(zone, f"{agent}, группа патогенности", "группа", group, conditions, shift / 2, "без норматива")
    name = "Патогенные микроорганизмы"
    return Assessment(2, "3.3", name, conditions, (point,), (), METHODOLOGY, BIOLOGICAL_NORM, write)
