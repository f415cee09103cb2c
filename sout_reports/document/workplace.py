"""A workplace and its factors from the element that states them.

What was measured is found whatever its nesting: every element that holds measuring tools or measurers, or that bears a date
of its own, is a measurement; its date is its own or that of the nearest element around it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

from core.xml import Paths
from sout_reports.document.model import Factor, Guarantee, Measurement, ProtocolRef, Workplace, WorkplaceKind
from sout_reports.document.values import count_of, day_of, optional_count, optional_day, optional_text, text_of

if TYPE_CHECKING:
    from lxml import etree

    from core.xml.schema_model import ElementDeclaration

KINDS = {kind.value: kind for kind in WorkplaceKind}
NO_SNILS = {"отсутствует", "Отсутствует"}

# Numbers of line 030 in the order of the form (33н, section III); 15 and 16 are the specificities outside of it.
FACTOR_NUMBERS = {
    "ChemicalFactors": 1, "BiologicalFactors": 2, "Aerosol": 3, "Noise": 4, "Infrasound": 5, "Ultrasound": 6,
    "OverallVibration": 7, "LocalVibration": 8, "NonionizingRadiation": 9, "IonizingRadiation": 10, "Microclimate": 11,
    "LightEnvironment": 12, "LabourSeverity": 13, "LabourIntensity": 14,
    "AirGasHighPressureSpecificity": 15, "DiverAndCaissonSpecificity": 16,
}  # fmt: skip
LINE_030 = 14
LIGHT = 12
CLASSES = ("-", "1", "2", "3.1", "3.2", "3.3", "3.4", "4")
_TRACES = ("Date", "DateTime", "MeasuringTool", "WorkerForMeasurement")


def workplace_of(
    element: etree._Element, declaration: ElementDeclaration, path: str, ordinal: int, subunits: Mapping[str, str]
) -> Workplace:
    """The workplace that a valid element states. `subunits`: id → name of the header's sub-units. Raises Unreadable."""
    parts, snils, experts, sections = _sorted_out(element)
    factors: list[Factor] = []
    for number, section in enumerate(sections, 1):
        factors += _factors(section, declaration.type.children[section.tag], f"{path}/Factors[{number}]")
    subunit_id, subunit = _subunit(parts.get("SubUnit"), subunits)
    profession = parts.get("Profession")
    compensations = parts.get("Compensations")
    return Workplace(
        ordinal=ordinal,
        kind=KINDS[element.tag],
        path=path,
        number=parts["Id"].text or "",
        position=text_of(parts["Position"]),
        subunit_id=subunit_id,
        subunit=subunit,
        profession=optional_text(profession),
        profession_classifier=None if profession is None else profession.get("Classifier"),
        card_number=optional_text(parts.get("SOUTCardNumber")),
        card_date=optional_day(parts.get("SheetDate")),
        workers=count_of(parts["WorkersQuantity"]),
        women=optional_count(parts.get("WomansQuantity")),
        teenagers=optional_count(parts.get("TeenagersQuantity")),
        disabled=optional_count(parts.get("InvalidsQuantity")),
        conditions=optional_text(parts.get("WorkingConditions")),
        conditions_ppe=optional_text(parts.get("WorkingConditionsPPE")),
        snils=tuple(snils),
        included_in_declaration=text_of(parts.get("WorkPlaceDeclared")) == "1",
        experts=tuple(experts),
        factors=tuple(factors),
        guarantees=() if compensations is None else guarantees_of(compensations),
    )


_SortedOut = tuple[dict[str, "etree._Element"], list[str], list[str], list["etree._Element"]]


def _sorted_out(element: etree._Element) -> _SortedOut:
    """Children that occur once by name, СНИЛС as written, ids of experts, and sections of factors."""
    parts: dict[str, etree._Element] = {}
    snils: list[str] = []
    experts: list[str] = []
    sections: list[etree._Element] = []
    for child in element:
        tag = child.tag
        if tag == "Snils":
            if (child.text or "") not in NO_SNILS:
                snils.append(child.text or "")
        elif tag == "Expert":
            experts.append(child.get("Id", ""))
        elif tag == "Factors":
            sections.append(child)
        else:
            parts[tag] = child
    return parts, snils, experts, sections


