"""The life of an uploaded register file."""

from __future__ import annotations

from django.db import models


class ImportState(models.TextChoices):
    RECEIVED = "received", "Загружается"
    DONE = "done", "Загружен"
    REFUSED = "refused", "Не принят"


MOVES = {
    "finish": ({ImportState.RECEIVED}, ImportState.DONE),
    "refuse": ({ImportState.RECEIVED}, ImportState.REFUSED),
}
