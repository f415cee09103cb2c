"""Two inspectors, a doubled click, an answer that meets a decision: one effect."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connections

from accounts.acting import Acting
from core.journal.models import Event
from core.moves import WrongState
from sout_reports.models import SoutReport
from sout_reports.states import Verdict
from tests import factories
from tests.violations import control
from tests.violations.inspection.conftest import INSPECTORS_RIGHTS
from violations.flags.models import FlagChange
from violations.inspection.actions import answer, ask, confirm, dismiss
from violations.inspection.models import Decision, Explanation, Question
from violations.inspection.states import Ground

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*deeds: Callable[[], Any]) -> list[Any]:
    """What functions that start together answered or raised, each on a connection of its own."""
    start = threading.Barrier(len(deeds))
    answers: list[Any] = [None] * len(deeds)

    def run(index: int) -> None:
        try:
            start.wait()
            answers[index] = deeds[index]()
        except WrongState as stands:
            answers[index] = stands
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(index,)) for index in range(len(deeds))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


@pytest.fixture
def two() -> list[Acting]:
    place = factories.inspectorate(region="77")
    return [factories.acting(place, rights=INSPECTORS_RIGHTS) for _ in range(2)]


def lost(answers: list[Any]) -> int:
    return sum(isinstance(each, WrongState) for each in answers)


def test_two_inspectors_decide_twice_each(two: list[Acting]) -> None:
    _, (flag,) = control.not_unique(factories.organization())
    deeds = [
        lambda act=act, who=who, ground=ground: act(flag, ground=ground, text="Решение инспектора.", acting=who)
        for act, ground in ((confirm, Ground.REPORT_SHOWS), (confirm, Ground.INSPECTED))
        for who in two
    ]
    assert lost(at_once(*deeds)) == 3
    assert Decision.objects.count() == 1
    assert Event.objects.filter(verb="flag.confirmed").count() == 1
    assert FlagChange.objects.filter(what="confirmed").count() == 1


def test_two_questions_at_once(two: list[Acting]) -> None:
    _, (flag,) = control.not_unique(factories.organization())
    deeds = [lambda who=who: ask(flag, text="Поясните номер места.", days=5, acting=who) for who in two * 2]
    assert lost(at_once(*deeds)) == 3
    assert Question.objects.count() == 1


def test_an_answer_pressed_twice(two: list[Acting]) -> None:
    employer = factories.organization()
    head = factories.acting(employer)
    _, (flag,) = control.not_unique(employer)
    ask(flag, text="Поясните номер места.", days=5, acting=two[0])
    deeds = [lambda: answer(flag, text="Пояснение работодателя.", files=[], acting=head)] * 3
    assert lost(at_once(*deeds)) == 2
    assert Explanation.objects.count() == 1
    assert Event.objects.filter(verb="flag.explained").count() == 1


def test_the_last_two_flags_of_a_report_are_dismissed_at_once(two: list[Acting]) -> None:
    report, flags = control.not_unique(factories.organization(), places=2)
    deeds = [
        lambda flag=flag, who=who: dismiss(flag, ground=Ground.MENDED, text="Нарушение устранено.", acting=who)
        for flag, who in zip(flags, two, strict=True)
    ]
    assert lost(at_once(*deeds)) == 0
    fresh = SoutReport.objects.get(pk=report.pk)
    assert (fresh.open_flags, fresh.verdict) == (0, Verdict.CONFORMS)
