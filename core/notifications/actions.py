"""Telling and reading."""

from __future__ import annotations

from typing import Any

from core.notifications.models import Notice, Reading


def tell(
    organization: Any, *, text: str, url: str, action: str, key: str, right: str = "", branch: Any = None
) -> Notice:
    """Put a notice into the bell of an organization; the same `key` again changes nothing."""
    notice, _ = Notice.objects.get_or_create(
        key=key,
        defaults={
            "organization": organization,
            "branch": branch,
            "text": text,
            "url": url,
            "action": action,
            "right": right,
        },
    )
    return notice


def mark_read(acting: Any, *, up_to: int) -> int:
    """Mark everything up to a notice as seen by this person."""
    unread = Notice.objects.visible_to(acting).unread_by(acting.user).filter(pk__lte=up_to)
    rows = [Reading(notice_id=pk, user=acting.user) for pk in unread.values_list("pk", flat=True)]
    Reading.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)
