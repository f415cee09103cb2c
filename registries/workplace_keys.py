"""When two workplace numbers, or two names, are the same: the one place where it is decided (rule SOUT-UNIQ-001)."""

from __future__ import annotations

import re

NUMBER_OF_THE_FORM = re.compile(
    r"[1-9][0-9]{0,7}А?"
)  # instruction to the report, section II, column 1; «А» is Cyrillic
_SPACE = re.compile(r"\s+")
_NOT_WORD = re.compile(r"[\W_]+")
_SORTABLE = re.compile(r"([0-9]{1,20})(А?)")
_SORT_DIGITS = 20
_SORT_LENGTH = 64
_TEXT_LENGTH = 400


def normalize_number(number: str) -> str:
    """The workplace number by which two numbers are compared: no spaces, upper case, Latin A → А, no leading zeros.

    «365» and «365А» stay different numbers.
    """
    # Most numbers are plain digits: nothing to change but the zeros.
    if number.isdecimal() and number.isascii():
        return number.lstrip("0")
    return _SPACE.sub("", number).upper().replace("A", "А").lstrip("0")


def normalize_text(text: str) -> str:
    """A position or sub-unit name for comparing: lower case, ё → е, all but letters and digits becomes one space.

    The first 400 characters count: a longer key would not fit an index.
    """
    return _NOT_WORD.sub(" ", text.lower().replace("ё", "е")).strip()[:_TEXT_LENGTH]


def number_sort_key(number: str) -> str:
    """A text that sorts workplace numbers as a reader expects: 2, 10, 10А, 11; what is not of the form comes last.

    At most 64 characters whatever the number is, so that it fits a column.
    """
    normal = normalize_number(number)
    match = _SORTABLE.fullmatch(normal)
    if match:
        return match[1].zfill(_SORT_DIGITS) + match[2]
    return ("~" + normal)[:_SORT_LENGTH]
