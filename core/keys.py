"""Ids of rows, and counts, as addresses and forms bring them: text that anybody may have typed."""

from __future__ import annotations

LARGEST_KEY = 2**63 - 1  # of PostgreSQL's bigint
_LONGEST = len(str(LARGEST_KEY))


def key_of(text: str, *, largest: int = LARGEST_KEY) -> int | None:
    """The number that `text` writes in the digits 0–9, up to `largest`; None for everything else.

    Python refuses to read more than 4,300 digits, and takes «²» and Arabic digits for digits: neither is an id of ours.
    """
    if not (text.isascii() and text.isdigit()) or len(text) > _LONGEST:
        return None
    number = int(text)
    return number if number <= largest else None
