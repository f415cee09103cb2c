"""Sending and withdrawing. The recipients are fixed once, by one INSERT … SELECT; telling them is work for a job."""

from __future__ import annotations

import logging
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection, transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from core.jobs import Run, enqueue, job
from core.jobs.models import Job
from core.moves import WrongState, lock, move
from core.notifications.actions import compose, tell, tell_all
from core.notifications.models import Notice, Topic
from core.templatetags.formats import ru_date
from core.versions import Stale
from violations.messages.actions.drafting import lock_draft
from violations.messages.audience import reach, recipient_columns, sender_acting
from violations.messages.models import SEND, VIEW_MESSAGES, Message, Recipient
from violations.messages.selectors import SEND_JOB, WITHDRAW_JOB, answer_day_trouble, told_enough
from violations.messages.states import DELIVERED, MESSAGE_MOVES, MessageState

log = logging.getLogger(__name__)
AT_ONCE = 500  # recipients that are written while the sender waits; more are written by the job
BATCH = 1000  # recipients that are told in one transaction
NOBODY = "Не выбран ни один получатель."


class NotReady(Exception):
    """The draft cannot be sent yet. `reasons` are Russian sentences."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = reasons


def lacking(message: Message, *, count: int) -> list[str]:
    """What keeps a draft with that many recipients from being sent."""
    reasons = []
    if not message.subject:
        reasons.append("Не указана тема.")
    if not message.text:
        reasons.append("Нет текста сообщения.")
    if message.answer_by is not None and (said := answer_day_trouble(message.answer_by)):
        reasons.append(said)
    if not count:
        reasons.append(NOBODY)
    return reasons


@transaction.atomic
def send(message: Message, *, version: int, acting: Any) -> Message:
    """Fix the recipients and let them be told. Up to AT_ONCE recipients have the message when this returns.

    Raises WrongState when it was sent already, core.versions.Stale when somebody changed the draft meanwhile, NotReady.
    """
    fresh = lock_draft(message)
    if fresh.version != version:
        raise Stale(fresh)
    count = reach(fresh, acting)
    if reasons := lacking(fresh, count=count):
        raise NotReady(reasons)
    now = timezone.now()
    author = {"sent_at": now, "sent_by": acting.user, "changed_at": now, "changed_by": acting.user}
    sending = move(fresh, "send", moves=MESSAGE_MOVES, actor=acting, event="message.sending", changes=author)
    if count <= AT_ONCE:
        sending = deliver(sending)
    if sending.state == MessageState.SENT or count > AT_ONCE:
        enqueue(SEND_JOB, sending, actor=acting)
    return sending


@transaction.atomic
def deliver(message: Message) -> Message:
    """Write the recipients of a message that is on its way: whoever meets it now, of the sender's territory. Again: no effect.

    Where nobody is left, the message is a draft again and its sender is told.
    """
    fresh = lock(message)
    if fresh.state != MessageState.SENDING:
        return fresh
    count = _write_recipients(fresh)
    if not count:
        return _give_back(fresh, "не осталось ни одного получателя по выбранным условиям")
    return move(
        fresh,
        "deliver",
        moves=MESSAGE_MOVES,
        actor=sender_acting(fresh),  # the line stands in the journal of the branch whose message it is
        event="message.sent",
        payload={"recipients": count},
    )


def _write_recipients(message: Message) -> int:
    """One statement, whatever their number."""
    try:
        source, params = recipient_columns(message, sender_acting(message)).query.sql_with_params()
    except EmptyResultSet:
        return 0
    day = message.answer_by
    table = Recipient._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (uid, message_id, organization_id, branch_id, name, inn, sent_at, state, answer_by, told,"  # noqa: S608 - our own table, the source is Django's
            " reminded_of) SELECT gen_random_uuid(), %s, source.organization, source.branch, LEFT(source.name, 1000), source.inn,"
            f" %s, 'silent', %s::date, '', %s::date FROM ({source}) AS source (organization, branch, name, inn)",
            [message.pk, message.sent_at, day, told_enough(day), *params],
        )
        return int(cursor.rowcount)


def _give_back(message: Message, why: str) -> Message:
    draft = move(
        message,
        "give_back",
        moves=MESSAGE_MOVES,
        actor=None,
        organization=message.sender,
        event="message.not_sent",
        changes={"sent_at": None, "sent_by": None},
    )
    tell(
        draft.sender,
        branch=draft.sender_branch,
        text=f"Сообщение не отправлено: {why}. Черновик сохранён.",
        url=reverse("violations:sent_message_edit", args=[draft.uid]),
        action="Открыть черновик",
        # the attempt: sending changes no version
        key=f"message.not_sent:{draft.uid}:{message.sent_at:%Y%m%d%H%M%S%f}",
        topic=Topic.MESSAGES,
        why="Вы отправляли это сообщение",
        user=draft.changed_by,
        right=SEND,
    )
    return draft


def _given_up(failed: Job) -> None:
    """The last attempt failed. Nothing was written: the sender has his draft back. Recipients that were written keep it."""
    message = Message.objects.get(pk=failed.subject_id)
    if message.state == MessageState.SENDING:
        _give_back(message, "работа прервалась по вине системы")


@job(SEND_JOB, on_failure=_given_up)
def _send(run: Run) -> None:
    message = run.subject()
    assert isinstance(message, Message)
    run.progress(0, None, "Записываем получателей")
    message = deliver(message)
    told = tell_recipients(message, MessageState.SENT, run) if message.state in DELIVERED else 0
    run.finish(lambda: {"told": told})


@job(WITHDRAW_JOB)
def _tell_of_withdrawal(run: Run) -> None:
    message = run.subject()
    assert isinstance(message, Message)
    told = tell_recipients(message, MessageState.WITHDRAWN, run)
    run.finish(lambda: {"told": told})


def tell_recipients(message: Message, news: MessageState, run: Run | None = None) -> int:
    """Give every recipient a notice of `news`, in batches; those who have it are passed over. Stops when the message has moved on
    meanwhile: what came then has a job of its own."""
    everybody = Recipient.objects.filter(message=message)
    waiting = everybody.exclude(told__in=_later(news))
    total = everybody.count()
    done = total - waiting.count()
    while told := _tell_batch(message, waiting, news):
        done += told
        if run is not None:
            run.progress(min(done, total), total, "Уведомляем получателей")
    return done


@transaction.atomic
def _tell_batch(message: Message, waiting: QuerySet[Recipient], news: MessageState) -> int:
    """Tell the next of those who wait; how many. The lock on the message keeps a second worker and a withdrawal out."""
    if not Message.objects.select_for_update(no_key=True).filter(pk=message.pk, state=news).exists():
        return 0
    batch = list(waiting.select_related("organization", "branch").order_by("pk")[:BATCH])
    if not batch:
        return 0
    tell_all([_news_for(recipient, message, news) for recipient in batch])
    Recipient.objects.filter(pk__in=[each.pk for each in batch]).update(told=news)
    return len(batch)


def _later(news: MessageState) -> tuple[str, ...]:
    """What a recipient was told that makes `news` no news."""
    return (MessageState.WITHDRAWN,) if news == MessageState.WITHDRAWN else DELIVERED


def _news_for(recipient: Recipient, message: Message, news: MessageState) -> Notice:
    """No word of the subject or the text: notices go out by mail too."""
    sender = message.sender.name
    withdrawn = news == MessageState.WITHDRAWN
    if withdrawn:
        text = f"{sender}: сообщение от {ru_date(message.sent_at)} отозвано. Отвечать на него не нужно."
    elif message.corrects_id is not None:
        text = f"{sender}: новое сообщение, оно уточняет прежнее."
    else:
        text = f"{sender}: новое сообщение для вашей организации."
    return compose(
        recipient.organization,
        branch=recipient.branch,
        text=text,
        url=reverse("violations:message", args=[recipient.uid]),
        action="Открыть сообщение",
        key=f"message.withdrawn:{recipient.uid}" if withdrawn else f"message.sent:{recipient.uid}",
        topic=Topic.MESSAGES,
        why="Сообщение направлено вашей организации" if recipient.branch is None else "Сообщение направлено филиалу",
        due_on=None if withdrawn else recipient.answer_by,
        right=VIEW_MESSAGES,
    )


@transaction.atomic
def withdraw(message: Message, *, reason: str, acting: Any) -> Message:
    """Take a sent message back: it stays visible, as withdrawn, with the reason. Raises WrongState when it is not sent, or was
    withdrawn already; ValueError without a reason."""
    if not reason.strip():
        raise ValueError("a withdrawal needs a reason")
    changes = {"withdrawn_at": timezone.now(), "withdrawn_by": acting.user, "withdrawn_reason": reason.strip()}
    gone = move(message, "withdraw", moves=MESSAGE_MOVES, actor=acting, event="message.withdrawn", changes=changes)
    enqueue(WITHDRAW_JOB, gone, actor=acting)
    return gone


__all__ = ["NotReady", "WrongState", "deliver", "lacking", "send", "tell_recipients", "withdraw"]
