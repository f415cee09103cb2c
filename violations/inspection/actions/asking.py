"""A question to the employer, with a term in working days."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone

from core.calendar import add_workdays, version
from violations.flags.models import Flag
from violations.inspection.models import Question
from violations.inspection.stepping import open_flag, step

DAYS_MAX = 30


def ask(flag: Flag, *, text: str, days: int, acting: Any, seen: str | None = None) -> Question:
    """Ask the employer to explain within `days` working days from tomorrow. Raises core.moves.WrongState where a question waits
    already, the inspector has decided, or the flag is closed; core.versions.Stale as `confirm`; ValueError for a term out of
    bounds."""
    if not 1 <= days <= DAYS_MAX:
        raise ValueError("the term is 1 to 30 working days")
    with transaction.atomic():
        fresh = open_flag(flag, "ask", seen=seen)
        question = Question.objects.create(
            flag=fresh,
            inspectorate=acting.organization,
            asked_by=acting.user,
            text=text,
            days=days,
            due_on=add_workdays(timezone.localdate(), days),
            calendar_version=version(),
        )
        step(
            fresh,
            "ask",
            what="questioned",
            actor=acting,
            organization=acting.organization,
            reason=f"Ответить до {question.due_on:%d.%m.%Y}",
            payload={"question": question.pk, "due_on": question.due_on},
        )
    return question
