"""The card of the special assessment as its page and its print show it: lines 010–050 in the order of the form.

Pure functions over what the reader made of the kept fragments; no query. Form and names of rows: order of Минтруд 33н,
section III of the report.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from core.identifiers import mask_snils
from sout_reports.document.card import Card, FactorCard, card_from_fragment
from sout_reports.document.extension_cards import DetailsCard, details_card_from_fragment
from sout_reports.document.model import WorkplaceKind
from sout_reports.factors import FACTORS, LINE_030
from sout_reports.fragments import unpack
from sout_reports.models import SoutReport, Workplace

NOT_ASSESSED = "не оценивалась"
# Line 040 in the order of the form, by the element's name in the file.
GUARANTEES = {
    "PayIncrease": "Повышенная оплата труда работника (работников)",
    "CompensatoryLeave": "Ежегодный дополнительный оплачиваемый отпуск",
    "HalfDay": "Сокращённая продолжительность рабочего времени",
    "Milk": "Молоко или другие равноценные пищевые продукты",
    "DieteticTherapy": "Лечебно-профилактическое питание",
    "EarlyRetirement": "Право на досрочное назначение страховой пенсии",
    "MedicalInspection": "Проведение медицинских осмотров",
}
# InjuryRiskValue, AccessibilityValue and IdentificationExclusionType of schemas/sout_report.xsd
INJURY_RISK = {"1": "допустимый", "2": "опасный"}
ACCESSIBILITY = {"1": "соответствует", "2": "не соответствует"}
EXCLUSIONS = {
    "1": "место включено в списки досрочной пенсии (п. 1 ч. 6 ст. 10 426-ФЗ)",
    "2": "предоставляются гарантии за вредные условия труда (п. 2 ч. 6 ст. 10 426-ФЗ)",
    "3": "ранее установлены вредные или опасные условия труда (п. 3 ч. 6 ст. 10 426-ФЗ)",
}


class KnownProtocol(NamedTuple):
    """A measurement protocol of the report's Extension."""

    number: str
    day: date | None
    factor: int
    ordinal: int


@dataclass(frozen=True, slots=True)
class ProtocolLink:
    """A measurement protocol that a factor refers to; `ordinal` None: the file holds no such protocol."""

    number: str
    day: date | None
    ordinal: int | None


@dataclass(frozen=True, slots=True)
class FactorRow:
    """A row of line 030. Classes are «-» where the factor was not assessed; `efficiency` is the column of protective
    equipment."""

    number: int
    name: str
    conditions: str
    efficiency: str
    conditions_ppe: str
    ppe_protocol: str
    protocols: tuple[ProtocolLink, ...]
    card: FactorCard | None

    @property
    def tone(self) -> str:
        """How the row is shown: what was not assessed steps back."""
        return "quiet" if self.conditions == "-" else "plain"


@dataclass(frozen=True, slots=True)
class GuaranteeRow:
    """A row of line 040; None: the file has no such row."""

    name: str
    actual: bool | None
    needed: bool | None
    reason: str


def read_card(place: Workplace) -> Card:
    """The card from the kept fragment. Raises ValueError for a fragment that is not a workplace."""
    return card_from_fragment(unpack(place.fragment), ordinal=place.ordinal, path=place.path)


def read_details(place: Workplace) -> DetailsCard | None:
    """The workplace's part of the Extension, if the file has one."""
    return None if place.details is None else details_card_from_fragment(unpack(place.details))


def factor_rows(card: Card, details: DetailsCard | None, protocols: Sequence[KnownProtocol]) -> list[FactorRow]:
    """All 14 factors in the order of the form, then the specificities that the file states. `protocols`: those of the
    report's Extension that were made at this workplace."""
    stated = {each.factor.number: each for each in card.factors}
    efficiency = {each.factor: each.efficiency for each in details.efficiency} if details else {}
    beyond = [number for number in stated if number not in LINE_030]
    return [_factor_row(number, stated.get(number), efficiency, protocols) for number in (*LINE_030, *beyond)]


def _factor_row(
    number: int, card: FactorCard | None, efficiency: Mapping[int, str], protocols: Sequence[KnownProtocol]
) -> FactorRow:
    name = FACTORS[number].full
    links = _links(card, [each for each in protocols if each.factor == number])
    if card is None:
        return FactorRow(number, name, "-", NOT_ASSESSED, "-", "", links, None)
    factor = card.factor
    effect = efficiency.get(number, "+" if factor.conditions_ppe else NOT_ASSESSED)
    ppe = factor.conditions_ppe or "-"
    return FactorRow(number, name, factor.conditions or "-", effect, ppe, card.ppe_protocol, links, card)


def _links(card: FactorCard | None, known: Sequence[KnownProtocol]) -> tuple[ProtocolLink, ...]:
    """The protocols that the factor refers to, then those of this factor that it does not name."""
    ordinals = {each.number: each.ordinal for each in known}
    stated = card.factor.protocols if card is not None else ()
    links = [ProtocolLink(each.number, each.date, ordinals.get(each.number)) for each in stated]
    named = {each.number for each in stated}
    links += [ProtocolLink(each.number, each.day, each.ordinal) for each in known if each.number not in named]
    return tuple(links)


def guarantee_rows(card: Card) -> list[GuaranteeRow]:
    """The seven rows of line 040."""
    stated = {each.kind: each for each in card.workplace.guarantees}
    rows = []
    for kind, name in GUARANTEES.items():
        row = stated.get(kind)
        if row is None:
            rows.append(GuaranteeRow(name, None, None, ""))
        else:
            rows.append(GuaranteeRow(name, row.actual, row.needed, row.reason))
    return rows


def people_of(ids: Iterable[str], report: SoutReport) -> list[dict[str, str]]:
    """Experts and measurers by their ids inside the file: {name, number, position}. An id that the head does not know is
    left out: rule SOUT-FMT-006 refuses such files."""
    known = report.header.get("experts", {})
    return [known[each] for each in dict.fromkeys(ids) if each in known]


def acquaintances(details: DetailsCard | None) -> list[dict[str, Any]]:
    """Who was acquainted with the results, СНИЛС masked."""
    rows = details.acquaintances if details else ()
    return [{"snils": mask_snils(each.snils), "day": each.day, "objection": each.objection} for each in rows]


def facts_of(card: Card, details: DetailsCard | None, report: SoutReport) -> dict[str, Any]:
    """Everything beside the tables of the form, ready to show."""
    place = card.workplace
    experts = place.experts or (details.details.experts if details else ())
    return {
        "card": card,
        "stated": place,
        "details": details,
        "guarantees": guarantee_rows(card),
        "experts": people_of(experts, report),
        "acquaintances": acquaintances(details),
        "injury_risk": INJURY_RISK.get(card.injury_risk, card.injury_risk),
        "accessibility": ACCESSIBILITY.get(card.accessibility, card.accessibility),
        "exclusion": EXCLUSIONS.get(details.exclusion, "") if details else "",
        "is_attested": place.kind == WorkplaceKind.ATTESTED,
        "is_similar": place.kind == WorkplaceKind.SIMILAR,
        "is_declared": place.kind == WorkplaceKind.DECLARED,
        "is_impossible": place.kind == WorkplaceKind.IMPOSSIBLE,
    }