def _subunit(element: etree._Element | None, subunits: Mapping[str, str]) -> tuple[str | None, str]:
    """The id and the name; the text of the element goes before the name of the sub-unit it refers to."""
    if element is None:
        return None, ""
    reference = element.get("Id")
    return reference, text_of(element) or subunits.get(reference or "", "")


def guarantees_of(compensations: etree._Element) -> tuple[Guarantee, ...]:
    """The rows of line 040."""
    rows = []
    for each in compensations:
        actual, needed, *reason = each
        rows.append(Guarantee(each.tag, actual.text == "1", needed.text == "1", text_of(reason[0]) if reason else ""))
    return tuple(rows)


def _factors(section: etree._Element, declaration: ElementDeclaration, path: str) -> list[Factor]:
    known = declaration.type.children
    return [factor_of(each, known[each.tag], f"{path}/{each.tag}") for each in section]


def factor_of(element: etree._Element, declaration: ElementDeclaration, path: str) -> Factor:
    """A factor of line 030, or a specificity. Raises Unreadable."""
    number = FACTOR_NUMBERS[element.tag]
    conditions = ""
    conditions_ppe = None
    day = None
    experts: list[str] = []
    protocols: list[ProtocolRef] = []
    for child in element:
        tag = child.tag
        if tag == "WorkingConditions":
            conditions = child.text or ""
        elif tag == "WorkingConditionsPPE":
            conditions_ppe = child.text
        elif tag == "Date":
            day = day_of(child)
        elif tag == "Expert":
            experts.append(child.get("Id", ""))
        elif tag == "Protocol":
            protocols.append(_protocol_ref(child, f"{path}/Protocol[{len(protocols) + 1}]"))
    paths = Paths(element, path, declaration)
    if number > LINE_030:
        conditions = _worst(element)
        experts = [each.get("Id", "") for each in element.iter("Expert")]
        protocols = [_protocol_ref(each, paths.of(each)) for each in element.iter("Protocol")]
    return Factor(
        number=number,
        element=element.tag,
        conditions=conditions,
        conditions_ppe=conditions_ppe,
        date=day,
        protocols=tuple(protocols),
        experts=tuple(experts),
        measurements=_measurements(element, paths, day),
        by_visual_category_only=number == LIGHT and _by_visual_category_only(element),
        path=path,
    )


def _protocol_ref(element: etree._Element, path: str) -> ProtocolRef:
    number = ""
    day = None
    for child in element:
        if child.tag == "Number":
            number = text_of(child)
        elif child.tag == "Date":
            day = day_of(child)
    return ProtocolRef(number, day, path)


def _worst(element: etree._Element) -> str:
    """The worst class of a specificity's indicators, «-» where it has none."""
    ranks = [CLASSES.index(each.text or "-") for each in element.iter("WorkingConditions")]
    return CLASSES[max(ranks, default=0)]


def _by_visual_category_only(element: etree._Element) -> bool:
    places = list(element.iterchildren("MeasuringPlace"))
    return bool(places) and all(any(True for _ in place.iterchildren("VisualWorkCategory3359")) for place in places)


def _measurements(factor: etree._Element, paths: Paths, day: date | None) -> tuple[Measurement, ...]:
    used: dict[etree._Element, tuple[list[str], list[str]]] = {}
    days: dict[etree._Element, date] = {}
    for trace in factor.iter(*_TRACES):
        holder = trace.getparent()
        assert holder is not None
        tag = trace.tag
        if tag == "MeasuringTool":
            used.setdefault(holder, ([], []))[0].append(trace.get("Id", ""))
        elif tag == "WorkerForMeasurement":
            used.setdefault(holder, ([], []))[1].append(trace.get("Id", ""))
        elif holder is not factor and holder.tag != "Protocol":
            days[holder] = day_of(trace)
    found = []
    told = set()
    for holder, (tools, workers) in used.items():
        around: etree._Element | None = holder
        while around is not None and around is not factor and around not in days:
            around = around.getparent()
        dated = days.get(around, day) if around is not None else day
        told.add(around)
        found.append(Measurement(dated, tuple(tools), tuple(workers), paths.of(holder)))
    found += [Measurement(on, (), (), paths.of(holder)) for holder, on in days.items() if holder not in told]
    return tuple(found)
