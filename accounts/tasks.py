"""By the clock: reminders of access."""

from __future__ import annotations

from celery import shared_task

from accounts.reminders import remind_of_ends, remind_of_reviews


@shared_task
def remind_of_access() -> int:
    """Once a day is enough; a repetition tells nobody twice."""
    return remind_of_ends() + remind_of_reviews()
