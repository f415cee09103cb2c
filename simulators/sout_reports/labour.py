"""Severity and intensity of the labour process."""

from __future__ import annotations

from dataclasses import dataclass

from simulators.sout_reports import limits
from simulators.sout_reports.assessment import (
    METHODOLOGY,
    Assessment,
    Occasion,
    Point,
    write_class,
    write_instruments,
    write_protocol,
)
from simulators.sout_reports.markup import Markup

SHIFT = "Рабочая смена"
TOOLS = ("force", "tape", "stopwatch")
WEIGHTS = ("SingleWeightLiftingMale", "SingleWeightLiftingFemale", "ConstantWeightLiftingMale")
# The format keeps some indicators inside a group element.
Groups = tuple[tuple[str | None, tuple[str, ...]], ...]
BEFORE_POSE: Groups = (("WeightLifting", WEIGHTS), ("MotorStereotypy", ("MotorStereotypyRegionalLoad",)))
AFTER_POSE: Groups = ((None, ("BodyBending",)), ("Travelling", ("HorizontalTravelling",)))


@dataclass(frozen=True, slots=True)
class Indicators:
    """Measured indicators of severity, named as in `limits.SEVERITY`."""

    values: dict[str, float]

    def conditions(self, name: str) -> str:
        return limits.by_limits(self.values[name], limits.SEVERITY[name][0], limits.LABOUR)

    def points(self, shift: float) -> list[Point]:
        return [
            _point(limits.SEVERITY[name], value, self.conditions(name), shift) for name, value in self.values.items()
        ]

    def write(self, xml: Markup, occasion: Occasion, groups: Groups) -> None:
        """Those of the groups that are there, inside their group elements."""
        for group, names in groups:
            present = [name for name in names if name in self.values]
            if group and present:
                xml.open(group)
            for name in present:
                self._write_one(xml, occasion, name)
            if group and present:
                xml.close(group)

    def _write_one(self, xml: Markup, occasion: Occasion, name: str) -> None:
        scale, _, unit = limits.SEVERITY[name]
        xml.open(name)
        xml.leaf("Value", self.values[name], Unit=unit)
        xml.leaf("NormValue", scale[1], Unit=unit)
        xml.leaf("WorkingConditions", self.conditions(name))
        xml.leaf("NormativeAct", METHODOLOGY)
        write_instruments(xml, TOOLS, occasion)
        xml.close(name)


def severity(pose: str, shift: float, **values: float) -> Assessment:
    """Severity by the code of the working pose and indicators named as in `limits.SEVERITY`."""
    indicators = Indicators(values)

    def write(xml: Markup, occasion: Occasion, self: Assessment) -> None:
        xml.open("LabourSeverity")
        write_class(xml, self)
        xml.leaf("Date", str(occasion.day))
        write_protocol(xml, occasion)
        indicators.write(xml, occasion, BEFORE_POSE)
        xml.open("WorkingPose")
        xml.leaf("Value", pose)
        xml.leaf("WorkingConditions", limits.POSES[pose])
        xml.leaf("NormativeAct", METHODOLOGY)
        write_instruments(xml, ("stopwatch",), occasion)
        xml.close("WorkingPose")
        indicators.write(xml, occasion, AFTER_POSE)
        xml.close("LabourSeverity")

    pose_name = f"Рабочая поза (код {pose})"
    pose_point = Point(SHIFT, pose_name, "-", int(pose), limits.POSES[pose], shift, "без норматива")
    conditions = limits.severity_class([*map(indicators.conditions, values), limits.POSES[pose]])
    points = (*indicators.points(shift), pose_point)
    return Assessment(13, "4", "Тяжесть трудового процесса", conditions, points, TOOLS, METHODOLOGY, METHODOLOGY, write)


def intensity(shift: float, **indicators: float) -> Assessment:
    """Intensity by indicators named as in `limits.INTENSITY`: the worst of them."""
    classes = {
        name: limits.by_limits(value, limits.INTENSITY[name][0], limits.LABOUR) for name, value in indicators.items()
    }

    def write(xml: Markup, occasion: Occasion, self: Assessment) -> None:
        xml.open("LabourIntensity")
        write_class(xml, self)
        xml.leaf("Date", str(occasion.day))
        write_protocol(xml, occasion)
        for name, (scale, _, unit) in limits.INTENSITY.items():
            if name not in indicators:
                continue
            xml.open(name)
            xml.leaf("Value", indicators[name], Unit=unit)
            xml.leaf("NormValueMin", scale[0])
            xml.leaf("NormValueMax", scale[1])
            xml.leaf("WorkingConditions", classes[name])
            xml.leaf("NormativeAct", METHODOLOGY)
            write_instruments(xml, self.tools, occasion)
            xml.close(name)
        xml.close("LabourIntensity")

    points = tuple(_point(limits.INTENSITY[name], value, classes[name], shift) for name, value in indicators.items())
    conditions = limits.worst(classes.values())
    name = "Напряженность трудового процесса"
    return Assessment(14, "5", name, conditions, points, ("stopwatch",), METHODOLOGY, METHODOLOGY, write)


def _point(indicator: tuple[tuple[float, ...], str, str], value: float, conditions: str, shift: float) -> Point:
    scale, name, unit = indicator
    return Point(SHIFT, name, unit, value, conditions, shift, most=scale[1])
