"""The cursor of a keyset page: last value, last key, ordinal of the first row, direction. Opaque, URL-safe, signed so that
its values come from us."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from django.core import signing

SALT = "lkot.tables"


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
        return signing.dumps(asdict(self), salt=SALT, serializer=_Serializer)


def decode(text: str) -> Cursor | None:
    """None for a cursor that is not ours: the list then starts at its beginning."""
    try:
        return Cursor(**signing.loads(text, salt=SALT, serializer=_Serializer))
    except (signing.BadSignature, TypeError, ValueError):
        return None


class _Serializer:
    """JSON with dates and times as text; the database casts them back."""

    @staticmethod
    def dumps(value: Any) -> bytes:
        import json

        from django.core.serializers.json import DjangoJSONEncoder

        class Exact(DjangoJSONEncoder):
            def default(self, o: Any) -> Any:
                # DjangoJSONEncoder cuts microseconds, and a cut time would repeat or skip a row
                return o.isoformat() if hasattr(o, "isoformat") else super().default(o)

        return json.dumps(value, cls=Exact, separators=(",", ":")).encode()

    @staticmethod
    def loads(data: bytes) -> Any:
        import json

        return json.loads(data)
