"""Dropping files whose time has come."""

from __future__ import annotations

from celery import shared_task
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from core.files.models import StoredFile
from core.journal import record


@shared_task
def drop_expired(limit: int = 500) -> int:
    """Drop the bytes of files past `expires_at`; the row stays and says that they were there."""
    due = StoredFile.objects.filter(expires_at__lt=timezone.now(), dropped_at=None)[:limit]
    dropped = 0
    for row in due:
        with transaction.atomic():
            fresh = StoredFile.objects.select_for_update(of=("self",), no_key=True).get(pk=row.pk)
            if fresh.dropped_at is not None:
                continue
            fresh.dropped_at = timezone.now()
            fresh.save(update_fields=["dropped_at"])
            record("file.dropped", fresh, actor=None, organization=fresh.organization, purpose=fresh.purpose)
        default_storage.delete(fresh.storage_name)
        dropped += 1
    return dropped
