"""The receipt, its live part, and its PDF."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from core.jobs import enqueue
from core.jobs.models import Job
from core.jobs.models import State as JobState
from sout_reports.states import State, Verdict
from tests import factories

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def address(report, name="receipt") -> str:
    return reverse(f"sout_reports:{name}", args=[report.uid])


def received(bringer, **fields):
    """A report whose check is in the queue."""
    report = factories.report(employer=None, by=bringer, **({"state": State.RECEIVED} | fields))
    enqueue("report.check", report, actor=bringer)
    return report


def running(report, **fields) -> None:
    Job.objects.of(report).update(**({"state": JobState.RUNNING} | fields))


def test_the_receipt_is_number_time_and_digest(bringing, bringer):
    report = received(bringer)
    page = bringing.get(address(report)).content.decode()
    assert f"№ {report.number}" in page
    assert report.sha256[:8] in page
    assert "(МСК)" in page
    assert "Если вы не видите эту страницу, документ не принят." in page
    assert "Страницу можно закрыть" in page


@pytest.mark.parametrize(
    ("job", "said"),
    [
        ({"state": JobState.QUEUED}, "В очереди"),
        ({"step": "format"}, "Проверка рабочих мест"),
        ({"step": "checking", "done": 50, "total": 200}, "50 из 200"),
        ({"step": "checking", "done": 50, "total": 0}, "50\xa0рабочих мест"),
        ({"step": "checking", "done": 50, "total": 40}, "50\xa0рабочих мест"),
        ({"step": "rules", "done": 200, "total": 200}, "сверяем с реестрами"),
    ],
)
def test_the_steps_follow_the_job(bringing, bringer, job, said):
    report = received(bringer, state=State.CHECKING)
    running(report, **job)
    part = bringing.get(address(report, "status"), headers=HTMX).content.decode()
    assert said in part
    assert "hx-get" in part
    assert "<html" not in part


def test_the_live_part_stops_asking_when_the_check_is_over(bringing, bringer):
    report = factories.report(by=bringer, verdict=Verdict.VIOLATIONS, open_flags=12, open_violations=12)
    part = bringing.get(address(report, "status"), headers=HTMX).content.decode()
    assert "hx-get" not in part
    assert "Не соответствует требованиям" in part
    assert "12\xa0признаков" in part
    assert reverse("sout_reports:report", args=[report.uid]) in part


def test_only_what_changes_is_swapped(bringing, bringer):
    """The receipt and the line that is read aloud stay in the page: whoever stands in them is left alone."""
    report = received(bringer, state=State.CHECKING)
    running(report, step="checking", done=50, total=200)
    page = bringing.get(address(report)).content.decode()
    inside = page.partition('id="report-status"')[2]
    assert "Файл получен" not in inside
    assert 'role="status"' not in inside
    assert "Файл получен" in page
    assert '<p class="visually-hidden" id="report-said" role="status"></p>' in page
    part = bringing.get(address(report, "status"), headers=HTMX).content.decode()
    assert "receipt" not in part.replace("/receipt/", "")
    without_scripts = re.sub(r"<noscript>.*?</noscript>", "", part, flags=re.DOTALL)
    assert re.findall(r"<(?:a|button|input)\b", without_scripts) == [], "nothing in it takes the focus"


def test_a_new_step_is_said_once(bringing, bringer):
    report = received(bringer, state=State.CHECKING)
    running(report, step="checking", done=50, total=200)
    news = bringing.get(address(report, "status") + "?known=format", headers=HTMX).content.decode()
    assert '<p id="report-said" hx-swap-oob="innerHTML">Проверка рабочих мест</p>' in news
    assert f"{address(report, 'status')}?known=checking" in news
    again = bringing.get(address(report, "status") + "?known=checking", headers=HTMX).content.decode()
    assert "report-said" not in again


def test_the_end_is_said(bringing, bringer):
    report = factories.report(by=bringer, verdict=Verdict.CONFORMS)
    part = bringing.get(address(report, "status") + "?known=rules", headers=HTMX).content.decode()
    assert "Проверка закончена. Соответствует требованиям" in part


@pytest.mark.parametrize(
    ("state", "title", "follows"),
    [
        (State.ACCEPTED, "Файл получен", "Отчёт передан работодателю"),
        (State.REFUSED, "Отказано в приёме", "Исправьте ошибки и загрузите файл ещё раз"),
    ],
)
def test_at_the_end_the_receipt_says_what_follows(bringing, bringer, state, title, follows):
    """It said «Файл проходит проверку» under a finished check until the page was opened anew."""
    report = factories.report(by=bringer, state=state, verdict=Verdict.CONFORMS if state == State.ACCEPTED else "")
    part = bringing.get(address(report, "status") + "?known=rules", headers=HTMX).content.decode()
    head = part.partition('hx-swap-oob="outerHTML:.receipt-head"')[2]
    assert f'<h2 id="receipt-title">{title}</h2>' in head
    assert re.search(rf'<p id="receipt-next" hx-swap-oob="innerHTML">{follows}', head)
    assert ("receipt-head receipt-refused" in part) == (state == State.REFUSED)


def test_the_receipt_of_a_refused_file_does_not_warn_of_what_is_true_anyway(bringing, bringer):
    report = factories.report(employer=None, by=bringer, state=State.REFUSED, problems_total=3)
    page = bringing.get(address(report)).content.decode()
    assert "Отказано в приёме" in page
    assert "Если вы не видите эту страницу" not in page


def test_a_refusal_leads_to_its_problems(bringing, bringer):
    report = factories.report(employer=None, by=bringer, state=State.REFUSED, problems_total=3)
    page = bringing.get(address(report)).content.decode()
    assert "3\xa0ошибки" in page
    assert address(report, "refusal") in page
    assert "hx-get" not in page


def test_the_live_part_opened_by_itself_leads_to_the_receipt(bringing, bringer):
    report = received(bringer)
    assert bringing.get(address(report, "status")).url == address(report)


@pytest.mark.parametrize("name", ["receipt", "status", "receipt_pdf"])
@pytest.mark.parametrize(
    ("who", "status"),
    [("nobody", 302), ("bringer", 200), ("bringers_clerk", 403), ("other_bringer", 404), ("reader", 403)],
)
def test_the_doors(around, bringer, reader, name, who, status):
    report = factories.report(reader.organization, by=bringer)
    headers = {} if who == "nobody" else HTMX  # htmx is sent to the start page by another header
    assert getattr(around, who).get(address(report, name), headers=headers).status_code == status


def test_a_name_is_never_markup(bringing, bringer):
    report = received(bringer)
    report.file.name = "<script>alert(1)</script>.xml"
    report.file.save(update_fields=["name"])
    page = bringing.get(address(report)).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_queries_of_the_live_part(bringing, bringer, django_assert_max_num_queries):
    report = received(bringer)
    with django_assert_max_num_queries(10):
        bringing.get(address(report, "status"), headers=HTMX)
