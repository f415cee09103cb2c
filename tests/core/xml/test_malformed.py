"""What is not well-formed, and what is not readable at all: refused in Russian, whatever the parser says."""

from collections.abc import Callable

import pytest
from lxml import etree

from core.xml import Defect, Kind
from core.xml.malformed import ANYTHING, SENTENCES, malformed
from tests.core.xml.russian import assert_russian

Defects = Callable[[bytes], list[Defect]]

MALFORMED = {
    "undeclared prefix": b"<Library><x:Name/></Library>",
    "undeclared prefix of an attribute": b"<Library><Name x:c='1'/></Library>",
    "attribute twice": b"<Library City='1' City='2'/>",
    "attribute twice through prefixes": b"<Library xmlns:x='u' xmlns:y='u' x:c='1' y:c='2'/>",
    "undeclared entity": b"<Library><Name>&nbsp;</Name></Library>",
    "bare ampersand": "<Library><Name>Рога & копыта</Name></Library>".encode(),
    "ampersand without semicolon": b"<Library><Name>R&D</Name></Library>",
    "less-than in an attribute": b"<Library City='<'/>",
    "tag cut": b"<Library><Name",
    "attribute cut": b"<Library><Name City='x",
    "element cut": b"<Library><Name>x",
    "wrong end": b"<Library>\n<Name>\n</Library>",
    "two roots": b"<Library/><Library/>",
    "text after": b"<Library/>x",
    "control sign": b"<Library><Name>\x01</Name></Library>",
    "nul": b"<Library><Name>\x00</Name></Library>",
    "reference to nul": b"<Library><Name>&#0;</Name></Library>",
    "reference that is no number": b"<Library><Name>&#xZZ;</Name></Library>",
    "end of CDATA in text": b"<Library><Name>]]></Name></Library>",
    "CDATA cut": b"<Library><Name><![CDATA[ </Name></Library>",
    "comment cut": b"<Library><!-- </Library>",
    "hyphens in a comment": b"<Library><!-- -- --></Library>",
    "instruction cut": b"<Library><?x </Library>",
    "instruction without a name": b"<Library><? ?></Library>",
    "declaration inside": b"<Library><?xml version='1.0'?></Library>",
    "declaration after a space": b" <?xml version='1.0'?><Library/>",
    "declaration of version 2": b"<?xml version='2.0'?><Library/>",
    "declaration of nonsense": b"<?xml version='1.0' standalone='maybe'?><Library/>",
    "declaration without a version": b"<?xml encoding='UTF-8'?><Library/>",
    "attribute without quotes": b"<Library City=1/>",
    "attribute without value": b"<Library City/>",
    "attributes without a space": b"<Library City='1'Town='2'/>",
    "space in a tag": b"< Library/>",
    "nameless prefix": b"<Library><b:/></Library>",
    "two colons": b"<Library xmlns:b='u'><b:c:d/></Library>",
    "empty namespace": b"<Library xmlns:x=''/>",
    "namespace of xml": b"<Library xmlns:xml='u'/>",
    "namespace that is no address": b"<Library xmlns='%%%'/>",
    "xml:id twice": b"<Library><Name xml:id='a'/><Name xml:id='a'/></Library>",
    "xml:id that is no name": b"<Library><Name xml:id='1'/></Library>",
    "long name": b"<Library><" + b"x" * 60_000 + b"/></Library>",
    "only a comment": b"<!-- -->",
    "only a declaration": b"<?xml version='1.0'?>",
    "only spaces": b" \n ",
}


@pytest.mark.parametrize("name", MALFORMED)
def test_malformed(name: str, defects: Defects) -> None:
    defect = defects(MALFORMED[name])[-1]
    assert defect.kind is Kind.MALFORMED
    assert_russian(defect)
    assert defect.message != ANYTHING
    assert defect.line


def test_wrong_end_names_both_tags(defects: Defects) -> None:
    [defect] = defects(MALFORMED["wrong end"])
    assert (defect.found, defect.expected, defect.line) == ("«</Library>»", "«</Name>», открыт на строке 2", 3)


def test_a_malformed_end_keeps_what_was_found_before(defects: Defects) -> None:
    kinds = [defect.kind for defect in defects(b"<Library><Name>x</Name><Opened>today</Opened><Shelf/><")]
    assert kinds == [Kind.TYPE, Kind.ATTRIBUTE_MISSING, Kind.ELEMENT_MISSING, Kind.MALFORMED]


@pytest.mark.parametrize(
    "code", [getattr(etree.ErrorTypes, name) for name in dir(etree.ErrorTypes) if name.startswith("ERR_")]
)
def test_no_code_of_libxml2_brings_its_words(code: int) -> None:
    class Entry:
        type = code
        level = 3
        line = 7
        message = "Some English words of the parser"

    defect = malformed([Entry()])
    assert_russian(defect)
    assert "English" not in repr(defect)
    assert defect.line == 7


def test_sentences_are_whole() -> None:
    assert all(sentence.endswith(".") for sentence in SENTENCES.values())


UNREADABLE = {
    "empty": (b"", Kind.EMPTY),
    "text": ("просто текст".encode(), Kind.NOT_XML),
    "byte mark and text": (b"\xef\xbb\xbfx", Kind.NOT_XML),
    "doctype": (b"<!DOCTYPE Library><Library/>", Kind.DOCTYPE),
    "doctype in small letters": (b"<!doctype html><html/>", Kind.DOCTYPE),
    "doctype behind a comment": (b"<!-- <a> --> <?x ?>\n<!DOCTYPE Library><Library/>", Kind.DOCTYPE),
    "doctype in UTF-16": ("<!DOCTYPE Library><Library/>".encode("utf-16"), Kind.DOCTYPE),
    "windows-1251 without a word of it": ("<Library><Name>Ж</Name></Library>".encode("cp1251"), Kind.ENCODING),
    "unknown encoding": (b"<?xml version='1.0' encoding='cp437'?><Library/>", Kind.ENCODING),
    "UTF-16 declared": (b"<?xml version='1.0' encoding='UTF-16'?><Library/>", Kind.ENCODING),
    "UTF-8 declared": ("<?xml version='1.0' encoding='UTF-8'?><Library/>".encode("utf-16"), Kind.ENCODING),
    "windows-1251 declared": (b"\xef\xbb\xbf<?xml version='1.0' encoding='windows-1251'?><Library/>", Kind.ENCODING),
    "UTF-32": ("<Library/>".encode("utf-32"), Kind.ENCODING),
    "UTF-32 without a mark": ("<Library/>".encode("utf-32-le"), Kind.ENCODING),
    "not a letter of windows-1251": (
        b"<?xml version='1.0' encoding='cp1251'?><Library>\n\x98</Library>",
        Kind.ENCODING,
    ),
    "half a letter": ("<Library>".encode("utf-16") + b"\x00\xd8", Kind.ENCODING),
    "deep": (b"<Library>" + b"<a>" * 300, Kind.LIMIT),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_unreadable(name: str, defects: Defects) -> None:
    document, kind = UNREADABLE[name]
    [defect] = defects(document)
    assert defect.kind is kind
    assert_russian(defect)


def test_line_of_a_wrong_letter(defects: Defects) -> None:
    assert defects(UNREADABLE["not a letter of windows-1251"][0])[0].line == 2
    assert defects(b"<Library>\n\n\xff</Library>")[0].line == 3
