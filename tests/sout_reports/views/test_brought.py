"""«Переданные отчёты»."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from sout_reports.states import State, Verdict
from tests import factories

pytestmark = pytest.mark.django_db


def listed(client, **asked) -> str:
    return client.get(reverse("sout_reports:brought"), asked).content.decode()


def test_nothing_yet_says_how_to_begin(bringing):
    page = listed(bringing)
    assert "Отчётов пока нет" in page
    assert reverse("sout_reports:upload") in page


def test_only_what_the_organization_brought(bringing, bringer):
    mine = factories.report(by=bringer)
    theirs = factories.report()
    page = listed(bringing)
    assert f"№ {mine.number}" in page
    assert f"№ {theirs.number}" not in page


@pytest.mark.parametrize(
    ("outcome", "state", "verdict"),
    [
        ("going", State.RECEIVED, ""),
        ("going", State.CHECKING, ""),
        ("conforms", State.ACCEPTED, Verdict.CONFORMS),
        ("violations", State.ACCEPTED, Verdict.VIOLATIONS),
        ("refused", State.REFUSED, ""),
        ("superseded", State.SUPERSEDED, Verdict.CONFORMS),
    ],
)
def test_the_outcome_filters(bringing, bringer, outcome, state, verdict):
    wanted = factories.report(by=bringer, state=state, verdict=verdict)
    others = [
        factories.report(by=bringer, state=each, verdict=said)
        for each, said in [(State.ACCEPTED, "conforms"), (State.REFUSED, ""), (State.RECEIVED, "")]
        if each != state and not {each, state} <= {State.RECEIVED, State.CHECKING}
    ]
    page = listed(bringing, outcome=outcome)
    assert f"№ {wanted.number}" in page
    assert not [each.number for each in others if f"№ {each.number}" in page]


def test_search_finds_by_number_employer_and_file(bringing, bringer):
    report = factories.report(factories.organization(full_name="АО «Заметное»"), by=bringer)
    other = factories.report(by=bringer)
    for text in (str(report.number), "заметн", report.employer_inn, report.sout_id):
        page = listed(bringing, q=text)
        assert f"№ {report.number}" in page, text
        assert f"№ {other.number}" not in page, text


def test_filters_that_hide_all_can_be_cleared(bringing, bringer):
    factories.report(by=bringer)
    page = listed(bringing, q="ничего такого нет")
    assert "Ничего не найдено" in page
    assert "Очистить фильтры" in page


def test_pages_hold_together(bringing, bringer):
    moment = timezone.now()
    for age in range(12):
        factories.report(by=bringer, received_at=moment - timedelta(minutes=age))
    first = bringing.get(reverse("sout_reports:brought"))
    second = bringing.get(first.context["page"].next_url)
    numbers = [row.number for row in [*first.context["table"].rows, *second.context["table"].rows]]
    assert len(numbers) == len(set(numbers)) == 12
    assert "Записи с 11 до 12 из 12" in second.content.decode()


@pytest.mark.parametrize("rows", [1, 30])
def test_the_price_does_not_depend_on_the_rows(bringing, bringer, rows, django_assert_max_num_queries):
    for _ in range(rows):
        factories.report(by=bringer)
    with django_assert_max_num_queries(12):
        listed(bringing, size="50")


@pytest.mark.parametrize(
    ("who", "status"), [("nobody", 302), ("bringer", 200), ("bringers_clerk", 403), ("reader", 403)]
)
def test_the_door(around, who, status):
    assert getattr(around, who).get(reverse("sout_reports:brought")).status_code == status


def test_a_branch_of_a_made_up_address_is_ignored(bringing, bringer):
    report = factories.report(by=bringer)
    page = listed(bringing, outcome="<script>", sort="-nothing", at="broken", size="7")
    assert f"№ {report.number}" in page
