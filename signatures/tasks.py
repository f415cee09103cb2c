"""By the clock: see lkot/beat.py.  Each only looks for work that a table says is due."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from signatures import actions


@shared_task
def expire_requests() -> int:
    """Close the signing requests whose term has passed; how many."""
    return actions.expire_overdue()


@shared_task
def look_after_trust() -> int:
    """Jobs for lists that are to be fetched or loaded, and for signatures whose revocation is still to be checked."""
    actions.fill_keys()
    return actions.enqueue_due() + actions.enqueue_rechecks()


@shared_task
def sweep_trust() -> int:
    """Daily: old lists go, addresses named by trusted certificates are taken."""
    actions.refresh_addresses(timezone.now())
    serials, lists = actions.sweep_lists()
    return serials + lists
