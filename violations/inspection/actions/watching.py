"""What the clock finds: terms that are nearly over, and terms that are over. Running twice changes nothing."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import transaction
from django.utils import timezone

from core.calendar import add_workdays
from core.moves import WrongState
from violations.inspection.actions.stepping import open_flag, step
from violations.inspection.models import Question

REMINDED_BEFORE = (3, 1)  # working days [own choice]
BATCH = 500


def expire_questions() -> int:
    """Mark every question whose last day is past; returns how many. The employer may still answer."""
    today = timezone.localdate()
    due = Question.objects.open().filter(due_on__lt=today, expired_at=None).order_by("due_on", "pk")
    return sum(_expire(question) for question in due.select_related("flag__report", "inspectorate")[:BATCH])


def _expire(question: Question) -> bool:
    try:
        with transaction.atomic():
            flag = open_flag(question.flag, "expire")
            # answered and asked anew since it was read: then this is no longer the question that waits
            if not Question.objects.open().filter(pk=question.pk, expired_at=None).update(expired_at=timezone.now()):
                return False
            step(
                flag,
                "expire",
                what="overdue",
                actor=None,
                organization=question.inspectorate,
                reason=f"Последний день был {question.due_on:%d.%m.%Y}",
                payload={"question": question.pk},
            )
    except WrongState:
        return False
    return True


def questions_nearly_due() -> Iterator[tuple[Question, int]]:
    """(question that waits, the working days before its end that were reached): the nearest mark only."""
    today = timezone.localdate()
    horizon = add_workdays(today, max(REMINDED_BEFORE))
    rows = Question.objects.open().filter(due_on__gte=today, due_on__lte=horizon).order_by("due_on", "pk")
    rows = rows.select_related("inspectorate", "flag__report__employer", "flag__report__branch")
    for question in rows.iterator(chunk_size=BATCH):
        reached = [days for days in REMINDED_BEFORE if question.due_on <= add_workdays(today, days)]
        if question.days > min(reached):  # a term as short as the reminder was told a moment ago
            yield question, min(reached)
