"""A check that fails for a reason of ours: the file stays, nobody has to send it again, and the check is repeated."""

from __future__ import annotations

from io import BytesIO

import pytest
from django.conf import settings
from django.core.management import call_command
from django.urls import reverse

from core.jobs.models import Job
from core.jobs.models import State as JobState
from core.jobs.tasks import run_job
from core.journal.models import Event
from simulators.sout_reports import sample_spec, write_report
from sout_reports.actions import begin, receive, stall
from sout_reports.documents import state_words
from sout_reports.states import State
from sout_reports.tasks import repeat_stalled_checks
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)


def content() -> BytesIO:
    """The same small report each time."""
    stream = BytesIO()
    write_report(stream, sample_spec("office", workplaces=3, seed=5))
    stream.seek(0)
    return stream


@pytest.fixture
def bringer():
    return factories.acting(factories.sout_organization())


@pytest.fixture
def stalled(bringer):
    """A report whose last attempt is over."""
    report, _ = receive(content(), name="r.xml", actor=bringer)
    job = Job.objects.of(report).get()
    Job.objects.filter(pk=job.pk).update(attempt=settings.JOB_ATTEMPTS_MAX)
    run_job(str(job.pk))
    report.refresh_from_db()
    return report


def test_the_file_is_kept_without_a_term(stalled):
    assert stalled.state == State.STALLED
    stalled.file.refresh_from_db()
    assert stalled.file.expires_at is None
    assert Event.objects.about(stalled).filter(verb="report.stalled").count() == 1


def test_the_operator_is_told(caplog):
    report, _ = receive(BytesIO(b"other bytes"), name="r.xml", actor=factories.acting(factories.sout_organization()))
    begin(report)
    stall(report)
    (line,) = [each for each in caplog.records if each.levelname == "ERROR" and "stalled" in each.getMessage()]
    assert str(report.number) in line.getMessage()
    assert "repeat_stalled_checks" in line.getMessage()


def test_the_receipt_says_that_nothing_need_be_sent_again(stalled, bringer, client):
    factories.sign_in(client, bringer)
    page = client.get(reverse("sout_reports:receipt", args=[stalled.uid])).content.decode()
    assert "присылать его снова не нужно" in page
    assert "hx-get" not in page, "nothing moves until the clock repeats the check"
    assert "Проверка отложена" in client.get(reverse("sout_reports:brought") + "?outcome=stalled").content.decode()


def test_the_same_bytes_give_the_first_receipt(stalled, bringer):
    again, new = receive(content(), name="r.xml", actor=bringer)
    assert (again.pk, new) == (stalled.pk, False)


def test_the_clock_repeats_the_check_once(stalled):
    assert repeat_stalled_checks() == 1
    assert repeat_stalled_checks() == 1
    job = Job.objects.of(stalled).unfinished().get()
    run_job(str(job.pk))
    stalled.refresh_from_db()
    assert stalled.state in {State.ACCEPTED, State.REFUSED}, "this time the check has said its word"
    assert Job.objects.get(pk=job.pk).state == JobState.DONE
    assert repeat_stalled_checks() == 0


def test_the_operator_need_not_wait(stalled, capsys):
    call_command("repeat_stalled_checks")
    assert f"Receipt {stalled.number}" in capsys.readouterr().out


def fail(report) -> None:
    """The check of a report that is in the queue again fails to its last attempt."""
    job = Job.objects.of(report).unfinished().get()
    Job.objects.filter(pk=job.pk).update(attempt=settings.JOB_ATTEMPTS_MAX)
    run_job(str(job.pk))


def test_the_clock_gives_up_and_tells_the_operator(stalled, bringer, client, caplog):
    for _ in range(4):
        assert repeat_stalled_checks() == 1
        fail(stalled)
    assert repeat_stalled_checks() == 0
    (record,) = [
        each for each in caplog.records if each.levelname == "ERROR" and str(stalled.number) in each.getMessage()
    ]
    assert "repeat_stalled_checks" in record.getMessage()
    factories.sign_in(client, bringer)
    page = client.get(reverse("sout_reports:receipt", args=[stalled.uid])).content.decode()
    assert "присылать его снова не нужно: администратор системы устранит причину и повторит проверку" in page
    assert "повторится сама" not in page
    assert "повторена сама" not in page
    stalled.refresh_from_db()
    assert "администратор системы" in state_words(stalled)
    call_command("repeat_stalled_checks")
    assert Job.objects.of(stalled).unfinished().count() == 1
