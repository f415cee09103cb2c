"""Children of the root of a document that has no schema of ours, one by one, in bounded memory."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator

from lxml import etree

from core.xml.defects import Defect, Findings, Kind
from core.xml.limits import STREAM, Limits
from core.xml.parser import pull, start_tag
from core.xml.source import Readable, Source


def children_of_root(
    stream: Readable,
    *,
    root: str,
    tags: Collection[str],
    limits: Limits = STREAM,
    on_progress: Callable[[int], None] | None = None,
) -> Iterator[etree._Element]:
    """The children of ``root`` with one of ``tags``, in document order; each is good until the next.

    What else stands in the document is passed over, within the limits.  Raises XmlRefused, also for another root.
    """
    findings = Findings()
    source = Source(stream, findings, limits=limits, on_progress=on_progress)
    for element in pull(_of_root(source, root, findings), findings, sorted(tags)):
        parent = element.getparent()
        if parent is None or parent.getparent() is not None:
            continue  # an element of that name somewhere deeper
        # The parser is past what stands before; the element itself may still get the text after it.
        while (before := element.getprevious()) is not None:
            before.clear()
            parent.remove(before)
        yield element
        if defect := source.meter.record_finished():
            raise findings.refuse(defect)


def _of_root(source: Source, root: str, findings: Findings) -> Iterator[bytes]:
    """The chunks, after a look at the root's start tag: a document of another kind is not read to its end."""
    asked = False
    for chunk in source.chunks():
        if not asked and source.root_tag:
            found = start_tag(source.root_tag)
            if found is not None and found.tag != root:
                raise findings.refuse(
                    Defect(
                        Kind.ROOT,
                        "Это документ другого вида: корневой элемент не тот.",
                        found=f"<{etree.QName(found).localname[:60]}>",
                        expected=f"<{root}>",
                        line=1,
                        advice="Проверьте, что выбран нужный файл.",
                    )
                )
            asked = True
        yield chunk
