"""State reference books: SOUT organizations, experts, identification numbers of СОУТ, and the workplaces in force."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from registries.states import ImportState

KEEP = "inspect.keep_registers"


class SoutOrganization(models.Model):
    """Entry of the register of organizations that make the special assessment (426-ФЗ art. 21 p. 4)."""

    registration_number = models.CharField(max_length=20, unique=True)
    registered_on = models.DateField(null=True)
    name = models.TextField()
    inn = models.CharField(max_length=12, db_index=True)
    ogrn = models.CharField(max_length=15)
    accreditation_number = models.CharField(max_length=40, blank=True)
    accredited_on = models.DateField(null=True)
    accredited_till = models.DateField(null=True)

    class Meta:
        indexes = [models.Index(fields=["name", "id"], name="sout_organization_name")]

    def __str__(self) -> str:
        return f"№ {self.registration_number} {self.name}"


class SoutOrganizationStatus(models.Model):
    """A period of the organization's activity: active, suspended or excluded. `till` None: goes on."""

    organization = models.ForeignKey(SoutOrganization, models.CASCADE, related_name="statuses")
    status = models.CharField(max_length=20)
    since = models.DateField()
    till = models.DateField(null=True)

    class Meta:
        ordering = ["since"]

    def __str__(self) -> str:
        return f"{self.status} {self.since}…{self.till or ''}"


class Expert(models.Model):
    """Entry of the register of experts (426-ФЗ art. 21 p. 5)."""

    registration_number = models.CharField(max_length=20, unique=True)
    last_name = models.CharField(max_length=100)
    first_name = models.CharField(max_length=100)
    middle_name = models.CharField(max_length=100, blank=True)
    certificate_number = models.CharField(max_length=60)
    certificate_issued = models.DateField(null=True)
    certificate_expires = models.DateField(null=True)
    annulled_on = models.DateField(null=True)
    organization_number = models.CharField(max_length=20, blank=True)

    class Meta:
        indexes = [models.Index(fields=["last_name", "id"], name="expert_last_name")]

    def __str__(self) -> str:
        return f"№ {self.registration_number}"


class SoutId(models.Model):
    """An identification number of СОУТ (ИН СОУТ), given before the work begins (451-ФЗ)."""

    number = models.CharField(max_length=20, unique=True)
    organization_number = models.CharField(max_length=20)
    employer_inn = models.CharField(max_length=12, db_index=True)
    contract_date = models.DateField(null=True)
    issued_on = models.DateField(null=True)
    status = models.CharField(max_length=20)

    def __str__(self) -> str:
        return self.number


class WorkplaceInForce(models.Model):
    """A workplace in force of an employer: one row for each (ИНН, normalized number).

    Fed by acceptance of reports, renumbering, liquidation, supersession and import. `position_key` and `unit_key` are
    normalized texts (registries.workplace_keys); `snils` are digits, for the continuity of numbers only.
    """

    employer_inn = models.CharField(max_length=12)
    number_key = models.CharField(max_length=200)
    number = models.CharField(max_length=200)
    position = models.TextField()
    subunit = models.TextField(blank=True)
    position_key = models.TextField()
    unit_key = models.TextField(blank=True)
    snils = ArrayField(models.CharField(max_length=20), default=list)
    report_uid = models.UUIDField(null=True)
    report_label = models.CharField(max_length=60)
    approved_on = models.DateField(null=True)
    final_class = models.CharField(max_length=4, blank=True)
    updated_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["employer_inn", "number_key"], name="workplace_in_force_once")]
        indexes = [
            models.Index(fields=["employer_inn", "position_key"], name="in_force_place"),
            models.Index(fields=["report_uid"], name="in_force_report"),
        ]

    def __str__(self) -> str:
        return f"{self.employer_inn} № {self.number}"


class LoadedRegister(models.Model):
    """When a register (a list of the file's format) was loaded last, and how many entries the file held."""

    register = models.CharField(max_length=20, primary_key=True)
    loaded_at = models.DateTimeField()
    entries = models.PositiveIntegerField()

    def __str__(self) -> str:
        return self.register


class RegisterImportQuerySet(models.QuerySet["RegisterImport"]):
    def visible_to(self, acting: Any) -> RegisterImportQuerySet:
        """Uploads of the acting inspectorate, for who keeps registers."""
        if acting is None or not acting.holds(KEEP):
            return self.none()
        return self.filter(organization=acting.organization)


class RegisterImport(models.Model):
    """An uploaded register file and what became of it. `problems` are {where, message}, at most a hundred of `problems_total`."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    file = models.ForeignKey("files.StoredFile", models.PROTECT, related_name="+")
    organization = models.ForeignKey("accounts.Organization", models.PROTECT, related_name="+")
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(auto_now_add=True)
    state = models.CharField(max_length=10, choices=ImportState.choices, default=ImportState.RECEIVED)
    finished_at = models.DateTimeField(null=True)
    counts = models.JSONField(default=dict)
    problems = models.JSONField(default=list)
    problems_total = models.PositiveIntegerField(default=0)

    objects = RegisterImportQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="received", finished_at=None) | (~Q(state="received") & Q(finished_at__isnull=False)),
                name="register_import_finished_has_time",
            )
        ]
        indexes = [models.Index(fields=["organization", "-id"], name="register_import_latest")]

    def __str__(self) -> str:
        return f"{self.uid}"
