"""The life of a flag («признак нарушения»)."""

from __future__ import annotations

from django.db import models


class FlagState(models.TextChoices):
    OPEN = "open", "Не погашено"
    CLEARED = "cleared", "Погашено"
    DISMISSED = "dismissed", "Снято инспектором"
    OBSOLETE = "obsolete", "Утратил силу"
