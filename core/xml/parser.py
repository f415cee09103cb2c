"""The only place that calls lxml's parsers: hardened, fed in small chunks, its errors told in Russian.

No DTD, no entities, no network, no limits lifted: libxml2's own bounds stay (depth 256, names 50,000, texts 10 MB).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lxml import etree

from core.xml.defects import Defect, Findings, Kind
from core.xml.limits import SMALL, Limits
from core.xml.malformed import malformed
from core.xml.source import Readable, Source

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

HARDENED: dict[str, Any] = {
    "encoding": "utf-8",  # of what Source gives, whatever the document says
    "resolve_entities": False,
    "no_network": True,
    "load_dtd": False,
    "dtd_validation": False,
    "attribute_defaults": False,
    "huge_tree": False,
    "remove_comments": True,
    "remove_pis": True,
}
_REMARKS = 1_000  # recoverable remarks of the parser after which a document is not looked at any more


def pull(chunks: Iterable[bytes], findings: Findings, tags: Sequence[str]) -> Iterator[etree._Element]:
    """Elements of the tags as they end, each still in the tree with what stands before it. `chunks` come from a Source.

    Raises XmlRefused (with what `findings` held before) when the document cannot be read on."""
    parser: Any = etree.XMLPullParser(events=("end",), tag=list(tags), **HARDENED)
    asked = False
    for _chunk in _fed(parser, chunks, findings):
        for _event, element in parser.read_events():
            if not asked:
                _refuse_doctype(element, findings)
                asked = True
            yield element
    _finish(parser, findings)


def tree(stream: Readable, *, limits: Limits = SMALL) -> etree._Element:
    """The whole tree of a small document. Raises XmlRefused."""
    findings = Findings()
    parser = etree.XMLParser(**HARDENED)
    for _chunk in _fed(parser, Source(stream, findings, limits=limits).chunks(), findings):
        pass
    root = _finish(parser, findings)
    _refuse_doctype(root, findings)
    return root


def own_tree(data: bytes) -> etree._Element:
    """The tree of bytes that this system wrote itself (a kept fragment). Raises ValueError where they are damaged."""
    try:
        return etree.fromstring(data, etree.XMLParser(**HARDENED))
    except etree.XMLSyntaxError as problem:
        raise ValueError(f"a kept fragment is damaged at line {problem.lineno}") from problem


def start_tag(tag: bytes) -> etree._Element | None:
    """An empty element with the name and attributes of a start tag, None where the tag is malformed."""
    alone = tag if tag.endswith(b"/>") else tag[:-1] + b"/>"
    try:
        return etree.fromstring(alone, etree.XMLParser(**HARDENED))
    except etree.XMLSyntaxError:
        return None


def _fed(parser: Any, chunks: Iterable[bytes], findings: Findings) -> Iterator[bytes]:
    """Feed the parser; give every chunk back after it went in without complaint."""
    for chunk in chunks:
        try:
            parser.feed(chunk)
        except etree.XMLSyntaxError:
            raise findings.refuse(malformed(parser.feed_error_log)) from None
        remarks = parser.feed_error_log
        if len(remarks) and (
            len(remarks) > _REMARKS or any(entry.level > etree.ErrorLevels.WARNING for entry in remarks)
        ):
            raise findings.refuse(malformed(remarks))
        yield chunk


def _finish(parser: Any, findings: Findings) -> etree._Element:
    try:
        root: etree._Element = parser.close()
    except etree.XMLSyntaxError:
        raise findings.refuse(malformed(parser.feed_error_log)) from None
    return root


def _refuse_doctype(element: etree._Element, findings: Findings) -> None:
    """The second look: whatever got past the first, a document that has a DOCTYPE is not read."""
    information: Any = element.getroottree().docinfo
    if information.doctype or information.internalDTD is not None or information.externalDTD is not None:
        raise findings.refuse(
            Defect(Kind.DOCTYPE, "Документ содержит объявление DOCTYPE: такие документы не принимаются.", line=1)
        )
