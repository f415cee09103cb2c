"""Mail addresses that people type: a person's own one, and an organization's for copies. Confirmed by a link before use."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone

SETTINGS = "admin.settings"


class AddressQuerySet(models.QuerySet["Address"]):
    def standing(self) -> AddressQuerySet:
        """Not removed."""
        return self.filter(removed_at=None)

    def confirmed(self) -> AddressQuerySet:
        return self.standing().filter(confirmed_at__isnull=False)

    def of_organizations(self) -> AddressQuerySet:
        return self.standing().filter(organization__isnull=False)

    def copied_to(self) -> AddressQuerySet:
        """Addresses of organizations that copies go to."""
        return self.confirmed().filter(organization__isnull=False, paused_at=None)

    def of_person(self, user: Any) -> AddressQuerySet:
        return self.standing().filter(user=user)

    def visible_to(self, acting: Any) -> AddressQuerySet:
        """Standing addresses of the acting organization, for who keeps its settings; a branch sees its own."""
        if acting is None or not acting.holds(SETTINGS):
            return self.none()
        theirs = self.standing().filter(organization=acting.organization)
        return theirs if acting.branch is None else theirs.filter(branch=acting.branch)


class Address(models.Model):
    """Of a person (`user`), or of an organization or its branch, which gets copies of letters about `topics`.

    A person's confirmed address takes the place of the one that ЕСИА states. `removed_at` ends an address, whoever removed it.

    Somebody answers for an organization's address: who asked for it, or who kept it since (`kept_by`). Its copies are what that
    person sees himself; when he has no access any more they pause (`paused_at`) until somebody else keeps the address.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    organization = models.ForeignKey("accounts.Organization", models.PROTECT, null=True, related_name="+")
    branch = models.ForeignKey("accounts.Branch", models.PROTECT, null=True, related_name="+")
    email = models.EmailField()
    topics = ArrayField(models.CharField(max_length=20), default=list)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    confirmed_at = models.DateTimeField(null=True)
    removed_at = models.DateTimeField(null=True)
    kept_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    kept_at = models.DateTimeField(null=True)
    paused_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    objects = AddressQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(user__isnull=False, organization=None, branch=None)
                | Q(user=None, organization__isnull=False, topics__len__gt=0),
                name="address_of_person_or_organization",
            ),
            models.CheckConstraint(
                condition=Q(kept_by=None, kept_at=None) | Q(kept_by__isnull=False, kept_at__isnull=False, user=None),
                name="address_kept_by_somebody",
            ),
            models.CheckConstraint(condition=Q(paused_at=None) | Q(user=None), name="address_paused_of_organization"),
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(removed_at=None, confirmed_at__isnull=False),
                name="address_of_person_once",
            ),
            models.UniqueConstraint(
                fields=["user"], condition=Q(removed_at=None, confirmed_at=None), name="address_asked_once"
            ),
            models.UniqueConstraint(
                fields=["organization", "branch", "email"],
                condition=Q(removed_at=None, user=None),
                nulls_distinct=False,
                name="address_of_organization_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"  # not the address: this goes into logs

    @property
    def is_confirmed(self) -> bool:
        return self.confirmed_at is not None

    @property
    def keeper_id(self) -> int:
        """Who answers for an organization's address."""
        return self.kept_by_id or self.created_by_id

    def is_kept_by(self, acting: Any) -> bool:
        """Whether this is who answers for the address, as he acts for its place."""
        mine = acting.user.pk == self.keeper_id and acting.organization.pk == self.organization_id
        return mine and (acting.branch is None or acting.branch.pk == self.branch_id)

    def takes(self, notice: Any, keepers: Iterable[Any]) -> bool:
        """Whether a copy of the notice goes here: told to the organization (an address of a branch: to that branch), of a chosen
        topic, and seen by one of `keepers`, the keeper's own actings."""
        if self.paused_at is not None or notice.user_id is not None or notice.organization_id != self.organization_id:
            return False
        if notice.topic not in self.topics or self.branch_id not in {None, notice.branch_id}:
            return False
        return any(self.is_kept_by(acting) and notice.is_seen_by(acting) for acting in keepers)
