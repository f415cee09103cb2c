"""All that was kept of a signature in one ZIP, so that anybody can prove it elsewhere. Streamed: no part is whole in memory
but the revocation lists, one at a time. Names are plain: letters, digits, dots."""

from __future__ import annotations

import base64
import json
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator
from typing import IO, Any

from django.utils import timezone

from core.files import open_file
from signatures.models import RevocationList, Signature
from signatures.opinions import dissents_with
from signatures.receipts.facts import as_text

PIECE = 64 * 1024
KNOWN_ENDING = re.compile(r"\.[A-Za-z0-9]{1,5}$")
BEGINNINGS = (
    (b"%PDF-", ".pdf"),
    (b"<", ".xml"),
    (b"\xef\xbb\xbf<", ".xml"),
    (b"\xef\xbb\xbf", ".txt"),
    (b"PK\x03\x04", ".zip"),
)

Entry = tuple[str, Iterable[bytes]]
Extra = Callable[[Signature, Any], Iterable[Entry]]
_extras: list[Extra] = []


def register_evidence(extra: Extra) -> None:
    """More files for the ZIP, from who keeps them (a power of attorney and its signature): (plain name, its bytes). Called with
    the signature and with who takes the ZIP, who may not be let see everything."""
    if extra not in _extras:
        _extras.append(extra)


def evidence(signature: Signature, acting: Any) -> Iterator[bytes]:
    """The ZIP, for who acts. Raises FileNotFoundError at once where the document's file was dropped, not in the middle of it."""
    return _zipped(_entries(signature, _document(signature), acting), signature)


def _document(signature: Signature) -> IO[bytes] | bytes:
    kept = signature.document
    return bytes(kept.body or b"") if kept.file is None else open_file(kept.file)


def _entries(signature: Signature, document: IO[bytes] | bytes, acting: Any) -> Iterator[Entry]:
    pieces = _pieces(document)
    first = next(pieces, b"")
    name = f"document{_ending(signature.document.name, first)}"
    yield name, _chained(first, pieces)
    yield f"{name}.sig", [bytes(signature.der)]
    for number, link in enumerate(signature.chain, start=1):
        yield f"certificates/{number}.cer", [base64.b64decode(link["der"])]
    yield "revocation-lists.json", [json.dumps(signature.revocation, ensure_ascii=False, indent=1).encode()]
    for number, used in enumerate(signature.revocation, start=1):
        der = RevocationList.objects.filter(sha256=used["sha256"]).values_list("der", flat=True).first()
        if der:
            yield f"revocation-lists/{number}.crl", [bytes(der)]
    for more_of in _extras:
        yield from more_of(signature, acting)
    yield from _opinions(signature, acting)
    yield "receipt.txt", ["\ufeff".encode(), as_text(signature).replace("\n", "\r\n").encode()]


def _opinions(signature: Signature, acting: Any) -> Iterator[Entry]:
    """Each dissenting opinion that goes along, in a folder of its own that proves it by itself."""
    for number, each in enumerate(dissents_with(signature), start=1):
        if each.signature is not None:
            for name, content in _entries(each.signature, _document(each.signature), acting):
                yield f"opinions/{number}/{name}", content


def _pieces(document: IO[bytes] | bytes) -> Iterator[bytes]:
    if isinstance(document, bytes):
        yield from (document[start : start + PIECE] for start in range(0, len(document), PIECE))
        return
    with document:
        while piece := document.read(PIECE):
            yield piece


def _chained(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from rest


def _ending(name: str, first: bytes) -> str:
    """By the name, or by the first bytes of what is called by a title: «Протокол … от 12.11.2026» has no ending."""
    found = KNOWN_ENDING.search(name)
    if found is not None and not found.group().lstrip(".").isdigit():
        return found.group().lower()
    return next((ending for beginning, ending in BEGINNINGS if first.startswith(beginning)), ".bin")


class _Outlet:
    """What zipfile writes to: it cannot seek, so sizes stand behind the files. `taken()` empties it."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def write(self, data: bytes) -> int:
        self._parts.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing waits elsewhere."""

    def taken(self) -> bytes:
        parts, self._parts = self._parts, []
        return b"".join(parts)


def _zipped(entries: Iterable[Entry], signature: Signature) -> Iterator[bytes]:
    outlet = _Outlet()
    moment = timezone.localtime(signature.moment)
    when = (moment.year, moment.month, moment.day, moment.hour, moment.minute, moment.second)
    with zipfile.ZipFile(outlet, "w", zipfile.ZIP_DEFLATED) as packed:  # type: ignore[call-overload]  # a file of one method
        for name, content in entries:
            with packed.open(zipfile.ZipInfo(name, when), "w", force_zip64=True) as inside:
                for piece in content:
                    inside.write(piece)
                    if part := outlet.taken():
                        yield part
    yield outlet.taken()
