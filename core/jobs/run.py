"""One attempt at a job: claimed with a lease, renewed from a connection of its own, ended by one short fenced transaction."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import psycopg
from django.apps import apps
from django.conf import settings
from django.db import connection, models, transaction
from django.utils import timezone

from core.jobs.models import Job, State

log = logging.getLogger(__name__)

# Of the parameters Django gives psycopg.connect, these shape its own connections; the rest (addresses, ssl*, …) is libpq's.
DJANGO_OWN = {"autocommit", "context", "cursor_factory", "prepare_threshold", "row_factory"}
CONNECT_SECONDS = 5


class Superseded(Exception):
    """A later attempt owns the job: whatever this one staged must not be taken."""


class JobRefused(Exception):
    """The work ends for good with a reason for the user; no further attempt would help. `outcome` is stored on the job."""

    def __init__(self, **outcome: Any) -> None:
        super().__init__(outcome.get("reason", ""))
        self.outcome = outcome


def claim(job_id: str) -> Run | None:
    """Take the job unless it is finished or a live worker holds it."""
    lease = timedelta(seconds=settings.JOB_LEASE_SECONDS)
    now = timezone.now()
    free = models.Q(state=State.QUEUED) | models.Q(state=State.RUNNING, leased_until__lt=now)
    with transaction.atomic():
        job = Job.objects.select_for_update(of=("self",), no_key=True, skip_locked=True).filter(free, pk=job_id).first()
        if job is None:
            return None
        job.state = State.RUNNING
        job.attempt += 1
        job.leased_until = now + lease
        job.started_at = job.started_at or now
        job.done = 0
        job.save(update_fields=["state", "attempt", "leased_until", "started_at", "done"])
    return Run(job)


class Run:
    """What a handler works with.

    `progress(done, total, step)` is free to call for every row: the heartbeat thread writes the last values once a second.
    `finish(closing)` runs `closing()` and the mark «done» in one transaction, after checking that this attempt still owns
    the job; raises Superseded otherwise.
    """

    def __init__(self, job: Job) -> None:
        self.job = job
        self.attempt = job.attempt
        self._held_until = time.monotonic() + settings.JOB_LEASE_SECONDS
        self._done = 0
        self._total: int | None = None
        self._step = ""
        self._lost = threading.Event()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._beat, name=f"heartbeat {job.pk}", daemon=True)

    def __enter__(self) -> Run:
        self._thread.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._stop.set()
        self._thread.join(timeout=10)

    def subject(self) -> models.Model:
        """The row the job is about; raises its model's DoesNotExist."""
        return apps.get_model(self.job.subject_type)._default_manager.get(pk=self.job.subject_id)

    def progress(self, done: int, total: int | None = None, step: str | None = None) -> None:
        self._done = done
        if total is not None:
            self._total = total
        if step is not None:
            self._step = step
        if self._lost.is_set():
            raise Superseded(str(self.job.pk))

    def finish(self, closing: Callable[[], dict[str, Any] | None] | None = None, *, state: str = State.DONE) -> None:
        """End the job. `closing` does the taking over of staged rows and returns the outcome to store."""
        with transaction.atomic():
            job = Job.objects.select_for_update(of=("self",), no_key=True).get(pk=self.job.pk)
            if job.attempt != self.attempt or job.state != State.RUNNING:
                raise Superseded(str(job.pk))
            outcome = closing() if closing is not None else None
            self._close(job, state, outcome)
        self.job = job

    def _close(self, job: Job, state: str, outcome: dict[str, Any] | None) -> None:
        job.state = state
        job.finished_at = timezone.now()
        job.leased_until = None
        job.done = self._done
        job.total = self._total if self._total is not None else job.total
        job.step = self._step
        job.outcome = outcome or {}
        job.save(update_fields=["state", "finished_at", "leased_until", "done", "total", "step", "outcome"])

    def _beat(self) -> None:
        """Renew the lease from a connection of its own: on the handler's one it would wait for the handler's locks.

        A lost connection is made anew until the lease is past. From then on another worker may own the job, and what this
        attempt goes on to do is for nothing.
        """
        while not self._stop.is_set():
            try:
                with psycopg.connect(**own_connection_params()) as own:
                    self._renew_until_stopped(own)
                return
            except psycopg.Error as trouble:
                log.warning("jobs: heartbeat of %s broken (%s)", self.job.pk, type(trouble).__name__)
            if time.monotonic() > self._held_until:
                log.warning("jobs: attempt %s of %s has lost its lease", self.attempt, self.job.pk)
                self._lost.set()
                return
            self._stop.wait(settings.JOB_HEARTBEAT_SECONDS)

    def _renew_until_stopped(self, own: psycopg.Connection[Any]) -> None:
        while not self._stop.wait(settings.JOB_HEARTBEAT_SECONDS):
            asked = time.monotonic()
            if not self._renew(own):
                self._lost.set()
                return
            self._held_until = asked + settings.JOB_LEASE_SECONDS

    def _renew(self, own: psycopg.Connection[Any]) -> bool:
        until = timezone.now() + timedelta(seconds=settings.JOB_LEASE_SECONDS)
        # skip_locked: the closing transaction may hold the row; then there is nothing left to renew
        cursor = own.execute(
            "UPDATE jobs_job SET leased_until = %s, done = %s, total = COALESCE(%s, total), step = %s WHERE id ="
            " (SELECT id FROM jobs_job WHERE id = %s FOR NO KEY UPDATE SKIP LOCKED) AND attempt = %s AND state = 'running'",
            [until, self._done, self._total, self._step, self.job.pk, self.attempt],
        )
        if cursor.rowcount == 1:
            return True
        row = own.execute("SELECT attempt, state FROM jobs_job WHERE id = %s", [self.job.pk]).fetchone()
        return row is not None and row[0] == self.attempt and row[1] == State.RUNNING


def own_connection_params() -> dict[str, Any]:
    """What psycopg.connect needs for a second connection to the database of the first, gone about in the same way."""
    params = {name: value for name, value in connection.get_connection_params().items() if name not in DJANGO_OWN}
    # Bounded, so that a network that swallows everything is noticed before the lease is past.
    patience = {"connect_timeout": CONNECT_SECONDS, "tcp_user_timeout": int(1000 * settings.JOB_LEASE_SECONDS)}
    return patience | params | {"autocommit": True, "application_name": "lkot heartbeat"}
