"""«Проверить документ»: a document too large to be judged while somebody waits for the page."""

from __future__ import annotations

import hmac
import uuid
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone

LIFE = timedelta(hours=1)


def _in_an_hour() -> Any:
    return timezone.now() + LIFE


class DocumentCheckQuerySet(models.QuerySet["DocumentCheck"]):
    def alive(self) -> DocumentCheckQuerySet:
        return self.filter(expires_at__gt=timezone.now())


class DocumentCheck(models.Model):
    """One upload that waits for a worker, or has been judged by it. The address is unguessable, and opens in the browser that
    uploaded alone: `bearer` is the SHA-256 of what its cookie holds, `owner` who was signed in there.

    `document` None: the signature holds the document. The files are dropped as soon as they are judged, the row an hour
    after the upload. `result`: as signatures.checking.answer makes it, None until then; without СНИЛС.
    """

    uid = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    bearer = models.CharField(max_length=64)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    document = models.ForeignKey("files.StoredFile", models.PROTECT, null=True, related_name="+")
    signature = models.ForeignKey("files.StoredFile", models.PROTECT, related_name="+")
    result = models.JSONField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(default=_in_an_hour)

    objects = DocumentCheckQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["expires_at"], name="document_check_expiring")]

    def __str__(self) -> str:
        return str(self.uid)

    def is_of(self, bearer: str, user: Any) -> bool:
        """Whether this browser, and this person in it, uploaded the files."""
        mine = self.owner_id is None or self.owner_id == getattr(user, "pk", None)
        return mine and hmac.compare_digest(self.bearer, bearer)
