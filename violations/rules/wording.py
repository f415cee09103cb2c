"""Small turns of phrase that messages of rules share."""

from __future__ import annotations

from datetime import date

# The schema sets no limit to names and numbers; a finding keeps as much of them as a reader needs.
LONGEST_VALUE = 300
LONGEST_MESSAGE = 1000


def shortened(text: str, longest: int = LONGEST_VALUE) -> str:
    """At most `longest` characters, the cut marked by «…»."""
    return text if len(text) <= longest else text[: longest - 1] + "…"


def on_day(day: date) -> str:
    """«05.10.2026»."""
    return f"{day:%d.%m.%Y}"


def counted(number: int, one: str, few: str, many: str) -> str:
    """«1 день», «2 дня», «5 дней»."""
    if number % 10 == 1 and number % 100 != 11:
        return f"{number} {one}"
    if number % 10 in (2, 3, 4) and number % 100 not in (12, 13, 14):
        return f"{number} {few}"
    return f"{number} {many}"


def in_place(position: str, subunit: str) -> str:
    """«Токарь», Механический цех — as messages name a workplace beside its number."""
    return f"«{position}», {subunit}" if subunit else f"«{position}»"
