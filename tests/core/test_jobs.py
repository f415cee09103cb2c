"""Jobs: lease, fence, staging. What a killed, late or doubled worker must not do."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import Organization
from core.jobs import JobRefused, Run, enqueue, job
from core.jobs.models import Job, State
from core.jobs.registry import UnknownKind, _kinds
from core.jobs.run import Superseded, claim
from core.jobs.tasks import resend_stranded, run_job
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def probe():
    """A kind of job whose handler is what the test says."""
    calls: list[Run] = []

    class Probe:
        handler = staticmethod(lambda run: run.finish(lambda: {"ok": True}))

    @job("probe.work", on_failure=calls.append)
    def work(run: Run) -> None:
        Probe.handler(run)

    Probe.failures = calls
    yield Probe
    _kinds.pop("probe.work")


@pytest.fixture
def subject() -> Organization:
    return factories.organization()


def fresh(row: Job) -> Job:
    return Job.objects.get(pk=row.pk)


def test_a_job_runs_once(probe, subject):
    row = enqueue("probe.work", subject)
    run_job(str(row.pk))
    done = fresh(row)
    assert (done.state, done.attempt, done.outcome) == (State.DONE, 1, {"ok": True})
    run_job(str(row.pk))
    assert fresh(row).attempt == 1, "a second delivery leaves early"


def test_an_unfinished_job_is_not_doubled(probe, subject):
    first = enqueue("probe.work", subject)
    assert enqueue("probe.work", subject).pk == first.pk
    run_job(str(first.pk))
    assert enqueue("probe.work", subject).pk != first.pk


def test_a_job_nobody_handles_cannot_be_made(subject):
    with pytest.raises(UnknownKind):
        enqueue("probe.unknown", subject)


def test_a_live_worker_keeps_its_job(probe, subject):
    row = enqueue("probe.work", subject)
    assert claim(str(row.pk)) is not None
    assert claim(str(row.pk)) is None


def test_a_late_attempt_is_refused(probe, subject):
    row = enqueue("probe.work", subject)
    late = claim(str(row.pk))
    Job.objects.filter(pk=row.pk).update(leased_until=timezone.now() - timedelta(seconds=1))
    second = claim(str(row.pk))
    assert second is not None
    assert second.attempt == 2
    written = []
    with pytest.raises(Superseded):
        late.finish(lambda: written.append("late"))
    second.finish(lambda: written.append("second") or {})
    assert written == ["second"]
    with pytest.raises(Superseded):
        second.finish(lambda: written.append("again"))
    assert written == ["second"]


def test_closing_and_the_mark_done_are_one_transaction(probe, subject):
    row = enqueue("probe.work", subject)

    def broken(run: Run) -> None:
        def closing():
            Organization.objects.filter(pk=subject.pk).update(short_name="half")
            raise RuntimeError("killed in the middle")

        run.finish(closing)

    probe.handler = staticmethod(broken)
    with pytest.raises(RuntimeError):
        run_job(str(row.pk))
    subject.refresh_from_db()
    assert subject.short_name != "half"
    assert fresh(row).state == State.RUNNING
    probe.handler = staticmethod(lambda run: run.finish())
    run_job(str(row.pk))
    assert fresh(row).state == State.DONE
    assert fresh(row).attempt == 2


def test_the_heartbeat_renews_the_lease_and_shows_progress(probe, subject, settings):
    settings.JOB_LEASE_SECONDS = 1
    settings.JOB_HEARTBEAT_SECONDS = 0.1
    row = enqueue("probe.work", subject)
    seen = []

    def slow(run: Run) -> None:
        for number in range(16):
            run.progress(number, total=16, step="half way" if number > 8 else "begun")
            time.sleep(0.1)
            seen.append(fresh(row).done)
        run.finish()

    probe.handler = staticmethod(slow)
    run_job(str(row.pk))
    assert len(set(seen)) > 4, "progress was visible while the job ran"
    done = fresh(row)
    assert (done.state, done.done, done.total, done.step) == (State.DONE, 15, 16, "half way")


def test_a_worker_that_lost_its_lease_stops(probe, subject, settings):
    settings.JOB_HEARTBEAT_SECONDS = 0.05
    row = enqueue("probe.work", subject)
    reached = []

    def robbed(run: Run) -> None:
        with connection.cursor() as cursor:
            cursor.execute("UPDATE jobs_job SET attempt = attempt + 1 WHERE id = %s", [row.pk])
        for number in range(100):
            run.progress(number)
            time.sleep(0.02)
        reached.append("end")

    probe.handler = staticmethod(robbed)
    run_job(str(row.pk))
    assert reached == []
    assert fresh(row).state == State.RUNNING, "the job belongs to the other attempt"


def test_a_refused_job_ends_with_its_reason(probe, subject):
    row = enqueue("probe.work", subject)

    def refused(run: Run) -> None:
        raise JobRefused(reason="Нет данных")

    probe.handler = staticmethod(refused)
    run_job(str(row.pk))
    assert fresh(row).state == State.FAILED
    assert fresh(row).outcome == {"reason": "Нет данных"}
    assert [each.pk for each in probe.failures] == [row.pk]


def test_after_the_last_attempt_the_owner_is_told(probe, subject, settings):
    row = enqueue("probe.work", subject)
    Job.objects.filter(pk=row.pk).update(attempt=settings.JOB_ATTEMPTS_MAX)
    run_job(str(row.pk))
    assert fresh(row).state == State.FAILED
    assert "несколько" in fresh(row).outcome["reason"] or "попыток" in fresh(row).outcome["reason"]


def test_stranded_jobs_are_sent_again(probe, subject, settings):
    queued = enqueue("probe.work", subject)
    assert resend_stranded() == 0, "a fresh message is given its time"
    Job.objects.filter(pk=queued.pk).update(sent_at=timezone.now() - timedelta(hours=1))
    assert resend_stranded() == 1
    assert resend_stranded() == 0
    claim(str(queued.pk))
    assert resend_stranded() == 0, "a live worker holds it"
    Job.objects.filter(pk=queued.pk).update(leased_until=timezone.now() - timedelta(seconds=1))
    assert resend_stranded() == 1


def test_a_dead_broker_loses_nothing(probe, subject, monkeypatch):
    def refuse(*args, **kwargs):
        raise ConnectionRefusedError

    monkeypatch.setattr(run_job, "apply_async", refuse)
    row = enqueue("probe.work", subject)
    assert fresh(row).state == State.QUEUED
