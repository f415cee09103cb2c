"""The page of a refused file."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from core.journal.models import Event
from sout_reports.states import State
from tests import factories

pytestmark = pytest.mark.django_db


def problem(number: int, **fields) -> dict:
    given = {
        "code": "SOUT-FMT-001",
        "message": f"Ошибка {number}: элемент стоит не на своём месте.",
        "found": "INN",
        "expected": "OGRN",
        "path": f"/Attestation/Enterprise/WorkPlaceAttested[{number}]",
        "line": 100 + number,
        "advice": "Переставьте элемент.",
    }
    return given | fields


def refused(bringer, problems=None, **fields):
    listed = [problem(1), problem(2, code="SOUT-FMT-006")] if problems is None else problems
    report = factories.report(
        employer=None, by=bringer, state=State.REFUSED, problems=listed, **({"problems_total": len(listed)} | fields)
    )
    report.file.expires_at = timezone.now() + timedelta(days=30)
    report.file.save(update_fields=["expires_at"])
    return report


def address(report, name="refusal", *rest) -> str:
    return reverse(f"sout_reports:{name}", args=[report.uid, *rest])


def test_every_problem_says_where_what_and_what_to_do(bringing, bringer):
    page = bringing.get(address(refused(bringer))).content.decode()
    for said in (
        "Строка 101",
        "WorkPlaceAttested[1]",
        "Ошибка 1:",
        "INN",
        "OGRN",
        "Переставьте элемент.",
        "SOUT-FMT-006",
    ):
        assert said in page, said
    assert "Хранится до" in page


def test_the_code_filters(bringing, bringer):
    page = bringing.get(address(refused(bringer)), {"code": "SOUT-FMT-006"}).content.decode()
    assert "Ошибка 2:" in page
    assert "Ошибка 1:" not in page


def test_a_long_list_is_paged_and_says_its_total(bringing, bringer):
    report = refused(bringer, [problem(n) for n in range(1, 121)], problems_total=54_321)
    first = bringing.get(address(report))
    last = bringing.get(address(report), {"from": "100"})
    assert "54\u2009321" in first.content.decode()
    assert "показаны первые 120" in first.content.decode()
    assert len(first.context["rows"]) == 25
    assert [row["ordinal"] for row in last.context["rows"]] == list(range(101, 121))
    assert last.context["page"].next_url is None


@pytest.mark.parametrize("start", ["-5", "999999", "x", "1e9", "٣"])
def test_a_made_up_place_in_the_list_is_harmless(bringing, bringer, start):
    assert bringing.get(address(refused(bringer)), {"from": start}).status_code == 200


def test_the_list_as_csv_runs_no_formula(bringing, bringer):
    report = refused(bringer, [problem(1, found='=HYPERLINK("x")')])
    answer = bringing.get(address(report, "problems_file", "csv"))
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert "attachment" in answer["Content-Disposition"]
    assert "'=HYPERLINK" in text
    assert text.startswith("№;Код;Строка")


def test_the_list_as_xlsx_holds_text_only(bringing, bringer):
    report = refused(bringer, [problem(1, found="=1+1")])
    answer = bringing.get(address(report, "problems_file", "xlsx"))
    book = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))
    sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert "=1+1" in sheet


def test_another_extension_is_not_there(bringing, bringer):
    assert bringing.get(address(refused(bringer), "problems_file", "exe")).status_code == 404


def test_the_refused_file_comes_back_byte_for_byte(bringing, bringer):
    report = refused(bringer)
    answer = bringing.post(address(report, "refused_file"))
    assert b"".join(answer.streaming_content).startswith(b"<Attestation/>")
    assert 'attachment; filename="report.xml"' in answer["Content-Disposition"]


def test_giving_the_refused_file_out_is_a_line_in_the_journal(bringing, bringer):
    report = refused(bringer)
    assert bringing.get(address(report, "refused_file")).url == address(report), "a GET writes nothing"
    assert not Event.objects.about(report).filter(verb="report.downloaded").exists()
    b"".join(bringing.post(address(report, "refused_file")).streaming_content)
    event = Event.objects.about(report).get(verb="report.downloaded")
    assert (event.actor, event.payload["sha256"]) == (bringer.user, report.sha256)
    assert f'action="{address(report, "refused_file")}"' in bringing.get(address(report)).content.decode()


def test_after_its_time_the_page_says_so(bringing, bringer):
    report = refused(bringer)
    report.file.dropped_at = timezone.now()
    report.file.save(update_fields=["dropped_at"])
    assert "Срок хранения истёк" in bringing.get(address(report)).content.decode()
    assert bringing.post(address(report, "refused_file")).url == address(report)
    assert not Event.objects.about(report).filter(verb="report.downloaded").exists()


def test_a_report_that_was_not_refused_has_no_such_page(bringing, bringer):
    report = factories.report(by=bringer)
    assert bringing.get(address(report)).url == address(report, "receipt")
    assert bringing.get(address(report, "refused_file")).status_code == 404


@pytest.mark.parametrize("name", ["refusal", "refused_file"])
@pytest.mark.parametrize(
    ("who", "status"),
    [("nobody", 302), ("bringer", 200), ("bringers_clerk", 403), ("other_bringer", 404), ("reader", 403)],
)
def test_the_doors(around, bringer, name, who, status):
    client = getattr(around, who)
    answer = (client.post if name == "refused_file" else client.get)(address(refused(bringer), name))
    answer.close()
    assert answer.status_code == status


def test_what_a_file_says_is_never_markup(bringing, bringer):
    report = refused(bringer, [problem(1, found="<img src=x onerror=alert(1)>", path="/<b>")])
    page = bringing.get(address(report)).content.decode()
    assert "<img src=x" not in page
    assert "<b>\n" not in page
