"""«Отчёты СОУТ»."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Branch
from accounts.rights import Right
from sout_reports.states import State, Verdict
from tests import factories
from tests.factories import report as make

pytestmark = pytest.mark.django_db


def listed(client, **asked) -> str:
    return client.get(reverse("sout_reports:reports"), asked).content.decode()


def test_nothing_yet_says_where_reports_come_from(reading):
    page = listed(reading)
    assert "Отчётов пока нет" in page
    assert "как только его передаст организация, проводившая СОУТ" in page
    assert 'class="filters"' not in page


def test_an_empty_list_leads_who_imports_to_what_he_has_imported(client: Client):
    bringer = factories.acting(factories.sout_organization(), rights=[Right.IMPORT_REPORTS, Right.VIEW_REPORTS])
    factories.sign_in(client, bringer)
    page = listed(client)
    assert "о рабочих местах вашей организации" in page
    assert f'href="{reverse("sout_reports:brought")}">Переданные отчёты</a>' in page


def test_a_row_tells_all_at_once(reading, reader):
    report = make(
        reader.organization,
        verdict=Verdict.VIOLATIONS,
        workplaces=1248,
        class_counts={"2": 811, "3.1": 433, "4": 4},
    )
    page = listed(reading)
    for said in (
        f"№ {report.number}",
        report.sout_id,
        report.organization.short_name,
        "1\u2009248",
        "Не соответствует требованиям",
        "433",
    ):
        assert said in page, said
    for name in ("workplaces", "report", "download"):
        assert reverse(f"sout_reports:{name}", args=[report.uid]) in page


def test_unfinished_refused_and_foreign_reports_are_not_there(reading, reader):
    hidden = [
        make(reader.organization, state=state, verdict="") for state in (State.RECEIVED, State.CHECKING, State.REFUSED)
    ]
    hidden.append(make())
    page = listed(reading)
    assert not [each for each in hidden if f"№ {each.number}" in page]


def test_who_brought_it_does_not_find_it_among_his_own_reports(bringing, around, bringer, reader):
    make(reader.organization, by=bringer)
    assert around.bringer.get(reverse("sout_reports:reports")).status_code == 403


def test_filters(reading, reader):
    old = make(reader.organization, approved_on=date(2024, 5, 5), verdict=Verdict.VIOLATIONS)
    new = make(reader.organization, approved_on=date(2026, 5, 5), sout_organization_name="ООО «Ёлка»")
    gone = make(reader.organization, approved_on=date(2025, 1, 1), state=State.SUPERSEDED)
    cases = [
        ({"year": "2024"}, {old}),
        ({"year": "1999"}, {old, new, gone}),  # not among the choices: ignored
        ({"verdict": "violations"}, {old}),
        ({"verdict": "conforms"}, {new}),
        ({"verdict": "superseded"}, {gone}),
        ({"q": "ёлка"}, {new}),
        ({"q": old.sout_id}, {old}),
        ({"q": str(gone.number)}, {gone}),
    ]
    for asked, wanted in cases:
        page = listed(reading, **asked)
        assert {each for each in (old, new, gone) if f"№ {each.number}" in page} == wanted, asked


def test_sorts(reading, reader):
    few = make(reader.organization, workplaces=3, approved_on=date(2026, 1, 1))
    many = make(reader.organization, workplaces=300, approved_on=date(2025, 1, 1))

    def order(sort: str) -> list[int]:
        return [row.pk for row in reading.get(reverse("sout_reports:reports"), {"sort": sort}).context["table"].rows]

    assert order("workplaces") == [few.pk, many.pk]
    assert order("-workplaces") == [many.pk, few.pk]
    assert order("verdict") == order("-approved") == [few.pk, many.pk]


class TestBranches:
    @pytest.fixture
    def branch(self, reader) -> Branch:
        return Branch.objects.create(organization=reader.organization, name="Филиал в г. Златоусте", kpp="740443001")

    def test_the_filter_is_there_when_there_are_branches(self, reading, reader, branch):
        head = make(reader.organization)
        theirs = make(reader.organization, branch=branch)
        assert branch.name in listed(reading)
        in_branch = listed(reading, branch=str(branch.pk))
        assert f"№ {theirs.number}" in in_branch
        assert f"№ {head.number}" not in in_branch
        assert f"№ {head.number}" in listed(reading, branch="head")

    def test_a_branch_sees_its_own(self, reader, branch):
        head = make(reader.organization)
        theirs = make(reader.organization, branch=branch)
        of_branch = factories.acting(reader.organization, branch=branch, rights=[Right.VIEW_REPORTS])
        page = listed(factories.sign_in(Client(), of_branch))
        assert f"№ {theirs.number}" in page
        assert f"№ {head.number}" not in page

    def test_another_organizations_branch_is_no_choice(self, reading, reader):
        foreign = Branch.objects.create(organization=factories.organization(), name="Чужой филиал")
        mine = make(reader.organization)
        page = listed(reading, branch=str(foreign.pk))
        assert "Чужой филиал" not in page
        assert f"№ {mine.number}" in page


@pytest.mark.parametrize("rows", [1, 30])
def test_the_price_does_not_depend_on_the_rows(reading, reader, rows, django_assert_max_num_queries):
    for _ in range(rows):
        make(reader.organization, class_counts={"2": 5})
    with django_assert_max_num_queries(12):
        listed(reading, size="50")


def test_the_menu_shows_what_the_person_may_open(reading):
    response = reading.get(reverse("sout_reports:reports"))
    labels = [item["label"] for section in response.context["nav"] for item in section["items"]]
    assert "Отчёты СОУТ" in labels
    assert "Импорт отчёта СОУТ" not in labels


@pytest.mark.parametrize(
    ("who", "status"),
    [("nobody", 302), ("reader", 200), ("readers_clerk", 403), ("other_reader", 200), ("bringer", 403)],
)
def test_the_door(around, who, status):
    answer = getattr(around, who).get(reverse("sout_reports:reports"))
    assert answer.status_code == status
    if status == 403:
        assert "Просмотр отчетов СОУТ" in answer.content.decode()


def test_names_are_never_markup(reading, reader):
    make(reader.organization, sout_organization_name='<script>alert("x")</script>', sout_id="<b>1</b>")
    page = listed(reading)
    assert "<script>alert" not in page
    assert "<b>1</b>" not in page
