"""Children of the root, one by one, without a schema."""

from io import BytesIO

import pytest

from core.xml import Limits, XmlRefused, children_of_root

LIMITS = Limits(record=64 * 1024)


def children(document, **changes):
    given = {"root": "r", "tags": ["a", "b"], "limits": LIMITS}
    for element in children_of_root(BytesIO(document), **(given | changes)):
        yield element.tag, element.findtext("c"), element.sourceline


def test_in_order_with_their_lines():
    document = b"<r>\n<b/>\n<x><a><c>deeper</c></a></x>\n<a><c>1</c><a><c>inside</c></a></a>text<a><c>2</c></a></r>"
    assert list(children(document)) == [("b", None, 2), ("a", "1", 4), ("a", "2", 4)]


@pytest.mark.parametrize("document", [b"<other><a/></other>", b"<a/>", b"<r><a></r>", b"", b"<r xmlns='u'><a/></r>"])
def test_what_is_not_read(document):
    with pytest.raises(XmlRefused):
        list(children(document))


def test_a_child_that_is_too_large():
    with pytest.raises(XmlRefused):
        list(children(b"<r><a>" + b"<c>x</c>" * 20_000 + b"</a></r>"))


def test_what_was_read_is_forgotten():
    document = b"<r>" + b"<a><c>some text</c></a>\n" * 50_000 + b"</r>"
    seen = 0
    for element in children_of_root(BytesIO(document), root="r", tags=["a"], limits=LIMITS):
        assert element.getprevious() is None
        seen += 1
    assert seen == 50_000
