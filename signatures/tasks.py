"""What signatures do by the clock: see lkot/beat.py."""

from __future__ import annotations

from celery import shared_task

from signatures.actions import expire_overdue


@shared_task
def expire_requests() -> int:
    """Close the signing requests whose term has passed; how many."""
    return expire_overdue()
