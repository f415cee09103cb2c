"""A workplace as its page shows it: everything of the card that `model.Workplace` leaves out.

Lines are those of the card of the special assessment (form of order 33н, section III): 010, 020–022, 030, 040, 050.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from lxml import etree

from core.xml import own_tree
from core.xml.schema_model import ElementDeclaration
from sout_reports.document.indicators import Indicator, indicators_of
from sout_reports.document.model import Factor, Workplace
from sout_reports.document.schema import ENTERPRISE, report_schema
from sout_reports.document.values import optional_day, optional_text, text_of
from sout_reports.document.workplace import workplace_of

# Elements whose texts the card shows as they are, by the field of Card.
TEXTS = {
    "etks": "ETKS_EKS_Issue",
    "equipment": "Equipment",
    "raw_materials": "RawMaterials",
    "tools": "Tools",
    "job_description": "JobDescription",
    "expert_conclusion": "ExpertConclusion",
    "committee_protocol": "CommitteeProtocol",
    "reason": "Reason",
    "injury_risk": "InjuryRiskClass",
    "accessibility": "SedentaryPopulationsAvailability",
}


@dataclass(slots=True, frozen=True)
class Arrangement:
    """A measure of line 050 that improves working conditions."""

    name: str
    purpose: str
    due: str
    units: str


@dataclass(slots=True, frozen=True)
class Coded:
    """A code and its name, where the file gives one."""

    code: str
    name: str


@dataclass(slots=True, frozen=True)
class ProtectiveEquipment:
    """Assessment of protective equipment (section IV): its protocol, day, expert's registration number, number of workers
    assessed, and what was concluded for each of them."""

    protocol: str
    day: date | None
    expert_number: str
    workers: int
    conclusions: tuple[str, ...]


@dataclass(slots=True, frozen=True)
class FactorCard:
    """A row of line 030 with what stands behind it. `ppe_protocol`: of the assessment of protective equipment."""

    factor: Factor
    purpose: str
    acts: tuple[str, ...]
    ppe_protocol: str
    indicators: tuple[Indicator, ...]


@dataclass(slots=True, frozen=True)
class Card:
    """A card for its page. Texts are "" where the element has none; `diseases`: (how many fell ill, diagnosis)."""

    workplace: Workplace
    etks: str
    equipment: str
    raw_materials: str
    tools: str
    job_description: str
    expert_conclusion: str
    committee_protocol: str
    reason: str
    injury_risk: str
    accessibility: str
    specificity: Coded | None
    facet_07: str
    facet_11: str
    factors: tuple[FactorCard, ...]
    arrangements: tuple[Arrangement, ...]
    operating_mode: str
    staff_recruitment: str
    protective_equipment: ProtectiveEquipment | None
    diseases: tuple[tuple[str, str], ...]


def card_from_fragment(
    fragment: bytes, *, ordinal: int = 0, path: str = "", subunits: Mapping[str, str] | None = None
) -> Card:
    """Read a kept workplace as a card. `subunits`: id → name of the header's sub-units. Raises ValueError."""
    element = own_tree(fragment)
    declaration = report_schema().model.find(f"{ENTERPRISE}/{element.tag}")
    place = workplace_of(element, declaration, path, ordinal, subunits or {})
    parts: dict[str, etree._Element] = {}
    for child in element:
        parts.setdefault(child.tag, child)
    profession = parts.get("Profession")
    specificity = parts.get("Specificity")
    recommendations = _parts_of(parts.get("Recommendations"))
    return Card(
        workplace=place,
        **{field: text_of(parts.get(tag)) for field, tag in TEXTS.items()},
        specificity=None if specificity is None else Coded(text_of(specificity), specificity.get("Name") or ""),
        facet_07="" if profession is None else profession.get("Facet07") or "",
        facet_11="" if profession is None else profession.get("Facet11") or "",
        factors=_factor_cards(element, declaration, place),
        arrangements=_arrangements(recommendations.get("WorkingConditionsImprovement")),
        operating_mode=text_of(recommendations.get("OperatingMode")),
        staff_recruitment=text_of(recommendations.get("StaffRecruitment")),
        protective_equipment=_protective_equipment(parts.get("PersonalProtectiveEquipment")),
        diseases=tuple((text_of(each[0]), text_of(each[1])) for each in element.iterchildren("OccupationalDisease")),
    )


def _parts_of(element: etree._Element | None) -> dict[str, etree._Element]:
    return {} if element is None else {child.tag: child for child in element}


def _factor_cards(element: etree._Element, declaration: ElementDeclaration, place: Workplace) -> tuple[FactorCard, ...]:
    """Rows of line 030 in the order of the form."""
    elements = [each for section in element.iterchildren("Factors") for each in section]
    cards = []
    for each, factor in zip(elements, place.factors, strict=True):
        known = declaration.type.children["Factors"].type.children[each.tag]
        ppe = next(each.iterchildren("WorkingConditionsPPE"), None)
        cards.append(
            FactorCard(
                factor=factor,
                purpose=text_of(next(each.iterchildren("MeasurementPurpose"), None)),
                acts=tuple(dict.fromkeys(text_of(act) for act in each.iter("NormativeAct"))),
                ppe_protocol="" if ppe is None else ppe.get("Protocol") or "",
                indicators=indicators_of(each, known),
            )
        )
    return tuple(sorted(cards, key=lambda card: card.factor.number))


def _arrangements(element: etree._Element | None) -> tuple[Arrangement, ...]:
    rows = []
    for each in () if element is None else element.iterchildren("Arrangement"):
        parts = _parts_of(each)
        rows.append(Arrangement(*(text_of(parts.get(tag)) for tag in ("Name", "Purpose", "DueDate", "EngagedUnits"))))
    return tuple(rows)


def _protective_equipment(element: etree._Element | None) -> ProtectiveEquipment | None:
    if element is None:
        return None
    parts = _parts_of(element)
    usages = list(element.iterchildren("PersonalProtectiveEquipmentUsage"))
    conclusions = (text_of(each) for each in element.iter("WorkingConditionsClassReduction"))
    return ProtectiveEquipment(
        protocol=text_of(parts.get("PersonalProtectiveEquipmentProtocol")),
        day=optional_day(parts.get("PPEEfficiencyInvestigationDate")),
        expert_number=optional_text(parts.get("PPEExpert")) or "",
        workers=len(usages),
        conclusions=tuple(dict.fromkeys(conclusions)),
    )
