"""A document on its way to the parser: encodings, declarations, chunks of any size."""

import io
from collections.abc import Iterator

import pytest
from lxml import etree

from core.xml import Kind, Limits, RecordSchema, RecordStream, XmlRefused
from core.xml.defects import Findings
from core.xml.parser import tree
from core.xml.source import Source
from tests.core.xml.conftest import BOOK, DOCUMENT

TEXT = DOCUMENT.format(BOOK.format("")).replace("<Name>Б</Name>", "<Name>Библиотека</Name>")


class Dripping:
    """A stream that gives a few bytes a time, as a network does."""

    def __init__(self, data: bytes, size: int) -> None:
        self._inner = io.BytesIO(data)
        self._size = size

    def read(self, size: int = -1) -> bytes:
        return self._inner.read(min(size, self._size) if size >= 0 else self._size)


ENCODED = {
    "UTF-8": TEXT.encode(),
    "UTF-8 with a mark": TEXT.encode("utf-8-sig"),
    "UTF-8 declared": f"<?xml version='1.0' encoding='utf-8' standalone='yes' ?>{TEXT}".encode(),
    "UTF-16": TEXT.encode("utf-16"),
    "UTF-16 big-endian": b"\xfe\xff" + TEXT.encode("utf-16-be"),
    "UTF-16 declared": f'<?xml version="1.0" encoding="UTF-16"?>{TEXT}'.encode("utf-16"),
    "UTF-16 without a mark": f'<?xml version="1.0" encoding="utf-16le"?>{TEXT}'.encode("utf-16-le"),
    "windows-1251": f'<?xml version="1.0" encoding="windows-1251"?>\n{TEXT}'.encode("cp1251"),
    "koi8-r": f'<?xml\nversion="1.0"\nencoding="KOI8-R"\n?>{TEXT}'.encode("koi8-r"),
    "cp866": f'<?xml version="1.0" encoding="IBM866"?>{TEXT}'.encode("cp866"),
}


@pytest.mark.parametrize("name", ENCODED)
@pytest.mark.parametrize("size", [1, 7, 65536])
def test_encodings(name: str, size: int) -> None:
    root = tree(Dripping(ENCODED[name], size))
    assert root.findtext("Name") == "Библиотека"


def test_lines_stay_where_they_were() -> None:
    root = tree(io.BytesIO(ENCODED["koi8-r"]))
    assert root.sourceline == 4


@pytest.mark.parametrize("size", [1, 3, 100])
def test_records_do_not_depend_on_chunks(size: int, library: RecordSchema, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.xml.source.CHUNK", size)
    document = DOCUMENT.format(BOOK.format("<Pages>1</Pages>") * 5)
    found = [
        (r.parent, r.path, etree.tostring(r.element, with_tail=False))
        for r in RecordStream(io.BytesIO(document.encode()), library)
    ]
    monkeypatch.undo()
    whole = [
        (r.parent, r.path, etree.tostring(r.element, with_tail=False))
        for r in RecordStream(io.BytesIO(document.encode()), library)
    ]
    assert found == whole
    assert len(found) == 7


def _chunks(document: bytes, limits: Limits) -> Iterator[bytes]:
    return Source(io.BytesIO(document), Findings(), limits=limits).chunks()


BOUNDS = {
    "total": (Limits(total=2000), b"<a>" + b"<b/>" * 1000 + b"</a>"),
    "prolog": (Limits(prolog=100), b"<!---->" * 100 + b"<a/>"),
    "gap": (Limits(gap=70_000), b"<a>" + b"x" * 140_000 + b"</a>"),
    "record": (Limits(record=100_000), b"<a>" + b"<b>x</b>" * 20_000 + b"</a>"),
    "marks": (Limits(marks=1000), b"<a>" + b"<b/>" * 1001 + b"</a>"),
    "namespaces": (Limits(namespaces=9), b"<a>" + b"<b xmlns:x='u'/>" * 10 + b"</a>"),
}


@pytest.mark.parametrize("name", BOUNDS)
def test_bounds(name: str) -> None:
    limits, document = BOUNDS[name]
    with pytest.raises(XmlRefused) as refused:
        list(_chunks(document, limits))
    [defect] = refused.value.defects
    assert defect.kind is Kind.LIMIT


def test_a_gap_may_span_chunks_and_encodings() -> None:
    document = ("<a>" + "ж" * 100_000 + "</a>").encode("utf-16")
    assert b"".join(_chunks(document, Limits(gap=210_000))).decode() == "<a>" + "ж" * 100_000 + "</a>"
    with pytest.raises(XmlRefused):
        list(_chunks(document, Limits(gap=150_000)))


def test_progress_counts_bytes_of_the_file() -> None:
    told: list[int] = []
    document = TEXT.encode("utf-16")
    list(Source(io.BytesIO(document), Findings(), on_progress=told.append).chunks())
    assert told[-1] == len(document)


def test_a_root_tag_may_hold_signs_of_tags() -> None:
    source = Source(io.BytesIO(b"<a b='>' c=\"/>'\" >text</a>"), Findings())
    assert b"".join(source.chunks()) == b"<a b='>' c=\"/>'\" >text</a>"
    assert source.root_tag == b"<a b='>' c=\"/>'\" >"
