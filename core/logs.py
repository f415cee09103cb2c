"""What may not stand in a log: PostgreSQL repeats row values in the details of its errors, and a traceback repeats those."""

from __future__ import annotations

import logging
import re

from core.identifiers import mask_snils, normalize_snils, snils_problem

WITHHELD = "(withheld)"
# DETAIL names the row, CONTEXT the line of a COPY, LINE the statement with its values; each runs to the end of the message,
# which is the end of the text or the next exception of the chain.
_DETAILS = re.compile(r"\b(DETAIL|CONTEXT|LINE \d+): .*?(?=\n\nThe above exception|\n\nDuring handling|\Z)", re.DOTALL)
_VALUES = re.compile(r"(invalid input (?:syntax|value) for [^:]{1,80}: ).*")
_SNILS = re.compile(r"(?<!\d)(?:\d{11}|\d{3}-\d{3}-\d{3}[ -]\d{2})(?!\d)")


def without_values(text: str) -> str:
    """The text without what PostgreSQL tells of rows, and with every valid СНИЛС masked."""
    text = _DETAILS.sub(rf"\1: {WITHHELD}", text)
    text = _VALUES.sub(rf"\1{WITHHELD}", text)
    return _SNILS.sub(_masked, text)


def _masked(found: re.Match[str]) -> str:
    return found[0] if snils_problem(found[0]) else mask_snils(normalize_snils(found[0]))


class DiscreetFormatter(logging.Formatter):
    """A line of the log, traceback included, without personal data."""

    def format(self, record: logging.LogRecord) -> str:
        return without_values(super().format(record))
