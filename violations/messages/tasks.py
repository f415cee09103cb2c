"""By the clock: see lkot/beat.py."""

from __future__ import annotations

from celery import shared_task

from violations.messages.actions import remind, resume_telling


@shared_task
def look_after_messages() -> int:
    """Reminders that are due, and notices that a job left behind. Returns how many reminders were sent."""
    resume_telling()
    return remind()
