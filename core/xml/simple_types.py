"""Values of simple types: the built-in types of XML Schema that our schemas use, with their facets.

Whether a value is of a built-in type libxml2 is asked, value by value; which facet a value breaks is told here (and tested to
agree with libxml2). A schema that uses anything not known here fails when it is loaded, not when a document comes.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from ctypes import c_float
from dataclasses import dataclass, field
from functools import lru_cache
from math import inf, isnan

from lxml import etree

from core.xml.defects import Kind
from core.xml.parser import own_tree

_BARE_EXPONENT = re.compile(r"[eE][+\-]?$")  # «1e» is a number to libxml2
TEXT = "string"
_BOUNDED = "float"  # the only base that bounds are put on

# Built-in types and in which words a value of them is asked for.
BUILT_IN = {
    TEXT: "текст",
    "date": "дата в виде ГГГГ-ММ-ДД",
    "dateTime": "дата и время в виде ГГГГ-ММ-ДДTчч:мм:сс",
    "boolean": "«true», «false», «1» или «0»",
    "integer": "целое число",
    "nonNegativeInteger": "целое число, 0 или больше",
    "positiveInteger": "целое число больше 0",
    "decimal": "число (дробная часть через точку)",
    _BOUNDED: "число (дробная часть через точку)",
    "NCName": "имя: буквы, цифры, «_», «-» и «.», первой стоит буква или «_»",
}
_SCHEMA = '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="v" type="xs:{}"/></xs:schema>'


@lru_cache(maxsize=len(BUILT_IN))
def _validator(base: str) -> Callable[[str], bool]:
    """Whether a value is of a built-in type, as libxml2 sees it: it is laxer than the standard here and there («1e»)."""
    schema = etree.XMLSchema(own_tree(_SCHEMA.format(base).encode()))

    def holds(value: str) -> bool:
        holder = etree.Element("v")
        holder.text = value
        return schema.validate(holder)

    return holds


@dataclass(slots=True, frozen=True)
class Failure:
    """Why a value is wrong; `expected` is a short Russian phrase made from the schema."""

    kind: Kind
    expected: str


@dataclass(slots=True)
class SimpleType:
    """A simple type: a built-in base narrowed by facets. `name`: of the nearest named type, "" for a built-in one."""

    name: str
    base: str
    doc: str = ""
    enumeration: tuple[str, ...] = ()
    patterns: list[re.Pattern[str]] = field(default_factory=list)
    minimum: float | None = None
    maximum: float | None = None
    shortest: int | None = None
    longest: int | None = None

    def failure(self, value: str) -> Failure | None:
        """What is wrong with a value as written, None where nothing is."""
        if self.base != TEXT and not _validator(self.base)(value):
            return Failure(Kind.TYPE, BUILT_IN[self.base])
        if self.enumeration and value not in self.enumeration:
            return Failure(Kind.ENUMERATION, _listed(self.enumeration))
        if any(pattern.fullmatch(value) is None for pattern in self.patterns):
            return Failure(Kind.PATTERN, self.doc)
        return self._out_of_bounds(value) or self._wrong_length(value)

    def _out_of_bounds(self, value: str) -> Failure | None:
        if self.minimum is None and self.maximum is None:
            return None
        # Bounded types here are xs:float, of single precision; to libxml2 NaN is more than any number.
        number = c_float(float(_BARE_EXPONENT.sub("", value.strip()))).value
        number = inf if isnan(number) else number
        if (self.minimum is None or number >= self.minimum) and (self.maximum is None or number <= self.maximum):
            return None
        return Failure(Kind.BOUND, _between(self.minimum, self.maximum))

    def _wrong_length(self, value: str) -> Failure | None:
        too_short = self.shortest is not None and len(value) < self.shortest
        too_long = self.longest is not None and len(value) > self.longest
        if not too_short and not too_long:
            return None
        parts = [f"не короче {self.shortest}"] if self.shortest is not None else []
        parts += [f"не длиннее {self.longest}"] if self.longest is not None else []
        return Failure(Kind.LENGTH, f"текст {' и '.join(parts)} знаков")


def _listed(values: tuple[str, ...]) -> str:
    if len(values) == 1:
        return f"«{values[0]}»"
    return "одно из: " + ", ".join(f"«{value}»" for value in values)


def _between(minimum: float | None, maximum: float | None) -> str:
    low = "" if minimum is None else f"не меньше {_plain(minimum)}"
    high = "" if maximum is None else f"не больше {_plain(maximum)}"
    return f"число {' и '.join(part for part in (low, high) if part)}"


def _plain(number: float) -> str:
    return f"{number:g}".replace(".", ",")


def narrow(narrowed: SimpleType, facet: str, value: str) -> None:
    """Apply one facet of a restriction. Raises NotImplementedError for what is not supported."""
    if (narrowed.base == _BOUNDED) != (facet in _BOUNDS):
        raise NotImplementedError(f"facet {facet} on xs:{narrowed.base}")
    if facet == "enumeration":
        narrowed.enumeration += (value,)
    elif facet == "pattern" and not narrowed.patterns:  # several in one restriction are alternatives; ours have one
        narrowed.patterns.append(compiled_pattern(value))
    elif facet == "minInclusive":
        narrowed.minimum = float(value)
    elif facet == "maxInclusive":
        narrowed.maximum = float(value)
    elif facet == "minLength":
        narrowed.shortest = int(value)
    elif facet == "maxLength":
        narrowed.longest = int(value)
    else:
        raise NotImplementedError(f"facet {facet}")


_BOUNDS = {"minInclusive", "maxInclusive"}
_OTHERWISE = {".": r"[^\r\n]", "^": r"\^", "$": r"\$"}  # signs that mean something else in Python
_UNKNOWN_IN_PATTERN = re.compile(r"\\[iIcCpPwW]|\[[^\]]*-\[")


def compiled_pattern(text: str) -> re.Pattern[str]:
    """A pattern of XML Schema as one of Python. Raises NotImplementedError for what the two spell differently."""
    if _UNKNOWN_IN_PATTERN.search(text):
        raise NotImplementedError(f"pattern of XML Schema that has no counterpart: {text}")
    pieces: list[str] = []
    inside = False
    escaped = False
    for sign in text:
        plain = escaped or inside or sign not in _OTHERWISE
        pieces.append(sign if plain else _OTHERWISE[sign])
        if escaped or sign == "\\":
            escaped = not escaped
        elif sign in "[]":
            inside = sign == "["
    return re.compile("".join(pieces))
