"""What was signed, and the signatures that were accepted."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from core.journal.models import append_only
from signatures import purposes
from signatures.cms.encoding import load_certificate
from signatures.subjects import Subject, read_subject
from signatures.verdicts import Verdict


class SignedDocument(models.Model):
    """The exact bytes that were signed: in a stored file, or in the row itself for small ones.

    Nobody looks for them by themselves: who reads them is who reads their request or a signature of them.
    """

    uid = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey("accounts.Organization", models.PROTECT, related_name="+")
    purpose = models.CharField(max_length=60)
    name = models.CharField(max_length=255)
    file = models.ForeignKey("files.StoredFile", models.PROTECT, null=True, related_name="+")
    body = models.BinaryField(null=True)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    streebog256 = models.CharField(max_length=64)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "purpose", "sha256"], name="signed_document_once_per_purpose"
            ),
            models.CheckConstraint(
                condition=Q(file=None, body__isnull=False) | Q(file__isnull=False, body=None),
                name="signed_document_has_bytes",
            ),
        ]
        triggers = append_only("signed_document")

    def __str__(self) -> str:
        return self.name


class SignatureQuerySet(models.QuerySet["Signature"]):
    def visible_to(self, acting: Any) -> SignatureQuerySet:
        """Signatures given for the acting organization, of the purposes whose pages its person may read."""
        if acting is None:
            return self.none()
        return self.filter(purposes.readable_q(acting), organization=acting.organization)


class Signature(models.Model):
    """An accepted signature with all that was known at its receipt, so that it can be judged again later.

    ``chain``: from the signer to the root, [{name, thumbprint, der (base64)}].  ``revocation``: lists
    that were asked, [{issuer, number, sha256}]; their bytes stay in RevocationList.
    ``signing_time`` is the signer's claim, ``moment`` is ours.
    """

    uid = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    document = models.ForeignKey(SignedDocument, models.PROTECT, related_name="signatures")
    organization = models.ForeignKey("accounts.Organization", models.PROTECT, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    purpose = models.CharField(max_length=60)
    der = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    fingerprint = models.CharField(max_length=64)
    certificate = models.BinaryField()
    thumbprint = models.CharField(max_length=40)
    serial = models.CharField(max_length=50)
    not_before = models.DateTimeField()
    not_after = models.DateTimeField()
    qualified = models.BooleanField()
    chain = models.JSONField()
    revocation = models.JSONField()
    verdict = models.CharField(max_length=40, choices=[(item.value, item.explanation) for item in Verdict])
    moment = models.DateTimeField()
    signing_time = models.DateTimeField(null=True)
    # the power of attorney under which an employee signed by his personal certificate
    power = models.ForeignKey("signatures.PowerOfAttorney", models.PROTECT, null=True, related_name="+")

    objects = SignatureQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["purpose", "fingerprint"], name="signature_accepted_once_per_purpose"),
        ]
        indexes = [
            # which signatures were judged by a revocation list
            GinIndex(fields=["revocation"], name="signature_lists_used", opclasses=["jsonb_path_ops"]),
            # «was this very signature accepted here?», asked by a public page
            models.Index(fields=["fingerprint"], name="signature_fingerprint"),
        ]
        triggers = append_only("signature")

    def __str__(self) -> str:
        return f"{self.serial} {self.moment:%Y-%m-%d %H:%M}"

    @property
    def subject(self) -> Subject:
        """The owner of the certificate, as it names him; contains personal data."""
        return read_subject(load_certificate(bytes(self.certificate)))
