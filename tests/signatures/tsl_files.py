"""Trust lists (ТСЛ) for tests."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape

from signatures import actions
from signatures.models import TrustListImport


@dataclass
class Listed:
    """One «УдостоверяющийЦентр»: with the certificates of its only key."""

    name: str
    number: str
    certificates: Sequence[bytes] = ()
    status: str = "Действует"
    since: str = "2020-01-02T00:00:00"
    ogrn: str = "1027700132195"
    inn: str = "7707083893"
    addresses: Sequence[str] = ()
    history: Sequence[tuple[str, str]] = field(default_factory=tuple)
    more: str = ""

    def xml(self) -> str:
        data = "".join(
            "<ДанныеСертификата><Отпечаток>00</Отпечаток><ПериодДействияДо>2030-01-01T00:00:00</ПериодДействияДо>"
            f"<Данные>{base64.encodebytes(der).decode()}</Данные></ДанныеСертификата>"
            for der in self.certificates
        )
        history = "".join(_status(*each) for each in self.history)
        return (
            f"<УдостоверяющийЦентр><Название>{escape(self.name)}</Название><ЭлектроннаяПочта>x@y</ЭлектроннаяПочта>"
            f"<ИНН>{self.inn}</ИНН><ОГРН>{self.ogrn}</ОГРН><РеестровыйНомер>{self.number}</РеестровыйНомер>"
            f"{_status(self.status, self.since)}<ИсторияСтатусовАккредитации>{history}</ИсторияСтатусовАккредитации>"
            "<ПрограммноАппаратныеКомплексы><ПрограммноАппаратныйКомплекс><Псевдоним>ПАК</Псевдоним><КлючиУполномоченныхЛиц>"
            "<Ключ><ИдентификаторКлюча>A1B2</ИдентификаторКлюча><АдресаСписковОтзыва>"
            + "".join(f"<Адрес>{escape(url)}</Адрес>" for url in self.addresses)
            + f"</АдресаСписковОтзыва><Сертификаты>{data}</Сертификаты></Ключ></КлючиУполномоченныхЛиц>"
            f"</ПрограммноАппаратныйКомплекс></ПрограммноАппаратныеКомплексы>{self.more}</УдостоверяющийЦентр>\n"
        )


def _status(status: str, since: str) -> str:
    return f"<СтатусАккредитации><Статус>{status}</Статус><ДействуетС>{since}</ДействуетС></СтатусАккредитации>"


def trust_list(*listed: Listed, version: str = "7", dated: str = "2026-11-20T10:00:00", more: str = "") -> bytes:
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<АккредитованныеУдостоверяющиеЦентры>\n'
        f"<Версия>{version}</Версия><Дата>{dated}</Дата>\n{''.join(each.xml() for each in listed)}{more}"
        '<Signature xmlns="http://www.w3.org/2000/09/xmldsig#"><SignatureValue>AAAA</SignatureValue></Signature>'
        "</АккредитованныеУдостоверяющиеЦентры>"
    ).encode()


def take(content: bytes, **changes: Any) -> TrustListImport:
    given: dict[str, Any] = {"confirmed": TrustListImport.Confirmed.UNSIGNED}
    return actions.import_trust_list(BytesIO(content), **(given | changes))
