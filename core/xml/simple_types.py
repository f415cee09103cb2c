"""Values of simple types: the built-in types of XML Schema that our schemas use, with their facets.

The validator that decides is libxml2; this module tells, in data, why a value is wrong (and is tested to agree with it).
A schema that uses anything not known here fails when it is loaded, not when a document comes.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from ctypes import c_float
from dataclasses import dataclass, field

from core.xml.defects import Kind

_SPACES = re.compile(r"[ \t\r\n]+")
_ZONE = r"(?:Z|[+\-](?:(?:0[0-9]|1[0-3]):[0-5][0-9]|14:00))?"
_DATE = re.compile(rf"-?([1-9][0-9]{{4,}}|[0-9]{{4}})-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01]){_ZONE}")
_DATE_TIME = re.compile(
    r"-?([1-9][0-9]{4,}|[0-9]{4})-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
    rf"T(?:(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]+)?|24:00:00(?:\.0+)?){_ZONE}"
)
_INTEGER = re.compile(r"[+\-]?[0-9]+")
_DECIMAL = re.compile(r"[+\-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")
_FLOAT = re.compile(r"[+\-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+\-]?[0-9]+)?|-?INF|NaN")
_NAME = re.compile(r"[^\W\d][\w.\-·]*")
_ODD_YEARS = 400  # the Gregorian calendar repeats itself


def _is_date(value: str, form: re.Pattern[str] = _DATE) -> bool:
    match = form.fullmatch(value)
    if match is None or int(match[1][-8:]) == 0:
        return False
    # A leap year is told from the last digits: years may have any number of them.
    year = int(match[1][-8:]) % _ODD_YEARS or _ODD_YEARS
    return int(match[3]) <= monthrange(year, int(match[2]))[1]


def _is_date_time(value: str) -> bool:
    return _is_date(value, _DATE_TIME)


def _sign_and_digits(value: str) -> tuple[bool, bool]:
    """Whether an integer is negative, and whether it is zero, without counting it."""
    return value.startswith("-"), not value.strip("+-0")


def _is_non_negative(value: str) -> bool:
    negative, zero = _sign_and_digits(value)
    return bool(_INTEGER.fullmatch(value)) and (not negative or zero)


def _is_positive(value: str) -> bool:
    negative, zero = _sign_and_digits(value)
    return bool(_INTEGER.fullmatch(value)) and not negative and not zero


@dataclass(slots=True, frozen=True)
class BuiltIn:
    """A built-in type: whether a value is of it, and in which words it is asked for. `keeps_spaces`: white space counts."""

    expected: str
    holds: Callable[[str], bool]
    keeps_spaces: bool = False
    number: bool = False


def _matches(form: re.Pattern[str]) -> Callable[[str], bool]:
    return lambda value: form.fullmatch(value) is not None


BUILT_IN: dict[str, BuiltIn] = {
    "string": BuiltIn("текст", lambda value: True, keeps_spaces=True),
    "date": BuiltIn("дата в виде ГГГГ-ММ-ДД", _is_date),
    "dateTime": BuiltIn("дата и время в виде ГГГГ-ММ-ДДTчч:мм:сс", _is_date_time),
    "boolean": BuiltIn("true, false, 1 или 0", lambda value: value in {"true", "false", "1", "0"}),
    "integer": BuiltIn("целое число", _matches(_INTEGER), number=True),
    "nonNegativeInteger": BuiltIn("целое число, 0 или больше", _is_non_negative, number=True),
    "positiveInteger": BuiltIn("целое число больше 0", _is_positive, number=True),
    "decimal": BuiltIn("число (дробная часть через точку)", _matches(_DECIMAL), number=True),
    "float": BuiltIn("число (дробная часть через точку)", _matches(_FLOAT), number=True),
    "NCName": BuiltIn("имя: буквы, цифры, «_», «-» и «.», первой стоит буква или «_»", _matches(_NAME)),
}
# Identity of identifiers is a rule's matter, not the schema's: see core.xml.schema.
BUILT_IN["ID"] = BUILT_IN["IDREF"] = BUILT_IN["NCName"]


@dataclass(slots=True, frozen=True)
class Failure:
    """Why a value is wrong; `expected` is a short Russian phrase made from the schema."""

    kind: Kind
    expected: str


@dataclass(slots=True)
class SimpleType:
    """A simple type: a built-in base narrowed by facets. `name`: of the nearest named type, "" for a built-in one."""

    name: str
    base: BuiltIn
    doc: str = ""
    enumeration: tuple[str, ...] = ()
    patterns: list[re.Pattern[str]] = field(default_factory=list)
    minimum: float | None = None
    maximum: float | None = None
    shortest: int | None = None
    longest: int | None = None

    def failure(self, value: str) -> Failure | None:
        """What is wrong with a value as written, None where nothing is."""
        if not self.base.keeps_spaces:
            value = _SPACES.sub(" ", value).strip(" ")
        if not self.base.holds(value):
            return Failure(Kind.TYPE, self.base.expected)
        if self.enumeration and value not in self.enumeration:
            return Failure(Kind.ENUMERATION, _listed(self.enumeration))
        if any(pattern.fullmatch(value) is None for pattern in self.patterns):
            return Failure(Kind.PATTERN, self.doc)
        return self._out_of_bounds(value) or self._wrong_length(value)

    def _out_of_bounds(self, value: str) -> Failure | None:
        if self.minimum is None and self.maximum is None:
            return None
        number = c_float(float(value)).value  # bounded types here are xs:float, of single precision; NaN fits no bound
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


_UNKNOWN_IN_PATTERN = re.compile(r"\\[iIcCpPwW]|\[[^\]]*-\[")


def compiled_pattern(text: str) -> re.Pattern[str]:
    """A pattern of XML Schema as one of Python. Raises NotImplementedError for what the two spell differently."""
    if _UNKNOWN_IN_PATTERN.search(text):
        raise NotImplementedError(f"pattern of XML Schema that has no counterpart: {text}")
    pieces: list[str] = []
    inside = False
    escaped = False
    for sign in text:
        if escaped or sign == "\\":
            escaped = not escaped
        elif sign in "[]":
            inside = sign == "["
        elif sign == "." and not inside:
            sign = r"[^\r\n]"
        elif sign in "^$" and not inside:
            sign = "\\" + sign
        pieces.append(sign)
    return re.compile("".join(pieces))
