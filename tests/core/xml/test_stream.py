"""Records of a large document: which come out, in which order, and what stays in memory."""

import io
from pathlib import Path

import pytest
from lxml import etree

from core.xml import Limits, RecordSchema, RecordStream, XmlRefused
from tests.core.xml.conftest import BOOK, DOCUMENT, LIBRARY, library_schema


def stream(text: str, library: RecordSchema, **options: object) -> RecordStream:
    return RecordStream(io.BytesIO(text.encode()), library, **options)


def test_records_come_in_document_order(library: RecordSchema) -> None:
    text = (
        "<Library City='Псков'>\n <Name>Б</Name>\n <Opened>2026-01-01</Opened>\n"
        f" <Shelf Number='1'><Label>Л</Label>{BOOK.format('')}\n{BOOK.format('<Lent>1</Lent>')}<Note>н</Note></Shelf>\n"
        " <Shelf Number='2'><Label>М</Label></Shelf>\n</Library>\n"
    )
    records = [(record.parent, record.path, record.declaration.name) for record in stream(text, library)]
    assert records == [
        ("/Library", "/Library/Name", "Name"),
        ("/Library", "/Library/Opened", "Opened"),
        ("/Library/Shelf", "/Library/Shelf[1]/Label", "Label"),
        ("/Library/Shelf", "/Library/Shelf[1]/Book[1]", "Book"),
        ("/Library/Shelf", "/Library/Shelf[1]/Book[2]", "Book"),
        ("/Library/Shelf", "/Library/Shelf[1]/Note", "Note"),
        ("/Library/Shelf", "/Library/Shelf[2]/Label", "Label"),
    ]


def test_a_record_is_whole_when_it_comes(library: RecordSchema) -> None:
    kept = []
    for record in stream(DOCUMENT.format(BOOK.format("<Pages>7</Pages>") * 3), library):
        if record.declaration.repeats:
            assert record.element.findtext("Pages") == "7"
            assert [each.get("Id") for each in record.element.iter("Reader")] == ["R1", "R2"]
        else:
            kept.append(record.element)
    assert [each.text for each in kept] == ["Б", "Л"], "what occurs once may be kept"


def test_nothing_comes_out_after_a_defect(library: RecordSchema) -> None:
    text = DOCUMENT.format(BOOK.format("") + BOOK.format("<Lent>?</Lent>") + BOOK.format(""))
    seen = []
    with pytest.raises(XmlRefused) as refused:
        seen.extend(record.path for record in stream(text, library))
    assert seen[-1] == "/Library/Shelf[1]/Book[1]"
    assert refused.value.total == 1


def test_a_consumer_may_refuse(library: RecordSchema) -> None:
    records = stream(DOCUMENT.format(BOOK.format("") * 3), library)
    seen = []

    def consume() -> None:
        for record in records:
            seen.append(record.path)
            if "Book" in record.path:
                records.findings.add(library.wording.other("Book", record.path, None))

    with pytest.raises(XmlRefused):
        consume()
    assert seen[-1] == "/Library/Shelf[1]/Book[1]"


def test_records_of_the_same_name_inside_a_record_are_part_of_it(library: RecordSchema) -> None:
    text = DOCUMENT.format(f"<Book><Title/><Author/>{BOOK.format('')}<Shelf Number='1'><Label/></Shelf></Book>")
    with pytest.raises(XmlRefused) as refused:
        list(stream(text, library))
    paths = [defect.path for defect in refused.value.defects]
    assert paths == [f"/Library/Shelf[1]/Book[1]/{name}" for name in ("Book", "Shelf")] + ["/Library/Shelf[1]/Book[1]"]


def test_comments_and_instructions_are_no_content(library: RecordSchema) -> None:
    text = DOCUMENT.format(f"<!-- a -->{BOOK.format('<!-- b --><?x y?>')}<!-- c -->").replace(
        ">Б<", "><!-- d -->Б<![CDATA[Ю]]><"
    )
    names = [record.element.text for record in stream(text, library) if record.path == "/Library/Name"]
    assert names == ["БЮ"]


