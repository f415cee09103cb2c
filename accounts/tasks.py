"""By the clock: reminders of access, and sessions that are over leave their table."""

from __future__ import annotations

from celery import shared_task
from django.contrib.sessions.models import Session
from django.utils import timezone

from accounts.reminders import remind_of_ends, remind_of_reviews


@shared_task
def remind_of_access() -> int:
    """Once a day is enough; a repetition tells nobody twice."""
    return remind_of_ends() + remind_of_reviews()


@shared_task
def clear_sessions() -> int:
    """Remove expired sessions, what `manage.py clearsessions` does; returns how many."""
    return Session.objects.filter(expire_date__lt=timezone.now()).delete()[0]
