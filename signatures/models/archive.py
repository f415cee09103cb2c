"""When each kept signature was last judged again, and how."""

from __future__ import annotations

from django.db import models

from signatures.models.kept import Signature


class ArchiveCheck(models.Model):
    """The last judgement of a signature by the clock. `reasons`: codes of signatures.archive.reasons, [] where it holds."""

    signature = models.OneToOneField(Signature, models.PROTECT, primary_key=True, related_name="archive_check")
    at = models.DateTimeField()
    holds = models.BooleanField()
    reasons = models.JSONField(default=list)

    class Meta:
        indexes = [
            models.Index(fields=["at"], name="archive_check_oldest"),
            models.Index(fields=["at"], condition=models.Q(holds=False), name="archive_check_broken"),
        ]

    def __str__(self) -> str:
        return f"{self.signature_id} {'holds' if self.holds else 'does not hold'}"
