"""Questions about messages that change nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from core.calendar import add_workdays, is_workday, workdays_between
from core.jobs.models import Job
from violations.messages.attachments import MOST_FILES
from violations.messages.models import Attachment, Message, Recipient, Reply
from violations.messages.states import DELIVERED, MessageState, ThreadState

COUNTED_UP_TO = 1000
LONGEST_TERM_DAYS = 366
SEND_JOB = "message.send"
WITHDRAW_JOB = "message.withdraw"


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
    asked = Q(state=ThreadState.SILENT, answer_by__isnull=False) | Q(state=ThreadState.ASKED)
    rows = (
        Recipient.objects.filter(message__in=[message.pk for message in messages])
        .order_by()
        .values("message")
        .annotate(
            recipients=Count("pk"),
            read=Count("read_at"),
            answered=Count("answered_at"),
            awaited=Count("pk", filter=asked),
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


def sending_job(message: Message) -> Job | None:
    """The job that writes and tells the recipients, or tells them of the withdrawal; the latest one."""
    kind = WITHDRAW_JOB if message.state == MessageState.WITHDRAWN else SEND_JOB
    return Job.objects.of(message).filter(kind=kind).order_by("-created_at").first()


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


def senders(acting: Any) -> list[tuple[str, str]]:
    """Inspectorates that wrote to the acting employer: (id, name)."""
    rows = Recipient.objects.visible_to(acting).order_by().values_list("message__sender", "message__sender__short_name")
    return sorted(((str(pk), name) for pk, name in rows.distinct()), key=lambda pair: pair[1])


def years(acting: Any) -> list[str]:
    """Years in which messages came, the newest first."""
    rows = Recipient.objects.visible_to(acting).order_by()
    return [str(day.year) for day in rows.datetimes("sent_at", "year", order="DESC")]


@dataclass(slots=True)
class ShownReply:
    """A turn of the conversation with its files."""

    reply: Reply
    files: list[Attachment]


def conversation(recipient: Recipient) -> list[ShownReply]:
    """The turns in their order; two queries."""
    replies = list(Reply.objects.filter(recipient=recipient).select_related("author").order_by("pk"))
    files: dict[int, list[Attachment]] = {}
    for each in Attachment.objects.filter(reply__in=replies).select_related("file") if replies else ():
        assert each.reply_id is not None  # the filter above
        files.setdefault(each.reply_id, []).append(each)
    return [ShownReply(reply, files.get(reply.pk, [])) for reply in replies]


def files_of(message: Message) -> list[Attachment]:
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


def room_for_files(message: Message) -> int:
    """How many more files the draft may have."""
    return max(0, MOST_FILES - Attachment.objects.filter(message=message).count())
