"""The life of a report in one table, and a word for each reader."""

from __future__ import annotations

from django.db import models


class State(models.TextChoices):
    RECEIVED = "received", "Получен"
    CHECKING = "checking", "Проверяется"
    STALLED = "stalled", "Проверка отложена"  # for a reason of ours: the file is kept, the check will be repeated
    ACCEPTED = "accepted", "Принят"
    REFUSED = "refused", "Отказано в приёме"
    SUPERSEDED = "superseded", "Заменён исправленным"


class Verdict(models.TextChoices):
    """Settled apart from the state: findings of severity ПРЕД and РИСК alone leave a report conforming."""

    CONFORMS = "conforms", "Соответствует требованиям"
    VIOLATIONS = "violations", "Не соответствует требованиям"


MOVES = {
    "begin": ({State.RECEIVED, State.CHECKING, State.STALLED}, State.CHECKING),
    "stall": ({State.RECEIVED, State.CHECKING}, State.STALLED),
    "accept": ({State.CHECKING}, State.ACCEPTED),
    "refuse": ({State.RECEIVED, State.CHECKING}, State.REFUSED),
    "supersede": ({State.ACCEPTED}, State.SUPERSEDED),
}
