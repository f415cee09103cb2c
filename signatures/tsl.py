"""Reading the list of accredited authorities (ТСЛ): what it says, entry by entry, in bounded memory.  Nothing is decided here.

The structure is known from programs that read the list, not from a schema of the Ministry: elements that are not named here
are passed over.  The list is signed (XMLDSig by GOST); that signature is NOT verified here, see ``TrustListImport``.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from core.xml import Readable, XmlRefused, children_of_root, line_of
from signatures.refusals import TrustRefused

if TYPE_CHECKING:
    from lxml.etree import _Element

ROOT = "АккредитованныеУдостоверяющиеЦентры"
AUTHORITY, VERSION, DATED = "УдостоверяющийЦентр", "Версия", "Дата"
KEYS = "ПрограммноАппаратныеКомплексы/ПрограммноАппаратныйКомплекс/КлючиУполномоченныхЛиц/Ключ"
MOSCOW = ZoneInfo("Europe/Moscow")  # the list's times have no zone
LONGEST = {"Название": 500, "РеестровыйНомер": 50, "ОГРН": 15, "ИНН": 12, "Статус": 100}
YEARS = range(1990, 2200)  # others are slips, and the last of all days has no time zone
LARGEST_CERTIFICATE = 64 * 1024  # bytes; a real one has two or three thousand


@dataclass(frozen=True, slots=True)
class ListedKey:
    """A key of an authority: ``certificates`` are DER (not read yet), ``addresses`` those of its revocation lists."""

    identifier: str
    addresses: tuple[str, ...]
    certificates: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class ListedStatus:
    """``since`` is None where the list has no date, or none that can be read."""

    status: str
    since: datetime | None

    def as_json(self) -> dict[str, str]:
        return {"status": self.status, "since": self.since.isoformat() if self.since else ""}


@dataclass(frozen=True, slots=True)
class ListedAuthority:
    """One authority of the list; ``where`` names it and its line for a refusal."""

    name: str
    inn: str
    ogrn: str
    registry_number: str
    now: ListedStatus
    history: tuple[ListedStatus, ...]
    keys: tuple[ListedKey, ...]
    where: str


class TrustListReader:
    """One pass over a list.  Iterate it; ``version`` and ``dated`` are known by its end.

    Raises TrustRefused at the first thing that cannot be read, with its place.
    """

    def __init__(self, stream: Readable, *, on_progress: Callable[[int], None] | None = None) -> None:
        self._stream = stream
        self._on_progress = on_progress
        self.version = ""
        self.dated: datetime | None = None

    def __iter__(self) -> Iterator[ListedAuthority]:
        tags = (AUTHORITY, VERSION, DATED)
        try:
            for element in children_of_root(self._stream, root=ROOT, tags=tags, on_progress=self._on_progress):
                text = (element.text or "").strip()
                if element.tag == VERSION:
                    self.version = text[:50]
                elif element.tag == DATED:
                    self.dated = _moment(text)
                else:
                    yield _authority(element)
        except XmlRefused as refused:
            raise TrustRefused(_first_defect(refused)) from refused


def _first_defect(refused: XmlRefused) -> str:
    defect = refused.defects[0]
    place = f" Строка {defect.line}." if defect.line else ""
    return f"Перечень аккредитованных УЦ не загружен. {defect.message}{place}"


def _authority(element: _Element) -> ListedAuthority:
    line = line_of(element)
    number = (element.findtext("РеестровыйНомер") or "").strip()[:50]
    where = ", ".join(
        part for part in (f"УЦ № {number}" if number else "УЦ без номера", f"строка {line}" if line else "") if part
    )
    status = element.find("СтатусАккредитации")
    if status is None:
        raise broken(where, "нет элемента «СтатусАккредитации»")
    return ListedAuthority(
        name=_text(element, "Название", where),
        inn=_text(element, "ИНН", where, must=False),
        ogrn=_text(element, "ОГРН", where, must=False),
        registry_number=_text(element, "РеестровыйНомер", where),
        now=_status(status, where),
        history=tuple(
            _status(each, where) for each in element.iterfind("ИсторияСтатусовАккредитации/СтатусАккредитации")
        ),
        keys=tuple(_key(each, where) for each in element.iterfind(KEYS)),
        where=where,
    )


def broken(where: str, what: str) -> TrustRefused:
    """The refusal of the whole list for one place in it."""
    return TrustRefused(f"Перечень аккредитованных УЦ не загружен: {where}: {what}.")


def _text(element: _Element, name: str, where: str, *, must: bool = True) -> str:
    text = " ".join((element.findtext(name) or "").split())
    if must and not text:
        raise broken(where, f"не заполнен элемент «{name}»")
    if len(text) > LONGEST[name]:
        raise broken(where, f"в элементе «{name}» {len(text)} знаков, а может быть не больше {LONGEST[name]}")
    return text


def _status(element: _Element, where: str) -> ListedStatus:
    return ListedStatus(_text(element, "Статус", where), _moment((element.findtext("ДействуетС") or "").strip()))


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    if moment.year not in YEARS:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=MOSCOW)


def _key(element: _Element, where: str) -> ListedKey:
    identifier = (element.findtext("ИдентификаторКлюча") or "").strip()[:100]
    place = f"{where}, ключ {identifier}" if identifier else where
    return ListedKey(
        identifier=identifier,
        addresses=tuple(
            text for each in element.iterfind("АдресаСписковОтзыва/Адрес") if (text := (each.text or "").strip())
        ),
        certificates=tuple(
            _certificate(each, place) for each in element.iterfind("Сертификаты/ДанныеСертификата/Данные")
        ),
    )


def _certificate(element: _Element, where: str) -> bytes:
    """DER out of base64 with any line ends."""
    try:
        der = base64.b64decode("".join((element.text or "").split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise broken(where, "данные сертификата не в кодировке base64") from error
    if not der or len(der) > LARGEST_CERTIFICATE:
        raise broken(where, f"данные сертификата пусты или больше {LARGEST_CERTIFICATE // 1024} КБ")
    return der
