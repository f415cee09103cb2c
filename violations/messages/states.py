"""The life of a message of an inspectorate («Сообщение от Роструда»), and of the conversation with each of its recipients."""

from __future__ import annotations

from django.db import models


class MessageState(models.TextChoices):
    DRAFT = "draft", "Черновик"
    SENDING = "sending", "Отправляется"
    SENT = "sent", "Отправлено"
    WITHDRAWN = "withdrawn", "Отозвано"
    DISCARDED = "discarded", "Черновик удалён"


# What its recipients see. From here on the message never changes: a correction is a new message.
DELIVERED = (MessageState.SENT, MessageState.WITHDRAWN)

MESSAGE_MOVES = {
    "send": ({MessageState.DRAFT}, MessageState.SENDING),
    "deliver": ({MessageState.SENDING}, MessageState.SENT),
    "give_back": ({MessageState.SENDING}, MessageState.DRAFT),
    "withdraw": ({MessageState.SENT}, MessageState.WITHDRAWN),
    "discard": ({MessageState.DRAFT}, MessageState.DISCARDED),
}


class ThreadState(models.TextChoices):
    """Whose word was the last one."""

    SILENT = "silent", "Ответа нет"
    ANSWERED = "answered", "Есть ответ"
    ASKED = "asked", "Инспектор написал"
    CLOSED = "closed", "Переписка закрыта"

    def for_employer(self) -> str:
        """The word on the employer's page."""
        return {
            ThreadState.SILENT: "Вы не отвечали",
            ThreadState.ANSWERED: "Ответ отправлен",
            ThreadState.ASKED: "Инспектор написал ещё",
        }.get(self, self.label)


TALKING = (ThreadState.SILENT, ThreadState.ANSWERED, ThreadState.ASKED)

THREAD_MOVES = {
    "answer": (set(TALKING), ThreadState.ANSWERED),
    "ask": (set(TALKING), ThreadState.ASKED),
    "close": (set(TALKING), ThreadState.CLOSED),
    "reopen": ({ThreadState.CLOSED}, ThreadState.ASKED),
}


class Audience(models.TextChoices):
    """How the recipients of a draft are named."""

    CHOSEN = "chosen", "Выбраны поимённо"
    FILTERED = "filtered", "Все организации по условиям"


class Side(models.TextChoices):
    """Who wrote a reply."""

    EMPLOYER = "employer", "Работодатель"
    INSPECTORATE = "inspectorate", "Инспекция"
