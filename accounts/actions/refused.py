"""Why a change of access is refused, in words for the page."""

from __future__ import annotations

REASON_MAX = 500  # as wide as the columns that keep reasons


class GrantRefused(Exception):
    """The grant may not be made. The text is Russian, for the page."""


def stated(reason: str, missing: str) -> str:
    """A reason as it may be kept. Raises GrantRefused where there is none (with the text `missing`), or where it is too long."""
    text = reason.replace("\x00", "").strip()
    if not text and missing:
        raise GrantRefused(missing)
    if len(text) > REASON_MAX:
        raise GrantRefused(f"В причине {len(text)} знаков, а помещается не больше {REASON_MAX}: сократите её.")
    return text
