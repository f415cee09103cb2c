"""The life of an uploaded register file."""

from __future__ import annotations

from django.db import models

# Words of the register files → how the pages call them. The rules of the quality check know the same words.
ORGANIZATION_STATUSES = {
    "active": "Действует",
    "suspended": "Приостановлена",
    "terminated": "Прекращена",
    "excluded": "Исключена из реестра",
}
SOUT_ID_STATUSES = {
    "active": "Действует",
    "suspended": "Приостановлен",
    "annulled": "Аннулирован",
    "cancelled": "Аннулирован",
}


class ImportState(models.TextChoices):
    RECEIVED = "received", "Загружается"
    DONE = "done", "Загружен"
    REFUSED = "refused", "Не принят"


MOVES = {
    "finish": ({ImportState.RECEIVED}, ImportState.DONE),
    "refuse": ({ImportState.RECEIVED}, ImportState.REFUSED),
}
