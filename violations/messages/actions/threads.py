"""What happens with a message at one recipient: opened, answered, asked once more, closed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from core.journal import record
from core.moves import WrongState, lock, move
from core.notifications.actions import tell
from core.notifications.models import Topic
from core.templatetags.formats import ru_date
from violations.messages.actions.drafting import attach, refuse_unfit
from violations.messages.attachments import Upload
from violations.messages.models import SEND, VIEW_MESSAGES, Message, Recipient, Reply
from violations.messages.selectors import today, told_enough
from violations.messages.states import THREAD_MOVES, MessageState, Side, ThreadState

# Of a message with more recipients the inspectorate hears once a day that there are answers, not of each.
TOLD_EACH_UP_TO = 20
INN_OF_PERSON = 12


@transaction.atomic
def mark_read(recipient: Recipient, *, acting: Any) -> Recipient:
    """Record who of the organization opened the message first, and when; later openings change nothing."""
    fresh = lock(recipient)
    if fresh.read_at is None:
        fresh.read_at, fresh.read_by = timezone.now(), acting.user
        fresh.save(update_fields=["read_at", "read_by"])
        record("message.read", fresh, actor=acting)
    return fresh


@transaction.atomic
def answer(recipient: Recipient, *, text: str, once: UUID, acting: Any, files: Sequence[Upload] = ()) -> Reply:
    """The employer's answer. The same `once` again gives the answer that is there.

    Raises WrongState when the message was withdrawn or the conversation closed, FilesRefused.
    """
    fresh = mark_read(recipient, acting=acting)
    reply, is_new = _reply(fresh, Side.EMPLOYER, text=text, once=once, acting=acting, files=files)
    if is_new:
        changes = {"answered_at": fresh.answered_at or timezone.now()}
        move(
            fresh,
            "answer",
            moves=THREAD_MOVES,
            actor=acting,
            event="message.answered",
            changes=changes,
            payload={"files": len(files)},
        )
        _tell_inspectors(fresh, reply)
    return reply


@transaction.atomic
def ask(
    recipient: Recipient,
    *,
    text: str,
    once: UUID,
    acting: Any,
    files: Sequence[Upload] = (),
    answer_by: date | None = None,
) -> Reply:
    """The inspector writes into the conversation. `answer_by` sets a new day for the answer; without it a day that an answer has
    already met is taken away. Raises as `answer`."""
    fresh = lock(recipient)
    reply, is_new = _reply(fresh, Side.INSPECTORATE, text=text, once=once, acting=acting, files=files)
    if is_new:
        met = fresh.state == ThreadState.ANSWERED
        day = answer_by or (None if met else fresh.answer_by)
        changes = {"answer_by": day, "reminded_of": told_enough(day) or fresh.reminded_of}
        move(
            fresh,
            "ask",
            moves=THREAD_MOVES,
            actor=acting,
            event="message.asked",
            changes=changes,
            payload={"files": len(files), "answer_by": day},
        )
        _tell_employer(fresh, "инспектор написал вам ещё.", f"message.asked:{reply.pk}", due_on=day)
    return reply


def _reply(
    recipient: Recipient, side: Side, *, text: str, once: UUID, acting: Any, files: Sequence[Upload]
) -> tuple[Reply, bool]:
    """A reply in a locked conversation, and whether it is new."""
    known = Reply.objects.filter(recipient=recipient, once=once).first()
    if known is not None:
        return known, False
    message = Message.objects.get(pk=recipient.message_id)
    if message.state != MessageState.SENT or recipient.state == ThreadState.CLOSED:
        raise WrongState(recipient, "reply")
    refuse_unfit(files)
    reply = Reply.objects.create(recipient=recipient, side=side, author=acting.user, text=text, once=once)
    for upload in files:
        attach(upload, reply=reply, acting=acting)
    return reply, True


@transaction.atomic
def close(recipient: Recipient, *, acting: Any) -> Recipient:
    """No more is written in this conversation. Raises WrongState when it is closed."""
    changes = {"closed_at": timezone.now()}
    closed = move(recipient, "close", moves=THREAD_MOVES, actor=acting, event="message.closed", changes=changes)
    _tell_employer(closed, "переписка по сообщению закрыта.", f"message.closed:{closed.uid}:{closed.closed_at}")
    return closed


@transaction.atomic
def reopen(recipient: Recipient, *, acting: Any) -> Recipient:
    """Closed by mistake, or something came up. The day for an answer stands again, but for one that an answer has met; the notice
    names it while it is not past. Raises WrongState when it is not closed."""
    moment = timezone.now()
    fresh = lock(recipient)
    last = Reply.objects.filter(recipient=fresh).order_by("-pk").values_list("side", flat=True).first()
    day = None if last == Side.EMPLOYER else fresh.answer_by
    changes = {"closed_at": None, "answer_by": day, "reminded_of": told_enough(day) or fresh.reminded_of}
    opened = move(
        fresh,
        "reopen",
        moves=THREAD_MOVES,
        actor=acting,
        event="message.reopened",
        changes=changes,
        payload={"answer_by": day},
    )
    _tell_employer(
        opened,
        "переписка по сообщению возобновлена.",
        f"message.reopened:{opened.uid}:{moment}",
        due_on=day if day is not None and day >= today() else None,
    )
    return opened


def _tell_employer(recipient: Recipient, what: str, key: str, *, due_on: date | None = None) -> None:
    tell(
        recipient.organization,
        branch=recipient.branch,
        text=f"{recipient.message.sender.name}: {what}",
        url=reverse("violations:message", args=[recipient.uid]),
        action="Открыть сообщение",
        key=key[:120],
        topic=Topic.MESSAGES,
        why="Это переписка по сообщению, направленному вашей организации",
        due_on=due_on,
        right=VIEW_MESSAGES,
    )


def _tell_inspectors(recipient: Recipient, reply: Reply) -> None:
    """Everybody who may send, not the author alone: colleagues stand in for each other."""
    message = recipient.message
    few = Recipient.objects.filter(message=message).values("pk")[: TOLD_EACH_UP_TO + 1].count() <= TOLD_EACH_UP_TO
    one = reverse("violations:sent_thread", args=[message.uid, recipient.uid])
    all_of_them = reverse("violations:sent_message", args=[message.uid]) + f"?state={ThreadState.ANSWERED}"
    whose = f" от {ru_date(recipient.sent_at)}"
    tell(
        message.sender,
        branch=message.sender_branch,
        text=f"{_called(recipient)}: ответ на сообщение{whose}." if few else f"Есть новые ответы на сообщение{whose}.",
        url=one if few else all_of_them,
        action="Прочитать ответ" if few else "Прочитать ответы",
        key=f"message.answered:{reply.pk}" if few else f"message.answers:{message.uid}:{today()}",
        topic=Topic.MESSAGES,
        why="Сообщение направила ваша инспекция",
        right=SEND,
    )


def _called(recipient: Recipient) -> str:
    """A sole trader is called by his own name, which has no place in a letter; his ИНН is a person's, twelve digits."""
    return "Индивидуальный предприниматель" if len(recipient.inn) == INN_OF_PERSON else recipient.name[:200]
