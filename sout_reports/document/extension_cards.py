"""Parts of the Extension as their pages show them: a workplace's details and a measurement protocol."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from lxml import etree

from core.xml import own_tree
from sout_reports.document.extension import details_of, protocol_of
from sout_reports.document.model import MeasurementProtocol, WorkplaceDetails
from sout_reports.document.values import day_of, optional_count, optional_day, text_of


@dataclass(slots=True, frozen=True)
class IdentifiedFactor:
    """A row of section II: a factor by its classifier code, its source, hours a shift."""

    code: str
    name: str
    source: str
    hours: str


@dataclass(slots=True, frozen=True)
class FactorEfficiency:
    """Column «эффективность СИЗ» of line 030: «+», «-» or «не оценивалась»; by how many degrees the class went down, and by
    which document."""

    factor: int
    efficiency: str
    degrees: int | None
    document: str


@dataclass(slots=True, frozen=True)
class Acquaintance:
    """A worker acquainted with the results. `snils` as written: mask it before showing."""

    snils: str
    day: date | None
    objection: str


@dataclass(slots=True, frozen=True)
class DetailsCard:
    """Details of a workplace. `exclusion`: point of 426-ФЗ art. 10 p. 6 (0: none)."""

    details: WorkplaceDetails
    guid: str
    address: str
    shift_hours: str
    weekly_hours: str
    exclusion: str
    accidents: int | None
    diseases: int | None
    pension_basis: str
    identified: tuple[IdentifiedFactor, ...]
    efficiency: tuple[FactorEfficiency, ...]
    acquaintances: tuple[Acquaintance, ...]


@dataclass(slots=True, frozen=True)
class Point:
    """A row of results. Numbers are text with a decimal comma; `norm` tells its bounds in words."""

    name: str
    parameter: str
    unit: str
    value: str
    uncertainty: str
    norm_kind: str
    norm: str
    hours: str
    conditions: str


@dataclass(slots=True, frozen=True)
class ProtocolCard:
    """A measurement protocol. `air`: temperature °C, pressure, humidity as far as given; `control`: (day, conclusion) of
    production control whose results were used."""

    protocol: MeasurementProtocol
    code: str
    address: str
    accreditation: str
    methods: tuple[str, ...]
    acts: tuple[str, ...]
    air: tuple[tuple[str, str], ...]
    points: tuple[Point, ...]
    conclusion: str
    control: tuple[date, str] | None


_AIR = {"AirTemperature": "температура", "AtmospherePressure": "давление", "AirHumidity": "влажность"}


def details_card_from_fragment(fragment: bytes, *, path: str = "") -> DetailsCard:
    """Read kept details. Raises ValueError."""
    element = own_tree(fragment)
    parts = _parts_of(element)
    return DetailsCard(
        details=details_of(element, path),
        guid=text_of(parts.get("CardGuid")),
        address=text_of(parts.get("Address")),
        shift_hours=_number(parts.get("ShiftHours")),
        weekly_hours=_number(parts.get("WeeklyHours")),
        exclusion=text_of(parts.get("IdentificationExclusion")),
        accidents=optional_count(parts.get("Accidents")),
        diseases=optional_count(parts.get("Diseases")),
        pension_basis=text_of(parts.get("EarlyPensionBasis")),
        identified=tuple(_identified(each) for each in element.iterchildren("IdentifiedFactor")),
        efficiency=tuple(_efficiency(each) for each in element.iterchildren("FactorPPE")),
        acquaintances=tuple(_acquaintance(each) for each in element.iterchildren("Acquaintance")),
    )


def protocol_card_from_fragment(fragment: bytes, *, ordinal: int = 0, path: str = "") -> ProtocolCard:
    """Read a kept protocol. Raises ValueError."""
    element = own_tree(fragment)
    parts = _parts_of(element)
    control = _parts_of(parts.get("ProductionControl"))
    return ProtocolCard(
        protocol=protocol_of(element, path, ordinal),
        code=text_of(parts.get("Code")),
        address=text_of(parts.get("PlaceAddress")),
        accreditation=text_of(parts.get("LaboratoryCertificate")),
        methods=tuple(text_of(each) for each in element.iterchildren("MethodDocument")),
        acts=tuple(text_of(each) for each in element.iterchildren("NormativeDocument")),
        air=tuple((_AIR[tag], _with_unit(each)) for tag, each in _parts_of(parts.get("Conditions")).items()),
        points=tuple(_point(each) for each in element.iterchildren("Point")),
        conclusion=text_of(parts.get("Conclusion")),
        control=(day_of(control["MeasurementDate"]), text_of(control["ExpertConclusion"])) if control else None,
    )


def _parts_of(element: etree._Element | None) -> dict[str, etree._Element]:
    return {} if element is None else {child.tag: child for child in element}


def _number(element: etree._Element | None) -> str:
    return text_of(element).replace(".", ",")


def _with_unit(element: etree._Element) -> str:
    return f"{_number(element)} {element.get('Unit') or ''}".strip()


def _identified(element: etree._Element) -> IdentifiedFactor:
    code, name, source, hours = element
    return IdentifiedFactor(text_of(code), text_of(name), text_of(source), _number(hours))


def _efficiency(element: etree._Element) -> FactorEfficiency:
    parts = _parts_of(element)
    return FactorEfficiency(
        factor=int(text_of(parts["Factor"])),
        efficiency=text_of(parts["Efficiency"]),
        degrees=optional_count(parts.get("ReducedDegrees")),
        document=text_of(parts.get("AgreementDocument")),
    )


def _acquaintance(element: etree._Element) -> Acquaintance:
    parts = _parts_of(element)
    return Acquaintance(text_of(parts["Snils"]), optional_day(parts.get("Date")), text_of(parts.get("Objection")))


def _point(element: etree._Element) -> Point:
    parts = _parts_of(element)
    low, high = _number(parts.get("NormMin")), _number(parts.get("NormMax"))
    bounds = f"{low}–{high}" if low and high else f"не менее {low}" if low else f"не более {high}" if high else ""
    return Point(
        name=text_of(parts["PointName"]),
        parameter=text_of(parts["Parameter"]),
        unit=text_of(parts["Unit"]).strip("-–— "),  # programs fill the obligatory element of a bare count with a dash
        value=_number(parts["Value"]),
        uncertainty=_number(parts.get("Uncertainty")),
        norm_kind=text_of(parts["NormKind"]),
        norm=bounds,
        hours=_number(parts["ExposureHours"]),
        conditions=text_of(parts.get("WorkingConditions")),
    )
