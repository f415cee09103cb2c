"""Physical factors: noise, vibration, light, microclimate, ultraviolet and ionizing radiation."""

from __future__ import annotations

from simulators.sout_reports import limits
from simulators.sout_reports.assessment import (
    SANPIN,
    Assessment,
    Occasion,
    Point,
    write_class,
    write_instruments,
    write_protocol,
)
from simulators.sout_reports.markup import Markup

RADIATION_NORM = "СанПиН 2.6.1.2523-09 (НРБ-99/2009)"
ULTRAVIOLET_LIMIT = 10
DOSE_LIMIT = 5
Axes = tuple[float, float, float]
AXIS = "Корректированный уровень виброускорения, ось"
LOCAL = (8, "Вибрация локальная", "ГОСТ 31192.2-2005")
OVERALL = (7, "Вибрация общая", "ГОСТ 31319-2006")


def noise(level: float, source: str, shift: float) -> Assessment:
    """Noise by the strategy of working operations: three samples of one operation. `level` in dBA."""
    tools = ("noise", "calibrator")
    share = 0.75
    conditions = limits.by_limits(level, limits.NOISE)

    def write(xml: Markup, occasion: Occasion, self: Assessment) -> None:
        xml.open("Noise")
        xml.leaf("Value", level, Unit="дБА")
        xml.leaf("Uncertainty", 1.6, Unit="дБА")
        xml.leaf("NormValue", limits.NOISE[0], Unit="дБА")
        write_class(xml, self)
        xml.leaf("NormativeAct", SANPIN)
        write_protocol(xml, occasion)
        xml.open("WorkOperationStrategy")
        xml.leaf("Value", level, Unit="дБА")
        xml.leaf("Uncertainty", 1.6, Unit="дБА")
        xml.open("WorkOperation")
        xml.leaf("Name", f"Работа: {source}")
        xml.leaf("TimeBehavior", 1)
        xml.leaf("OperationDuration", share * shift * 60)
        xml.leaf("FactorSource", source)
        for sample in range(3):
            xml.open("MeasuringData")
            xml.leaf("DateTime", f"{occasion.day}T{10 + sample}:00:00")
            xml.leaf("Value", level + (sample - 1) * 0.4, Unit="дБА")
            xml.leaf("MeasurementDuration", 0.02)
            write_instruments(xml, tools, occasion)
            xml.close("MeasuringData")
        xml.close("WorkOperation")
        xml.close("WorkOperationStrategy")
        xml.close("Noise")

    point = Point(
        source, "Эквивалентный уровень звука", "дБА", level, conditions, share * shift, "ПДУ", most=80, uncertainty=1.6
    )
    return Assessment(4, "1.3.1", "Шум", conditions, (point,), tools, "ГОСТ Р ИСО 9612-2016", SANPIN, write)


def vibration(axes: Axes, source: str, shift: float, *, local: bool = False) -> Assessment:
    """Vibration by the corrected levels of axes X, Y and Z in dB; overall unless `local`."""
    xy = limits.LOCAL_VIBRATION if local else limits.OVERALL_VIBRATION_XY
    z = limits.LOCAL_VIBRATION if local else limits.OVERALL_VIBRATION_Z
    scales = (xy, xy, z)
    classes = [limits.by_limits(value, scale) for value, scale in zip(axes, scales, strict=True)]
    element = "LocalVibration" if local else "OverallVibration"

    def write(xml: Markup, occasion: Occasion, self: Assessment) -> None:
        xml.open(element)
        _write_axes(xml, axes)
        if local:
            xml.leaf("NormValue", xy[0], Unit="дБ")
        else:
            xml.leaf("NormValueXY", xy[0], Unit="дБ")
            xml.leaf("NormValueZ", z[0], Unit="дБ")
        write_class(xml, self)
        xml.leaf("NormativeAct", SANPIN)
        write_protocol(xml, occasion)
        xml.open("MeasuringPlace")
        xml.leaf("Name", source)
        xml.leaf("Date", str(occasion.day))
        xml.leaf("TimeBehavior", 1)
        _write_axes(xml, axes)
        xml.leaf("Duration", 0.5)
        xml.leaf("FactorSource", source)
        write_instruments(xml, self.tools, occasion)
        xml.close("MeasuringPlace")
        xml.close(element)

    number, name, method = LOCAL if local else OVERALL
    points = tuple(
        Point(source, f"{AXIS} {axis}", "дБ", value, conditions, shift / 2, "ПДУ", None, scale[0], 1.5)
        for axis, value, conditions, scale in zip("XYZ", axes, classes, scales, strict=True)
    )
    return Assessment(number, "1.3.4", name, limits.worst(classes), points, ("noise",), method, SANPIN, write)


