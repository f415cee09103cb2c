"""Where a report is written to: straight into a stream as text, or into a tree that a test can spoil."""

from __future__ import annotations

import shutil
from functools import lru_cache
from tempfile import SpooledTemporaryFile
from typing import BinaryIO, Protocol, Self
from xml.sax.saxutils import escape, quoteattr

from lxml import etree

Value = str | int | float
FLUSH_AT = 4096
SPOOL_IN_MEMORY = 1 << 20
COPY_CHUNK = 1 << 18
# Units, names of elements and phrases repeat all over a report.
CACHED = 8192


class Markup(Protocol):
    """Elements in document order. Attributes keep the order they are given in.

    A `section` is written beside and put in its place by `include`: so one pass over the workplaces can write them, their
    details and their rows, which stand in different parts of the file.
    """

    def open(self, name: str, **attributes: Value) -> None: ...

    def close(self, name: str) -> None: ...

    def leaf(self, name: str, text: Value | None = None, **attributes: Value) -> None: ...

    def section(self) -> Self: ...

    def include(self, section: Self) -> None: ...

    @property
    def is_empty(self) -> bool: ...


class TextMarkup:
    """Writes as it goes, one element a line. Sections are kept on disk once they are large."""

    def __init__(self, stream: BinaryIO | SpooledTemporaryFile[bytes]) -> None:
        self._stream = stream
        self._pieces: list[str] = []
        self._flushed = False

    def open(self, name: str, **attributes: Value) -> None:
        self._pieces.append(f"<{name}{_attributes(tuple(attributes.items()))}>\n" if attributes else f"<{name}>\n")

    def close(self, name: str) -> None:
        self._pieces.append(f"</{name}>\n")
        if len(self._pieces) >= FLUSH_AT:
            self.flush()

    def leaf(self, name: str, text: Value | None = None, **attributes: Value) -> None:
        start = f"<{name}{_attributes(tuple(attributes.items()))}" if attributes else f"<{name}"
        if text is None:
            self._pieces.append(f"{start}/>\n")
        else:
            self._pieces.append(f"{start}>{_escaped(text)}</{name}>\n")

    def flush(self) -> None:
        if self._pieces:
            self._stream.write("".join(self._pieces).encode())
            self._pieces.clear()
            self._flushed = True

    def section(self) -> TextMarkup:
        # the section lives until it is included, and the file with it
        return TextMarkup(SpooledTemporaryFile(max_size=SPOOL_IN_MEMORY))

    def include(self, section: TextMarkup) -> None:
        self.flush()
        section.flush()
        section._stream.seek(0)
        shutil.copyfileobj(section._stream, self._stream, COPY_CHUNK)
        section._stream.close()

    @property
    def is_empty(self) -> bool:
        return not self._pieces and not self._flushed


class TreeMarkup:
    """Keeps the elements and makes an lxml tree of them without parsing anything."""

    def __init__(self) -> None:
        self._calls: list[tuple[str, str | None, dict[str | bytes, str | bytes]]] = []

    def open(self, name: str, **attributes: Value) -> None:
        self._calls.append((name, None, {key: number(value) for key, value in attributes.items()}))

    def close(self, name: str) -> None:
        self._calls.append(("", None, {}))

    def leaf(self, name: str, text: Value | None = None, **attributes: Value) -> None:
        self.open(name, **attributes)
        if text is not None:
            self._calls.append(("", number(text), {}))
        self.close(name)

    def section(self) -> TreeMarkup:
        return TreeMarkup()

    def include(self, section: TreeMarkup) -> None:
        self._calls += section._calls

    @property
    def is_empty(self) -> bool:
        return not self._calls

    def root(self) -> etree._Element:
        builder = etree.TreeBuilder()
        opened: list[str] = []
        for name, text, attributes in self._calls:
            if name:
                opened.append(name)
                builder.start(name, attributes)
            elif text is not None:
                builder.data(text)
            else:
                builder.end(opened.pop())
        return builder.close()


def number(value: Value) -> str:
    """A number without needless zeros, at most four decimals; text as it is."""
    if isinstance(value, float):
        return f"{value:.4f}".rstrip("0").rstrip(".")
    return str(value)


@lru_cache(maxsize=CACHED, typed=True)
def _escaped(value: Value) -> str:
    return escape(number(value))


@lru_cache(maxsize=CACHED, typed=True)
def _attributes(attributes: tuple[tuple[str, Value], ...]) -> str:
    return "".join(f" {key}={quoteattr(number(value))}" for key, value in attributes)
