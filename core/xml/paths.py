"""Paths to elements, with ordinals: `/Attestation/Enterprise/WorkPlaceAttested[3]/Factors[1]/Noise`.

Our convention, the same for the reader, for defects and for looking lines up:
* an element that the schema lets repeat in its place always carries its ordinal among siblings of the same name, from 1;
* any other element carries none, except that its second and later siblings of the same name (which the schema forbids)
  carry theirs. So `Name` and `Name[1]` mean the same element.
An attribute is written after its element as `/@Name`.
"""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from core.xml.schema_model import ElementDeclaration


def step(name: str, ordinal: int, *, repeats: bool) -> str:
    """One step of a path, with its slash."""
    return f"/{name}[{ordinal}]" if repeats or ordinal > 1 else f"/{name}"


def local(tag: str) -> str:
    """A tag without its namespace."""
    return tag.rpartition("}")[2]


class Paths:
    """Paths below one element; however many are asked for, no row of siblings is counted twice."""

    __slots__ = ("_known", "_ordinals", "_turns")

    def __init__(self, top: etree._Element, path: str, declaration: ElementDeclaration) -> None:
        self._known: dict[etree._Element, tuple[str, ElementDeclaration]] = {top: (path, declaration)}
        self._ordinals: dict[etree._Element, int] = {}
        self._turns: dict[tuple[etree._Element, str], tuple[Iterator[etree._Element], int]] = {}

    def of(self, element: etree._Element) -> str:
        """The path of a descendant that the schema knows (or of the top itself)."""
        known = self._known.get(element)
        if known is None:
            known = self._find(element)
        return known[0]

    def _find(self, element: etree._Element) -> tuple[str, ElementDeclaration]:
        parent = element.getparent()
        assert parent is not None
        path, declaration = self._known.get(parent) or self._find(parent)
        name = element.tag
        below = declaration.type.children[name]
        ordinal = self._ordinal(parent, element) if below.repeats else 1
        found = (path + step(name, ordinal, repeats=below.repeats), below)
        self._known[element] = found
        return found

    def _ordinal(self, parent: etree._Element, element: etree._Element) -> int:
        ordinals = self._ordinals
        if element not in ordinals:
            key = (parent, element.tag)
            siblings, ordinal = self._turns.get(key) or (parent.iterchildren(element.tag), 0)
            for sibling in siblings:
                ordinal += 1
                ordinals[sibling] = ordinal
                if sibling is element:
                    break
            self._turns[key] = (siblings, ordinal)
        return ordinals[element]
