"""The pages of one report: «Об отчёте», «История», «Скачать отчёт»."""

from __future__ import annotations

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Branch
from accounts.rights import Right
from core.journal import record
from core.journal.models import Event
from sout_reports import selectors
from sout_reports.states import State, Verdict
from tests import factories

pytestmark = pytest.mark.django_db


def address(report, name="report") -> str:
    return reverse(f"sout_reports:{name}", args=[report.uid])


@pytest.fixture
def report(bringer, reader):
    return factories.report(
        reader.organization,
        by=bringer,
        verdict=Verdict.VIOLATIONS,
        open_flags=15,
        open_violations=12,
        workplaces=40,
        workers=55,
        harmful=7,
        class_counts={"2": 33, "3.1": 7},
        header={
            "employer": {"ogrn": "1027400000001", "okved": ["86.10", "86.21"]},
            "organization": {"number": "417", "registered_on": "2015-11-12"},
            "committee": [{"name": "Егоров Глеб Павлович", "position": "Главный инженер"}],
            "experts": {"E1": {"name": "Ковалева Ирина Сергеевна", "number": "2318", "position": "Эксперт"}},
            "tools": {"T1": {"name": "Шумомер", "serial": "0512", "expires": "2027-03-14"}},
            "workplaces_total": 49,
            "work_started": "2026-07-10",
        },
    )


def test_the_head_says_the_verdict_in_words(reading, report):
    page = reading.get(address(report)).content.decode()
    assert "Не соответствует требованиям" in page
    assert "12\xa0признаков; 3\xa0предупреждения" in page
    for said in ("Егоров Глеб Павлович", "2318", "86.10, 86.21", "12.11.2015", "14.03.2027", "10.07.2026"):
        assert said in page, said


def test_an_app_above_tells_what_the_employer_can_clear(reading, report, monkeypatch):
    monkeypatch.setattr(selectors, "_clearable", [lambda asked: 9])
    assert "12\xa0признаков, из них 9 погашает работодатель" in reading.get(address(report)).content.decode()


def test_a_report_with_an_empty_head_still_has_a_page(reading, reader):
    bare = factories.report(reader.organization, header={})
    assert reading.get(address(bare)).status_code == 200


def test_a_superseded_report_names_its_successor(reading, reader, report):
    old = factories.report(reader.organization, state=State.SUPERSEDED)
    report.replaces = old
    report.save(update_fields=["replaces"])
    page = reading.get(address(old)).content.decode()
    assert "Заменён исправленным" in page
    assert f'href="{address(report)}"' in page


def test_a_successor_out_of_sight_is_not_linked(reader):
    branch = Branch.objects.create(organization=reader.organization, name="Филиал")
    of_branch = factories.acting(reader.organization, branch=branch, rights=[Right.VIEW_REPORTS])
    old = factories.report(reader.organization, branch=branch, state=State.SUPERSEDED)
    new = factories.report(reader.organization, replaces=old)
    page = factories.sign_in(Client(), of_branch).get(address(old)).content.decode()
    assert "Исправленный отчёт принят" in page
    assert str(new.uid) not in page


@pytest.mark.parametrize("state", [State.RECEIVED, State.CHECKING, State.REFUSED])
def test_before_acceptance_its_owner_is_led_to_the_receipt(bringing, reading, bringer, reader, state):
    early = factories.report(reader.organization, by=bringer, state=state, verdict="")
    assert bringing.get(address(early)).url == address(early, "receipt")
    assert reading.get(address(early)).status_code == 404
    for name in ("workplaces", "history", "download"):
        assert bringing.get(address(early, name)).status_code == 404


@pytest.mark.parametrize("name", ["report", "workplaces", "history", "download"])
@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("nobody", 302),
        ("reader", 200),
        ("bringer", 200),
        ("readers_clerk", 403),
        ("bringers_clerk", 403),
        ("other_reader", 404),
        ("other_bringer", 404),
    ],
)
def test_the_doors(around, report, name, who, status):
    client = getattr(around, who)
    answer = client.post(address(report, name)) if name == "download" else client.get(address(report, name))
    answer.close()
    assert answer.status_code == status


@pytest.mark.parametrize("name", ["report", "workplaces", "history"])
def test_queries(reading, report, name, django_assert_max_num_queries):
    with django_assert_max_num_queries(12):
        reading.get(address(report, name))


class TestDownload:
    def test_the_file_comes_as_it_came(self, reading, report):
        answer = reading.post(address(report, "download"))
        assert b"".join(answer.streaming_content).startswith(b"<Attestation/>")
        assert answer["Content-Length"] == str(report.file.size)
        assert answer["X-Content-Type-Options"] == "nosniff"

    def test_it_leaves_a_line_in_the_journal_and_in_the_history(self, reading, report, reader):
        b"".join(reading.post(address(report, "download")).streaming_content)
        event = Event.objects.about(report).get(verb="report.downloaded")
        assert (event.actor, event.payload["sha256"]) == (reader.user, report.sha256)
        page = reading.get(address(report, "history")).content.decode()
        assert "Скачан файл отчёта." in page
        assert f'action="{address(report, "download")}"' in page, "the pages of a report post"

    def test_a_get_only_leads_to_the_report(self, reading, report):
        assert reading.get(address(report, "download")).url == address(report)
        assert not Event.objects.about(report).filter(verb="report.downloaded").exists()

    @pytest.mark.parametrize(
        ("name", "given"),
        [
            ("отчёт.xml", "filename*=utf-8''%D0%BE%D1%82%D1%87%D1%91%D1%82.xml"),
            ('a"b;.xml', 'filename="a\\"b;.xml"'),
            ("../../etc/passwd", 'filename="passwd"'),
            ("a\r\nSet-Cookie: x=1", 'filename="aSet-Cookie: x=1"'),
            ("..", 'filename="file"'),
        ],
    )
    def test_names_play_no_tricks(self, reading, report, name, given):
        report.file.name = name
        report.file.save(update_fields=["name"])
        answer = reading.post(address(report, "download"))
        answer.close()
        assert answer["Content-Disposition"] == f"attachment; {given}"

    def test_dropped_bytes_are_not_there(self, reading, report):
        report.file.dropped_at = timezone.now()
        report.file.save(update_fields=["dropped_at"])
        assert reading.post(address(report, "download")).status_code == 404


class TestHistory:
    def test_both_sides_read_what_happened_but_only_their_own_people(self, around, report, reader, bringer):
        with transaction.atomic():
            record("report.renumbered", report, actor=reader, protocol="7", changed=2)
        own = around.reader.get(address(report, "history")).content.decode()
        theirs = around.bringer.get(address(report, "history")).content.decode()
        assert "Применён протокол комиссии № 7: 2\xa0рабочих места." in own
        assert reader.user.full_name in own
        assert "Применён протокол" not in theirs
        assert reader.user.full_name not in theirs
        for page in (own, theirs):
            assert "Файл получен, выдана квитанция." in page
            assert "Отчёт принят." in page

    def test_work_of_the_machine_is_left_out(self, around, report, bringer):
        with transaction.atomic():
            record("report.checking", report, actor=None, organization=bringer.organization)
        assert "checking" not in around.bringer.get(address(report, "history")).content.decode().split("<main")[1]

    def test_payloads_are_never_markup(self, reading, report, reader):
        with transaction.atomic():
            record("report.renumbered", report, actor=reader, protocol="<script>1</script>", changed=1)
        assert "<script>1" not in reading.get(address(report, "history")).content.decode()
