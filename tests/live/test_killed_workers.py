"""Promise 1: what was accepted is never lost and never doubled, whatever is killed."""

from __future__ import annotations

import random
import time

import pytest

from core.jobs.models import Job
from core.jobs.models import State as JobState
from core.jobs.tasks import resend_stranded, sweep_staging
from core.journal.models import Event
from sout_reports.actions import receive
from sout_reports.models import SoutReport, StagedPart, StagedWorkplace, Workplace
from sout_reports.states import State
from tests.live.story import file_of, in_registers, today_spec
from violations.flags.models import CheckRun

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
CHECKS = 20
PLACES = 700


def test_twenty_checks_with_workers_killed_at_random_moments(workers, wait_for):
    specs = [
        today_spec(workplaces=PLACES, seed=n, sout_id=str(910_000 + n), first_number=n * PLACES + 1)
        for n in range(CHECKS)
    ]
    acting = in_registers(specs)
    reports = [receive(file_of(spec), name=f"{n}.xml", actor=acting)[0] for n, spec in enumerate(specs)]
    dice = random.Random(7)
    running = [workers.start(), workers.start()]
    deadline = time.monotonic() + 300
    while Job.objects.unfinished().exists():
        assert time.monotonic() < deadline, f"unfinished: {list(Job.objects.unfinished().values('state', 'attempt'))}"
        time.sleep(dice.uniform(0.5, 2.5))
        resend_stranded()  # what beat does
        if workers.killed < 12 and Job.objects.filter(state=JobState.RUNNING).exists():
            victim = dice.choice(running)
            workers.kill(victim)
            running[running.index(victim)] = workers.start()
    assert workers.killed > 3, "the test must have killed somebody"
    for report in reports:
        report.refresh_from_db()
        assert report.state == State.ACCEPTED
        assert Workplace.objects.filter(report=report).count() == PLACES
        assert Event.objects.about(report).filter(verb="report.accepted").count() == 1
        assert CheckRun.objects.filter(report=report).count() == 1
    assert Job.objects.filter(state=JobState.DONE).count() == CHECKS
    assert Job.objects.filter(attempt__gt=1).exists(), "at least one check was begun again"
    assert SoutReport.objects.count() == CHECKS
    workers.stop()
    sweep_staging()
    assert not StagedWorkplace.objects.exists()
    assert not StagedPart.objects.exists()


def test_progress_is_visible_while_a_check_runs(workers, wait_for):
    spec = today_spec(workplaces=6000)
    acting = in_registers([spec])
    receive(file_of(spec), name="report.xml", actor=acting)
    workers.start()
    seen: set[int] = set()

    def finished() -> bool:
        job = Job.objects.get()
        if job.state == JobState.RUNNING and job.total:
            seen.add(job.done)
        return job.state == JobState.DONE

    wait_for(finished, 120, 0.05)
    assert len(seen - {0}) >= 2, f"two different done values while the check runs: {sorted(seen)}"
    assert max(seen) <= 6000


def test_a_message_delivered_twice_has_one_effect(workers, wait_for):
    from core.jobs.tasks import run_job

    spec = today_spec(workplaces=30)
    acting = in_registers([spec])
    report, _ = receive(file_of(spec), name="report.xml", actor=acting)
    job = Job.objects.get()
    for _ in range(5):
        run_job.apply_async(args=[str(job.pk)], queue="checks")
    workers.start()
    workers.start()
    wait_for(lambda: Job.objects.get().finished)
    time.sleep(1)
    report.refresh_from_db()
    assert report.state == State.ACCEPTED
    assert Workplace.objects.count() == 30
    assert Job.objects.get().attempt == 1