def _write_axes(xml: Markup, axes: Axes) -> None:
    for axis, value in zip("XYZ", axes, strict=True):
        xml.leaf(f"Value{axis}", value, Unit="дБ")


def light(ratio: float, least: int, zone: str, shift: float) -> Assessment:
    """Light environment: illuminance of `ratio` × the norm `least` in lux."""
    value = round(least * ratio)
    conditions = limits.light_class(value, least)

    def write(xml: Markup, occasion: Occasion, self: Assessment) -> None:
        xml.open("LightEnvironment")
        write_class(xml, self)
        write_protocol(xml, occasion)
        xml.open("MeasuringPlace")
        xml.leaf("Name", zone)
        xml.leaf("Date", str(occasion.day))
        xml.leaf("Duration", 1)
        xml.leaf("RoomType", zone)
        xml.leaf("WorkingConditions", conditions)
        xml.open("GeneralIllumination")
        xml.leaf("Value", value, Unit="лк")
        xml.leaf("NormValue", least, Unit="лк")
        xml.leaf("WorkingConditions", conditions)
        xml.leaf("NormativeAct", SANPIN)
        write_instruments(xml, self.tools, occasion)
        xml.close("GeneralIllumination")
        xml.close("MeasuringPlace")
        xml.close("LightEnvironment")

    uncertainty = round(value * 0.08)
    parameter = "Освещенность рабочей поверхности"
    point = Point(zone, parameter, "лк", value, conditions, shift, least=least, uncertainty=uncertainty)
    return Assessment(12, "1.4.1", parameter, conditions, (point,), ("light",), "МУК 4.3.2812-10", SANPIN, write)


def microclimate(index: float, zone: str, shift: float) -> Assessment:
    """Microclimate of a hot shop by the thermal load index in °C, work of category IIб."""
    scale = limits.THERMAL_LOAD["IIб"]
    # class 2 ends below its limit, the others at theirs
    conditions = "2" if index < scale[0] else limits.by_limits(index, scale[1:], limits.CLASSES[2:])

    def write(xml: Markup, occasion: Occasion, self: Assessment) -> None:
        xml.open("Microclimate")
        write_class(xml, self)
        write_protocol(xml, occasion)
        xml.open("MeasuringPlace")
        xml.leaf("Name", zone)
        xml.leaf("Date", str(occasion.day))
        xml.leaf("Duration", 0.8)
        xml.leaf("WorkingConditions", conditions)
        xml.leaf("WorkCategory", "IIб")
        xml.leaf("MicroclimatePlaceType", 1)
        xml.leaf("Posture", 0)
        xml.open("ThermalLoadIndex")
        xml.leaf("Value", index, Unit="°C")
        xml.leaf("NormValue", scale[0], Unit="°C")
        xml.leaf("WorkingConditions", conditions)
        xml.leaf("NormativeAct", SANPIN)
        write_instruments(xml, self.tools, occasion)
        xml.close("ThermalLoadIndex")
        xml.close("MeasuringPlace")
        xml.close("Microclimate")

    point = Point(zone, "ТНС-индекс", "°C", index, conditions, 0.8 * shift, most=scale[0], uncertainty=0.2)
    return Assessment(11, "1.1", "Микроклимат", conditions, (point,), ("climate",), "МУК 4.3.2756-10", SANPIN, write)


