"""Letters: one row for each notice and recipient, and for each request to confirm an address. The row is the truth."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from core.notifications.models.address import Address
from core.notifications.models.notice import Notice
from core.notifications.models.preferences import Way


class LetterState(models.TextChoices):
    WAITING = "waiting", "Ждёт отправки"
    SENT = "sent", "Отправлено"
    FAILED = "failed", "Не доставлено"
    DROPPED = "dropped", "Не отправлено"


class Fate(models.TextChoices):
    """Why a letter was not sent, in words for its recipient."""

    BELL = "bell", "тема выбрана «только в колокольчике»"
    NO_ADDRESS = "no_address", "нет адреса электронной почты"
    NO_ACCESS = "no_access", "доступ к уведомлению прекращён"
    READ = "read", "уведомление уже открыто в кабинете"
    REMOVED = "removed", "адрес больше не получает писем"


class LetterQuerySet(models.QuerySet["Letter"]):
    def due(self, now: datetime) -> LetterQuerySet:
        """Waiting, at its time, and held by no living worker."""
        free = Q(leased_until=None) | Q(leased_until__lt=now)
        return self.filter(free, state=LetterState.WAITING, due_at__lte=now)

    def visible_to(self, acting: Any) -> LetterQuerySet:
        """One's own."""
        return self.none() if acting is None else self.filter(user=acting.user)


class Letter(models.Model):
    """To a person (`user`) about a notice; to an organization's address about a notice (a copy); to an address that waits for
    confirmation (`notice` None). `claim` names the attempt that holds the letter until `leased_until`."""

    notice = models.ForeignKey(Notice, models.PROTECT, null=True, related_name="letters")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    address = models.ForeignKey(Address, models.PROTECT, null=True, related_name="letters")
    way = models.CharField(max_length=10, choices=Way.choices, default=Way.AT_ONCE)
    state = models.CharField(max_length=10, choices=LetterState.choices, default=LetterState.WAITING)
    fate = models.CharField(max_length=12, choices=Fate.choices, blank=True)
    due_at = models.DateTimeField(default=timezone.now)
    attempts = models.PositiveSmallIntegerField(default=0)
    claim = models.UUIDField(null=True)
    leased_until = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    trouble = models.CharField(max_length=80, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    objects = LetterQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["notice", "user"], condition=Q(user__isnull=False), name="letter_once"),
            models.UniqueConstraint(
                fields=["notice", "address"], condition=Q(address__isnull=False), name="letter_copy_once"
            ),
            models.CheckConstraint(
                condition=Q(user__isnull=False, address=None, notice__isnull=False)
                | Q(user=None, address__isnull=False),
                name="letter_has_recipient",
            ),
            models.CheckConstraint(
                condition=Q(state="sent", sent_at__isnull=False) | (~Q(state="sent") & Q(sent_at=None)),
                name="letter_sent_has_time",
            ),
            models.CheckConstraint(
                condition=Q(state="dropped") & ~Q(fate="") | ~Q(state="dropped") & Q(fate=""),
                name="letter_dropped_for_a_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["due_at", "id"], condition=Q(state="waiting"), name="letter_waiting"),
            models.Index(fields=["user", "-id"], name="letter_of_user"),
        ]

    def __str__(self) -> str:
        return f"{self.notice_id} → {self.user_id or self.address_id}"
