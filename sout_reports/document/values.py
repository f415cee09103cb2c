"""Values of a valid report as Python's: the schema has been checked, so only what Python or a database cannot hold is left."""

from __future__ import annotations

from datetime import date

from lxml import etree

LARGEST = 2**31 - 1
_ISO_DATE = 10


class Unreadable(Exception):
    """A value that the schema allows and the system cannot hold. `attribute` is "" for the element's own text."""

    def __init__(self, element: etree._Element, found: str, expected: str, attribute: str = "") -> None:
        super().__init__(expected)
        self.element = element
        self.found = found
        self.expected = expected
        self.attribute = attribute


def text_of(element: etree._Element | None) -> str:
    """The text without the spaces around it, "" where there is none."""
    return (element.text or "").strip() if element is not None else ""


def optional_text(element: etree._Element | None) -> str | None:
    """The text, None where the element is missing or blank."""
    return text_of(element) or None


def number_within(element: etree._Element | None, digits: int) -> str | None:
    """A whole number as written, None where the element is missing. Raises Unreadable where it has more digits."""
    value = optional_text(element)
    if element is not None and value is not None and len(value.lstrip("+-0")) > digits:
        raise Unreadable(element, value, f"число не длиннее {digits} знаков")
    return value


def day_of(element: etree._Element) -> date:
    """The day of an xs:date or xs:dateTime, whose time and zone are left out. Raises Unreadable for a year like 12024."""
    value = (element.text or "").strip()
    try:
        day = date.fromisoformat(value[:_ISO_DATE])
    except ValueError:
        raise Unreadable(element, value, "дата с годом от 0001 до 9999") from None
    return day


def optional_day(element: etree._Element | None) -> date | None:
    """The day, None where the element is missing."""
    return None if element is None else day_of(element)


def count_of(element: etree._Element) -> int:
    """A whole number that fits a database column. Raises Unreadable."""
    return _count(element, element.text or "", "")


def optional_count(element: etree._Element | None) -> int | None:
    """The number, None where the element is missing."""
    return None if element is None else count_of(element)


def count_in(element: etree._Element, attribute: str) -> int:
    """A whole number from an attribute. Raises Unreadable."""
    return _count(element, element.get(attribute) or "", attribute)


def _count(element: etree._Element, value: str, attribute: str) -> int:
    value = value.strip()
    if len(value) < len(str(LARGEST)):
        return int(value)
    digits = value.lstrip("+-0") or "0"
    if len(digits) > len(str(LARGEST)) or int(digits) > LARGEST:
        raise Unreadable(element, value, f"число не больше {LARGEST}", attribute)
    return -int(digits) if value.startswith("-") else int(digits)
