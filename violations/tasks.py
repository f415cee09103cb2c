"""What «Контроль» does by the clock."""

from __future__ import annotations

from celery import shared_task

from violations.inspection.actions import expire_questions, remind_of_questions


@shared_task
def watch_questions() -> None:
    """Remind of terms that are nearly over, and mark those that are over. Every run only looks for what is due."""
    expire_questions()
    remind_of_questions()
