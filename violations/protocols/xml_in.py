"""Reading a protocol's XML, `schemas/commission_protocol.xsd`: what the file says, nothing more. Fields come in any order."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from core.xml import Defect, Findings, Kind, Schema
from core.xml.source import Readable
from registries.register_numbers import plain_integer
from violations.protocols.selectors import Person

SCHEMA = Path(__file__).resolve().parent.parent / "schemas" / "commission_protocol.xsd"
YES = {"1", "true"}  # of the eight spellings that the schema allows, in lower case


@dataclass(slots=True, frozen=True)
class FileRow:
    """A `Workplace` of the file. `index` counts from 1, `line` is 1-based; numbers as written but for the spaces around."""

    index: int
    line: int
    report_id: str
    title: str
    unit: str
    old_title: str
    old_number: str
    new_number: str
    liquidated: bool


@dataclass(slots=True, frozen=True)
class FileProtocol:
    """A protocol as its file states it. `commission`: the chairman first, where there is one."""

    number: str
    date: date
    inn: str
    ogrn: str
    title: str
    kpp: str
    rows: tuple[FileRow, ...]
    commission: tuple[Person, ...]


@lru_cache(maxsize=1)
def schema() -> Schema:
    """The compiled schema of the protocol."""
    return Schema(SCHEMA)


def read_protocol(stream: Readable) -> FileProtocol:
    """Read a file that fits the schema. Raises core.xml.XmlRefused with every defect, in Russian."""
    root = schema().read_small(stream)
    employer = root.find("Organization")
    commission = root.find("Comission")
    assert commission is not None  # the schema demands it
    return FileProtocol(
        number=_text(root, "ProtocolNumber"),
        date=_day(root),
        inn=_text(employer, "Inn"),
        ogrn=_text(employer, "Ogrn"),
        title=_text(employer, "Title"),
        kpp=_text(employer, "Kpp"),
        rows=tuple(_row(element, index) for index, element in enumerate(root.iterfind("Workplaces/Workplace"), 1)),
        commission=(
            *(_person(each, chairman=True) for each in commission.iterfind("Chairman")),
            *(_person(each, chairman=False) for each in commission.iterfind("Members/Member")),
        ),
    )


def _day(root: Any) -> date:
    """Raises XmlRefused for a year that xs:date allows and a calendar does not: 12024, -0044."""
    written = _text(root, "ProtocolDate")
    try:
        return date.fromisoformat(written[:10])
    except ValueError:
        element = root.find("ProtocolDate")
        raise Findings().refuse(
            Defect(
                Kind.RANGE,
                "Дату протокола система не может принять.",
                found=written[:60],
                expected="дата с годом от 0001 до 9999",
                path="/Protocol/ProtocolDate",
                line=element.sourceline,
                advice="Укажите в ProtocolDate день, в который комиссия приняла решение.",
            )
        ) from None


def _row(element: Any, index: int) -> FileRow:
    return FileRow(
        index=index,
        line=element.sourceline or 0,
        report_id=plain_integer(_text(element, "ReportId")),
        title=_text(element, "Title"),
        unit=_text(element, "UnitTitle"),
        old_title=_text(element, "OldTitle"),
        old_number=_text(element, "OldNumber"),
        new_number=_text(element, "NewNumber"),
        liquidated=_text(element, "IsLiquidated").lower() in YES,
    )


def _person(element: Any, *, chairman: bool) -> Person:
    return Person(
        last_name=_text(element, "LastName"),
        first_name=_text(element, "FirstName"),
        middle_name=_text(element, "MiddleName"),
        position=_text(element, "Position"),
        chairman=chairman,
    )


def _text(parent: Any, name: str) -> str:
    return " ".join((parent.findtext(name) or "").split())
