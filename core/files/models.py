"""The table of stored files. Bytes live in the default storage (a local folder or S3) under the row's uid."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.db import models


class StoredFileQuerySet(models.QuerySet["StoredFile"]):
    def visible_to(self, acting: Any) -> StoredFileQuerySet:
        """Files that the acting organization brought. What others may see of a file is decided by its document."""
        return self.filter(organization=acting.organization) if acting is not None else self.none()


class StoredFile(models.Model):
    """One file. `name` is what the user called it; `expires_at`: when the bytes may be dropped (None: never)."""

    uid = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=255)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    purpose = models.CharField(max_length=40)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    organization = models.ForeignKey("accounts.Organization", models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(null=True)
    dropped_at = models.DateTimeField(null=True)

    objects = StoredFileQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["organization", "sha256"], name="file_digest"),
            models.Index(fields=["expires_at"], condition=models.Q(dropped_at=None), name="file_expiring"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def storage_name(self) -> str:
        """Two levels of folders, so that none grows beyond what file systems like."""
        return f"{self.uid.hex[:2]}/{self.uid.hex[2:4]}/{self.uid.hex}"
