"""Experts of a report as they are searched: by the number in the register of experts, or by the surname."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

KEY_MAX = 120


def expert_key(text: str) -> str:
    """«002318» → «2318», «Ковалёва Ирина» → «КОВАЛЕВА»; "" where there is nothing to search by."""
    first, *_ = text.split(maxsplit=1) or [""]
    if first.isdecimal():
        return first.lstrip("0")
    return first.upper().replace("Ё", "Е")[:KEY_MAX]


def expert_keys(experts: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Keys of a report's experts, from the head's facts (`header["experts"]`); workers who are no experts have no number."""
    keys = set()
    for each in experts.values():
        if each.get("number"):
            keys |= {expert_key(str(each["number"])), expert_key(str(each.get("name", "")))}
    return sorted(keys - {""})
