"""What runs by the clock: reminders of access; the ends of sessions are noted, old ones forgotten."""

from __future__ import annotations

from celery import shared_task
from django.contrib.sessions.backends.db import SessionStore

from accounts.actions import expire_sessions, forget_sessions
from accounts.reminders import remind_of_ends, remind_of_reviews


@shared_task
def remind_of_access() -> int:
    """Once a day is enough; a repetition tells nobody twice."""
    return remind_of_ends() + remind_of_reviews()


@shared_task
def sweep_sessions() -> int:
    """Note the ends that came by the clock, forget old rows, and Django's own sessions past their date; how many were noted."""
    noted = expire_sessions()
    forget_sessions()
    SessionStore.clear_expired()
    return noted
