"""What the schema check found, in Russian: libxml2's own messages are English and show names with their namespaces."""

from __future__ import annotations

import re
from typing import Any

LISTED = 20
_NAMESPACE = re.compile(r"\{[^}]*\}")
_ELEMENT = re.compile(r"Element '([^']*)'")
_ATTRIBUTE = re.compile(r"attribute '([^']*)'")
_VALUE = re.compile(r"The value '([^']*)'")
_EXPECTED = re.compile(r"Expected is (?:one of )?\( ([^)]*) \)")
_LONGEST = 60
_PERSONAL = {"СНИЛС", "ИННФЛ"}


def sentences(error_log: Any) -> list[str]:
    """One sentence a line of the log, the first twenty, doubles left out."""
    told = dict.fromkeys(_sentence(entry) for entry in error_log)
    return list(told)[:LISTED]


def _sentence(entry: Any) -> str:
    message = _NAMESPACE.sub("", entry.message)
    element = _found(_ELEMENT, message)
    attribute = _found(_ATTRIBUTE, message)
    where = f"Строка {entry.line}, элемент «{element}»"
    match entry.type_name:
        case "SCHEMAV_CVC_COMPLEX_TYPE_4":
            return f"{where}: нет обязательного атрибута «{attribute}»."
        case "SCHEMAV_CVC_COMPLEX_TYPE_3_2_1":
            return f"{where}: атрибут «{attribute}» формой не предусмотрен."
        case "SCHEMAV_ELEMENT_CONTENT":
            expected = _found(_EXPECTED, message)
            after = f", ожидается {expected}" if expected else ""
            if "Missing child" in message:
                return f"{where}: внутри не хватает элемента{after}."
            return f"{where}: такого элемента здесь быть не должно{after}."
    if attribute:
        value = _found(_VALUE, message)
        shown = f" «{value}»" if value and attribute not in _PERSONAL and len(value) < _LONGEST else ""
        return f"{where}: значение атрибута «{attribute}»{shown} не подходит под форму."
    return f"{where}: содержание не подходит под форму."


def _found(pattern: re.Pattern[str], text: str) -> str:
    match = pattern.search(text)
    return match[1] if match else ""
