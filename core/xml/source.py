"""A document on its way to a parser: UTF-8, measured, its beginning looked at before any parser sees it.

A DOCTYPE is refused lexically, here: with it go all entities, external files and default attributes. (After parsing the
document is asked once more, see `core.xml.parser`.)
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Protocol

from core.xml.defects import Defect, Findings, Kind
from core.xml.encodings import DECLARATION, detect, to_utf8
from core.xml.limits import STREAM, Limits, Meter, too_long

CHUNK = 64 * 1024
_HEAD = 1024
_SPACE = re.compile(rb"[ \t\r\n]*")
# The start tag of an element: quoted values may hold «>».
_START_TAG = re.compile(rb"""<[^\s!?/>"'<=][^"'<>]*(?:"[^"<]*"[^"'<>]*|'[^'<]*'[^"'<>]*)*>""")
_DECLARATION = re.compile(DECLARATION.pattern.encode())
_DOCTYPE = b"<!DOCTYPE"


class Readable(Protocol):
    """What a document is read from: a file open for reading bytes, or anything with its `read`."""

    def read(self, size: int, /) -> bytes: ...


class Source:
    """One pass over a document. Iterate `chunks()`; `root_tag` is the root's start tag as soon as the first chunk is out."""

    def __init__(
        self,
        stream: Readable,
        findings: Findings,
        *,
        limits: Limits = STREAM,
        on_progress: Callable[[int], None] | None = None,
    ) -> None:
        self._stream = stream
        self._findings = findings
        self._limits = limits
        self._on_progress = on_progress
        self._read = 0
        self.meter = Meter(limits)
        self.root_tag = b""

    def chunks(self) -> Iterator[bytes]:
        """UTF-8 without declaration and byte-order mark, with all its line ends; at most 64 KB at a time after the prolog.

        Raises XmlRefused for everything that can be refused without a parser."""
        head = b""
        while len(head) < _HEAD and (more := self._next()):
            head += more
        if not head:
            raise self._findings.refuse(Defect(Kind.EMPTY, "Документ пуст.", advice="Выгрузите его ещё раз."))
        codec, mark = detect(head)
        decoded = to_utf8(self._rest(head[mark:]), codec)
        for chunk in self._after_prolog(decoded):
            for start in range(0, len(chunk), CHUNK):
                piece = chunk[start : start + CHUNK]
                if defect := self.meter.feed(piece):
                    raise self._findings.refuse(defect)
                yield piece

    def _rest(self, head: bytes) -> Iterator[bytes]:
        yield head
        while chunk := self._next():
            yield chunk

    def _next(self) -> bytes:
        chunk = self._stream.read(CHUNK)
        self._read += len(chunk)
        if self._read > self._limits.total:
            raise self._findings.refuse(too_long(self._limits))
        if self._on_progress is not None and chunk:
            self._on_progress(self._read)
        return chunk

    def _after_prolog(self, decoded: Iterator[bytes]) -> Iterator[bytes]:
        """Hold back the beginning up to the end of the root's start tag; look at it; let it and the rest pass."""
        prolog = b""
        position: int | None = None
        for chunk in decoded:
            prolog += chunk
            position = self._root_start(prolog)
            if (len(prolog) if position is None else position) > self._limits.prolog:
                raise self._findings.refuse(self._long_prolog())
            if position is not None and (tag := _START_TAG.match(prolog, position)):
                self.root_tag = tag[0]
                break
            if position is not None and len(prolog) > position + CHUNK:
                break  # no start tag is as long: the parser will say what is wrong with it
        yield _without_declaration(prolog)
        yield from decoded

    def _root_start(self, prolog: bytes) -> int | None:
        """Where the root element starts, None while it has not come. Raises XmlRefused for a DOCTYPE and for no XML."""
        position = 0
        while True:
            position = _space_end(prolog, position)
            rest = prolog[position : position + len(_DOCTYPE)]
            if rest.startswith(b"<?"):
                position = _past(prolog, b"?>", position + 2)
            elif rest.startswith(b"<!--"):
                position = _past(prolog, b"-->", position + 4)
            elif rest.upper() == _DOCTYPE:
                raise self._findings.refuse(_doctype(prolog.count(b"\n", 0, position) + 1))
            elif b"<!--".startswith(rest) or _DOCTYPE.startswith(rest.upper()):
                return None  # too little of it to tell
            elif rest.startswith(b"<"):
                return position
            else:
                raise self._findings.refuse(_not_xml())
            if position < 0:
                return None

    def _long_prolog(self) -> Defect:
        return Defect(
            Kind.LIMIT,
            "До корневого элемента документа стоит слишком много посторонних данных.",
            found=f"больше {self._limits.prolog // 1024} КБ",
            expected="объявление XML и сразу корневой элемент",
            line=1,
            advice="Уберите комментарии и указания перед корневым элементом.",
        )


def _space_end(data: bytes, position: int) -> int:
    match = _SPACE.match(data, position)
    return match.end() if match else position


def _past(data: bytes, end: bytes, position: int) -> int:
    """The position after the next `end`, -1 where there is none yet."""
    found = data.find(end, position)
    return found if found < 0 else found + len(end)


def _without_declaration(prolog: bytes) -> bytes:
    """The encoding it names is no longer true, so the declaration goes; its line ends stay, for the line numbers."""
    match = _DECLARATION.match(prolog)
    return b"\n" * match[0].count(b"\n") + prolog[match.end() :] if match else prolog


def _doctype(line: int) -> Defect:
    return Defect(
        Kind.DOCTYPE,
        "Документ содержит объявление DOCTYPE: такие документы не принимаются, потому что через него можно подменить содержание.",
        found="<!DOCTYPE …>",
        expected="сразу корневой элемент",
        line=line,
        advice="Уберите объявление DOCTYPE или выгрузите документ заново.",
    )


def _not_xml() -> Defect:
    return Defect(
        Kind.NOT_XML,
        "Это не документ XML.",
        found="документ начинается не со знака «<»",
        expected="документ XML",
        line=1,
        advice="Проверьте, что выбран нужный файл.",
    )
