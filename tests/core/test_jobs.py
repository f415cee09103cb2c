"""Jobs: lease, fence, staging. What a killed, late or doubled worker must not do."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from accounts.models import Organization
from core.jobs import JobRefused, Run, enqueue, job, sending
from core.jobs.models import Job, State
from core.jobs.registry import UnknownKind, _kinds
from core.jobs.run import DJANGO_OWN, Superseded, claim, own_connection_params
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
    hour = timezone.now() - timedelta(hours=1)
    Job.objects.filter(pk=queued.pk).update(sent_at=hour, leased_until=timezone.now() - timedelta(seconds=1))
    assert resend_stranded() == 1
    assert resend_stranded() == 0, "the message is on its way to a worker"


def seconds_ago(seconds: float) -> datetime:
    return timezone.now() - timedelta(seconds=seconds)


def test_a_job_that_merely_waits_its_turn_is_sent_ever_more_seldom(probe, subject, settings):
    settings.JOB_RESEND_AFTER_SECONDS = 20
    row = enqueue("probe.work", subject)
    # made, sent last: seconds ago; whether that is long enough ago
    for made, sent, due in [
        (25, 24, True),
        (110, 50, False),  # it had waited 60 s when it was sent: 80 s are its time
        (150, 90, True),
        (36_000, 500, False),
        (36_000, 700, True),  # never more than ten minutes, and the patience on top
    ]:
        Job.objects.filter(pk=row.pk).update(created_at=seconds_ago(made), sent_at=seconds_ago(sent))
        assert resend_stranded() == due, (made, sent)


def test_so_is_one_whose_worker_died_and_whose_message_waits(probe, subject, settings):
    settings.JOB_RESEND_AFTER_SECONDS = 20
    row = enqueue("probe.work", subject)
    claim(str(row.pk))
    for leased, sent, due in [(10, 40, True), (50, 10, False), (50, 25, False), (70, 50, True)]:
        Job.objects.filter(pk=row.pk).update(leased_until=seconds_ago(leased), sent_at=seconds_ago(sent))
        assert resend_stranded() == due, (leased, sent)


def break_down(run: Run) -> None:
    raise ConnectionError("a service of ours is down")


def test_a_failed_attempt_is_not_repeated_at_once(probe, subject, settings):
    settings.JOB_BACKOFF_SECONDS, settings.JOB_BACKOFF_MAX_SECONDS = 15, 900
    row = enqueue("probe.work", subject)
    probe.handler = staticmethod(break_down)
    pauses = []
    for _ in range(settings.JOB_ATTEMPTS_MAX - 1):
        with pytest.raises(ConnectionError):
            run_job(str(row.pk))
        assert claim(str(row.pk)) is None, "nobody takes it before its time"
        pauses.append(round((fresh(row).leased_until - timezone.now()).total_seconds() / 15))
        Job.objects.filter(pk=row.pk).update(leased_until=seconds_ago(1))
    assert pauses == [2, 4, 8, 16]
    run_job(str(row.pk))
    assert fresh(row).state == State.FAILED, "the last attempt says so itself"
    assert [each.pk for each in probe.failures] == [row.pk]


def test_the_lease_is_given_away_after_the_heartbeat_has_ended(probe, subject, settings, monkeypatch):
    settings.JOB_BACKOFF_SECONDS, settings.JOB_HEARTBEAT_SECONDS = 0, 0.01
    row = enqueue("probe.work", subject)
    threads = []

    def fail_later(run: Run) -> None:
        threads.append(run._thread)
        time.sleep(0.1)
        raise ConnectionError

    released = []
    monkeypatch.setattr("core.jobs.tasks._release", lambda run: released.append(run._thread.is_alive()))
    probe.handler = staticmethod(fail_later)
    with pytest.raises(ConnectionError):
        run_job(str(row.pk))
    assert released == [False]


def test_an_unknown_kind_ends(probe, subject, settings):
    row = enqueue("probe.work", subject)
    Job.objects.filter(pk=row.pk).update(kind="probe.forgotten")
    for _ in range(settings.JOB_ATTEMPTS_MAX - 1):
        with pytest.raises(UnknownKind):
            run_job(str(row.pk))
    run_job(str(row.pk))
    assert fresh(row).state == State.FAILED


def test_a_kind_that_cannot_be_told_of_its_failure_ends_too(subject, settings):
    told = []

    def refuse(row: Job) -> None:
        told.append(row.pk)
        raise ValueError("broken")

    job("probe.broken", on_failure=refuse)(break_down)
    try:
        row = enqueue("probe.broken", subject)
        for _ in range(3 * settings.JOB_ATTEMPTS_MAX):
            with suppress(ConnectionError, ValueError):
                run_job(str(row.pk))
    finally:
        _kinds.pop("probe.broken")
    done = fresh(row)
    assert done.state == State.FAILED
    assert done.attempt == 2 * settings.JOB_ATTEMPTS_MAX
    assert len(told) == settings.JOB_ATTEMPTS_MAX + 1, "telling is tried again, for its trouble may pass"


def test_two_callers_at_once_make_one_job(probe, subject, monkeypatch):
    """The other caller commits between our look and our insert."""
    look, others = sending._unfinished, []

    def late(kind: str, row: Organization) -> Job | None:
        found = look(kind, row)
        if not others:
            monkeypatch.setattr(sending, "_unfinished", look)
            with ThreadPoolExecutor(1) as pool:
                others.append(pool.submit(elsewhere, enqueue, kind, row).result())
        return found

    monkeypatch.setattr(sending, "_unfinished", late)
    with transaction.atomic():
        ours = enqueue("probe.work", subject)
        assert ours.pk == others[0].pk
        assert Organization.objects.filter(pk=subject.pk).exists(), "the caller's transaction goes on"
    assert Job.objects.count() == 1


def elsewhere(call: Callable[..., Any], *args: Any) -> Any:
    """The result of a call on a connection of its own."""
    try:
        with transaction.atomic():
            return call(*args)
    finally:
        connection.close()


HEARTBEATS = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'lkot heartbeat'"


def test_a_heartbeat_comes_back_after_a_lost_connection(probe, subject, settings):
    settings.JOB_LEASE_SECONDS, settings.JOB_HEARTBEAT_SECONDS = 30, 0.05
    row = enqueue("probe.work", subject)

    def work(run: Run) -> None:
        wait_until(lambda: terminated() > 0)
        seen = fresh(row).leased_until
        wait_until(lambda: fresh(row).leased_until > seen)
        run.progress(1)
        run.finish()

    probe.handler = staticmethod(work)
    run_job(str(row.pk))
    assert fresh(row).state == State.DONE


def terminated() -> int:
    with connection.cursor() as cursor:
        cursor.execute(HEARTBEATS)
        return len(cursor.fetchall())


def wait_until(question: Callable[[], bool], seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not question():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_a_worker_cut_off_for_longer_than_its_lease_stops(probe, subject, settings, monkeypatch):
    settings.JOB_LEASE_SECONDS, settings.JOB_HEARTBEAT_SECONDS = 0.4, 0.05
    monkeypatch.setattr("core.jobs.run.own_connection_params", lambda: {"host": "/nowhere", "dbname": "none"})
    row = enqueue("probe.work", subject)
    began = time.monotonic()

    def work(run: Run) -> None:
        while time.monotonic() < began + 20:
            run.progress(1)
            time.sleep(0.02)

    probe.handler = staticmethod(work)
    run_job(str(row.pk))
    assert 0.4 < time.monotonic() - began < 15
    assert fresh(row).state == State.RUNNING, "nothing is lost: the row goes to another worker"


def test_the_heartbeat_connects_as_the_first_connection_does(monkeypatch, settings):
    given = {
        "dbname": "lkot",
        "host": "db",
        "sslmode": "verify-full",
        "sslrootcert": "/ca.pem",
        "options": "-c search_path=lkot",
        "connect_timeout": 2,
        "client_encoding": "UTF8",
        "context": object(),
        "cursor_factory": object(),
        "prepare_threshold": None,
    }
    monkeypatch.setattr(connection, "get_connection_params", lambda: dict(given))
    params = own_connection_params()
    passed = {name: value for name, value in given.items() if name not in DJANGO_OWN}
    assert {name: params[name] for name in passed} == passed
    assert not DJANGO_OWN & set(params) - {"autocommit"}
    assert params["autocommit"] is True


def test_a_dead_broker_loses_nothing(probe, subject, monkeypatch):
    def refuse(*args, **kwargs):
        raise ConnectionRefusedError

    monkeypatch.setattr(run_job, "apply_async", refuse)
    row = enqueue("probe.work", subject)
    assert fresh(row).state == State.QUEUED
