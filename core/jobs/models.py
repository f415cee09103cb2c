"""The table of long work."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.db import models


class State(models.TextChoices):
    QUEUED = "queued", "В очереди"
    RUNNING = "running", "Выполняется"
    DONE = "done", "Выполнено"
    FAILED = "failed", "Не выполнено"


class JobQuerySet(models.QuerySet["Job"]):
    def visible_to(self, acting: Any) -> JobQuerySet:
        """Jobs that the acting organization started."""
        return self.filter(organization=acting.organization) if acting is not None else self.none()

    def of(self, subject: models.Model) -> JobQuerySet:
        return self.filter(subject_type=subject._meta.label_lower, subject_id=str(subject.pk))

    def unfinished(self) -> JobQuerySet:
        return self.filter(state__in=[State.QUEUED, State.RUNNING])


class Job(models.Model):
    """One piece of long work. `attempt` fences: only the latest attempt may finish. `done`/`total` count what the kind counts
    (workplaces, rows); total None: unknown yet."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=80)
    queue = models.CharField(max_length=20)
    subject_type = models.CharField(max_length=80)
    subject_id = models.CharField(max_length=64)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    organization = models.ForeignKey("accounts.Organization", models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    step = models.CharField(max_length=80, blank=True)
    done = models.PositiveBigIntegerField(default=0)
    total = models.PositiveBigIntegerField(null=True)
    attempt = models.PositiveIntegerField(default=0)
    leased_until = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    outcome = models.JSONField(default=dict)

    objects = JobQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["subject_type", "subject_id"], name="job_subject"),
            models.Index(
                fields=["created_at"], condition=models.Q(state__in=["queued", "running"]), name="job_unfinished"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=["done", "failed"], finished_at__isnull=False)
                | models.Q(state__in=["queued", "running"], finished_at=None),
                name="job_finished_has_time",
            ),
            models.UniqueConstraint(
                fields=["kind", "subject_type", "subject_id"],
                condition=models.Q(state__in=["queued", "running"]),
                name="job_one_unfinished",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject_id} {self.state}"

    @property
    def finished(self) -> bool:
        return self.state in {State.DONE, State.FAILED}
