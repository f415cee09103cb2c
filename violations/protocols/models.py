"""Commission protocols: the document, its rows (one a workplace) and its commission."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone

from signatures.models import SignedDocument
from violations.protocols.states import OPEN, ProtocolState


class CommissionProtocolQuerySet(models.QuerySet["CommissionProtocol"]):
    def visible_to(self, acting: Any) -> CommissionProtocolQuerySet:
        """Protocols of the acting employer; a branch sees those it made."""
        if acting is None:
            return self.none()
        mine = self.filter(employer=acting.organization).exclude(state=ProtocolState.WITHDRAWN)
        return mine.filter(branch=acting.branch) if acting.branch is not None else mine


class CommissionProtocol(models.Model):
    """`request` is what waits for signatures, or was signed: its document is the protocol's XML (schemas/commission_protocol.xsd),
    the exact bytes. Protocols that were sent before there were requests have their `signature` alone. `signature` is that of the
    organization; `commission_signs`: before it the members sign, then the chairman. `version` goes up at each change of the
    draft, so that a stale page is told.

    `import_notes`, of a draft made from a file: {"file", "total", "notes": [{"code", "row", "line", "message"}]}.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    employer = models.ForeignKey("accounts.Organization", models.PROTECT, related_name="commission_protocols")
    branch = models.ForeignKey("accounts.Branch", models.PROTECT, null=True, related_name="+")
    number = models.CharField(max_length=60)
    date = models.DateField()
    state = models.CharField(max_length=10, choices=ProtocolState.choices, default=ProtocolState.DRAFT)
    imported = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(db_default=Now())
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    changed_at = models.DateTimeField(default=timezone.now)
    import_notes = models.JSONField(default=dict)
    commission_signs = models.BooleanField(default=False, db_default=False)
    request = models.ForeignKey("signatures.SigningRequest", models.PROTECT, null=True, related_name="+")
    signature = models.ForeignKey("signatures.Signature", models.PROTECT, null=True, related_name="+")
    applied_at = models.DateTimeField(null=True)
    applied_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    objects = CommissionProtocolQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="applied", applied_at__isnull=False, signature__isnull=False)
                | (~Q(state="applied") & Q(applied_at=None)),
                name="protocol_applied_is_signed",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["signing", "applied"]) | Q(request__isnull=False) | Q(signature__isnull=False),
                name="protocol_frozen_has_document",
            ),
        ]
        indexes = [models.Index(fields=["employer", "date", "id"], name="protocol_employer_date")]

    def __str__(self) -> str:
        return f"{self.numbered} от {self.date:%d.%m.%Y}"

    @property
    def numbered(self) -> str:
        """«№ 7», or words for a draft whose number is not typed yet."""
        return f"№ {self.number}" if self.number else "без номера"

    @property
    def frozen(self) -> SignedDocument | None:
        """The document that waits for signatures, or was signed; None for a draft."""
        if self.request is not None:
            return self.request.document
        return self.signature.document if self.signature is not None else None

    @property
    def document(self) -> bytes | None:
        """The bytes of `frozen`."""
        frozen = self.frozen
        return bytes(frozen.body or b"") if frozen is not None else None

    @property
    def document_sha256(self) -> str:
        """Of `document`, in hexadecimal; "" for a draft."""
        frozen = self.frozen
        return frozen.sha256 if frozen is not None else ""

    @property
    def kpp(self) -> str:
        """The КПП of those who decide: of the branch for a branch's protocol."""
        return self.branch.kpp if self.branch is not None else self.employer.kpp

    @property
    def is_open(self) -> bool:
        """Not yet sent: it can still be changed, or go back to where it can."""
        return self.state in OPEN


class ProtocolRow(models.Model):
    """The decision on one workplace. `reason`: why this number is proposed; `old_number` is frozen when the row is made."""

    protocol = models.ForeignKey(CommissionProtocol, models.CASCADE, related_name="rows")
    workplace = models.ForeignKey("sout_reports.Workplace", models.PROTECT, related_name="+")
    old_number = models.TextField()
    new_number = models.TextField(blank=True)
    liquidated = models.BooleanField(default=False)
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["protocol", "workplace"], name="protocol_row_once")]
        indexes = [models.Index(fields=["protocol", "id"], name="protocol_row_order")]
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.old_number} → {self.new_number}"


class CommissionMember(models.Model):
    """A member of the commission as the protocol names him."""

    protocol = models.ForeignKey(CommissionProtocol, models.CASCADE, related_name="members")
    order = models.PositiveSmallIntegerField()
    chairman = models.BooleanField(default=False)
    last_name = models.CharField(max_length=100)
    first_name = models.CharField(max_length=100)
    middle_name = models.CharField(max_length=100, blank=True)
    position = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["protocol"], condition=Q(chairman=True), name="protocol_one_chairman"),
        ]
        ordering = ["order", "id"]

    def __str__(self) -> str:
        return " ".join(filter(None, (self.last_name, self.first_name, self.middle_name)))


class KeptMemberQuerySet(models.QuerySet["KeptMember"]):
    def visible_to(self, acting: Any) -> KeptMemberQuerySet:
        """Of the acting employer; a branch keeps its own."""
        if acting is None:
            return self.none()
        return self.filter(organization=acting.organization, branch=acting.branch)


class KeptMember(models.Model):
    """Somebody whom the employer's commissions often have: proposed in the editor of a protocol. Changing or removing him
    changes no protocol. `version` tells a stale page."""

    organization = models.ForeignKey("accounts.Organization", models.PROTECT, related_name="+")
    branch = models.ForeignKey("accounts.Branch", models.PROTECT, null=True, related_name="+")
    last_name = models.CharField(max_length=100)
    first_name = models.CharField(max_length=100)
    middle_name = models.CharField(max_length=100, blank=True)
    position = models.CharField(max_length=200)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=timezone.now)

    objects = KeptMemberQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "branch", "last_name", "first_name", "middle_name"],
                nulls_distinct=False,
                name="kept_member_once",
            ),
        ]

    def __str__(self) -> str:
        return " ".join(filter(None, (self.last_name, self.first_name, self.middle_name)))
