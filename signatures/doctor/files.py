"""What people upload when they are asked for a certificate or a signature, told apart before anything reads it.

A private key is refused whatever it is called: by its name, by its PEM header, or by its structure.  Its bytes go nowhere.
"""

from __future__ import annotations

import contextlib
import re
from dataclasses import dataclass
from enum import StrEnum

from asn1crypto import parser

from signatures.cms.encoding import load_certificate, signature_der, split_pem
from signatures.cms.refusal import Refused, reading

LARGEST_CERTIFICATE = 64 * 1024
LARGEST_SIGNATURE = 256 * 1024  # an attached one holds the text and a chain
MOST_CERTIFICATES = 6
KEY_NAMES = re.compile(r"\.(pfx|p12|key|pvk|jks|ppk)$", re.IGNORECASE)
KEY_HEADER = b"PRIVATE KEY-----"
SEQUENCE, INTEGER, OCTET_STRING, OBJECT_IDENTIFIER = 16, 2, 4, 6
SIGNED_DATA = bytes.fromhex("2a864886f70d010702")


class FileCode(StrEnum):
    EMPTY = "empty"
    TOO_LARGE = "too_large"
    PRIVATE_KEY = "private_key"
    REQUEST = "request"
    SIGNATURE = "signature"
    CERTIFICATE = "certificate"
    DOCUMENT = "document"
    UNKNOWN = "unknown"


TEXTS = {
    FileCode.EMPTY: "Файл пуст. Выберите другой файл.",
    FileCode.TOO_LARGE: "Файл слишком большой для сертификата или подписи. Проверьте, тот ли файл вы выбрали.",
    FileCode.PRIVATE_KEY: (
        "Это файл закрытого ключа, он не проверен и не сохранён. Закрытый ключ нельзя передавать "
        "никому, даже службе поддержки: им можно подписать что угодно от вашего имени. Если этот файл бывал в чужих руках, "
        "обратитесь в удостоверяющий центр и отзовите сертификат. Здесь нужен открытый сертификат: .cer, .crt или .pem."
    ),
    FileCode.REQUEST: (
        "Это запрос на сертификат, а не сертификат. Загрузите файл, который удостоверяющий центр выдал в ответ на запрос."
    ),
    FileCode.SIGNATURE: "Это файл подписи, а не сертификата. Загрузите его в поле «Файл пробной подписи».",
    FileCode.CERTIFICATE: "Это сертификат, а не подпись. Загрузите его в поле «Файл сертификата».",
    FileCode.DOCUMENT: "Это документ, а не сертификат и не подпись. Документ подписывают на его собственной странице.",
    FileCode.UNKNOWN: "Это не сертификат: файл повреждён или другого вида. Подойдёт файл .cer, .crt или .pem.",
}
NOT_A_SIGNATURE = (
    "Это не файл подписи: он повреждён или другого вида. Подойдёт отсоединённая подпись .sig или .p7s (CAdES-BES) "
    "под текстом, который скачан с этой страницы."
)
DOCUMENT_MARKS = (
    b"%PDF",
    b"PK\x03\x04",
    b"\xd0\xcf\x11\xe0",
    b"<?xml",
    b"{\\rtf",
    b"Rar!",
    b"\x89PNG",
    b"\xff\xd8\xff",
)


class FileRefused(Exception):
    """The file is of no use here; ``text`` says in plain Russian what it is and what to choose instead."""

    def __init__(self, code: FileCode, text: str = "") -> None:
        super().__init__(code.value)
        self.code = code
        self.text = text or TEXTS[code]


@dataclass(frozen=True, slots=True)
class CertificateFile:
    """The owner's certificate and those of authorities that stand in the same file, all DER."""

    der: bytes
    others: tuple[bytes, ...]


def read_certificate_file(name: str, content: bytes) -> CertificateFile:
    """Find the certificate of a person in a DER, PEM or base64 file; raises FileRefused."""
    _refuse_what_is_no_certificate(name, content)
    ders = _ders(content)
    for der in ders:
        _refuse_by_structure(der)
    if len(ders) > MOST_CERTIFICATES:
        raise FileRefused(
            FileCode.UNKNOWN, f"В файле больше {MOST_CERTIFICATES} сертификатов. Загрузите файл с одним своим."
        )
    try:
        with reading():
            certificates = [load_certificate(der) for der in ders]
            owners = [each for each in certificates if not each.ca]
    except Refused as error:
        raise FileRefused(FileCode.UNKNOWN) from error
    owner = (owners or certificates)[0]
    return CertificateFile(owner.dump(), tuple(each.dump() for each in certificates if each is not owner))


def read_signature_file(name: str, content: bytes) -> bytes:
    """The file itself, where it may be a signature; raises FileRefused where it is something else."""
    _refuse_what_is_no_certificate(name, content)
    try:
        shape = _shape(signature_der(content))
    except Refused as error:
        code = FileCode.CERTIFICATE if b"BEGIN CERTIFICATE-----" in content else FileCode.UNKNOWN
        raise FileRefused(code, "" if code is FileCode.CERTIFICATE else NOT_A_SIGNATURE) from error
    _refuse_key(shape)
    if _is_certificate(shape):
        raise FileRefused(FileCode.CERTIFICATE)
    return content


def _refuse_what_is_no_certificate(name: str, content: bytes) -> None:
    if KEY_NAMES.search(name.strip()) or KEY_HEADER in content:
        raise FileRefused(FileCode.PRIVATE_KEY)
    if not content.strip():
        raise FileRefused(FileCode.EMPTY)
    if b"CERTIFICATE REQUEST-----" in content:
        raise FileRefused(FileCode.REQUEST)
    if content.lstrip(b"\xef\xbb\xbf").startswith(DOCUMENT_MARKS):
        raise FileRefused(FileCode.DOCUMENT)


def _ders(content: bytes) -> list[bytes]:
    with contextlib.suppress(ValueError):
        return split_pem(content)
    try:
        return [signature_der(content.strip() + b"\n")]  # base64 without a header, as the plug-in gives it
    except Refused as error:
        raise FileRefused(FileCode.UNKNOWN) from error


def _refuse_by_structure(der: bytes) -> None:
    shape = _shape(der)
    _refuse_key(shape)
    if shape and shape[0] == (OBJECT_IDENTIFIER, SIGNED_DATA):
        raise FileRefused(FileCode.SIGNATURE)


Shape = list[tuple[int, bytes]]


def _shape(der: bytes) -> Shape:
    """Tag and contents of the first members of the outer sequence; empty for what is no DER sequence."""
    members: Shape = []
    try:
        _class, _method, tag, _header, contents, _trailer = parser.parse(der, strict=True)
        if tag != SEQUENCE:
            return []
        position = 0
        while position < len(contents) and len(members) < 3:
            _class, _method, tag, header, inner, trailer = parser.parse(contents[position:])
            members.append((tag, inner))
            position += len(header) + len(inner) + len(trailer)
    except ValueError:
        return []
    return members


def _refuse_key(shape: Shape) -> None:
    """PKCS #12, PKCS #8, PKCS #1 and SEC 1 begin with a number; an encrypted key is an algorithm and an octet string.

    Nothing that is asked for here looks so.
    """
    tags = [tag for tag, _contents in shape]
    if tags[:1] == [INTEGER] or tags == [SEQUENCE, OCTET_STRING]:
        raise FileRefused(FileCode.PRIVATE_KEY)


def _is_certificate(shape: Shape) -> bool:
    return [tag for tag, _contents in shape] == [SEQUENCE, SEQUENCE, 3]
