"""Making a job and hinting at it through the broker."""

from __future__ import annotations

import logging
from typing import Any

from django.db import models, transaction
from django.utils import timezone
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from core.jobs.models import Job
from core.jobs.registry import kind as find_kind

log = logging.getLogger(__name__)


def enqueue(kind: str, subject: models.Model, *, actor: Any = None, organization: Any = None) -> Job:
    """A new job in the transaction of the caller; the message leaves after the commit. A subject has at most one unfinished
    job of a kind: that one is returned instead of a second."""
    queue = find_kind(kind).queue
    with transaction.atomic():
        existing = Job.objects.of(subject).unfinished().filter(kind=kind).first()
        if existing is not None:
            return existing
        created = Job.objects.create(
            kind=kind,
            queue=queue,
            subject_type=subject._meta.label_lower,
            subject_id=str(subject.pk),
            owner=getattr(actor, "user", actor),
            organization=organization or getattr(actor, "organization", None),
            sent_at=timezone.now(),
        )
        transaction.on_commit(lambda: send(created))
    return created


def send(job: Job) -> None:
    """Put the id into the queue. A broker that is down loses nothing: beat sends the row again."""
    from core.jobs.tasks import run_job

    try:
        run_job.apply_async(args=[str(job.pk)], queue=job.queue)
    except (OperationalError, RedisError, OSError) as trouble:
        log.warning("jobs: %s not sent (%s), beat will send it again", job.pk, type(trouble).__name__)
