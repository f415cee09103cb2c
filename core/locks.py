"""Advisory locks by name: held to the end of the transaction, or while a worker does what only one may do at a time."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from django.db import InterfaceError, OperationalError, connection


def lock_name(kind: str, name: str) -> None:
    """Wait for the lock `kind`/`name` and hold it until the transaction ends. Names of a kind do not wait for each other, but all
    wait for who holds the whole kind.

    `("employer", inn)` covers finishing a check and applying a protocol, so that two of them never judge the same
    workplaces at once. Raises RuntimeError outside a transaction, where the lock would be gone at once.
    """
    _take("SELECT pg_advisory_xact_lock_shared(%s), pg_advisory_xact_lock(%s)", kind, f"{kind}:{name}")


def lock_kind(kind: str) -> None:
    """Wait for every holder of a name of `kind`, and hold all names until the transaction ends. One lock, however many names:
    thousands of single locks do not fit the server's table of them. Take it before any name of the kind. Raises as `lock_name`."""
    _take("SELECT pg_advisory_xact_lock(%s)", kind)


def _take(statement: str, *names: str) -> None:
    if not connection.in_atomic_block:
        raise RuntimeError("an advisory transaction lock needs a transaction")
    with connection.cursor() as cursor:
        cursor.execute(statement, [_number(each) for each in names])


@contextmanager
def try_lock_name(kind: str, name: str) -> Iterator[bool]:
    """Hold the lock `kind`/`name` for the block, over its transactions; False, without waiting, where somebody else holds it.

    It belongs to the database connection: a worker that dies lets go of it.
    """
    number = _number(f"{kind}:{name}")
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


def _number(name: str) -> int:
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big", signed=True)
