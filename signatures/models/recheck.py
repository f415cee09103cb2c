"""Signatures accepted before anybody could say whether their certificate was revoked."""

from __future__ import annotations

from datetime import datetime

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from signatures.models.kept import Signature


class RevocationRecheckQuerySet(models.QuerySet["RevocationRecheck"]):
    def due(self, moment: datetime) -> RevocationRecheckQuerySet:
        return self.filter(done_at=None, next_try_at__lte=moment).order_by("next_try_at", "pk")


class RevocationRecheck(models.Model):
    """The debt of one signature: «отзыв ещё не проверен» until ``done_at`` (setting SIGNATURE_REVOCATION = "later").

    ``waits_for``: keys (SHA-256) of the issuers in its chain: a new list of one of them makes the row due at once.
    """

    class Outcome(models.TextChoices):
        GOOD = "good", "Сертификат не был отозван"
        REVOKED_LATER = "later", "Сертификат отозван уже после приёма подписи, на подпись это не влияет"
        REVOKED = "revoked", "Сертификат был отозван до приёма подписи"
        UNKNOWN = "unknown", "Установить не удалось: срок действия сертификата истёк раньше, чем пришёл список отзыва"

    signature = models.OneToOneField(Signature, models.PROTECT, related_name="recheck")
    waits_for = ArrayField(models.CharField(max_length=64), default=list)
    asked_at = models.DateTimeField()
    next_try_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=10, choices=Outcome.choices, blank=True)
    revoked_at = models.DateTimeField(null=True)

    objects = RevocationRecheckQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(done_at=None, outcome="") | Q(done_at__isnull=False) & ~Q(outcome=""),
                name="revocation_recheck_done_has_outcome",
            ),
        ]
        indexes = [
            models.Index(fields=["next_try_at", "id"], condition=Q(done_at=None), name="revocation_recheck_due"),
            GinIndex(fields=["waits_for"], name="revocation_recheck_keys"),
        ]

    def __str__(self) -> str:
        return f"{self.signature_id} {self.outcome or 'pending'}"

    @property
    def is_fatal(self) -> bool:
        """The signature should not have been accepted: its certificate was revoked before that."""
        return self.outcome == self.Outcome.REVOKED

    @property
    def words(self) -> str:
        """What is shown beside the signature."""
        return self.Outcome(self.outcome).label if self.outcome else "Отзыв ещё не проверен"
