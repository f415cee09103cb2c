"""Random documents of a schema, and random damage to them: what the validators are compared on."""

from __future__ import annotations

import random
import re
from copy import deepcopy
from re import _constants as codes
from re import _parser

from lxml import etree

from core.xml.content import Automaton
from core.xml.schema_model import ComplexType, ElementDeclaration, SchemaModel
from core.xml.simple_types import SimpleType

VALUES = {
    "string": ["", "текст", "a b", "  ", "Ёж & <тег>"],
    "date": ["2026-03-01", "2024-02-29", "1999-12-31Z", "2026-01-01+03:00"],
    "dateTime": ["2026-03-01T10:00:00", "2026-03-01T24:00:00", "2026-03-01T10:00:00.5+03:00"],
    "boolean": ["true", "false", "1", "0"],
    "integer": ["0", "-5", "+7", "123456", " 12 "],
    "nonNegativeInteger": ["0", "-0", "17"],
    "positiveInteger": ["1", "+99"],
    "decimal": ["0.5", "-1.", ".25", "10"],
    "float": ["1e3", "-INF", "NaN", "0.1", "INF", "1."],
    "NCName": ["E1", "_x", "Прибор-1", "a.b"],
}
WRONG = [
    "", " ", "x", "-1", "1.5", "12a", "2026-02-30", "2026-13-01", "26-01-01", "2026-1-1", "0000-01-01", "1e", "--", "+", "INF",
    "TRUE", "да", "99999999999999999999", "1 2", "3.5", "0x10", "1e500", "\u00a0", "2026-01-01T25:00:00", "1,5", "٣", "a:b", "1a",
]  # fmt: skip


class Maker:
    """Makes random elements. `most`: how long a row of repetitions may get."""

    def __init__(self, model: SchemaModel, seed: int) -> None:
        self.model = model
        self.random = random.Random(seed)

    def document(self) -> etree._Element:
        """A random valid document."""
        return self.element(self.model.root)

    def element(self, declaration: ElementDeclaration) -> etree._Element:
        """A random valid element."""
        made = etree.Element(declaration.name)
        kind = declaration.type
        for attribute in kind.attributes.values():
            if attribute.required or self.random.random() < 0.2:
                made.set(attribute.name, self.value(attribute.type))
        if kind.value is not None:
            made.text = self.value(kind.value)
        elif kind.children:
            if self.random.random() < 0.3:
                made.text = "\n "
            for name in self.names(kind):
                made.append(self.element(kind.children[name]))
        return made

    def names(self, kind: ComplexType) -> list[str]:
        """A random row of children."""
        if kind.any_order is not None:
            names = [name for name, required in kind.any_order.items() if required or self.random.random() < 0.5]
            self.random.shuffle(names)
            return names
        automaton = kind.automaton
        assert automaton is not None
        return self._row(automaton)

    def _row(self, automaton: Automaton) -> list[str]:
        names: list[str] = []
        state = automaton.start()
        while True:
            expected = automaton.expected(state)
            if not expected or (automaton.complete(state) and self.random.random() < 0.25):
                return names
            name = self.random.choice(expected[: 1 if len(names) > 30 else 3])
            names.append(name)
            state = automaton.step(state, name)
            if len(names) > 60:
                missing, _ = automaton.way(state, None) or ([], 0)
                return names + missing

    def value(self, kind: SimpleType) -> str:
        """A random valid value."""
        if kind.enumeration:
            return self.random.choice(kind.enumeration)
        if kind.patterns:
            return self.like(kind.patterns[0])
        if kind.minimum is not None or kind.maximum is not None:
            low = kind.minimum or 0.0
            return f"{self.random.uniform(low, kind.maximum if kind.maximum is not None else low + 10):.3f}"
        if kind.shortest is not None or kind.longest is not None:
            return "я" * self.random.randint(kind.shortest or 0, kind.longest or 9)
        return self.random.choice(VALUES[kind.base])

    def like(self, pattern: re.Pattern[str]) -> str:
        """A text that fits a pattern."""
        return "".join(self._text(piece) for piece in _parser.parse(pattern.pattern))

    def _text(self, piece: tuple) -> str:
        code, argument = piece
        if code is codes.LITERAL:
            return chr(argument)
        if code is codes.IN:
            return self._of_class(argument)
        if code is codes.BRANCH:
            return "".join(self._text(each) for each in self.random.choice(argument[1]))
        if code is codes.SUBPATTERN:
            return "".join(self._text(each) for each in argument[-1])
        if code is codes.MAX_REPEAT:
            least, most, inner = argument
            times = self.random.randint(least, min(int(most), least + 3))
            return "".join(self._text(each) for _ in range(times) for each in inner)
        raise NotImplementedError(code)

    def _of_class(self, items: list) -> str:
        if items[0][0] is codes.NEGATE:
            return "."
        code, argument = self.random.choice(items)
        if code is codes.LITERAL:
            return chr(argument)
        if code is codes.RANGE:
            return chr(self.random.randint(*argument))
        return self.random.choice("0123456789")


def damage(root: etree._Element, chance: random.Random) -> etree._Element:
    """A copy with one random mutation; it may happen to stay valid."""
    damaged = deepcopy(root)
    elements = list(damaged.iter())
    chance.choice(MUTATIONS)(chance.choice(elements), elements, chance)
    return damaged


def _remove(element, elements, chance):
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def _repeat(element, elements, chance):
    parent = element.getparent()
    if parent is not None:
        element.addnext(deepcopy(element))


def _move(element, elements, chance):
    parent = element.getparent()
    if parent is not None and len(parent) > 1:
        parent.remove(element)
        parent.insert(chance.randrange(len(parent) + 1), element)


def _rename(element, elements, chance):
    element.tag = chance.choice(["Unknown", chance.choice(elements).tag])


def _insert(element, elements, chance):
    element.insert(
        chance.randrange(len(element) + 1), etree.Element(chance.choice(["Extra", chance.choice(elements).tag]))
    )


def _text(element, elements, chance):
    element.text = chance.choice([*WRONG, "лишний текст"])


def _tail(element, elements, chance):
    if element.getparent() is not None:
        element.tail = chance.choice(["лишний текст", "\u00a0", "  "])


def _set(element, elements, chance):
    name = chance.choice([*element.attrib, "Name", "Unit", "Sign", "Id", "Extra"])
    element.set(name, chance.choice(WRONG))


def _unset(element, elements, chance):
    if element.attrib:
        del element.attrib[chance.choice(list(element.attrib))]


def _empty(element, elements, chance):
    element.clear(keep_tail=True)


def _into_namespace(element, elements, chance):
    element.tag = "{urn:other}" + etree.QName(element).localname


MUTATIONS = [
    _remove,
    _repeat,
    _move,
    _rename,
    _insert,
    _text,
    _text,
    _text,
    _tail,
    _set,
    _set,
    _unset,
    _empty,
    _into_namespace,
]
