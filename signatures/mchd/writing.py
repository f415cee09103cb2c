"""A МЧД as XML: what «Создать машиночитаемую доверенность» gives the head to sign.

Deterministic: the same values give the same bytes.  What is written fits our subset of the form; a test reads it back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from lxml import etree

from core.identifiers import format_snils, is_ogrnip
from signatures.mchd.power import Granted, Person
from signatures.mchd.reading import FORM, NAMESPACE

REGISTRY_PAGE = "https://m4d.nalog.gov.ru/emchd/check-status?guid="


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be written.  ``organization_ogrn`` of fifteen digits makes it a sole trader's: ``head`` is himself then.

    ``birth_date`` of the representative is optional in our subset, and written where it is known.
    """

    number: str
    inner_number: str
    issued: date
    until: date
    organization_name: str
    organization_inn: str
    organization_ogrn: str
    organization_kpp: str
    head: Person
    representative: Person
    powers: Sequence[Granted]
    birth_date: date | None = None

    @property
    def is_sole_trader(self) -> bool:
        return is_ogrnip(self.organization_ogrn)

    @property
    def file_id(self) -> str:
        return f"ON_EMCHD_{self.issued:%Y%m%d}_{self.number}"


def write_power(wanted: Wanted) -> bytes:
    """The XML, UTF-8.  Raises ValueError for letters that no XML can hold (control characters)."""
    namespaces: Any = {None: NAMESPACE}
    root = etree.Element(f"{{{NAMESPACE}}}Доверенность", nsmap=namespaces)
    root.attrib.update({"ИдФайл": wanted.file_id, "ВерсФорм": FORM, "ПрЭлФорм": "00000000"})
    paper = _add(_add(root, "Документ"), "Довер")
    about = _add(
        paper,
        "СвДов",
        ВидДовер="1",  # may be revoked
        ПрПередов="1",  # without передоверие
        ВнНомДовер=wanted.inner_number,
        НомДовер=wanted.number,
        ДатаВыдДовер=wanted.issued.isoformat(),
        СрокДейст=wanted.until.isoformat(),
    )
    _add(about, "СведСист").text = REGISTRY_PAGE + wanted.number
    _principal(_add(paper, "СвДоверит", ТипДоверит="3" if wanted.is_sole_trader else "1"), wanted)
    representative = _add(_add(paper, "СвУпПред", ТипПред="3"), "Пред")
    birth = {"ДатаРожд": wanted.birth_date.isoformat()} if wanted.birth_date else {}
    _person(representative, "СведФизЛ", wanted.representative, **birth)
    powers = _add(paper, "СвПолн", ТипПолн="1", ПрСовмПолн="2")
    for granted in wanted.powers:
        _add(powers, "МашПолн", КодПолн=granted.code, НаимПолн=granted.text)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def _principal(parent: etree._Element, wanted: Wanted) -> None:
    side = _add(parent, "Доверит")
    if wanted.is_sole_trader:
        numbers = {"ОГРНИП": wanted.organization_ogrn, "ИННФЛ": wanted.organization_inn}
        trader = _add(side, "ИПДовер", НаимИП=wanted.organization_name, **numbers)
        trader.set("СНИЛС", format_snils(wanted.head.snils))
        _name(trader, wanted.head)
        return
    organization = _add(side, "РосОргДовер", ЕИОУК="0", ЕИОФЛ="1", ЕИОИП="0")
    _add(
        organization,
        "СвРосОрг",
        НаимОрг=wanted.organization_name,
        ИННЮЛ=wanted.organization_inn,
        КПП=wanted.organization_kpp,
        ОГРН=wanted.organization_ogrn,
    )
    _person(_add(organization, "ЛицоБезДов", ПолнЮЛ="1"), "СвФЛ", wanted.head)


def _person(parent: etree._Element, tag: str, person: Person, **about: str) -> None:
    stated = {"ИННФЛ": person.inn, "СНИЛС": format_snils(person.snils), "Должность": person.position}
    _name(_add(parent, tag, **{name: value for name, value in stated.items() if value}), person, **about)


def _name(parent: etree._Element, person: Person, **about: str) -> None:
    parts = {"Фамилия": person.last_name, "Имя": person.first_name, "Отчество": person.middle_name}
    _add(_add(parent, "СведФЛ", **about), "ФИО", **{name: value for name, value in parts.items() if value})


def _add(parent: etree._Element, tag: str, **attributes: str) -> etree._Element:
    return etree.SubElement(parent, f"{{{NAMESPACE}}}{tag}", attributes)
