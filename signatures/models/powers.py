"""Machine-readable powers of attorney that the cabinet knows, and those that were made here and wait for the head's signature."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from accounts.models import User
from accounts.rights import Right
from signatures.mchd.registry import RegistryStatus
from signatures.models.recheck import RevocationRecheck
from signatures.models.requests import SigningRequest

# Columns: what the paper says never changes; what becomes of it does.
_WRITTEN_ONCE = (
    "organization_id",
    "number",
    "inner_number",
    "issued",
    "until",
    "representatives",
    "representative_snils",
    "powers",
    "document_id",
    "signature_id",
    "uploaded_at",
)


def issued_to_whom(acting: Any) -> Q:
    """Whose papers somebody acting may see: his own; who manages access, those of the people he manages."""
    own = Q(representative_snils__contains=[acting.user.snils]) if acting.user.snils else Q(pk__in=[])
    if not acting.holds(Right.ACCESS):
        return own
    if acting.branch is None:
        return ~Q(pk__in=[])
    theirs = User.objects.visible_to(acting).exclude(snils="").values_list("snils", flat=True)
    return own | Q(representative_snils__overlap=list(theirs))


class PowerQuerySet(models.QuerySet["PowerOfAttorney"]):
    def visible_to(self, acting: Any) -> PowerQuerySet:
        """Papers of the acting organization: all for who manages access to it, everybody those issued to himself."""
        if acting is None:
            return self.none()
        return self.filter(issued_to_whom(acting), organization=acting.organization)

    def in_cabinet(self) -> PowerQuerySet:
        """Those that nobody took away."""
        return self.filter(withdrawn_at=None)

    def usable(self, day: date) -> PowerQuerySet:
        """Not taken away, not revoked, signed by a certificate that was not revoked, in force on this day (in Moscow)."""
        in_force = self.in_cabinet().filter(issued__lte=day, until__gte=day)
        badly_signed = Q(signature__recheck__outcome=RevocationRecheck.Outcome.REVOKED)
        return in_force.exclude(Q(registry_status=RegistryStatus.REVOKED) | badly_signed)

    def to_be_judged(self) -> PowerQuerySet:
        """With all that `signatures.powers.judge` reads."""
        heavy = [f"signature__{name}" for name in ("der", "certificate", "chain", "revocation")]
        return self.select_related("document", "signature__recheck").defer(*heavy)

    def issued_to(self, snils: str) -> PowerQuerySet:
        return self.filter(representative_snils__contains=[snils]) if snils else self.none()


class PowerOfAttorney(models.Model):
    """A МЧД whose form, head's signature and principal were checked at its upload; the bytes are the evidence.

    ``representatives``: [{name, snils, inn, position}], personal data.  ``powers``: [{code, text, restricted}].
    ``signature`` is the head's, kept with its certificate and verdict as of the upload: it stays good when his
    certificate runs out.  ``registry_*``: the last answer of the registry, of when, from whom,
    and when it was asked.
    """

    uid = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey("accounts.Organization", models.PROTECT, related_name="+")
    number = models.CharField(max_length=36)
    inner_number = models.CharField(max_length=255, blank=True)
    issued = models.DateField()
    until = models.DateField()
    representatives = models.JSONField()
    representative_snils = ArrayField(models.CharField(max_length=11))
    powers = models.JSONField()
    document = models.ForeignKey("signatures.SignedDocument", models.PROTECT, related_name="+")
    signature = models.ForeignKey("signatures.Signature", models.PROTECT, related_name="+")
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    withdrawn_reason = models.CharField(max_length=300, blank=True)
    registry_status = models.CharField(
        max_length=12,
        choices=[(item.value, item.label) for item in RegistryStatus],
        default=RegistryStatus.UNKNOWN.value,
    )
    registry_at = models.DateTimeField(null=True)
    registry_asked_at = models.DateTimeField(null=True)
    registry_source = models.CharField(max_length=120, blank=True)

    objects = PowerQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "number"], name="power_once_in_an_organization"),
            models.CheckConstraint(condition=Q(until__gte=models.F("issued")), name="power_dates"),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_by=None)
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False),
                name="power_withdrawn_by_somebody",
            ),
        ]
        indexes = [models.Index(fields=["until", "registry_asked_at"], name="power_until")]
        triggers = [
            pgtrigger.Protect(name="power_is_what_was_signed", operation=pgtrigger.UpdateOf(*_WRITTEN_ONCE)),
            pgtrigger.Protect(name="power_keep", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"МЧД № {self.short_number}"

    @property
    def short_number(self) -> str:
        """The paper's inner number, or the beginning of its GUID."""
        return self.inner_number or f"{self.number[:8]}…"

    @property
    def xml(self) -> bytes:
        return bytes(self.document.body or b"")

    @property
    def names(self) -> str:
        return ", ".join(each["name"] for each in self.representatives)

    @property
    def is_revoked(self) -> bool:
        return self.registry_status == RegistryStatus.REVOKED

    @property
    def debt(self) -> RevocationRecheck | None:
        """What is, or was, still to be learned of the certificate under it; None where it was known at the upload."""
        return getattr(self.signature, "recheck", None)


class PowerDraftQuerySet(models.QuerySet["PowerDraft"]):
    def visible_to(self, acting: Any) -> PowerDraftQuerySet:
        """Drafts of the acting organization: for who manages access, for its head who is to sign, and for whom they are issued
        to."""
        if acting is None:
            return self.none()
        head = Q(head_snils=acting.user.snils) if acting.user.snils else Q(pk__in=[])
        return self.filter(issued_to_whom(acting) | head, organization=acting.organization)

    def waiting(self) -> PowerDraftQuerySet:
        """Neither signed nor discarded."""
        return self.filter(discarded_at=None, power=None)


class PowerDraft(models.Model):
    """A МЧД made here: exactly the bytes (of ``request``) that the head is to sign, wherever he does it.  ``power``: what it
    became."""

    uid = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey("accounts.Organization", models.PROTECT, related_name="+")
    number = models.CharField(max_length=36, unique=True)
    inner_number = models.CharField(max_length=255)
    until = models.DateField()
    representative_snils = ArrayField(models.CharField(max_length=11))
    representative_name = models.CharField(max_length=460)
    head_snils = models.CharField(max_length=11)
    request = models.OneToOneField(SigningRequest, models.PROTECT, related_name="+")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    discarded_at = models.DateTimeField(null=True)
    power = models.OneToOneField(PowerOfAttorney, models.PROTECT, null=True, related_name="draft")

    objects = PowerDraftQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(discarded_at=None) | Q(power=None), name="power_draft_signed_or_discarded"
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="power_draft_bytes", operation=pgtrigger.UpdateOf("request_id", "number", "organization_id")
            ),
        ]

    def __str__(self) -> str:
        return f"МЧД № {self.inner_number}"

    @property
    def is_waiting(self) -> bool:
        """As `PowerDraftQuerySet.waiting`, for a row at hand."""
        return self.discarded_at is None and self.power_id is None

    @property
    def body(self) -> bytes:
        """The bytes to be signed."""
        return bytes(self.request.document.body or b"")
