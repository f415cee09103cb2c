"""Numbers of registers (organizations, experts, ИН СОУТ) in the one form by which they are kept and compared."""

from __future__ import annotations

import re

_INTEGER = re.compile(r"([+-]?)0*([0-9]+)")


def plain_integer(text: str) -> str:
    """An `xs:integer` without sign and leading zeros: «+0417» → «417». What is no integer is only trimmed."""
    text = text.strip()
    match = _INTEGER.fullmatch(text)
    if match is None:
        return text
    sign, digits = match.groups()
    return f"-{digits}" if sign == "-" and digits != "0" else digits
