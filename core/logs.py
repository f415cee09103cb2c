"""What may not stand in a log: PostgreSQL repeats row values in the details of its errors, a traceback repeats those, and what
a person sent may hold line breaks that forge lines of ours."""

from __future__ import annotations

import copy
import logging
import re
from typing import Any

from core.identifiers import mask_snils, normalize_snils, snils_problem

WITHHELD = "(withheld)"
# DETAIL names the row, CONTEXT the line of a COPY, LINE the statement with its values; each runs to the end of the message,
# which is the end of the text or the next exception of the chain.
_DETAILS = re.compile(r"\b(DETAIL|CONTEXT|LINE \d+): .*?(?=\n\nThe above exception|\n\nDuring handling|\Z)", re.DOTALL)
# The same in the repr of an exception, as Celery logs it: line breaks are the letters «\n», and all of it is one line.
_DETAILS_IN_REPR = re.compile(r"(\\n)(DETAIL|CONTEXT|LINE \d+): .*")
_VALUES = re.compile(r"(invalid input (?:syntax|value) for [^:]{1,80}: ).*")
_SNILS = re.compile(r"(?<!\d)(?:\d{11}|\d{3}-\d{3}-\d{3}[ -]\d{2})(?!\d)")
# Line breaks of every kind, and what a terminal would obey. A tab is harmless.
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029]")
INDENT = "  "


def without_values(text: str) -> str:
    """The text without what PostgreSQL tells of rows, and with every valid СНИЛС masked."""
    text = _DETAILS_IN_REPR.sub(rf"\1\2: {WITHHELD}", text)
    text = _DETAILS.sub(rf"\1: {WITHHELD}", text)
    text = _VALUES.sub(rf"\1{WITHHELD}", text)
    return _SNILS.sub(_masked, text)


def _masked(found: re.Match[str]) -> str:
    return found[0] if snils_problem(found[0]) else mask_snils(normalize_snils(found[0]))


def on_one_line(text: str) -> str:
    r"""Control characters as escapes: «a⏎b» → «a\nb»."""
    return _CONTROL.sub(lambda found: found[0].encode("unicode_escape").decode(), text)


class DiscreetFormatter(logging.Formatter):
    """A line of the log, traceback included, without personal data. A message is one line and the lines of a traceback are
    indented, so that no line begins like a record but the first of one."""

    def format(self, record: logging.LogRecord) -> str:
        plain = copy.copy(record)  # other handlers have their own wishes
        plain.msg, plain.args = on_one_line(without_values(record.getMessage())), None
        if plain.exc_info:
            plain.exc_text = None  # what another formatter left there is not discreet
        elif plain.exc_text:
            plain.exc_text = _block(plain.exc_text)
        return super().format(plain)

    def formatException(self, ei: Any) -> str:
        return _block(super().formatException(ei))

    def formatStack(self, stack_info: str) -> str:
        return _block(stack_info)


def _block(text: str) -> str:
    return "\n".join(INDENT + on_one_line(line) for line in without_values(text).split("\n"))
