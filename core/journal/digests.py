"""Keyed digests of journal rows: HMAC-SHA-256 with JOURNAL_KEY, or with SECRET_KEY where that is not set (production refuses
to start without). Keys of JOURNAL_OLD_KEYS still verify what was written under them, and write nothing."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from typing import Any

from django.conf import settings

GENESIS = "0" * 64


def current_key() -> bytes:
    return _derived(settings.JOURNAL_KEY or settings.SECRET_KEY)


def fits(stated: str, digest: Callable[[bytes], str]) -> bool:
    """Whether `stated` is the digest under the current key or an old one; `digest` makes it from a key."""
    keys = [current_key(), *map(_derived, settings.JOURNAL_OLD_KEYS)]
    return any(hmac.compare_digest(stated, digest(key)) for key in keys)


@cache
def _derived(secret: str) -> bytes:
    return hashlib.sha256(b"lkot.journal:" + secret.encode()).digest()


def _mac(key: bytes, *parts: str) -> str:
    return hmac.new(key, "\x1f".join(parts).encode(), hashlib.sha256).hexdigest()


def content_mac(
    key: bytes,
    *,
    at: datetime,
    verb: str,
    actor_id: int | None,
    organization_id: int | None,
    subject: str,
    payload: dict[str, Any],
    branch_id: int | None,
) -> str:
    """Digest of an event's content. Microseconds and key order are fixed, so that it is the same after a round trip.

    Without a branch it is what it was before events had branches. JSON holds no separator of the parts.
    """
    body = json.dumps(payload, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    when = at.astimezone(UTC).isoformat(timespec="microseconds")
    branch = () if branch_id is None else (str(branch_id),)
    return _mac(key, when, verb, str(actor_id), str(organization_id), subject, body, *branch)


def seal_digest(key: bytes, previous: str, event_id: int, mac: str) -> str:
    return _mac(key, "seal", previous, str(event_id), mac)


def head_mac(key: bytes, chain: int, number: int, digest: str) -> str:
    return _mac(key, "head", str(chain), str(number), digest)
