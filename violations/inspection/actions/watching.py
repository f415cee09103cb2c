"""What the clock finds: terms that are nearly over, and terms that are over. Running twice changes nothing."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from core.calendar import add_workdays
from core.moves import WrongState
from violations.inspection.models import Question
from violations.inspection.stepping import open_flag, step
from violations.inspection.telling import remind_of_question

log = logging.getLogger(__name__)
REMINDED_BEFORE = (3, 1)  # working days [own choice]
BATCH = 500


def expire_questions() -> int:
    """Mark every question whose last day is past; returns how many. The employer may still answer. One that fails is left for the
    next run and told to the operator; the others go on."""
    due = Question.objects.open().filter(due_on__lt=timezone.localdate(), expired_at=None)
    return sum(_apart(_expire, question) for question in _drained(due.select_related("flag__report", "inspectorate")))


def remind_of_questions() -> int:
    """Remind of every question whose end is near, once for each mark that is reached; returns how many were told. As above of one
    that fails."""
    since = today = timezone.localdate()
    told = 0
    for mark in sorted(REMINDED_BEFORE):
        until = add_workdays(today, mark)
        reached = Question.objects.open().filter(
            Q(reminded=None) | Q(reminded__gt=mark),
            due_on__gte=since,
            due_on__lte=until,
            days__gt=mark,  # a term as short as the reminder was told a moment ago
        )
        rows = reached.select_related("inspectorate", "flag__report__employer", "flag__report__branch")
        told += sum(_apart(partial(_remind, mark=mark), question) for question in _drained(rows))
        since = until + timedelta(days=1)  # of two marks that are reached the nearest only
    return told


def _drained(due: QuerySet[Question]) -> Iterator[Question]:
    """All rows, the most urgent first, read in batches; a row that stays due is not read again."""
    rows = due.order_by("due_on", "pk")
    after = Q()
    while batch := list(rows.filter(after)[:BATCH]):
        yield from batch
        last = batch[-1]
        after = Q(due_on__gt=last.due_on) | Q(due_on=last.due_on, pk__gt=last.pk)


def _apart(act: Callable[[Question], bool], question: Question) -> bool:
    try:
        with transaction.atomic():
            return act(question)
    except Exception as trouble:  # noqa: BLE001  whatever it is, the other questions must not wait; its text may hold data
        log.error("violations: the term of question %s could not be watched: %s", question.pk, type(trouble).__name__)
        return False


def _remind(question: Question, mark: int) -> bool:
    unreminded = Question.objects.open().filter(Q(reminded=None) | Q(reminded__gt=mark), pk=question.pk)
    if not unreminded.update(reminded=mark):
        return False
    remind_of_question(question, mark)
    return True


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
