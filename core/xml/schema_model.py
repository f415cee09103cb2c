"""A schema as Python objects: what libxml2 does not give back of it (documentation, expected names, repetitions).

Supports what our schemas use: local elements in sequences, choices and `xs:all`, simple content, attributes, restrictions.
Anything else raises NotImplementedError at load, so a schema cannot silently be understood by half.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from core.xml.content import AnyOrderWalk, Automaton, OrderedWalk, Particle, Walk
from core.xml.simple_types import BUILT_IN, SimpleType, narrow

XS = "{http://www.w3.org/2001/XMLSchema}"
_GROUPS = {f"{XS}sequence", f"{XS}choice", f"{XS}all"}
_IGNORED = {f"{XS}annotation"}
_SPACES = re.compile(r"\s+")


@dataclass(slots=True, eq=False)
class AttributeDeclaration:
    """An attribute that an element may carry."""

    name: str
    type: SimpleType
    required: bool
    doc: str


@dataclass(slots=True, eq=False)
class ElementDeclaration:
    """An element at its place in the schema. `repeats`: it may occur more than once there, so paths number it."""

    name: str
    doc: str
    node: etree._Element
    type: ComplexType
    repeats: bool = False


@dataclass(slots=True, eq=False)
class ComplexType:
    """What an element may hold: a value (`value` is set), elements (`children`), or nothing at all. Simple types of elements
    are complex types with a value and no attributes."""

    doc: str = ""
    attributes: dict[str, AttributeDeclaration] = field(default_factory=dict)
    value: SimpleType | None = None
    children: dict[str, ElementDeclaration] = field(default_factory=dict)
    automaton: Automaton | None = None
    any_order: dict[str, bool] | None = None
    least: dict[str, int] = field(default_factory=dict)

    @property
    def holds_nothing(self) -> bool:
        """Neither a value nor elements may stand inside."""
        return self.value is None and not self.children

    def walk(self) -> Walk:
        """A fresh walk over the children of one element of this type."""
        if self.any_order is not None:
            return AnyOrderWalk(self.any_order)
        assert self.automaton is not None
        return OrderedWalk(self.automaton)

    def most(self, name: str) -> int | None:
        """How often a child may occur; None: without bound."""
        return 1 if self.automaton is None else self.automaton.most[name]


class SchemaModel:
    """The declarations of one schema document without includes and namespaces."""

    def __init__(self, schema: etree._Element) -> None:
        self._types: dict[str, ComplexType] = {}
        self._simple: dict[str, SimpleType] = {}
        self._nodes = {
            node.get("name", ""): node for node in schema if node.tag in {f"{XS}complexType", f"{XS}simpleType"}
        }
        roots = [node for node in schema if node.tag == f"{XS}element"]
        if len(roots) != 1:
            raise NotImplementedError("a schema with one root element is expected")
        self.root = self._element(roots[0])

    def find(self, path: str) -> ElementDeclaration:
        """The declaration at a path without ordinals, «/Root/Child/…». Raises KeyError."""
        root, *names = path.strip("/").split("/")
        if root != self.root.name:
            raise KeyError(path)
        declaration = self.root
        for name in names:
            declaration = declaration.type.children[name]
        return declaration

    def _element(self, node: etree._Element) -> ElementDeclaration:
        named = node.get("type")
        if named is not None:
            content = self._named(named)
        else:
            inner = next(child for child in node if child.tag not in _IGNORED)
            if inner.tag == f"{XS}complexType":
                content = self._complex(inner)
            else:
                content = ComplexType(value=self._restricted(inner, ""))
        return ElementDeclaration(node.get("name", ""), _doc(node), node, content)

    def _named(self, name: str) -> ComplexType:
        if name not in self._types:
            node = self._nodes.get(name)
            if node is not None and node.tag == f"{XS}complexType":
                self._types[name] = self._complex(node)
            else:
                self._types[name] = ComplexType(value=self._simple_named(name))
        return self._types[name]

    def _complex(self, node: etree._Element) -> ComplexType:
        content = ComplexType(doc=_doc(node))
        for child in node:
            if child.tag in _GROUPS:
                self._fill(content, child)
            elif child.tag == f"{XS}simpleContent":
                extension = next(iter(child))
                base = self._named(extension.get("base", ""))
                content.value = base.value
                content.attributes |= base.attributes | self._attributes(extension)
            elif child.tag not in _IGNORED and child.tag != f"{XS}attribute":
                raise NotImplementedError(f"{child.tag} in a complex type")
        content.attributes |= self._attributes(node)
        return content

    def _attributes(self, node: etree._Element) -> dict[str, AttributeDeclaration]:
        declared: dict[str, AttributeDeclaration] = {}
        for child in node.iterchildren(f"{XS}attribute"):
            name = child.get("name", "")
            kind = self._simple_named(child.get("type", ""))
            declared[name] = AttributeDeclaration(name, kind, child.get("use") == "required", _doc(child))
        return declared

    def _fill(self, content: ComplexType, group: etree._Element) -> None:
        for node in _elements(group):
            declaration = self._element(node)
            content.children.setdefault(declaration.name, declaration)
            content.least[declaration.name] = int(node.get("minOccurs", "1"))
        if group.tag == f"{XS}all":
            content.any_order = {name: least > 0 for name, least in content.least.items()}
            return
        content.automaton = Automaton(_particle(group))
        for name, declaration in content.children.items():
            declaration.repeats = content.automaton.most[name] != 1

    def _simple_named(self, name: str) -> SimpleType:
        if name not in self._simple:
            prefix, _, local = name.rpartition(":")
            if prefix:
                if local not in BUILT_IN:
                    raise NotImplementedError(f"built-in type {name}")
                self._simple[name] = SimpleType("", local)
            else:
                self._simple[name] = self._restricted(self._nodes[name], name)
        return self._simple[name]

    def _restricted(self, node: etree._Element, name: str) -> SimpleType:
        restriction = next(child for child in node if child.tag not in _IGNORED)
        if restriction.tag != f"{XS}restriction":
            raise NotImplementedError(f"{restriction.tag} in a simple type")
        base = self._simple_named(restriction.get("base", ""))
        if base.name:
            raise NotImplementedError("a restriction of a restriction")
        narrowed = SimpleType(name, base.base, _doc(node))
        for facet in restriction:
            if facet.tag not in _IGNORED:
                narrow(narrowed, str(facet.tag).removeprefix(XS), facet.get("value", ""))
        return narrowed


def _elements(group: etree._Element) -> Iterator[etree._Element]:
    """The element declarations of a content model, groups opened."""
    for node in group:
        if node.tag == f"{XS}element":
            yield node
        elif node.tag in _GROUPS:
            yield from _elements(node)
        elif node.tag not in _IGNORED:
            raise NotImplementedError(f"{node.tag} in a content model")


def _particle(node: etree._Element) -> Particle:
    least = int(node.get("minOccurs", "1"))
    bound = node.get("maxOccurs", "1")
    most = None if bound == "unbounded" else int(bound)
    if node.tag == f"{XS}element":
        return Particle(least, most, name=node.get("name", ""))
    parts = tuple(_particle(part) for part in node if part.tag not in _IGNORED)
    return Particle(least, most, parts=parts, choice=node.tag == f"{XS}choice")


def _doc(node: etree._Element) -> str:
    text = node.findtext(f"{XS}annotation/{XS}documentation") or ""
    return _SPACES.sub(" ", text).strip()
