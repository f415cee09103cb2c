"""What «Контроль» does by the clock."""

from __future__ import annotations

from celery import shared_task

from violations.inspection.actions import expire_questions, questions_nearly_due
from violations.inspection.telling import remind_of_question


@shared_task
def watch_questions() -> None:
    """Remind of terms that are nearly over, and mark those that are over. Every run only looks for what is due."""
    expire_questions()
    for question, days in questions_nearly_due():
        remind_of_question(question, days)
