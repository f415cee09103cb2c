"""Grants: who may do what for whom, since when, until when, on what ground. Dated rows: changed by a new row, never deleted."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from accounts.models.esia import EsiaRole
from accounts.models.organization import Branch, Organization
from accounts.models.user import User


class Source(models.TextChoices):
    """What made the grant."""

    ESIA = "esia", "Роль в ЕСИА"
    GRANT = "grant", "Предоставлен администратором"
    COMMAND = "command", "Предоставлен оператором системы"
    DEMO = "demo", "Учебные данные"


class GrantQuerySet(models.QuerySet["Grant"]):
    def in_force(self, now: datetime | None = None) -> GrantQuerySet:
        """Begun, not ended, not revoked."""
        now = now or timezone.now()
        return self.filter(Q(until=None) | Q(until__gt=now), since__lte=now, revoked_at=None)

    def usable(self, now: datetime | None = None) -> GrantQuerySet:
        """In force, not blocked, and not contradicted by ЕСИА: a person whose roles in the organization are all gone or
        blocked acts no more, and acts again, without a new grant, when ЕСИА names him again. No roles known at all
        contradict nothing."""
        theirs = EsiaRole.objects.filter(user=OuterRef("user"), org_oid=OuterRef("organization__esia_oid"))
        scope = Q(branch=None) | Q(branch=OuterRef("branch"))
        blocks = Grant.objects.in_force(now).filter(
            scope, user=OuterRef("user"), organization=OuterRef("organization"), is_blocked=True
        )
        # the head can always recover: nobody's block holds against the role that makes him head
        by_headship = Q(source=Source.ESIA) & Exists(theirs.live().filter(chief=True))
        return self.in_force(now).filter(
            ~Exists(theirs) | Exists(theirs.live()),
            ~Exists(blocks) | by_headship,
            is_blocked=False,
            user__is_active=True,
        )

    def visible_to(self, acting: Any) -> GrantQuerySet:
        """Grants of the acting organization (of the branch, for who acts for a branch), for those who manage access."""
        if acting is None or not acting.holds("admin.access"):
            return self.none()
        theirs = self.filter(organization=acting.organization)
        return theirs if acting.branch is None else theirs.filter(branch=acting.branch)


class Grant(models.Model):
    """`rights` are codes of accounts.rights; an administrator's list is empty, because he holds all that his organization's
    kinds give. `branch` narrows the grant to a branch. `granted_by` is empty for grants that no person made. A blocked grant
    keeps its rights for the day it is unblocked and opens nothing, nor does any other of this person in its scope."""

    user = models.ForeignKey(User, models.PROTECT, related_name="grants")
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="grants")
    branch = models.ForeignKey(Branch, models.PROTECT, null=True, related_name="grants")
    is_admin = models.BooleanField(default=False)
    is_blocked = models.BooleanField(default=False)
    position = models.CharField(max_length=500, blank=True)  # as ЕСИА or the invitation said when the grant was made
    rights = ArrayField(models.CharField(max_length=60), default=list)
    since = models.DateTimeField(default=timezone.now)
    until = models.DateTimeField(null=True)
    granted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    ground = models.CharField(max_length=500, blank=True)
    source = models.CharField(max_length=10, choices=Source.choices)
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = GrantQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "organization", "branch"],
                condition=Q(revoked_at=None, source=Source.ESIA),
                nulls_distinct=False,
                name="grant_of_esia_once",
            ),
            models.UniqueConstraint(
                fields=["user", "organization", "branch"],
                condition=Q(revoked_at=None) & ~Q(source=Source.ESIA),
                nulls_distinct=False,
                name="grant_of_people_once",
            ),
            models.CheckConstraint(condition=Q(source__in=Source.values), name="grant_source"),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gt=F("since")), name="grant_ends_after_it_begins"
            ),
            models.CheckConstraint(
                condition=Q(is_admin=True, rights__len=0) | Q(is_admin=False, rights__len__gt=0) | Q(is_blocked=True),
                name="grant_gives_something",
            ),
            models.CheckConstraint(
                condition=~Q(source=Source.GRANT) | Q(granted_by__isnull=False), name="grant_has_its_author"
            ),
            models.CheckConstraint(
                condition=~Q(source=Source.ESIA) | Q(is_admin=True, is_blocked=False), name="grant_of_esia_is_admin"
            ),
            models.CheckConstraint(
                condition=Q(revoked_at=None, revoked_by=None, reason="")
                | (Q(revoked_at__isnull=False) & ~Q(reason="")),
                name="grant_revoked_for_a_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["organization", "user"], condition=Q(revoked_at=None), name="grant_open"),
        ]
        triggers = [
            pgtrigger.Protect(name="grant_never_deleted", operation=pgtrigger.Delete),
            # a change is a revocation and a new grant: what was in force on a day can always be told
            pgtrigger.ReadOnly(
                name="grant_never_rewritten",
                exclude=["revoked_at", "revoked_by", "reason"],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} → {self.organization_id}"

    def is_in_force(self, now: datetime | None = None) -> bool:
        """As `GrantQuerySet.in_force`, for a row already at hand."""
        now = now or timezone.now()
        return self.revoked_at is None and self.since <= now and (self.until is None or now < self.until)
