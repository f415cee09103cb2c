"""«Мои действия» and «Журнал организации»: whose events, in which words, narrowed how, and as files."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import transaction
from django.test import Client
from django.urls import reverse

from accounts import deeds
from accounts.acting import Acting, acting_by
from accounts.actions import create_grant, revoke_grant
from accounts.models import Branch, Source
from core.journal import record
from core.journal.models import Event
from tests import factories
from tests.violations import control

pytestmark = pytest.mark.django_db

MINE, JOURNAL = "accounts:my_actions", "accounts:journal"
DAY = datetime(2030, 3, 18, 9, 0, tzinfo=UTC)


@pytest.fixture
def admin() -> Acting:
    return factories.acting()


@pytest.fixture
def reading(admin: Acting) -> Client:
    return factories.sign_in(Client(), admin)


def page(client: Client, name: str, **query: str) -> str:
    answer = client.get(reverse(name), query)
    assert answer.status_code == 200
    return answer.content.decode()


def rows(client: Client, name: str, **query: str) -> list[str]:
    """What the page's lines say."""
    return [deed.text for deed in client.get(reverse(name), query).context["rows"]]


def given(admin: Acting, surname: str = "Ёлкина", **fields: object) -> Acting:
    """Somebody to whom the administrator gives a right."""
    person = factories.user(last_name=surname)
    grant = create_grant(
        user=person,
        organization=admin.organization,
        source=Source.GRANT,
        actor=admin,
        rights=["sout.view_reports"],
        **fields,
    )
    return Acting(person, admin.organization, grant.branch, grant, frozenset(grant.rights))


def said(verb: str, acting: Acting, subject: object = None, **payload: object) -> Event:
    with transaction.atomic():
        return record(verb, subject, actor=acting, **payload)


# --- whose


def test_my_own_only(admin, reading):
    colleague = factories.acting(admin.organization)
    said("acting.chosen", admin)
    said("protocol.saved", colleague)
    said("grant.revoked", factories.acting(), user=admin.user.pk)
    assert rows(reading, MINE) == ["Начата работа от имени организации."]


def test_the_whole_organization_for_who_manages_access(admin, reading):
    colleague = factories.acting(admin.organization, rights=["sout.view_reports"])
    said("acting.chosen", colleague)
    said("acting.chosen", factories.acting())
    assert rows(reading, JOURNAL) == ["Начата работа от имени организации."]
    assert str(colleague.user) in page(reading, JOURNAL)
    assert factories.sign_in(Client(), colleague).get(reverse(JOURNAL)).status_code == 403


def test_the_journal_of_a_branch_is_what_was_done_for_it(admin):
    branch = Branch.objects.create(organization=admin.organization, name="Филиал в Туле", kpp="710101001")
    other = Branch.objects.create(organization=admin.organization, name="Филиал в Орле", kpp="570101001")
    local = factories.acting(admin.organization, branch=branch)
    both = factories.acting(admin.organization, branch=branch, rights=["sout.view_reports"])
    elsewhere = factories.grant(both.user, admin.organization, branch=other, rights=["sout.view_reports"])
    whole = factories.grant(both.user, admin.organization, rights=["sout.view_reports"])
    for number, who in enumerate((both, acting_by(elsewhere, both.user), acting_by(whole, both.user), admin)):
        said("report.refused", who, problems=number)
    given(admin, "Тульская", branch=branch)
    given(admin, "Орлова", branch=other)
    client = factories.sign_in(Client(), local)
    assert [each.split(".")[0].split(":")[-1].strip() for each in rows(client, JOURNAL)] == [
        "Тульская Анна " + _last_middle(branch),
        "0",
    ]
    assert "от имени филиала «Филиал в Туле»" in page(client, JOURNAL)
    assert len(rows(factories.sign_in(Client(), admin), JOURNAL)) == 6


def test_what_is_recorded_for_another_organization_is_of_no_branch(admin):
    branch = Branch.objects.create(organization=admin.organization, name="Филиал", kpp="710101001")
    local = factories.acting(admin.organization, branch=branch)
    with transaction.atomic():
        event = record("protocol.saved", None, actor=local, organization=factories.organization())
    assert event.branch is None
    assert said("protocol.saved", local).branch == branch


def _last_middle(branch: Branch) -> str:
    return branch.grants.latest("pk").user.middle_name


# --- in words


def test_people_are_named_by_their_rows_and_objects_lead_to_their_pages(admin, reading):
    person = given(admin, until=datetime(2031, 1, 1, tzinfo=UTC))
    report = factories.report(admin.organization)
    said("report.verdict_changed", admin, report, to="conforms")
    foreign = factories.report()
    said("report.verdict_changed", admin, foreign, to="conforms")
    for name in (MINE, JOURNAL):
        html = page(reading, name)
        assert f"Доступ предоставлен: {person.user}. Права: «Просмотр отчетов СОУТ»." in html
        assert "До 01.01.2031" in html
        assert f'href="{reverse("sout_reports:report", args=[report.uid])}">Отчёт № {report.number}</a>' in html
        assert str(foreign.number) not in html, "nobody's page of it, so no name of it either"
    assert not Event.objects.filter(payload__icontains="Ёлкина").exists()


def test_a_session_that_a_block_has_ended_is_told_with_whose_it_was(admin, reading):
    """It stands among the deeds of who has blocked: without a name it reads as his own session."""
    person = given(admin)
    said("session.ended", admin, user=person.user.pk, why="blocked")
    for name in (MINE, JOURNAL):
        assert f"Сеанс завершён: {person.user}. Доступ к организации заблокирован." in page(reading, name)


