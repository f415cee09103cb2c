"""Advisory locks by name, held to the end of the transaction."""

from __future__ import annotations

import hashlib

from django.db import connection


def lock_name(kind: str, name: str) -> None:
    """Wait for the lock `kind`/`name` and hold it until the transaction ends.

    `("employer", inn)` covers finishing a check and applying a protocol, so that two of them never judge the same
    workplaces at once. Raises RuntimeError outside a transaction, where the lock would be gone at once.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("an advisory transaction lock needs a transaction")
    number = int.from_bytes(hashlib.sha256(f"{kind}:{name}".encode()).digest()[:8], "big", signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [number])
