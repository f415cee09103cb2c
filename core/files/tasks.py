"""By the clock: dropping files whose time has come, and bytes that belong to no row."""

from __future__ import annotations

import logging
import random
import re
import time
import uuid
from collections.abc import Iterator
from datetime import timedelta

from celery import shared_task
from django.core.files.storage import default_storage
from django.db import models, transaction
from django.utils import timezone

from core.files.models import StoredFile
from core.journal import record

log = logging.getLogger(__name__)
FOLDER = re.compile(r"[0-9a-f]{2}")
NAME = re.compile(r"[0-9a-f]{32}")
ORPHAN_AGE = timedelta(days=1)  # of a younger one the row may still be on its way
SWEEP_SECONDS = 600


@shared_task
def drop_expired(limit: int = 500) -> int:
    """Drop the bytes of files past `expires_at`; the row stays and says that they were there."""
    dropped = 0
    for pk in list(_expired().order_by("expires_at").values_list("pk", flat=True)[:limit]):
        try:
            dropped += drop_if_expired(pk)
        except Exception:  # one storage error must not keep the others; the row stays due
            log.exception("files: %s could not be dropped", pk)
    return dropped


def _expired() -> models.QuerySet[StoredFile]:
    return StoredFile.objects.filter(expires_at__lt=timezone.now(), dropped_at=None)


@transaction.atomic
def drop_if_expired(pk: uuid.UUID) -> bool:
    """Bytes first: killed in between, the next run deletes nothing twice over and marks the row. The other way round they
    would stay for good."""
    row = _expired().select_for_update(of=("self",), no_key=True).filter(pk=pk).first()
    if row is None:  # dropped by another run, or kept for longer meanwhile
        return False
    default_storage.delete(row.storage_name)
    row.dropped_at = timezone.now()
    row.save(update_fields=["dropped_at"])
    record("file.dropped", row, actor=None, organization=row.organization, purpose=row.purpose)
    return True


@shared_task
def sweep_orphans(seconds: float = SWEEP_SECONDS) -> int:
    """Delete bytes older than a day that no row names (their transaction failed, and so did cleaning up) or whose row says
    that they were dropped; returns how many. Names that are not of our making are left alone.

    Bounded in time. A storage too large for one run is gone through in several: each begins somewhere else.
    """
    deadline = time.monotonic() + seconds
    swept = 0
    for folder in _folders():
        swept += _sweep_folder(folder)
        if time.monotonic() > deadline:
            log.info("files: the sweep stopped at %s, the next one begins elsewhere", folder)
            break
    return swept


def _folders() -> Iterator[str]:
    """«ab/cd» of every folder of the second level, from a chance beginning."""
    tops = _listed("", FOLDER, folders=True)
    start = random.randrange(len(tops)) if tops else 0  # noqa: S311  where to begin is no secret
    for top in tops[start:] + tops[:start]:
        yield from (f"{top}/{inner}" for inner in _listed(top, FOLDER, folders=True))


def _listed(folder: str, pattern: re.Pattern[str], *, folders: bool) -> list[str]:
    try:
        found = default_storage.listdir(folder)
    except FileNotFoundError:
        return []
    return sorted(name for name in found[0 if folders else 1] if pattern.fullmatch(name))


def _sweep_folder(folder: str) -> int:
    names = [name for name in _listed(folder, NAME, folders=False) if f"{name[:2]}/{name[2:4]}" == folder]
    alive = StoredFile.objects.filter(dropped_at=None, pk__in=[uuid.UUID(name) for name in names])
    known = {pk.hex for pk in alive.values_list("pk", flat=True)}
    return sum(_delete_old(f"{folder}/{name}") for name in names if name not in known)


def _delete_old(name: str) -> bool:
    try:
        if default_storage.get_modified_time(name) > timezone.now() - ORPHAN_AGE:
            return False
        default_storage.delete(name)
    except FileNotFoundError:
        return False
    except Exception:  # as above: the others go on, the next sweep finds it again
        log.exception("files: orphan %s could not be deleted", name)
        return False
    return True