def test_former_colleagues_are_not_named_any_more(admin, reading):
    """He is out of the organization: what he did stays his, whom it was about is not told."""
    person = given(admin)
    client = Client()
    client.force_login(admin.user)
    factories.acting(admin.organization)
    revoke_grant(admin.grant, actor=None, reason="Уволен")
    html = page(client, MINE)
    assert "Доступ предоставлен: сотрудник." in html
    assert str(person.user) not in html


def test_a_protocol_is_called_and_opened(admin, reading):
    _, flags = control.not_unique(admin.organization, places=2)
    protocol = control.drafted(admin, flags[:1])
    html = page(reading, JOURNAL, theme="protocol")
    assert "Черновик создан: 1\u00a0рабочее место." in html
    assert reverse("violations:protocol", args=[protocol.uid]) in html
    assert rows(reading, JOURNAL, about=protocol.number) == ["Черновик создан: 1\u00a0рабочее место."]


# --- narrowed


def test_filters_of_my_own(admin, reading):
    elsewhere = factories.grant(admin.user, factories.organization())
    there = Acting(admin.user, elsewhere.organization, None, elsewhere, frozenset())
    with time_machine.travel(DAY, tick=False) as clock:
        said("acting.chosen", admin)
        clock.shift(timedelta(days=1))
        said("report.received", admin)
        said("protocol.saved", there)
    client = Client()
    client.force_login(admin.user)
    assert len(rows(client, MINE)) == 3
    assert rows(client, MINE, until="2030-03-18") == ["Начата работа от имени организации."]
    assert len(rows(client, MINE, since="2030-03-19")) == 2
    assert rows(client, MINE, theme="report") == ["Файл получен, выдана квитанция."]
    assert rows(client, MINE, organization=str(elsewhere.organization_id)) == ["Черновик изменён."]
    assert "Черновик изменён" not in page(client, MINE, theme="report", organization=str(elsewhere.organization_id))
    for nonsense in ({"since": "2030-13-40"}, {"until": "9999-12-31"}, {"theme": "drop"}, {"organization": "999"}):
        assert len(rows(client, MINE, **nonsense)) == 3


def test_midnight_is_moscow_s(admin):
    with time_machine.travel(datetime(2030, 3, 18, 21, 30, tzinfo=UTC), tick=False):  # half past midnight of the 19th
        event = said("acting.chosen", admin)
    events = deeds.own_events(admin.user)
    assert list(deeds.since(events, "2030-03-19")) == [event]
    assert not deeds.until(events, "2030-03-18").exists()


def test_filters_of_the_journal(admin, reading):
    person = given(admin)
    colleague = factories.acting(admin.organization)
    report = factories.report(admin.organization)
    said("report.verdict_changed", colleague, report, to="conforms")
    verdict, granted = "Вердикт изменён: Соответствует требованиям.", rows(reading, JOURNAL, theme="grant")
    assert rows(reading, JOURNAL, who=colleague.user.middle_name.lower()) == [verdict]
    assert rows(reading, JOURNAL, about=f"№ {report.number}") == [verdict]
    assert rows(reading, JOURNAL, about="елкина") == granted
    assert len(granted) == 1
    assert str(person.user) in granted[0]
    assert "Ничего не найдено" in page(reading, JOURNAL, who="Никто")


# --- as files


def table(answer: object) -> list[list[str]]:
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]  # a streaming response
    return list(csv.reader(io.StringIO(text), delimiter=";"))


def test_csv_of_what_the_filters_leave(admin, reading):
    said("acting.chosen", admin)
    event = said("report.refused", admin, factories.report(admin.organization, number=77_001), problems=3)
    for address in (reverse("accounts:my_actions_file"), reverse("accounts:journal_csv")):
        head, *lines = table(reading.get(address))
        assert tuple(head) == deeds.HEAD
        assert len(lines) == 2
        assert lines[0][0] == str(event.pk)
        assert lines[0][2:] == [
            str(admin.user),
            admin.organization.name,
            "Отчёты СОУТ",
            "Отказано в приёме, ошибок: 3.",
            "Отчёт № 77001",
            "report.refused",
        ]
        assert len(table(reading.get(address, {"theme": "report"}))) == 2


def test_xlsx_of_the_journal(admin, reading):
    said("acting.chosen", admin)
    answer = reading.get(reverse("accounts:journal_xlsx"))
    with zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as book:
        assert "Начата работа от имени организации." in book.read("xl/worksheets/sheet1.xml").decode()


def test_a_long_export_is_whole_and_in_order(admin, reading, monkeypatch):
    monkeypatch.setattr(deeds, "AT_ONCE", 7)
    numbers = [str(said("acting.chosen", admin).pk) for _ in range(30)]
    _, *lines = table(reading.get(reverse("accounts:my_actions_file")))
    assert [line[0] for line in lines] == numbers[::-1]


# --- what it costs


@pytest.mark.parametrize("name", [MINE, JOURNAL])
def test_a_page_costs_the_same_for_few_and_many(admin, reading, name):
    """The rows, their capped count, organizations to choose from, names of people and
    what inviters typed of them, and one for each kind of object on the page."""
    _, flags = control.not_unique(admin.organization, places=2)
    control.drafted(admin, flags[:1])
    given(admin)
    said("report.verdict_changed", admin, factories.report(admin.organization), to="conforms")
    few = factories.selects(reading, reverse(name), size="100")
    for _ in range(60):
        said("acting.chosen", admin)
    assert factories.selects(reading, reverse(name), size="100") == few <= 7
