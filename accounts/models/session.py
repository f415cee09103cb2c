"""Signed-in browsers. The row is the authority: Django's session only names it, so that one browser, or all, can be ended."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models.grant import Grant
from accounts.models.user import User
from core.moments import Moment


class Ended(models.TextChoices):
    """Why a session is over."""

    SIGNED_OUT = "signed_out", "Вы вышли из системы"
    BY_PERSON = "by_person", "Завершён вами с другого устройства"
    IDLE = "idle", "Долго не было действий"
    ABSOLUTE = "absolute", "Истёк наибольший срок сеанса"
    BLOCKED = "blocked", "Доступ к организации заблокирован"
    CLOSED = "closed", "Оператор закрыл вход в систему"


def _absolute_term() -> timedelta:
    return timedelta(seconds=settings.SESSION_ABSOLUTE_SECONDS)


def _idle_term() -> timedelta:
    return timedelta(seconds=settings.SESSION_IDLE_SECONDS)


class SignInSessionQuerySet(models.QuerySet["SignInSession"]):
    def alive(self, now: datetime | None = None) -> SignInSessionQuerySet:
        """Neither ended nor past its idle or absolute term."""
        return self.filter(
            ended_at=None,
            created_at__gt=now - _absolute_term() if now else Moment(_absolute_term),
            seen_at__gt=now - _idle_term() if now else Moment(_idle_term),
        )

    def over(self, now: datetime | None = None) -> SignInSessionQuerySet:
        """Ended, or past a term that nobody has noted yet."""
        return self.exclude(pk__in=self.model._default_manager.alive(now).values("pk"))

    def of(self, user: User) -> SignInSessionQuerySet:
        """One's own sessions: they belong to the person, whatever he acts for."""
        return self.filter(user=user)

    def visible_to(self, acting: Any) -> SignInSessionQuerySet:
        """One's own sessions."""
        return self.none() if acting is None else self.of(acting.user)

    def end(self, why: Ended) -> int:
        """End at once: the next request, and the next piece of a running download, find the session over."""
        return self.filter(ended_at=None).update(ended_at=timezone.now(), ended_why=why)


class SignInSession(models.Model):
    """One signed-in browser. `grant`: what it acts by; `ip` and `agent` as the last request said."""

    user = models.ForeignKey(User, models.PROTECT, related_name="sign_ins")
    grant = models.ForeignKey(Grant, models.PROTECT, null=True, related_name="sessions")
    created_at = models.DateTimeField(default=timezone.now)
    seen_at = models.DateTimeField(default=timezone.now)
    ip = models.GenericIPAddressField(null=True)
    agent = models.CharField(max_length=300, blank=True)
    ended_at = models.DateTimeField(null=True)
    ended_why = models.CharField(max_length=12, choices=Ended.choices, blank=True)

    objects = SignInSessionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_why="") | (Q(ended_at__isnull=False) & ~Q(ended_why="")),
                name="session_ended_for_a_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["user", "-seen_at"], name="session_of_user"),
            models.Index(fields=["grant"], condition=Q(ended_at=None), name="session_of_grant"),
            models.Index(fields=["ended_at"], name="session_ended"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.created_at:%Y-%m-%d %H:%M}"

    @property
    def idle_until(self) -> datetime:
        """When it ends if nothing is done any more."""
        return self.seen_at + timedelta(seconds=settings.SESSION_IDLE_SECONDS)

    @property
    def absolute_until(self) -> datetime:
        """When it ends whatever is done."""
        return self.created_at + timedelta(seconds=settings.SESSION_ABSOLUTE_SECONDS)

    def term_passed(self, now: datetime | None = None) -> Ended | None:
        """Which of the two terms is over, the one that passed first; None while both run."""
        now = now or timezone.now()
        if min(self.idle_until, self.absolute_until) > now:
            return None
        return Ended.IDLE if self.idle_until < self.absolute_until else Ended.ABSOLUTE

    def is_still_in_force(self) -> bool:
        """Asked anew of the database, with the person: a download that no organization is acted for in stands on it."""
        return SignInSession.objects.alive().filter(pk=self.pk, user__is_active=True).exists()
