"""What ЕСИА said of a person's roles at his last sign-in. A snapshot: never a ground for access by itself."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models.organization import Entity
from accounts.models.user import User


class EsiaRoleQuerySet(models.QuerySet["EsiaRole"]):
    def of(self, user: User) -> EsiaRoleQuerySet:
        """The roles that ЕСИА named at the last sign-in of this person."""
        return self.filter(user=user, gone_at=None)

    def live(self) -> EsiaRoleQuerySet:
        """Named at the last sign-in, and not blocked in the organization's profile."""
        return self.filter(gone_at=None, active=True)

    def heads(self) -> EsiaRoleQuerySet:
        """Live roles of heads: of the whole organization, not of a branch of it, and not of one that is no more."""
        return self.live().filter(chief=True, branch_oid=None, is_liquidated=False)


class EsiaRole(models.Model):
    """A row of /rs/prns/{oid}/roles.

    A role that ЕСИА no longer names stays with `gone_at`: it closes the grants in that organization.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="esia_roles")
    org_oid = models.BigIntegerField()
    branch_oid = models.BigIntegerField(null=True)
    branch_name = models.CharField(max_length=500, blank=True)
    full_name = models.CharField(max_length=1000)
    short_name = models.CharField(max_length=500, blank=True)
    ogrn = models.CharField(max_length=20, blank=True)
    entity = models.CharField(max_length=10, choices=Entity.choices, default=Entity.LEGAL)
    chief = models.BooleanField(default=False)
    admin = models.BooleanField(default=False)
    active = models.BooleanField(default=True)
    is_liquidated = models.BooleanField(default=False)
    seen_at = models.DateTimeField()
    gone_at = models.DateTimeField(null=True)

    objects = EsiaRoleQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "org_oid", "branch_oid"], nulls_distinct=False, name="esia_role_once"
            ),
            models.CheckConstraint(condition=Q(entity__in=Entity.values), name="esia_role_entity"),
        ]
        indexes = [models.Index(fields=["org_oid", "user"], name="esia_role_org")]

    def __str__(self) -> str:
        return f"{self.user_id} → {self.name}"

    @property
    def name(self) -> str:
        return self.short_name or self.full_name

    @property
    def label(self) -> str:
        """The role in the words of ЕПГУ."""
        if self.chief:
            return "Руководитель организации"
        if self.admin:
            return "Администратор организации"
        return "Сотрудник"

    @property
    def gives_administrative_access(self) -> bool:
        """Which roles do is a setting: the source documents of the cabinet disagree on «Администратор организации»."""
        if not self.active or self.is_liquidated:
            return False
        return any(getattr(self, name) for name in settings.ESIA_ADMIN_ROLES)
