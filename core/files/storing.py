"""Storing and opening files."""

from __future__ import annotations

import hashlib
import logging
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import IO, Any, BinaryIO, cast

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import InterfaceError, OperationalError, transaction

from core.files.models import StoredFile

log = logging.getLogger(__name__)
CHUNK = 1024 * 1024


def digest_and_size(stream: IO[bytes]) -> tuple[str, int]:
    """SHA-256 (hex) and length of a seekable stream; leaves it at the start."""
    digest = hashlib.sha256()
    size = 0
    stream.seek(0)
    while block := stream.read(CHUNK):
        digest.update(block)
        size += len(block)
    stream.seek(0)
    return digest.hexdigest(), size


def store(
    stream: IO[bytes],
    *,
    name: str,
    actor: Any,
    purpose: str,
    organization: Any = None,
    expires_at: datetime | None = None,
    measured: tuple[str, int] | None = None,
) -> StoredFile:
    """Keep the bytes of a seekable stream and return their row. Bytes go first, so that a row never points at nothing;
    `measured`: digest and size where the caller has them already.

    Where this fails the bytes go too. Where the caller's transaction fails later on, `bytes_with_transaction` takes them
    away, and the daily sweep what is left.
    """
    sha256, size = measured or digest_and_size(stream)
    row = StoredFile(
        uid=uuid.uuid4(),
        name=name[:255],
        size=size,
        sha256=sha256,
        purpose=purpose,
        owner=getattr(actor, "user", actor),
        organization=organization or getattr(actor, "organization", None),
        expires_at=expires_at,
    )
    with bytes_with_transaction(row):
        default_storage.save(row.storage_name, File(stream))
        with transaction.atomic():
            row.save(force_insert=True)
    return row


@contextmanager
def bytes_with_transaction(*rows: StoredFile) -> Iterator[list[StoredFile]]:
    """Put it around a transaction that stores: when the block fails, for whatever reason, the bytes of `rows`, and of those
    added to the list it gives, are deleted.

    Not so where the connection was lost: the commit may have arrived all the same, and bytes without a row are a lesser
    evil than a row without bytes.
    """
    stored = list(rows)
    try:
        yield stored
    except (OperationalError, InterfaceError):
        raise
    except BaseException:
        for row in stored:
            _delete_quietly(row.storage_name)
        raise


def _delete_quietly(name: str) -> None:
    """The error that led here is the one to tell; the sweep tries again."""
    try:
        default_storage.delete(name)
    except Exception as trouble:  # noqa: BLE001  any storage, any error
        log.warning("files: %s stays for the sweep (%s)", name, type(trouble).__name__)


def open_file(row: StoredFile) -> BinaryIO:
    """The bytes, as a seekable binary file. Raises FileNotFoundError when they were dropped."""
    if row.dropped_at is not None:
        raise FileNotFoundError(row.storage_name)
    return cast(BinaryIO, default_storage.open(row.storage_name, "rb"))
