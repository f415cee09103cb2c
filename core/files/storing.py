"""Storing and opening files."""

from __future__ import annotations

import hashlib
import uuid
from datetime import datetime
from typing import IO, Any, BinaryIO, cast

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import transaction

from core.files.models import StoredFile

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
    `measured`: digest and size where the caller has them already."""
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
    default_storage.save(row.storage_name, File(stream))
    with transaction.atomic():
        row.save(force_insert=True)
    return row


def open_file(row: StoredFile) -> BinaryIO:
    """The bytes, as a seekable binary file. Raises FileNotFoundError when they were dropped."""
    if row.dropped_at is not None:
        raise FileNotFoundError(row.storage_name)
    return cast(BinaryIO, default_storage.open(row.storage_name, "rb"))
