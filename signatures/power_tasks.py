"""What powers of attorney need by the clock: see lkot/beat.py. Every run only looks for what is due."""

from __future__ import annotations

from celery import shared_task

from signatures.actions import ask_due, remind_due


@shared_task
def ask_registry() -> int:
    """Ask the registry about papers in force that nobody asked about for a day; how many answered."""
    return ask_due()


@shared_task
def remind_of_ends() -> int:
    """Tell of papers that end soon, each once; how many are near their end."""
    return remind_due()
