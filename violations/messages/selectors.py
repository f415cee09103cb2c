"""Questions about messages that change nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import CharField, Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Cast, ExtractYear, JSONObject
from django.utils import timezone

from core.calendar import add_workdays, is_workday, workdays_between
from core.jobs.models import Job
from violations.messages.models import AWAITED, SEND, Attachment, Message, Recipient, Reply
from violations.messages.states import DELIVERED, MessageState, ThreadState

COUNTED_UP_TO = 1000
LONGEST_TERM_DAYS = 366
SEND_JOB = "message.send"
WITHDRAW_JOB = "message.withdraw"
REMIND_DAYS = 3  # working days before the last day for an answer


def today() -> date:
    """The Moscow day."""
    return timezone.localdate()


# --- the inspector's side


@dataclass(frozen=True, slots=True)
class Figures:
    """What has become of a message: recipients, those who opened it, those who answered, those whose answer is awaited, and
    conversations whose last word is the employer's."""

    recipients: int = 0
    read: int = 0
    answered: int = 0
    awaited: int = 0
    to_look_at: int = 0


def figures(messages: Iterable[Message]) -> dict[int, Figures]:
    """Message id → its figures; one query over the recipients of these messages."""
    rows = (
        Recipient.objects.filter(message__in=[message.pk for message in messages])
        .order_by()
        .values("message")
        .annotate(
            recipients=Count("pk"),
            read=Count("read_at"),
            answered=Count("answered_at"),
            awaited=Count("pk", filter=AWAITED),
            to_look_at=Count("pk", filter=Q(state=ThreadState.ANSWERED)),
        )
    )
    return {
        row["message"]: Figures(row["recipients"], row["read"], row["answered"], row["awaited"], row["to_look_at"])
        for row in rows
    }


def answers_to_look_at(acting: Any) -> int:
    """Conversations of the acting inspectorate where the employer's word was the last, counted up to a thousand."""
    rows = Recipient.objects.sent_by(acting).filter(state=ThreadState.ANSWERED, message__state=MessageState.SENT)
    return rows.values("pk")[:COUNTED_UP_TO].count()


def is_discarded(uid: UUID, acting: Any) -> bool:
    """Whether this was a draft of the acting inspectorate that was thrown away. `visible_to` shows such a draft nowhere."""
    if acting is None or not acting.holds(SEND):
        return False
    theirs = Message.objects.filter(uid=uid, sender=acting.organization, state=MessageState.DISCARDED)
    return (theirs if acting.branch is None else theirs.filter(sender_branch=acting.branch)).exists()


def for_card(messages: QuerySet[Message]) -> QuerySet[Message]:
    """With `file_list`, `correction_list` (dicts {uid, subject, state}) and `job_seen` ({state, done, total} or None): the latest
    job that writes and tells the recipients, or tells them of the withdrawal."""
    later = Message.objects.filter(corrects=OuterRef("pk")).exclude(state=MessageState.DISCARDED).order_by("pk")
    jobs = Job.objects.filter(
        subject_type=Message._meta.label_lower,
        subject_id=Cast(OuterRef("pk"), CharField()),
        kind__in=[SEND_JOB, WITHDRAW_JOB],
    )
    seen = jobs.order_by("-created_at").values(json=JSONObject(state="state", done="done", total="total"))
    return with_files(messages).annotate(
        correction_list=ArraySubquery(later.values(json=JSONObject(uid="uid", subject="subject", state="state"))),
        job_seen=Subquery(seen[:1]),
    )


def _files(**owner: Any) -> ArraySubquery:
    rows = Attachment.objects.filter(**owner).order_by("pk")
    return ArraySubquery(rows.values(json=JSONObject(pk="pk", name="file__name", size="file__size")))


def with_files(messages: QuerySet[Message]) -> QuerySet[Message]:
    """With `file_list`: dicts {pk, name, size} in the order of attaching. No query of its own."""
    return messages.annotate(file_list=_files(message=OuterRef("pk")))


