"""The life of a flag («признак нарушения»)."""

from __future__ import annotations

from django.db import models


class FlagState(models.TextChoices):
    OPEN = "open", "Не погашено"
    CLEARED = "cleared", "Погашено"
    DISMISSED = "dismissed", "Снято инспектором"
    OBSOLETE = "obsolete", "Утратил силу"


MOVES = {
    "clear": ({FlagState.OPEN}, FlagState.CLEARED),
    "dismiss": ({FlagState.OPEN}, FlagState.DISMISSED),
    "lapse": ({FlagState.OPEN, FlagState.CLEARED}, FlagState.OBSOLETE),
    # what an inspector dismissed is found again only with other values
    "reopen": ({FlagState.CLEARED, FlagState.DISMISSED, FlagState.OBSOLETE}, FlagState.OPEN),
}
