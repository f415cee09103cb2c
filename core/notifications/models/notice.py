"""Notices to an organization, and who has read them."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Func, Q, Value

TEXT_MAX = 300  # signs of what a notice says, and of why


class Topic(models.TextChoices):
    """What a notice is about."""

    REPORTS = "reports", "Отчёты СОУТ и протоколы комиссии"
    FLAGS = "flags", "Признаки нарушений и запросы инспектора"
    MESSAGES = "messages", "Сообщения от Роструда"
    ACCESS = "access", "Доступ сотрудников"


class NoticeQuerySet(models.QuerySet["Notice"]):
    def visible_to(self, acting: Any) -> NoticeQuerySet:
        """Notices to the acting organization that need no right or one that the person holds; `right` may name several, any of
        which is enough, with spaces between."""
        if acting is None:
            return self.none()
        mine = self.filter(organization=acting.organization)
        if acting.branch is not None:
            mine = mine.filter(branch=acting.branch)
        mine = mine.filter(Q(user=None) | Q(user=acting.user))
        # `right` may name several, of which one is enough
        asked = Func(F("right"), Value(" "), function="string_to_array", output_field=ArrayField(models.TextField()))
        return mine.alias(asked=asked).filter(Q(right="") | Q(asked__overlap=sorted(acting.rights)))

    def unread_by(self, user: Any) -> NoticeQuerySet:
        return self.exclude(readings__user=user)

    def not_spread(self) -> NoticeQuerySet:
        """Nobody has thought of letters about these yet."""
        return self.filter(spread_at=None)


class Notice(models.Model):
    """`text` is one Russian sentence, `why` tells why this person gets it, `due_on` by when, `url` the one button. `topic`
    is what a person may choose by; `user` None means everybody in the organization who holds `right`. `key` makes a repeated
    delivery the same notice: what stands before its first colon is the kind of notice. `spread_at`: when its letters were
    written down. A letter repeats `text` and `why`, so neither holds a name or a СНИЛС."""

    organization = models.ForeignKey("accounts.Organization", models.PROTECT, related_name="+")
    branch = models.ForeignKey("accounts.Branch", models.PROTECT, null=True, related_name="+")
    right = models.CharField(max_length=60, blank=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    topic = models.CharField(max_length=20, choices=Topic.choices, default=Topic.REPORTS)
    why = models.CharField(max_length=TEXT_MAX, blank=True)
    due_on = models.DateField(null=True)
    text = models.CharField(max_length=TEXT_MAX)
    url = models.CharField(max_length=300)
    action = models.CharField(max_length=60)
    key = models.CharField(max_length=120, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    spread_at = models.DateTimeField(null=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["organization", "-id"], name="notice_organization"),
            models.Index(fields=["id"], condition=Q(spread_at=None), name="notice_not_spread"),
        ]

    def __str__(self) -> str:
        return self.text

    def is_seen_by(self, acting: Any) -> bool:
        """As `NoticeQuerySet.visible_to`, for a row at hand."""
        if acting is None or self.organization_id != acting.organization.pk:
            return False
        if acting.branch is not None and self.branch_id != acting.branch.pk:
            return False
        to_him = self.user_id is None or self.user_id == acting.user.pk
        return to_him and (not self.right or not acting.rights.isdisjoint(self.right.split(" ")))


class Reading(models.Model):
    """A person has seen a notice."""

    notice = models.ForeignKey(Notice, models.CASCADE, related_name="readings")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["notice", "user"], name="reading_once")]

    def __str__(self) -> str:
        return f"{self.notice_id} {self.user_id}"
