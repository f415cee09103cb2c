"""Advisory locks by name: held to the end of the transaction, or while a worker does what only one may do at a time."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from django.db import InterfaceError, OperationalError, connection


def lock_name(kind: str, name: str) -> None:
    """Wait for the lock `kind`/`name` and hold it until the transaction ends.

    `("employer", inn)` covers finishing a check and applying a protocol, so that two of them never judge the same
    workplaces at once. Raises RuntimeError outside a transaction, where the lock would be gone at once.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("an advisory transaction lock needs a transaction")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_number(kind, name)])


@contextmanager
def try_lock_name(kind: str, name: str) -> Iterator[bool]:
    """Hold the lock `kind`/`name` for the block, over its transactions; False, without waiting, where somebody else holds it.

    It belongs to the database connection: a worker that dies lets go of it.
    """
    number = _number(kind, name)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [number])
        (held,) = cursor.fetchone()
    try:
        yield held
    finally:
        if held:
            # a connection that broke has let go already
            with suppress(InterfaceError, OperationalError), connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [number])


def _number(kind: str, name: str) -> int:
    return int.from_bytes(hashlib.sha256(f"{kind}:{name}".encode()).digest()[:8], "big", signed=True)
