"""The one task that runs jobs, and the two that look after them."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from functools import partial

from celery import shared_task
from django.conf import settings
from django.db import Error, connection, models, transaction
from django.db.models.functions import Least
from django.utils import timezone

from core.jobs.models import Job, State
from core.jobs.registry import UnknownKind, every_kind, kind
from core.jobs.run import JobRefused, Run, Superseded, claim
from core.jobs.sending import send

log = logging.getLogger(__name__)
GAVE_UP = "Работа не удалась после нескольких попыток. Попробуйте ещё раз; если не поможет, обратитесь в поддержку."
RESEND_INTERVAL_MAX = timedelta(minutes=10)


@shared_task
def run_job(job_id: str) -> None:
    """Claim the job and run its handler. A second delivery finds it claimed or finished and leaves."""
    run = claim(job_id)
    if run is None:
        return
    try:
        if run.attempt > settings.JOB_ATTEMPTS_MAX:  # the last one was killed, and could not say so itself
            _fail(run, {"reason": GAVE_UP})
        else:
            _attempt(run)
    except Exception:  # the row, not the traceback, is what users see: release it so that the next attempt may try
        log.exception("jobs: attempt %s of %s failed", run.attempt, job_id)
        _release(run)
        raise


def _attempt(run: Run) -> None:
    """The heartbeat has ended when this returns or raises: it would take back a lease that is given away."""
    try:
        with run:
            kind(run.job.kind).handler(run)
    except Superseded:
        log.info("jobs: attempt %s of %s is too late", run.attempt, run.job.pk)
    except JobRefused as refused:
        _fail(run, refused.outcome)
    except Exception:
        if run.attempt < settings.JOB_ATTEMPTS_MAX:
            raise
        log.exception("jobs: the last attempt at %s failed", run.job.pk)
        _fail(run, {"reason": GAVE_UP})


def _fail(run: Run, outcome: dict[str, object]) -> None:
    """End the job as failed, and tell its kind in the same transaction. Where telling fails it is tried as often again as
    the work itself; then the job ends without, for it must end."""
    try:
        run.finish(lambda: _told(run.job, outcome), state=State.FAILED)
    except Superseded:
        log.info("jobs: attempt %s of %s failed too late", run.attempt, run.job.pk)
    except Exception:
        if run.attempt < 2 * settings.JOB_ATTEMPTS_MAX:
            raise
        log.exception("jobs: %s ends, and its kind %s cannot be told", run.job.pk, run.job.kind)
        run.finish(lambda: outcome, state=State.FAILED)


def _told(job: Job, outcome: dict[str, object]) -> dict[str, object]:
    try:
        on_failure = kind(job.kind).on_failure
    except UnknownKind:
        log.error("jobs: %s ends as failed: nobody handles the kind %s", job.pk, job.kind)
        return outcome
    if on_failure is not None:
        on_failure(job)
    return outcome


def _release(run: Run) -> None:
    """Give the job away for a while: the next attempt comes the later the more have failed, so that an outage of minutes
    does not use up all of them."""
    pause = min(settings.JOB_BACKOFF_SECONDS * 2**run.attempt, settings.JOB_BACKOFF_MAX_SECONDS)
    until = timezone.now() + timedelta(seconds=pause)
    try:
        if not connection.in_atomic_block:
            connection.close_if_unusable_or_obsolete()  # an error of the database may have been what failed
        Job.objects.filter(pk=run.job.pk, attempt=run.attempt, state=State.RUNNING).update(leased_until=until)
    except Error:
        log.warning("jobs: the lease of %s runs out by itself", run.job.pk)


@shared_task
def resend_stranded() -> int:
    """Send again what no live worker holds: queued for long, or running past its lease."""
    sent = 0
    with transaction.atomic():
        stranded = Job.objects.filter(_stranded())
        for job in stranded.select_for_update(of=("self",), no_key=True, skip_locked=True)[:500]:
            job.sent_at = timezone.now()
            job.save(update_fields=["sent_at"])
            transaction.on_commit(partial(send, job))
            sent += 1
    return sent


def _stranded() -> models.Q:
    """A job that merely waits its turn is sent at growing intervals: each as long as it has waited, up to ten minutes."""
    now = timezone.now()
    waits = models.Q(state=State.QUEUED, sent_at__lt=_due(now, models.F("created_at")))
    given_up = models.Q(state=State.RUNNING, leased_until__lt=now)
    not_sent_since = models.Q(sent_at=None) | models.Q(sent_at__lt=models.F("leased_until"))
    return waits | given_up & (not_sent_since | models.Q(sent_at__lt=_due(now, models.F("leased_until"))))


def _due(now: datetime, waits_since: models.F) -> models.Expression:
    """What was last sent before this moment is due."""
    patience = timedelta(seconds=settings.JOB_RESEND_AFTER_SECONDS)
    waited = models.ExpressionWrapper(models.F("sent_at") - waits_since, models.DurationField())
    interval = Least(waited, models.Value(RESEND_INTERVAL_MAX, models.DurationField()))
    moment = models.Value(now, models.DateTimeField()) - models.Value(patience, models.DurationField())
    return models.ExpressionWrapper(moment - interval, models.DateTimeField())


@shared_task
def sweep_staging() -> int:
    """Let every kind of job remove what dead attempts left in staging."""
    return sum(each.sweep() for each in every_kind() if each.sweep is not None)
