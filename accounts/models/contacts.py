"""Contacts of an organization, or of its branch, as its people typed them: what ЕСИА says of an organization holds none."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils import timezone

from accounts.models.organization import Branch, Organization
from accounts.models.user import User


class ContactsQuerySet(models.QuerySet["Contacts"]):
    def visible_to(self, acting: Any) -> ContactsQuerySet:
        """Of the acting organization and its branches; a branch sees its own."""
        if acting is None:
            return self.none()
        theirs = self.filter(organization=acting.organization)
        return theirs if acting.branch is None else theirs.filter(branch=acting.branch)

    def of(self, organization: Organization, branch: Branch | None) -> Contacts | None:
        return self.filter(organization=organization, branch=branch).first()


class Contacts(models.Model):
    """Phone, mail address, and whom to ask. Empty fields are shown nowhere. `version` tells a stale page."""

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="contacts")
    branch = models.ForeignKey(Branch, models.PROTECT, null=True, related_name="contacts")
    phone = models.CharField(max_length=60, blank=True)
    email = models.EmailField(blank=True)
    person_name = models.CharField(max_length=200, blank=True)
    person_position = models.CharField(max_length=200, blank=True)
    version = models.PositiveIntegerField(default=0)
    changed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    changed_at = models.DateTimeField(default=timezone.now)

    objects = ContactsQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "branch"], nulls_distinct=False, name="contacts_once"),
        ]

    def __str__(self) -> str:
        return f"{self.organization_id}/{self.branch_id}"

    @property
    def is_empty(self) -> bool:
        return not (self.phone or self.email or self.person_name)
