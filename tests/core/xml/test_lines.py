"""Lines of elements: exact past what libxml2 can tell, by the same paths as the defects."""

import io

import pytest
from lxml import etree

from core.xml import RecordSchema
from core.xml.lines import lines_of
from core.xml.paths import Paths
from tests.core.xml.random_documents import Maker


def found(text: str | bytes, *paths: str) -> dict[str, int]:
    return lines_of(io.BytesIO(text.encode() if isinstance(text, str) else text), paths)


TEXT = "<a>\n<b/>\n<b\n x='1'\n>\n<c>t</c>\n<c/></b>\n<d><b/></d></a>"


def test_lines_of_start_tags() -> None:
    assert found(TEXT, "/a", "/a/b[1]", "/a/b[2]", "/a/b[2]/c[2]", "/a/d/b") == {
        "/a": 1, "/a/b[1]": 2, "/a/b[2]": 3, "/a/b[2]/c[2]": 7, "/a/d/b": 8,
    }  # fmt: skip


def test_first_without_ordinal_is_first_with_it() -> None:
    assert found(TEXT, "/a/b", "/a[1]/b[1]") == {"/a/b": 2, "/a[1]/b[1]": 2}


def test_attributes_are_where_their_element_is() -> None:
    assert found(TEXT, "/a/b[2]/@x") == {"/a/b[2]/@x": 3}


def test_what_is_not_there_is_not_found() -> None:
    assert found(TEXT, "/a/b[3]", "/b", "", "nonsense[[", "/a/b/c") == {}


def test_prefixes_do_not_count() -> None:
    assert found("<a xmlns:x='u'>\n<x:b/>\n<b/></a>", "/a/b[2]") == {"/a/b[2]": 3}


def test_encodings() -> None:
    text = "<?xml version='1.0' encoding='windows-1251'?>\n<Ж>\n<Ю/></Ж>"
    assert found(text.encode("cp1251"), "/Ж/Ю") == {"/Ж/Ю": 3}


def test_what_precedes_a_mistake_is_found() -> None:
    assert found("<a>\n<b/>\n</c>", "/a/b", "/a/d") == {"/a/b": 2}


def test_a_doctype_is_not_read() -> None:
    assert found("<!DOCTYPE a [<!ENTITY b '<b/>'>]><a>&b;</a>", "/a", "/a/b") == {}


def test_past_65535_lines() -> None:
    text = "<a>" + "\n<b><c/></b>" * 70_000 + "\n</a>"
    assert found(text, "/a/b[69999]/c") == {"/a/b[69999]/c": 70_000}


@pytest.mark.parametrize("seed", range(5))
def test_as_libxml2_below_65535(seed: int, library: RecordSchema) -> None:
    document = Maker(library.model, seed).document()
    for element in document.iter():
        if len(element):
            element.text = "\n"
        element.tail = "\n"
    root = etree.fromstring(etree.tostring(document, encoding="utf-8"))
    paths = Paths(root, "/Library", library.model.root)
    lines = {paths.of(element): element.sourceline for element in root.iter()}
    assert lines_of(io.BytesIO(etree.tostring(root, encoding="utf-8")), lines) == lines


def test_paths_do_not_depend_on_the_order_of_asking(library: RecordSchema) -> None:
    root = Maker(library.model, 3).document()
    elements = list(root.iter())
    forwards = Paths(root, "/Library", library.model.root)
    backwards = Paths(root, "/Library", library.model.root)
    told = {element: forwards.of(element) for element in elements}
    assert {element: backwards.of(element) for element in reversed(elements)} == told
    assert len(set(told.values())) == len(elements)
