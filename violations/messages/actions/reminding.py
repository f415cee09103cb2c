"""By the clock: a reminder before the last day for an answer, and the rest of the notices where a job gave up."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from core.calendar import add_workdays
from core.jobs import enqueue
from core.jobs.models import Job
from core.journal import Line, record_many
from core.notifications.actions import compose, tell_all
from core.notifications.models import Notice, Topic
from violations.messages.models import VIEW_MESSAGES, Message, Recipient
from violations.messages.selectors import REMIND_DAYS, SEND_JOB, WITHDRAW_JOB, today
from violations.messages.states import DELIVERED, MessageState

BATCH = 1000
RESUMED_DAYS = 30  # a notice of an older message, or of an older withdrawal, tells nobody anything


def remind(*, on: date | None = None) -> int:
    """Remind of every answer that is due within REMIND_DAYS working days, once for each day that was set. Any number of runs, and
    runs at once, give one reminder. Returns how many were sent."""
    day = on or today()
    sent = 0
    while batch := _remind_batch(day):
        sent += batch
    return sent


@transaction.atomic
def _remind_batch(day: date) -> int:
    due = Recipient.objects.awaiting().filter(
        Q(reminded_of=None) | ~Q(reminded_of=F("answer_by")),
        answer_by__gte=day,
        answer_by__lte=add_workdays(day, REMIND_DAYS),
    )
    rows = due.select_for_update(of=("self",), no_key=True, skip_locked=True).order_by("answer_by", "pk")[:BATCH]
    recipients = list(rows.select_related("organization", "branch", "message__sender"))
    tell_all([_reminder(recipient) for recipient in recipients])
    record_many(
        "message.reminded",
        [Line(each, each.organization, {"due_on": each.answer_by}) for each in recipients],
        actor=None,
    )
    Recipient.objects.filter(pk__in=[each.pk for each in recipients]).update(reminded_of=F("answer_by"))
    return len(recipients)


def _reminder(recipient: Recipient) -> Notice:
    return compose(
        recipient.organization,
        branch=recipient.branch,
        text=f"{recipient.message.sender.name}: сообщение ждёт вашего ответа.",
        url=reverse("violations:message", args=[recipient.uid]),
        action="Ответить",
        key=f"message.reminder:{recipient.uid}:{recipient.answer_by}",
        topic=Topic.MESSAGES,
        why="Инспекция назвала срок ответа, ответа от организации ещё нет",
        due_on=recipient.answer_by,
        right=VIEW_MESSAGES,
    )


def resume_telling() -> int:
    """Give a new job to messages whose recipients were not all told and whom no job looks after. Returns how many."""
    begun = timezone.now() - timedelta(days=RESUMED_DAYS)
    recent = Q(sent_at__gt=begun) | Q(message__withdrawn_at__gt=begun)
    untold = Recipient.objects.filter(recent, message__state__in=DELIVERED).exclude(
        Q(told=F("message__state")) | Q(told=MessageState.WITHDRAWN)
    )
    resumed = 0
    for message in Message.objects.filter(pk__in=untold.values("message")).select_related("sender"):
        kind = WITHDRAW_JOB if message.state == MessageState.WITHDRAWN else SEND_JOB
        if not Job.objects.of(message).unfinished().filter(kind=kind).exists():
            enqueue(kind, message, actor=message.sent_by, organization=message.sender)
            resumed += 1
    return resumed
