"""Many notices at once: the same few statements, nobody told twice, and the same readers as the bell has."""

from __future__ import annotations

import itertools

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Branch
from accounts.rights import Right
from core.notifications.actions import compose, tell, tell_all
from core.notifications.models import Letter, Notice, Topic
from core.notifications.spreading import spread_new
from core.notifications.writing import said
from tests import factories
from tests.core.notifications.mailing import reader, say

pytestmark = pytest.mark.django_db


def test_a_row_at_hand_is_seen_by_whom_the_query_shows_it() -> None:
    """Every notice × everybody: `Notice.is_seen_by` and `NoticeQuerySet.visible_to` are one rule written twice."""
    here, elsewhere = factories.organization(), factories.organization()
    branches = [Branch.objects.create(organization=here, name=f"Филиал {n}", kpp=f"66124300{n}") for n in range(2)]
    rights = (Right.VIEW_FLAGS, Right.VIEW_MESSAGES)
    people = [
        reader(place, branch=branch, rights=tuple(map(str, held)))
        for place, branch in [(here, None), *((here, each) for each in branches), (elsewhere, None)]
        for held in [(), (Right.VIEW_FLAGS,), rights]
    ]
    asked = ["", Right.VIEW_FLAGS, Right.VIEW_PROTOCOLS, f"{Right.VIEW_PROTOCOLS} {Right.VIEW_MESSAGES}", "no.right"]
    for place, right, user in itertools.product(
        [(here, None), (here, branches[0]), (elsewhere, None)], asked, [None, people[0].user, people[4].user]
    ):
        say(place[0], branch=place[1], right=str(right), user=user)
    notices = list(Notice.objects.all())
    for acting in people:
        shown = set(Notice.objects.visible_to(acting))
        assert {notice for notice in notices if notice.is_seen_by(acting)} == shown, (acting, acting.rights)
    assert not any(notice.is_seen_by(None) for notice in notices)


def statements(count: int) -> int:
    """How many it takes to spread one notice to each of `count` organizations of two people each."""
    places = [factories.organization() for _ in range(count)]
    for place in places:
        reader(place)
        reader(place)
        say(place)
    with CaptureQueriesContext(connection) as asked:
        assert spread_new() == count
    assert Letter.objects.filter(notice__organization__in=places).count() == 2 * count
    return len(asked)


def test_spreading_costs_the_same_for_one_and_thirty() -> None:
    assert statements(1) == statements(30)
    assert spread_new() == 0


def test_telling_many_again_changes_nothing() -> None:
    place = factories.organization()

    def composed(text: str) -> list[Notice]:
        keys = [f"probe:{number}" for number in range(3)]
        return [compose(place, text=text, url="/", action="Открыть", key=key, topic=Topic.FLAGS) for key in keys]

    tell_all(composed("Первое."))
    with CaptureQueriesContext(connection) as asked:
        tell_all(composed("Второе."))
    assert len(asked) <= 3
    assert set(Notice.objects.values_list("text", flat=True)) == {"Первое."}
    again = tell(place, text="Третье.", url="/", action="Открыть", key="probe:1", topic=Topic.FLAGS)
    assert (again.text, Notice.objects.count()) == ("Первое.", 3)
    tell_all([])


def test_no_personal_number_in_many_notices() -> None:
    common = {"url": "/", "action": "Открыть", "key": "probe:1", "topic": Topic.FLAGS}
    made = compose(factories.organization(), text="СНИЛС 112-233-445 95.", why="112 233 445 95", **common)
    assert (made.text, made.why) == ("СНИЛС ***-***-**5 95.", "***-***-**5 95")


def test_what_is_too_long_is_cut_after_it_is_masked() -> None:
    """A mask is longer than the bare number, and half a number is no number that would be masked."""
    place = factories.organization()
    number = factories.snils(7)
    for before in (285, 289, 290, 295, 400):
        words = "я" * before + " " + number
        told = tell(place, text=words, why=words, url="/", action="Открыть", key=f"long:{before}", topic=Topic.FLAGS)
        assert len(told.text) <= 300, before
        assert number[:4] not in told.text + told.why, before
        assert told.text.startswith("я" * 285)


def test_an_employer_that_a_file_calls_by_a_number() -> None:
    number = factories.snils(8)
    place = factories.organization(short_name=f"ИП {number}")
    assert number not in said(say(place)).organization
