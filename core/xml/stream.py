"""A large document record by record, in bounded memory: parsed, validated against its schema, then forgotten.

Children of spine elements (see `core.xml.schema.RecordSchema`) come out one by one as they end, in document order. After the
first defect nothing more comes out, but validation goes on to the end, so that a refusal lists all there is.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from lxml import etree

from core.xml.defects import Findings
from core.xml.explain import Children, Explainer, attributes_of, line_of
from core.xml.limits import KB, STREAM, Limits
from core.xml.parser import pull, start_tag
from core.xml.schema import RecordSchema
from core.xml.schema_model import ElementDeclaration
from core.xml.source import Readable, Source

_LARGE_RECORD = 128 * KB


@dataclass(slots=True)
class Record:
    """A finished record. `parent` is its spine element's path without ordinals. `element` is good until the next record; that
    of a record which the schema lets occur once may be kept."""

    parent: str
    path: str
    element: etree._Element
    declaration: ElementDeclaration


class _Spine:
    """A spine element that is open: its children are taken in order and dropped."""

    __slots__ = ("children", "element", "handled", "inner", "place", "repeats", "started")

    def __init__(self, element: etree._Element, place: str, children: Children, spine: Collection[str]) -> None:
        self.element = element
        self.place = place
        self.children = children
        self.inner = frozenset(name for name in children.declaration.type.children if f"{place}/{name}" in spine)
        self.started = False
        self.handled: etree._Element | None = None  # the last child taken: still in the tree, its tail not read yet
        self.repeats = False  # of that child

    def drop_handled(self, *, given_out: bool) -> None:
        """Forget the last child taken; the parser is past it. `given_out`: whoever reads has had it."""
        child = self.handled
        assert child is not None
        self.children.text(child.tail, child)
        if given_out and self.repeats:
            child.clear()  # before the removal, which would walk through all that is in it
        self.element.remove(child)
        self.handled = None


class RecordStream:
    """One pass over a document. Iterate it; it raises XmlRefused where the document cannot be read on, and at the end if
    there was any defect. A consumer may add defects of its own to `findings`."""

    def __init__(
        self,
        stream: Readable,
        schema: RecordSchema,
        *,
        limits: Limits = STREAM,
        on_progress: Callable[[int], None] | None = None,
    ) -> None:
        self.findings = Findings()
        self._schema = schema
        self._source = Source(stream, self.findings, limits=limits, on_progress=on_progress)
        self._explainer = Explainer(schema.wording, self.findings)
        self._open: list[_Spine] = []
        self._ready: list[Record] = []

    @property
    def fed(self) -> int:
        """Bytes of the document, as UTF-8, that the parser has got."""
        return self._source.meter.fed

    def __iter__(self) -> Iterator[Record]:
        ready = self._ready
        for element in pull(self._with_right_root(self._source.chunks()), self.findings, self._schema.tags):
            self._ended(element)
            # A consumer may find a defect in one record: then the next ones do not come out either.
            while ready and not self.findings:
                yield ready.pop(0)
            ready.clear()
        if self.findings:
            raise self.findings.refused()

    def _with_right_root(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        """The chunks, after a look at the root's start tag: a document of another kind is not read to its end."""
        first = True
        for chunk in chunks:
            if first and self._source.root_tag:
                root = start_tag(self._source.root_tag)
                if root is not None and root.tag != self._schema.model.root.name:
                    raise self.findings.refuse(self._schema.wrong_root(root.tag))
            first = False
            yield chunk

    def _ended(self, element: etree._Element) -> None:
        """An element with a name worth looking at has ended: take it and all that stands before it."""
        innermost = self._open[-1] if self._open else None
        if innermost is None or element is not innermost.element:
            parent = element.getparent()
            if innermost is None or parent is not innermost.element:
                below = element if parent is None else parent
                if not self._is_spine(below):
                    return  # an element of the same name somewhere inside a record
                innermost = self._reach(below)
            if element is not innermost.element:
                self._take_child(innermost, element)
                self._record_finished()
                return
        self._close(innermost)
        self._record_finished()

    def _record_finished(self) -> None:
        defect = self._source.meter.record_finished()
        if defect is not None:
            raise self.findings.refuse(defect)

    def _take_child(self, spine: _Spine, element: etree._Element) -> None:
        """A child of the innermost spine element has ended; it may be an empty spine element itself."""
        if element.tag in spine.inner:
            self._close(self._enter(spine, element))
        else:
            self._take(spine, element)

    def _below(self, element: etree._Element) -> list[etree._Element]:
        """The elements from the innermost open one (without it) down to `element`."""
        outer = self._open[-1].element if self._open else None
        chain: list[etree._Element] = []
        above: etree._Element | None = element
        while above is not None and above is not outer:
            chain.append(above)
            above = above.getparent()
        return chain[::-1]

    def _is_spine(self, element: etree._Element) -> bool:
        """Whether an element that has not been opened is a spine element."""
        place = self._open[-1].place if self._open else ""
        return "/".join([place, *(item.tag for item in self._below(element))]) in self._schema.spine

    def _reach(self, element: etree._Element) -> _Spine:
        """Open the spine elements below the innermost open one, down to `element`."""
        for item in self._below(element):
            self._enter(self._open[-1] if self._open else None, item)
        return self._open[-1]

    def _enter(self, outer: _Spine | None, element: etree._Element) -> _Spine:
        """Open a spine element: what stands before it is taken, its attributes are checked."""
        declaration = self._schema.model.root
        place = path = f"/{declaration.name}"
        if outer is not None:
            self._take(outer, element, before=True)
            place = f"{outer.place}/{element.tag}"
            found, path = outer.children.child(element)
            assert found is not None
            declaration = found
        self._check_attributes(element, declaration, path)
        spine = _Spine(element, place, Children(self._explainer, declaration, path), self._schema.spine)
        self._open.append(spine)
        return spine

    def _check_attributes(self, element: etree._Element, declaration: ElementDeclaration, path: str) -> None:
        namespaces: Any = element.nsmap
        shell = etree.Element(element.tag, attributes_of(element), namespaces)
        if self._schema.records.validate(shell):
            return
        before = self.findings.total
        self._explainer.attributes(element, declaration, path)
        if self.findings.total == before:
            self.findings.add(self._schema.wording.other(declaration.name, path, line_of(element)))

    def _take(self, spine: _Spine, last: etree._Element | None, *, before: bool = False) -> None:
        """Take the children up to `last` (or those before it; None: all), in order, and drop them from the tree.

        The one taken last stays in the tree: the parser may be writing the text after it."""
        parent = spine.element
        if last is not None and not before and spine.handled is not None and spine.handled.getnext() is last:
            spine.drop_handled(given_out=not self._ready)
            spine.repeats = self._record(spine, last)
            spine.handled = last
            return  # by far the most frequent case: the next record
        if not spine.started:
            spine.children.text(parent.text, parent)
            spine.started = True
        # Not len(parent), nor a loop over its children: the first is cut off in each turn, and there may be thousands behind.
        while (child := next(parent.iterchildren(), None)) is not None:
            if child is spine.handled:
                if child.getnext() is None:
                    return
                spine.drop_handled(given_out=not self._ready)
                continue
            if before and child is last:
                return
            spine.repeats = self._record(spine, child)
            spine.handled = child
            if child is last:
                return

    def _record(self, spine: _Spine, element: etree._Element) -> bool:
        """Check a record and make it ready to come out; whether it is one of many."""
        declaration, path = spine.children.child(element)
        if declaration is None:
            return True
        large = self._source.meter.since_record > _LARGE_RECORD
        schema = self._schema
        if schema.check(schema.records, element, declaration, path, self.findings, large=large):
            self._ready.append(Record(spine.place, path, element, declaration))
        return declaration.repeats

    def _close(self, spine: _Spine) -> None:
        """A spine element has ended: the rest of its children, then what is missing."""
        self._take(spine, None)
        if spine.handled is not None:
            spine.children.text(spine.handled.tail, spine.handled)
        spine.children.end(line_of(spine.element))
        self._open.pop()
        if self._open:
            self._open[-1].handled = spine.element
