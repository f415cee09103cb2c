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
    """A certificate of a certification authority: a root that is trusted, or an intermediate that helps to reach one.

    ``key_sha256``: of its public key, by which revocation lists are found; empty only in a row older than the column,
    until ``look_after_trust`` has filled it.  ``authority``: the entry of the trust list that brought it; None for one added by
    hand, which no trust list takes off.
    """

    class Kind(models.TextChoices):
        ROOT = "root", "Корневой"
        INTERMEDIATE = "intermediate", "Промежуточный"

    class Source(models.TextChoices):
        MANUAL = "manual", "Загружен вручную"
        TRUST_LIST = "trust_list", "Перечень аккредитованных УЦ"
        DEMO = "demo", "Демонстрационный УЦ"

    class Removed(models.TextChoices):
        """Why it was taken off: what an operator has taken off by hand, no list brings back."""

        BY_HAND = "by_hand", "Исключён вручную"
        GONE = "gone", "Исчез из перечня аккредитованных УЦ"
        STATUS = "status", "Аккредитация УЦ прекращена"

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
    removed_reason = models.CharField(max_length=10, choices=Removed.choices, blank=True, db_default="")
    key_sha256 = models.CharField(max_length=64, blank=True, db_default="")
    authority = models.ForeignKey(
        "signatures.AccreditedAuthority", models.PROTECT, null=True, related_name="certificates"
    )

    objects = TrustedCertificateQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["sha256"], condition=Q(removed_at=None), name="trusted_certificate_listed_once"
            ),
        ]
        indexes = [
            models.Index(fields=["subject", "id"], name="trusted_certificate_subject"),
            models.Index(fields=["not_after", "id"], name="trusted_certificate_until"),
        ]

    def __str__(self) -> str:
        return self.subject


class RevocationListQuerySet(models.QuerySet["RevocationList"]):
    def newest(self, moment: datetime) -> RevocationListQuerySet:
        """The newest list of each authority's key and distribution point as of ``moment``, also one that has run out.

        Narrow it by key afterwards: ``distinct`` comes last.
        """
        issued = self.filter(this_update__lte=moment)
        return issued.order_by("issuer_key_sha256", "scope", "-this_update", "-id").distinct(
            "issuer_key_sha256", "scope"
        )

    def in_force(self, moment: datetime) -> RevocationListQuerySet:
        """Those of ``newest`` that cover ``moment``.

        Where the newest has run out, no older one stands in for it, however long it was made to last: it does not know what
        the newer one revoked.
        """
        return self.filter(pk__in=self.newest(moment).values("pk"), next_update__gte=moment)


class RevocationList(models.Model):
    """A CRL whose own signature was checked at import by the key with digest ``issuer_key_sha256``.

    ``number`` is text: a CRL number has up to twenty octets.  ``scope`` is the SHA-256 of the issuing
    distribution point, empty for a list that speaks for every certificate of its issuer; ``point`` says the same in words
    (see ``signatures.cms.points``).  ``loaded_at``: since when its serials are in RevokedSerial; None for a list kept
    before that table was there, or so long superseded that they were dropped: it is read from ``der`` then.
    ``issuer_name_sha256`` and ``authority_key`` (hexadecimal) are set with it.
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
    loaded_at = models.DateTimeField(null=True)
    issuer_name_sha256 = models.CharField(max_length=64, blank=True, db_default="")
    authority_key = models.CharField(max_length=200, blank=True, db_default="")
    point = models.JSONField(default=dict, db_default={})

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


class RevokedSerial(models.Model):
    """One entry of a revocation list.  ``serial`` as ``f"{number:x}"``, like ``Signature.serial``; ``reason`` by its name in
    RFC 5280 section 5.3.1, empty where the list gives none.  Rows come by COPY with their list and are never edited."""

    pk = models.CompositePrimaryKey("list_id", "serial")
    list = models.ForeignKey(RevocationList, models.CASCADE, related_name="serials", db_index=False)
    serial = models.CharField(max_length=50)
    revoked_at = models.DateTimeField()
    reason = models.CharField(max_length=30, blank=True)

    def __str__(self) -> str:
        return self.serial