def test_number_of_records_is_bounded(library: RecordSchema) -> None:
    text = DOCUMENT.format(BOOK.format("") * 20)
    with pytest.raises(XmlRefused) as refused:
        list(stream(text, library, limits=Limits(records=10)))
    assert "слишком много записей" in refused.value.defects[0].message


def test_a_record_is_bounded_and_a_document_is_not(library: RecordSchema) -> None:
    limits = Limits(record=80_000)
    book = BOOK.format(f"<Pages>{'0' * 900}1</Pages>")
    assert sum(1 for _ in stream(DOCUMENT.format(book * 500), library, limits=limits)) == 502
    with pytest.raises(XmlRefused):
        list(stream(DOCUMENT.format(f"<Book><Title>{'<!-- -->' * 30_000}</Title></Book>"), library, limits=limits))


def test_large_records_are_explained_before_they_are_validated(library: RecordSchema) -> None:
    """libxml2 takes the square of the number of wrong siblings to say so."""
    text = DOCUMENT.format(f"<Book><Title/><Author/>{'<Reader/>' * 20_000}</Book>")
    with pytest.raises(XmlRefused) as refused:
        list(stream(text, library))
    assert refused.value.total > 20_000


class Shelves:
    """A library of any length, made while it is read."""

    def __init__(self, books: int) -> None:
        head, tail = DOCUMENT.split("{}")
        book = BOOK.format("<Pages>7</Pages>\n   ").encode()
        self._parts = iter([head.encode(), *([book * 300] * (books // 300)), tail.encode()])
        self._rest = b""

    def read(self, size: int = -1) -> bytes:
        while len(self._rest) < size and (more := next(self._parts, b"")):
            self._rest += more
        block, self._rest = self._rest[:size], self._rest[size:]
        return block


def test_the_tree_does_not_grow_with_the_document(library: RecordSchema) -> None:
    largest = 0
    for number, record in enumerate(RecordStream(Shelves(30_000), library)):
        if number % 1000 == 0:
            top = record.element.getroottree().getroot()
            largest = max(largest, sum(1 for _ in top.iter()))
    assert number > 30_000
    assert largest < 5000, "what one chunk of 64 KB may hold"


def test_two_meanings_of_a_name_are_refused_at_load(tmp_path: Path) -> None:
    path = tmp_path / "x.xsd"
    path.write_text(LIBRARY.replace('name="Label" type="xs:string"', 'name="Name" type="xs:date"'))
    with pytest.raises(NotImplementedError):
        library_schema(path)


def test_whole_documents_by_the_same_schema(library: RecordSchema) -> None:
    root = library.read_small(io.BytesIO(DOCUMENT.format(BOOK.format("")).encode()))
    assert root.findtext("Shelf/Book/Title") == "Т"
    for text in (DOCUMENT.format("<Book/>"), "<Shop/>", "<Library xmlns='u'/>", "<Library>"):
        with pytest.raises(XmlRefused) as refused:
            library.read_small(io.BytesIO(text.encode()))
        assert refused.value.total == 1


def test_elements_in_any_order(tmp_path: Path) -> None:
    """An `xs:all`, as in the commission protocol."""
    from core.xml import Schema

    path = tmp_path / "all.xsd"
    path.write_text(
        '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="P"><xs:complexType><xs:all>'
        '<xs:element name="A" type="xs:date"/><xs:element name="B" type="xs:string"/>'
        '<xs:element name="C" type="xs:string" minOccurs="0"/></xs:all></xs:complexType></xs:element></xs:schema>'
    )
    schema = Schema(path)
    assert schema.read_small(io.BytesIO(b"<P><B/><A>2026-01-01</A></P>")).tag == "P"
    for text, kinds in {
        "<P><B/></P>": ["schema-element-missing"],
        "<P><A>2026-01-01</A><B/><B/></P>": ["schema-element-too-many"],
        "<P><A>x</A><D/><B/></P>": ["schema-type", "schema-element-unknown"],
    }.items():
        assert not etree.XMLSchema(etree.parse(path)).validate(etree.fromstring(text))
        with pytest.raises(XmlRefused) as refused:
            schema.read_small(io.BytesIO(text.encode()))
        assert [defect.kind for defect in refused.value.defects] == kinds
