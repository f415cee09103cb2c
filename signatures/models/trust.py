"""The trust list and the revocation lists."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q


class TrustedCertificateQuerySet(models.QuerySet["TrustedCertificate"]):
    def in_force(self, moment: datetime) -> TrustedCertificateQuerySet:
        """Certificates that were not taken off the list by ``moment``."""
        return self.filter(Q(removed_at=None) | Q(removed_at__gt=moment))


class TrustedCertificate(models.Model):
    """A certificate of a certification authority: a root that is trusted, or an intermediate that helps to reach one."""

    class Kind(models.TextChoices):
        ROOT = "root", "Корневой"
        INTERMEDIATE = "intermediate", "Промежуточный"

    class Source(models.TextChoices):
        MANUAL = "manual", "Загружен вручную"
        DEMO = "demo", "Демонстрационный УЦ"

    der = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    source = models.CharField(max_length=10, choices=Source.choices, default=Source.MANUAL)
    subject = models.CharField(max_length=500)
    issuer = models.CharField(max_length=500)
    not_before = models.DateTimeField()
    not_after = models.DateTimeField()
    added_at = models.DateTimeField(auto_now_add=True)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    removed_at = models.DateTimeField(null=True)

    objects = TrustedCertificateQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["sha256"], condition=Q(removed_at=None), name="trusted_certificate_listed_once"
            ),
        ]

    def __str__(self) -> str:
        return self.subject


class RevocationListQuerySet(models.QuerySet["RevocationList"]):
    def in_force(self, moment: datetime) -> RevocationListQuerySet:
        """The newest list of each authority's key and distribution point, where that one covers ``moment``.

        When it has run out, no older one stands in for it, however long it was made to last: it does not know what
        the newer one revoked.
        """
        issued = self.filter(this_update__lte=moment)
        newest = issued.order_by("issuer_key_sha256", "scope", "-this_update", "-id")
        latest = newest.distinct("issuer_key_sha256", "scope")
        return self.filter(pk__in=latest.values("pk"), next_update__gte=moment)


class RevocationList(models.Model):
    """A CRL whose own signature was checked at import by the key with digest ``issuer_key_sha256``.

    ``number`` is text: a CRL number has up to twenty octets.  ``scope`` is the SHA-256 of the issuing
    distribution point, empty for a list that speaks for every certificate of its issuer.
    """

    der = models.BinaryField()
    sha256 = models.CharField(max_length=64, unique=True)
    issuer = models.CharField(max_length=500)
    issuer_key_sha256 = models.CharField(max_length=64)
    scope = models.CharField(max_length=64, blank=True)
    number = models.CharField(max_length=50, blank=True)
    this_update = models.DateTimeField()
    next_update = models.DateTimeField()
    revoked_count = models.PositiveIntegerField()
    verified_at = models.DateTimeField()
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    objects = RevocationListQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["issuer_key_sha256", "scope", "-this_update"], name="revocation_list_newest"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(next_update__gt=models.F("this_update")), name="revocation_list_times"),
        ]

    def __str__(self) -> str:
        return f"{self.issuer} № {self.number}"
