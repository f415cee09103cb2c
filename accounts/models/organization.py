"""Organizations and their branches.

An organization's kinds are columns; the import of registers writes those of SOUT organizations.
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q


class Entity(models.TextChoices):
    """ЕСИА's `type` of an organization."""

    LEGAL = "LEGAL", "Юридическое лицо"
    BUSINESS = "BUSINESS", "Индивидуальный предприниматель"
    AGENCY = "AGENCY", "Орган власти"


class Inspectorate(models.TextChoices):
    """What kind of supervising body an organization is; a territorial one sees its region, the others the country."""

    TERRITORIAL = "git", "Государственная инспекция труда"
    FEDERAL = "rostrud", "Роструд"
    OPERATOR = "operator", "Оператор системы (Минтруд России)"


class OrganizationQuerySet(models.QuerySet["Organization"]):
    def visible_to(self, acting: Any) -> OrganizationQuerySet:
        """The acting organization alone."""
        return self.none() if acting is None else self.filter(pk=acting.organization.pk)

    def supervised_by(self, acting: Any) -> OrganizationQuerySet:
        """Employers of the inspectorate's territory; nobody's for who acts for no inspectorate."""
        return self.none() if acting is None else self.filter(acting.territory_q("region"), is_employer=True)

    def unclaimed(self) -> OrganizationQuerySet:
        """Employers that are known from reports only: nobody of theirs has signed in yet."""
        return self.filter(claimed_at=None)


class Organization(models.Model):
    """One legal person or sole trader, told apart by ИНН and ОГРН (ОГРНИП).

    Created unclaimed by the intake of a report, or claimed at once when its first person signs in. What ЕСИА or a report
    states is stored as stated: a wrong check digit is a finding of the rules, not a reason to lose the organization.
    """

    inn = models.CharField(max_length=20)
    ogrn = models.CharField(max_length=20)
    kpp = models.CharField(max_length=20, blank=True)
    esia_oid = models.BigIntegerField(unique=True, null=True)
    entity = models.CharField(max_length=10, choices=Entity.choices, blank=True)
    full_name = models.CharField(max_length=1000)
    short_name = models.CharField(max_length=500, blank=True)
    region = models.CharField(max_length=3, blank=True, help_text="code of the region, two digits")
    address = models.CharField(max_length=1000, blank=True)

    is_employer = models.BooleanField(default=True)
    is_sout_organization = models.BooleanField(default=False)
    is_training_centre = models.BooleanField(default=False)
    is_inspectorate = models.BooleanField(default=False)
    inspectorate = models.CharField(max_length=10, choices=Inspectorate.choices, blank=True)
    sout_registration_number = models.CharField(
        max_length=20, blank=True, help_text="number in the register of SOUT organizations"
    )

    claimed_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = OrganizationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["inn", "ogrn"], name="organization_once"),
            models.UniqueConstraint(
                fields=["sout_registration_number"],
                condition=~Q(sout_registration_number=""),
                name="organization_sout_number_once",
            ),
            models.CheckConstraint(condition=~Q(inn="") & ~Q(ogrn=""), name="organization_has_numbers"),
            models.CheckConstraint(
                condition=Q(claimed_at=None) | Q(esia_oid__isnull=False), name="organization_claimed_through_esia"
            ),
            models.CheckConstraint(
                condition=Q(is_inspectorate=False, inspectorate="")
                | Q(is_inspectorate=True, inspectorate__in=Inspectorate.values),
                name="organization_inspectorate_of_kind",
            ),
            models.CheckConstraint(
                condition=~Q(inspectorate=Inspectorate.TERRITORIAL) | ~Q(region=""),
                name="organization_inspectorate_has_territory",
            ),
            models.CheckConstraint(
                condition=Q(sout_registration_number="") | Q(is_sout_organization=True),
                name="organization_sout_number_of_kind",
            ),
        ]
        indexes = [
            models.Index(fields=["ogrn"], name="organization_ogrn"),
            models.Index(fields=["region", "short_name", "id"], name="organization_region"),
            models.Index(fields=["short_name", "id"], name="organization_name"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The short name where there is one."""
        return self.short_name or self.full_name

    @property
    def is_national_inspectorate(self) -> bool:
        """Supervises the whole country, and keeps its registers."""
        return self.inspectorate in {Inspectorate.FEDERAL, Inspectorate.OPERATOR}


class BranchQuerySet(models.QuerySet["Branch"]):
    def visible_to(self, acting: Any) -> BranchQuerySet:
        """The branches of the acting organization; somebody who acts for a branch sees that one."""
        if acting is None:
            return self.none()
        if acting.branch is not None:
            return self.filter(pk=acting.branch.pk)
        return self.filter(organization=acting.organization)


class Branch(models.Model):
    """A separate subdivision, known from ЕСИА; in a report its КПП picks it."""

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="branches")
    esia_oid = models.BigIntegerField(unique=True, null=True)
    kpp = models.CharField(max_length=20, blank=True)
    name = models.CharField(max_length=500)

    objects = BranchQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "kpp"], condition=~Q(kpp=""), name="branch_kpp_once"),
        ]

    def __str__(self) -> str:
        return self.name
