"""The cursor of a keyset page: last value, last key, ordinal of the first row, direction. Opaque, URL-safe, and sealed: its
values come from us, and nobody reads in an address the name that a list is sorted by.

Sealed by AES-SIV under a key derived from SECRET_KEY: the same row gives the same address, so a page is the same when it is
asked again.
"""

from __future__ import annotations

import hashlib
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import asdict, dataclass
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder

TEXT_MAX = 4_000  # of an address that is looked at at all


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
        body = json.dumps(asdict(self), cls=_Exact, separators=(",", ":")).encode()
        return urlsafe_b64encode(_box().encrypt(body, None)).decode().rstrip("=")


def decode(text: str) -> Cursor | None:
    """None for a cursor that is not ours, or was made under another SECRET_KEY: the list then starts at its beginning."""
    if len(text) > TEXT_MAX:
        return None
    try:
        sealed = urlsafe_b64decode(text + "=" * (-len(text) % 4))
        return Cursor(**json.loads(_box().decrypt(sealed, None)))
    except (InvalidTag, TypeError, ValueError):
        return None


def _box() -> AESSIV:
    return AESSIV(hashlib.sha512(b"lkot.tables:" + settings.SECRET_KEY.encode()).digest())


class _Exact(DjangoJSONEncoder):
    """Dates and times as text, which the database casts back."""

    def default(self, o: Any) -> Any:
        # DjangoJSONEncoder cuts microseconds, and a cut time would repeat or skip a row
        return o.isoformat() if hasattr(o, "isoformat") else super().default(o)
