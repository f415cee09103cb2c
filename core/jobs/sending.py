"""Making a job and hinting at it through the broker."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.db import IntegrityError, models, transaction
from django.utils import timezone

from core.hints import hint
from core.jobs.models import Job
from core.jobs.registry import kind as find_kind


def enqueue(kind: str, subject: models.Model, *, actor: Any = None, organization: Any = None) -> Job:
    """A new job in the transaction of the caller; the message leaves after the commit. A subject has at most one unfinished
    job of a kind: that one is returned instead of a second, also where another caller makes it at this very moment."""
    owner = getattr(actor, "user", actor)
    where = organization or getattr(actor, "organization", None)
    make = partial(_make, kind, subject, owner=owner, organization=where)
    try:
        return _unfinished(kind, subject) or make()
    except IntegrityError:  # job_one_unfinished: another caller was first, and may even be done with it by now
        return _unfinished(kind, subject) or make()


def _unfinished(kind: str, subject: models.Model) -> Job | None:
    find_kind(kind)  # raises UnknownKind before anything is asked of the database
    return Job.objects.of(subject).unfinished().filter(kind=kind).first()


@transaction.atomic
def _make(kind: str, subject: models.Model, **columns: Any) -> Job:
    created = Job.objects.create(
        kind=kind,
        queue=find_kind(kind).queue,
        subject_type=subject._meta.label_lower,
        subject_id=str(subject.pk),
        sent_at=timezone.now(),
        **columns,
    )
    transaction.on_commit(partial(send, created))
    return created


def send(job: Job) -> None:
    """Put the id into the queue. A broker that is down loses nothing: beat sends the row again."""
    from core.jobs.tasks import run_job

    hint(run_job, str(job.pk), queue=job.queue)
