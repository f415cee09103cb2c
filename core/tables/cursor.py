"""The cursor of a keyset page: last value, last key, ordinal of the first row, direction. Opaque, URL-safe, and sealed: its
values come from us, and nobody reads in an address the name that a list is sorted by."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any

from cryptography.fernet import InvalidToken
from django.core.serializers.json import DjangoJSONEncoder

from core.boxes import box

PURPOSE = "lkot.tables"


@dataclass(frozen=True, slots=True)
class Cursor:
    """value/key: of the row beside the page; `back`: the page stands before that row; `ordinal`: number of its first row
    (from 1); `sort`: the sort it was made for."""

    value: Any
    key: Any
    ordinal: int
    sort: str
    back: bool = False

    def encode(self) -> str:
        return box(PURPOSE).encrypt(json.dumps(asdict(self), cls=_Exact, separators=(",", ":")).encode()).decode()


def decode(text: str) -> Cursor | None:
    """None for a cursor that is not ours: the list then starts at its beginning."""
    try:
        return Cursor(**json.loads(box(PURPOSE).decrypt(text.encode())))
    except (InvalidToken, TypeError, ValueError):
        return None


class _Exact(DjangoJSONEncoder):
    """Dates and times as text, which the database casts back."""

    def default(self, o: Any) -> Any:
        # DjangoJSONEncoder cuts microseconds, and a cut time would repeat or skip a row
        return o.isoformat() if hasattr(o, "isoformat") else super().default(o)