def with_message_files(recipients: QuerySet[Recipient]) -> QuerySet[Recipient]:
    """The same list of the recipient's message."""
    return recipients.annotate(file_list=_files(message=OuterRef("message")))


def answer_day_trouble(day: date, *, on: date | None = None) -> str:
    """Why `day` cannot be the last day for an answer, and what to do; "" when it can."""
    start = on or today()
    if day <= start:
        return f"Срок ответа должен быть позже сегодняшнего дня, {start:%d.%m.%Y}."
    if day > start + timedelta(days=LONGEST_TERM_DAYS):
        return "Срок ответа дальше года. Проверьте год в дате."
    if not is_workday(day):
        return f"{day:%d.%m.%Y} — нерабочий день. Ближайший рабочий день после него — {add_workdays(day, 1):%d.%m.%Y}."
    return ""


def working_days_to(day: date) -> int:
    """Working days that are left for an answer: after today, up to and including `day`."""
    return workdays_between(today(), day)


def told_enough(day: date | None) -> date | None:
    """The day itself where so little time is left for an answer that the notice which names it reminds of it too; else None."""
    return day if day is not None and working_days_to(day) <= REMIND_DAYS else None


# --- the employer's side


def unread_count(acting: Any) -> int:
    """Messages that wait to be opened, counted up to a thousand; one query."""
    if not acting.holds("control.view_messages"):
        return 0
    return Recipient.objects.visible_to(acting).unread().values("pk")[:COUNTED_UP_TO].count()


def for_list(acting: Any) -> QuerySet[Recipient]:
    """The employer's messages with what a row of the list shows."""
    rows = Recipient.objects.visible_to(acting).select_related("message__sender", "branch")
    files = Attachment.objects.filter(message=OuterRef("message"))
    return rows.defer("message__text", "message__filters").annotate(has_files=Exists(files))


def years_and_senders(acting: Any) -> tuple[list[str], list[tuple[str, str]]]:
    """For the filters: years in which messages came, the newest first, and who wrote, (id, name) by name. One query."""
    rows = Recipient.objects.visible_to(acting).order_by().annotate(year=ExtractYear("sent_at"))
    found = list(rows.values_list("year", "message__sender", "message__sender__short_name").distinct())
    names = {str(sender): name for _, sender, name in found}
    years = sorted({year for year, _, _ in found}, reverse=True)
    return [str(year) for year in years], sorted(names.items(), key=lambda pair: pair[1])


def conversation(recipient: Recipient) -> list[Reply]:
    """The turns in their order, each with its author and its `file_list`; one query."""
    rows = Reply.objects.filter(recipient=recipient).select_related("author").order_by("pk")
    return list(rows.annotate(file_list=_files(reply=OuterRef("pk"))))


def files_of(message: Message) -> list[Attachment]:
    """The rows, with digests: for print."""
    return list(Attachment.objects.filter(message=message).select_related("file"))


def may_reply(recipient: Recipient) -> bool:
    """Whether the conversation is open: the message is not withdrawn, the conversation not closed."""
    return recipient.message.state == MessageState.SENT and recipient.state != ThreadState.CLOSED


@dataclass(frozen=True, slots=True)
class Linked:
    """The same addressee's copy of the message that this one corrects, or that corrects it."""

    uid: UUID
    subject: str
    sent_at: Any


def linked(recipient: Recipient) -> tuple[Linked | None, list[Linked]]:
    """(what this message corrects, what corrects it), as far as this addressee got them; one query."""
    message = recipient.message
    related = Q(message__corrects=message)
    if message.corrects_id is not None:
        related |= Q(message=message.corrects_id)
    rows = Recipient.objects.filter(
        related, organization=recipient.organization_id, branch=recipient.branch_id, message__state__in=DELIVERED
    )
    found = list(rows.order_by("sent_at", "pk").values_list("uid", "message__subject", "message", "message__sent_at"))
    earlier = [Linked(uid, subject, at) for uid, subject, pk, at in found if pk == message.corrects_id]
    later = [Linked(uid, subject, at) for uid, subject, pk, at in found if pk != message.corrects_id]
    return (earlier[0] if earlier else None), later