def ultraviolet(value: float, source: str, shift: float) -> Assessment:
    """UV-A of long exposure in W/m², at three heights."""
    conditions = "2" if value <= ULTRAVIOLET_LIMIT else "3.1"

    def write(xml: Markup, occasion: Occasion, self: Assessment) -> None:
        xml.open("NonionizingRadiation")
        write_class(xml, self)
        write_protocol(xml, occasion)
        xml.open("UltravioletRadiation")
        xml.open("UVA_240min")
        xml.leaf("Value", value, Unit="Вт/м2")
        xml.leaf("NormValue", ULTRAVIOLET_LIMIT, Unit="Вт/м2")
        xml.leaf("WorkingConditions", conditions)
        xml.leaf("NormativeAct", SANPIN)
        xml.open("MeasuringPlace")
        xml.leaf("Name", source)
        xml.leaf("Date", str(occasion.day))
        xml.leaf("Duration", 0.5)
        xml.leaf("FactorSource", source)
        for height in ("0.5", "1", "1.5"):
            xml.open("MeasuringData")
            xml.leaf("Height", height, Unit="м")
            xml.leaf("Value", value, Unit="Вт/м2")
            xml.close("MeasuringData")
        write_instruments(xml, self.tools, occasion)
        xml.close("MeasuringPlace")
        xml.close("UVA_240min")
        xml.close("UltravioletRadiation")
        xml.close("NonionizingRadiation")

    uncertainty = round(value * 0.1, 2)
    point = Point(
        source, "Интенсивность УФ-А", "Вт/м2", value, conditions, shift / 2, "ПДУ", None, ULTRAVIOLET_LIMIT, uncertainty
    )
    name = "Ультрафиолетовое излучение"
    return Assessment(9, "1.5.5", name, conditions, (point,), ("ultraviolet",), "ГОСТ 12.4.123-83", SANPIN, write)


def ionizing(dose: float, source: str, shift: float) -> Assessment:
    """X-rays by the potential effective dose in mSv a year."""
    conditions = limits.by_limits(dose, limits.DOSE)
    room = "Комната управления"

    def write(xml: Markup, occasion: Occasion, self: Assessment) -> None:
        xml.open("IonizingRadiation")
        write_class(xml, self)
        xml.leaf("StaffGroup", 0)
        write_protocol(xml, occasion)
        xml.open("XRadiation")
        xml.open("EffectiveDose")
        xml.leaf("Value", dose, Unit="мЗв/год")
        xml.leaf("NormValue", DOSE_LIMIT, Unit="мЗв/год")
        xml.leaf("WorkingConditions", conditions)
        xml.leaf("NormativeAct", RADIATION_NORM)
        xml.open("MeasuringPlace")
        xml.leaf("Name", room)
        xml.leaf("Value", dose / 1.7, Unit="мкЗв/ч")
        xml.leaf("RadiationType", 0)
        xml.leaf("Duration", 0.5)
        xml.leaf("FactorSource", source)
        xml.leaf("Date", str(occasion.day))
        write_instruments(xml, self.tools, occasion)
        xml.close("MeasuringPlace")
        xml.close("EffectiveDose")
        xml.close("XRadiation")
        xml.close("IonizingRadiation")

    parameter = "Максимальная потенциальная эффективная доза"
    point = Point(room, parameter, "мЗв/год", dose, conditions, shift / 2, most=DOSE_LIMIT, uncertainty=dose * 0.15)
    name = "Рентгеновское, гамма- и нейтронное излучение"
    method = "МУК 2.6.7.3652-20"
    return Assessment(10, "1.6.1", name, conditions, (point,), ("dose",), method, RADIATION_NORM, write)
