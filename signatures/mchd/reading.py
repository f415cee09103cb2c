"""From the bytes of an EMCHD_1 file to a ``Power``: hardened parser, our schema, then the values."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any, cast

from lxml import etree

from core.identifiers import normalize_snils
from core.xml import Limits, XmlRefused, own_tree
from core.xml.defects import Kind
from core.xml.parser import tree
from signatures.mchd.explaining import sentences
from signatures.mchd.power import Granted, Person, Power, Principal
from signatures.mchd.verdicts import PowerVerdict

NAMESPACE = "urn://x-artefacts/EMCHD_1"
FORM = "EMCHD_1"
LARGEST = 1024 * 1024  # bytes; a real one has some ten thousand
LIMITS = Limits(total=LARGEST, record=LARGEST, marks=20_000, namespaces=100)
SCHEMA_FILE = Path(__file__).with_name("emchd_subset.xsd")
_NAMES = {"d": NAMESPACE}
_JOINTLY = "2"  # ПолнЮЛ of a head
_JOINT = "1"  # ПрСовмПолн of the powers
_PERSONS = "d:ЛицоБезДов/d:СвФЛ | d:ЛицоБезДов/d:СвИП | d:ЛицоБезДов/d:СВЮЛ/d:СвФЛ"

_schema: Any = etree.XMLSchema(etree.ElementTree(own_tree(SCHEMA_FILE.read_bytes())))


class PowerRefused(Exception):
    """The paper cannot be taken; ``problems`` are Russian sentences that say where, empty where the verdict says it all."""

    def __init__(self, verdict: PowerVerdict, problems: list[str] | None = None) -> None:
        super().__init__(verdict.value)
        self.verdict = verdict
        self.problems = problems or []


def read_power(xml: bytes) -> Power:
    """Read a МЧД. Raises PowerRefused, nothing else that depends on the bytes."""
    if len(xml) > LARGEST:
        raise PowerRefused(PowerVerdict.TOO_LARGE)
    root = _tree(xml)
    if root.tag != f"{{{NAMESPACE}}}Доверенность" or root.get("ВерсФорм") != FORM:
        raise PowerRefused(PowerVerdict.NOT_EMCHD_1)
    if _all(root, "d:Документ/d:Передов"):
        raise PowerRefused(PowerVerdict.REDELEGATED)
    if not _schema.validate(root):
        raise PowerRefused(PowerVerdict.SCHEMA, sentences(_schema.error_log))
    return _power(_all(root, "d:Документ/d:Довер")[0])


def _tree(xml: bytes) -> etree._Element:
    try:
        return tree(BytesIO(xml), limits=LIMITS)
    except XmlRefused as refused:
        is_doctype = any(defect.kind is Kind.DOCTYPE for defect in refused.defects)
        problems = [defect.message for defect in refused.defects]
        raise PowerRefused(PowerVerdict.DOCTYPE if is_doctype else PowerVerdict.NOT_XML, problems) from None


def _all(element: etree._Element, path: str) -> list[etree._Element]:
    return cast("list[etree._Element]", element.xpath(path, namespaces=_NAMES))


def _power(paper: etree._Element) -> Power:
    about = _all(paper, "d:СвДов")[0]
    powers = _all(paper, "d:СвПолн")[0]
    issued, until = (_date(about, name) for name in ("ДатаВыдДовер", "СрокДейст"))
    if until < issued:
        raise PowerRefused(PowerVerdict.SCHEMA, ["Срок действия доверенности кончается раньше, чем она выдана."])
    principals = tuple(_principal(each) for each in _all(paper, "d:СвДоверит/d:Доверит/*"))
    people = _all(paper, "d:СвУпПред/d:Пред/*")
    return Power(
        number=_text(about, "НомДовер").lower(),
        inner_number=_text(about, "ВнНомДовер"),
        issued=issued,
        until=until,
        principals=principals,
        representatives=tuple(_person(each) for each in people),
        powers=tuple(
            Granted(_text(each, "КодПолн"), _text(each, "НаимПолн"), bool(_all(each, "d:ОгрСвПолн")))
            for each in _all(powers, "d:МашПолн")
        ),
        joint=_text(powers, "ПрСовмПолн") == _JOINT and len(people) > 1,
        text="".join(each.text or "" for each in _all(powers, "d:ТекстПолн")),
    )


def _date(element: etree._Element, name: str) -> date:
    """xs:date takes a time zone and years that Python does not."""
    try:
        return date.fromisoformat(_text(element, name)[:10])
    except ValueError:
        raise PowerRefused(PowerVerdict.SCHEMA, [f"Строка {element.sourceline}: дата «{name}» неверна."]) from None


def _principal(element: etree._Element) -> Principal:
    if etree.QName(element).localname == "ИПДовер":
        himself = _person(element)
        name = _text(element, "НаимИП") or himself.full_name
        return Principal(name, himself.inn, _text(element, "ОГРНИП"), True, (himself,))
    organization = _all(element, "d:СвРосОрг")[0]
    heads = tuple(_person(each) for each in _all(element, _PERSONS))
    return Principal(
        _text(organization, "НаимОрг"), _text(organization, "ИННЮЛ"), _text(organization, "ОГРН"), False, heads
    )


def _person(element: etree._Element) -> Person:
    name = _all(element, "d:СведФЛ/d:ФИО")[0]
    without_power = _all(element, "ancestor::d:ЛицоБезДов")
    return Person(
        snils=normalize_snils(_text(element, "СНИЛС")),
        inn=_text(element, "ИННФЛ"),
        last_name=_text(name, "Фамилия"),
        first_name=_text(name, "Имя"),
        middle_name=_text(name, "Отчество"),
        position=_text(element, "Должность"),
        jointly=bool(without_power) and _text(without_power[0], "ПолнЮЛ") == _JOINTLY,
    )


def _text(element: etree._Element, name: str) -> str:
    return str(element.get(name) or "")
