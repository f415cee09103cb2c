"""«Скачать квитанцию»: made by a worker, found again until the report changes."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from django.urls import reverse

from core.files.models import StoredFile
from core.jobs.models import Job
from core.jobs.models import State as JobState
from core.jobs.tasks import run_job
from core.pdf import html_to_pdf, ready_file
from sout_reports.documents import RECEIPT
from sout_reports.models import SoutReport
from sout_reports.states import State, Verdict
from tests import factories

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def report(bringer) -> SoutReport:
    return factories.report(by=bringer, verdict=Verdict.VIOLATIONS, open_flags=3, open_violations=3)


@pytest.fixture
def address(report) -> str:
    return reverse("sout_reports:receipt_pdf", args=[report.uid])


def work() -> None:
    """What the worker does with everything that waits."""
    for job in Job.objects.unfinished().filter(queue="pdf"):
        run_job(str(job.pk))


def test_from_asking_to_the_file(bringing, report, address):
    asked = bringing.get(address).content.decode()
    assert "Подготовить документ" in asked
    assert 'hx-trigger="load, submit"' in asked
    begun = bringing.post(address)
    assert (begun.status_code, begun.url) == (303, address)
    waiting = bringing.get(address).content.decode()
    assert 'hx-trigger="every 1s"' in waiting
    assert f'hx-get="{address}?known=making"' in waiting
    same = bringing.get(f"{address}?known=making", headers=HTMX).content.decode()
    assert "pdf-said" not in same
    work()
    part = bringing.get(f"{address}?known=making", headers=HTMX).content.decode()
    assert '<p id="pdf-said" hx-swap-oob="innerHTML">Документ готов, его можно скачать.</p>' in part
    assert "hx-get" not in part
    answer = bringing.get(address)
    assert b"".join(answer.streaming_content).startswith(b"%PDF-")
    assert answer["Content-Type"] == "application/pdf"
    assert quote(f"Квитанция № {report.number}.pdf") in answer["Content-Disposition"]


def test_asking_twice_makes_one_job(bringing, report, address):
    bringing.post(address)
    bringing.post(address, headers=HTMX)
    assert Job.objects.of(report).count() == 1


def test_asking_for_a_ready_file_makes_none(bringing, report, address):
    bringing.post(address)
    work()
    bringing.post(address)
    assert Job.objects.of(report).count() == 1


def test_a_changed_report_gets_a_new_receipt(bringing, report, address):
    bringing.post(address)
    work()
    assert ready_file(RECEIPT, report) is not None
    report.open_violations = report.open_flags = 1
    report.save(update_fields=["open_violations", "open_flags"])
    assert ready_file(RECEIPT, report) is None
    assert "Подготовить документ" in bringing.get(address).content.decode()


def test_a_file_that_was_dropped_is_made_again(bringing, report, address):
    bringing.post(address)
    work()
    StoredFile.objects.filter(purpose="pdf").update(dropped_at="2026-01-01T00:00:00Z")
    assert "Подготовить документ" in bringing.get(address).content.decode()


def test_after_a_failure_the_page_says_so_and_does_not_ask_by_itself(bringing, report, address):
    bringing.post(address)
    Job.objects.of(report).update(state=JobState.FAILED, finished_at="2026-01-01T00:00:00Z")
    page = bringing.get(address).content.decode()
    assert "не удалось подготовить" in page
    assert 'hx-trigger="submit"' in page


@pytest.mark.parametrize("state", list(State))
def test_every_state_prints(bringing, bringer, state):
    verdict = Verdict.CONFORMS if state in {State.ACCEPTED, State.SUPERSEDED} else ""
    report = factories.report(by=bringer, state=state, verdict=verdict)
    bringing.post(reverse("sout_reports:receipt_pdf", args=[report.uid]))
    work()
    assert ready_file(RECEIPT, report) is not None


@pytest.mark.parametrize("reference", ["file:///etc/passwd", "http://127.0.0.1:1/x", "data:image/svg+xml,<svg/>"])
def test_nothing_is_fetched_while_printing(reference, caplog):
    style = f'<link rel=stylesheet href="{reference}">'
    page = f'<html lang=ru><title>x</title>{style}<body><p>Текст</p><img alt=x src="{reference}"></body></html>'
    assert html_to_pdf(page).startswith(b"%PDF-")
    assert "disallowed protocol" in caplog.text
