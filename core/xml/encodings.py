"""Which encoding a document is in: byte-order mark, first bytes, declaration; and decoding it to UTF-8.

Decoding before the parser means that every later check sees the same bytes the parser sees: «<» is always one byte 0x3C.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator

from core.xml.defects import Defect, Kind, XmlRefused

# Declared names (lower case) and Python's name of the codec. An encoding outside the list is refused.
KNOWN = {
    "utf-8": "utf-8", "utf8": "utf-8", "us-ascii": "ascii", "ascii": "ascii",
    "utf-16": "utf-16", "utf-16le": "utf-16-le", "utf-16be": "utf-16-be",
    "windows-1251": "cp1251", "cp1251": "cp1251", "windows-1252": "cp1252", "iso-8859-1": "latin-1",
    "iso-8859-5": "iso8859-5", "koi8-r": "koi8-r", "koi8-u": "koi8-u", "cp866": "cp866", "ibm866": "cp866",
}  # fmt: skip
_SHOWN = {
    "cp1251": "windows-1251",
    "latin-1": "iso-8859-1",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
    "ascii": "US-ASCII",
}
ADVICE = "Сохраните документ в кодировке UTF-8 и укажите её в объявлении XML."

# The XML declaration as the standard spells it. Anything else is left for the parser to complain about.
DECLARATION = re.compile(
    r"""<\?xml\s+version\s*=\s*(["'])1\.[0-9]+\1"""
    r"""(?:\s+encoding\s*=\s*(["'])(?P<encoding>[A-Za-z][A-Za-z0-9._\-]*)\2)?"""
    r"""(?:\s+standalone\s*=\s*(["'])(?:yes|no)\4)?\s*\?>"""
)
_DECLARATION_ROOM = 400  # bytes of the beginning in which a declaration may stand

_MARKS = [
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
]


def detect(head: bytes) -> tuple[str, int]:
    """The codec of a document and the length of its byte-order mark, from its first bytes.

    Raises XmlRefused where the encoding is unknown or contradicts what the declaration says."""
    family, mark = _family(head)
    if family == "utf-32":
        raise _refused("Документ записан в кодировке UTF-32, она не поддерживается.", found="UTF-32")
    # The room is an even number of bytes, so a pair of UTF-16 is not cut unless the file itself ends there.
    start = head[mark : mark + _DECLARATION_ROOM].decode(family or "latin-1", "replace")
    declared = (match["encoding"] or "") if (match := DECLARATION.match(start)) else ""
    codec = KNOWN.get(declared.lower()) if declared else "utf-8"
    if codec is None:
        raise _refused(f"Кодировка «{declared}», указанная в объявлении XML, не поддерживается.", found=declared)
    if not family:
        if codec.startswith("utf-16"):
            raise _contradiction(declared, "однобайтовая или UTF-8")
        return codec, 0
    if declared and not _agree(codec, family):
        raise _contradiction(declared, "UTF-8" if family == "utf-8" else "UTF-16")
    return family, mark


def _family(head: bytes) -> tuple[str, int]:
    """The codec that the first bytes prove ("" where they prove none) and the length of the byte-order mark."""
    for bytes_of_mark, codec in _MARKS:
        if head.startswith(bytes_of_mark):
            return codec, len(bytes_of_mark)
    if head[:4] in (b"<\0\0\0", b"\0\0\0<"):
        return "utf-32", 0
    if len(head) > 1 and head[1] == 0 and head[0] in b"< \t\r\n":
        return "utf-16-le", 0
    if len(head) > 1 and head[0] == 0 and head[1] in b"< \t\r\n":
        return "utf-16-be", 0
    return "", 0


def _agree(declared: str, proven: str) -> bool:
    return declared == proven or (declared == "utf-16" and proven.startswith("utf-16"))


def _refused(message: str, *, found: str, line: int | None = 1) -> XmlRefused:
    known = "UTF-8, UTF-16 или windows-1251"
    return XmlRefused([Defect(Kind.ENCODING, message, found=found, expected=known, line=line, advice=ADVICE)], 1)


def _contradiction(declared: str, actual: str) -> XmlRefused:
    return _refused(
        f"В объявлении XML указана кодировка «{declared}», а документ записан в другой: {actual}.", found=declared
    )


def to_utf8(chunks: Iterable[bytes], codec: str) -> Iterator[bytes]:
    """The same text in UTF-8, chunk by chunk. UTF-8 itself passes as it is (the parser checks it).

    Raises XmlRefused with the line where bytes are no text in the codec."""
    if codec == "utf-8":
        yield from chunks
        return
    decoder = codecs.getincrementaldecoder(codec)("strict")
    lines = 1
    last = False
    source = iter(chunks)
    while not last:
        chunk = next(source, b"")
        last = not chunk
        try:
            text = decoder.decode(chunk, final=last)
        except UnicodeDecodeError as problem:
            lines += problem.object[: problem.start].decode(codec, "replace").count("\n")
            raise _refused(
                f"В документе встретились байты, которые не являются текстом в кодировке «{_SHOWN.get(codec, codec)}».",
                found=problem.object[problem.start : problem.start + 4].hex(" "),
                line=lines,
            ) from None
        lines += text.count("\n")
        if text:
            yield text.encode()
