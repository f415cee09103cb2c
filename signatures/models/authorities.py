"""The list of accredited authorities as it was imported, and where revocation lists are fetched."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q


class AccreditedAuthority(models.Model):
    """One «УдостоверяющийЦентр» of the trust list (ТСЛ).

    ``status`` is the word of the list; only «Действует» is trusted.  ``status_since``: since when it holds, None where the list
    gives no date that can be read.  ``history``: [{status, since (ISO 8601 or "")}] as the list has it.  ``listed`` is False
    for one that has disappeared from the list.
    """

    ACTIVE = "Действует"

    registry_number = models.CharField(max_length=50)
    ogrn = models.CharField(max_length=15, blank=True)
    inn = models.CharField(max_length=12, blank=True)
    name = models.CharField(max_length=500)
    status = models.CharField(max_length=100)
    status_since = models.DateTimeField(null=True)
    history = models.JSONField(default=list)
    listed = models.BooleanField(default=True)
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["registry_number", "ogrn"], name="accredited_authority_once"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_active(self) -> bool:
        return self.listed and self.status == self.ACTIVE


class TrustListImport(models.Model):
    """A trust list that was taken, by the SHA-256 of its file.

    Its own signature (XMLDSig by GOST) is not verified by this system: ``confirmed`` says who vouches for the file.
    ``counts``: {authorities, active, added, removed, withheld, skipped, addresses}.
    """

    class Confirmed(models.TextChoices):
        SHA256 = "sha256", "контрольную сумму файла подтвердил администратор"
        UNSIGNED = "unsigned", "администратор загрузил файл без подтверждения контрольной суммы"
        HTTPS = "https", "файл получен по HTTPS с адреса из настроек"

    sha256 = models.CharField(max_length=64)
    version = models.CharField(max_length=50, blank=True)
    dated = models.DateTimeField(null=True)
    confirmed = models.CharField(max_length=10, choices=Confirmed.choices)
    counts = models.JSONField(default=dict)
    imported_at = models.DateTimeField()
    imported_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    def __str__(self) -> str:
        return f"{self.version} {self.sha256[:16]}"


class FetchAddressQuerySet(models.QuerySet["FetchAddress"]):
    def due(self, moment: datetime) -> FetchAddressQuerySet:
        """What is to be fetched now, the longest waiting first."""
        return self.filter(used=True, next_try_at__lte=moment).order_by("next_try_at", "pk")


class FetchAddress(models.Model):
    """Where a list is fetched: the trust list, or the revocation list of the key ``issuer_key_sha256`` (empty: not known).

    ``problem`` is a Russian sentence about the last try, empty where it went well; ``failures`` counts tries in vain since the
    last success.  ``listed``: the trust list names it.  ``used`` is False where nothing trusted names the address any more.
    """

    class Kind(models.TextChoices):
        TRUST_LIST = "trust_list", "Перечень аккредитованных УЦ"
        REVOCATION_LIST = "crl", "Список отзыва"

    kind = models.CharField(max_length=10, choices=Kind.choices)
    url = models.CharField(max_length=1000)
    issuer_key_sha256 = models.CharField(max_length=64, blank=True)
    listed = models.BooleanField(default=False)
    used = models.BooleanField(default=True)
    next_try_at = models.DateTimeField()
    last_try_at = models.DateTimeField(null=True)
    last_success_at = models.DateTimeField(null=True)
    failures = models.PositiveIntegerField(default=0)
    problem = models.CharField(max_length=500, blank=True)

    objects = FetchAddressQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "url", "issuer_key_sha256"], name="fetch_address_once"),
        ]
        indexes = [
            models.Index(fields=["next_try_at", "id"], condition=Q(used=True), name="fetch_address_due"),
            models.Index(fields=["issuer_key_sha256"], name="fetch_address_key"),
        ]

    def __str__(self) -> str:
        return self.url
