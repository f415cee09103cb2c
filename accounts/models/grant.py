"""Grants: who may do what for whom, since when, until when, on what ground. Dated rows: changed by a new row, never deleted."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, ExpressionWrapper, F, OuterRef, Q
from django.utils import timezone

from accounts.models.esia import EsiaRole, EsiaRoleQuerySet
from accounts.models.organization import Branch, Organization
from accounts.models.user import User
from core.moments import Moment


class Source(models.TextChoices):
    """What made the grant."""

    ESIA = "esia", "Роль в ЕСИА"
    GRANT = "grant", "Предоставлен администратором"
    COMMAND = "command", "Предоставлен оператором системы"
    DEMO = "demo", "Учебные данные"


def _roles_there() -> EsiaRoleQuerySet:
    """What ЕСИА says of the person of an outer grant in its organization."""
    return EsiaRole.objects.filter(user=OuterRef("user"), org_oid=OuterRef("organization__esia_oid"))


def _is_shut(now: datetime | None) -> Q:
    """Whether the grant is a block, or a block of the whole organization or of the branch of the grant closes it."""
    scope = Q(branch=None) | Q(branch=OuterRef("branch"))
    blocks = Grant.objects.blocking(now).filter(scope, user=OuterRef("user"), organization=OuterRef("organization"))
    # the head can always recover: nobody's block holds against what the role of the head gives
    by_headship = Q(source=Source.ESIA) & Q(Exists(_roles_there().heads()))
    return Q(is_blocked=True) | (Q(Exists(blocks)) & ~by_headship)


class GrantQuerySet(models.QuerySet["Grant"]):
    def in_force(self, now: datetime | None = None) -> GrantQuerySet:
        """Begun, not ended, not revoked."""
        at = now or Moment()
        return self.filter(Q(until=None) | Q(until__gt=at), since__lte=at, revoked_at=None)

    def usable(self, now: datetime | None = None) -> GrantQuerySet:
        """In force, not blocked, and not contradicted by ЕСИА: a person whose roles in the organization are all gone or
        blocked acts no more, and acts again, without a new grant, when ЕСИА names him again. No roles known at all
        contradict nothing."""
        theirs = _roles_there()
        in_force = self.in_force(now).filter(~Exists(theirs) | Exists(theirs.live()), user__is_active=True)
        return in_force.not_shut(now)

    def blocking(self, now: datetime | None = None) -> GrantQuerySet:
        """Blocks that hold: begun, and not lifted by anybody. The last day of the rights that a block keeps ends the rights,
        not the block."""
        return self.filter(since__lte=now or Moment(), is_blocked=True, revoked_at=None)

    def shut(self, now: datetime | None = None) -> GrantQuerySet:
        """Blocks, and what a block closes."""
        return self.filter(_is_shut(now))

    def not_shut(self, now: datetime | None = None) -> GrantQuerySet:
        return self.filter(~_is_shut(now))

    def with_shut(self) -> GrantQuerySet:
        """With `is_shut`: as `shut`, for rows at hand."""
        return self.annotate(is_shut=ExpressionWrapper(_is_shut(None), output_field=models.BooleanField()))

    def visible_to(self, acting: Any) -> GrantQuerySet:
        """Grants of the acting organization (of the branch, for who acts for a branch), for those who manage access."""
        if acting is None or not acting.holds("admin.access"):
            return self.none()
        theirs = self.filter(organization=acting.organization)
        return theirs if acting.branch is None else theirs.filter(branch=acting.branch)


class Grant(models.Model):
    """`rights` are codes of accounts.rights; an administrator's list is empty, because he holds all that his organization's
    kinds give. `branch` narrows the grant to a branch. `granted_by` is empty for grants that no person made. A blocked grant
    keeps its rights for the day it is unblocked and opens nothing, nor does any other of this person in its scope, until the
    block is lifted. `block_reason` is what the blocked person reads."""

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
    block_reason = models.CharField(max_length=500, blank=True, db_default="")
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
            models.CheckConstraint(
                condition=Q(is_blocked=True) | Q(block_reason=""), name="grant_block_has_its_reason"
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

    @property
    def is_over(self) -> bool:
        """Its last day has passed."""
        return self.until is not None and self.until <= timezone.now()

    def is_in_force(self, now: datetime | None = None) -> bool:
        """As `GrantQuerySet.in_force`, for a row already at hand."""
        now = now or timezone.now()
        return self.revoked_at is None and self.since <= now and (self.until is None or now < self.until)
