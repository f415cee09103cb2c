"""Keyed digests of journal rows (HMAC-SHA-256, key derived from SECRET_KEY)."""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import UTC, datetime
from typing import Any

from django.conf import settings

GENESIS = "0" * 64


def _key() -> bytes:
    secret = getattr(settings, "JOURNAL_KEY", "") or settings.SECRET_KEY
    return hashlib.sha256(b"lkot.journal:" + secret.encode()).digest()


def _mac(*parts: str) -> str:
    return hmac.new(_key(), "\x1f".join(parts).encode(), hashlib.sha256).hexdigest()


def content_mac(
    *, at: datetime, verb: str, actor_id: int | None, organization_id: int | None, subject: str, payload: dict[str, Any]
) -> str:
    """Digest of an event's content. Microseconds and key order are fixed, so that it is the same after a round trip."""
    body = json.dumps(payload, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return _mac(
        at.astimezone(UTC).isoformat(timespec="microseconds"), verb, str(actor_id), str(organization_id), subject, body
    )


def seal_digest(previous: str, event_id: int, mac: str) -> str:
    return _mac("seal", previous, str(event_id), mac)


def head_mac(chain: int, number: int, digest: str) -> str:
    return _mac("head", str(chain), str(number), digest)
