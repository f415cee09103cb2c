"""The one task that runs jobs, and the two that look after them."""

from __future__ import annotations

import logging
from datetime import timedelta
from functools import partial

from celery import shared_task
from django.conf import settings
from django.db import DatabaseError, models, transaction
from django.utils import timezone

from core.jobs.models import Job, State
from core.jobs.registry import every_kind, kind
from core.jobs.run import JobRefused, Run, Superseded, claim
from core.jobs.sending import send

log = logging.getLogger(__name__)


@shared_task
def run_job(job_id: str) -> None:
    """Claim the job and run its handler. A second delivery finds it claimed or finished and leaves."""
    run = claim(job_id)
    if run is None:
        return
    if run.attempt > settings.JOB_ATTEMPTS_MAX:
        _fail(
            run,
            {
                "reason": "Работа не удалась после нескольких попыток. Попробуйте ещё раз; если не поможет, обратитесь в поддержку."
            },
        )
        return
    with run:
        try:
            kind(run.job.kind).handler(run)
        except Superseded:
            log.info("jobs: attempt %s of %s is too late", run.attempt, job_id)
        except JobRefused as refused:
            _fail(run, refused.outcome)
        except Exception:  # the row, not the traceback, is what users see: release it so that the next attempt may try
            _release(run)
            log.exception("jobs: attempt %s of %s failed", run.attempt, job_id)
            raise


def _fail(run: Run, outcome: dict[str, object]) -> None:
    on_failure = kind(run.job.kind).on_failure

    def closing() -> dict[str, object]:
        if on_failure is not None:
            on_failure(run.job)
        return outcome

    try:
        run.finish(closing, state=State.FAILED)
    except Superseded:
        log.info("jobs: attempt %s of %s failed too late", run.attempt, run.job.pk)


def _release(run: Run) -> None:
    """Give the lease back, so that beat sends the job again without waiting for it to run out."""
    try:
        Job.objects.filter(pk=run.job.pk, attempt=run.attempt, state=State.RUNNING).update(leased_until=timezone.now())
    except DatabaseError:
        log.warning("jobs: the lease of %s runs out by itself", run.job.pk)


@shared_task
def resend_stranded() -> int:
    """Send again what no live worker holds: queued for long, or running past its lease."""
    now = timezone.now()
    patience = timedelta(seconds=settings.JOB_RESEND_AFTER_SECONDS)
    stranded = models.Q(state=State.QUEUED, sent_at__lt=now - patience) | models.Q(
        state=State.RUNNING, leased_until__lt=now
    )
    sent = 0
    with transaction.atomic():
        rows = Job.objects.select_for_update(of=("self",), no_key=True, skip_locked=True).filter(stranded)[:500]
        for job in rows:
            job.sent_at = now
            job.save(update_fields=["sent_at"])
            transaction.on_commit(partial(send, job))
            sent += 1
    return sent


@shared_task
def sweep_staging() -> int:
    """Let every kind of job remove what dead attempts left in staging."""
    return sum(each.sweep() for each in every_kind() if each.sweep is not None)
