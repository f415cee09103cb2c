"""Moves: the second press of a button finds the row already gone."""

import pytest

from core.journal.models import Event
from core.moves import WrongState, move
from sout_reports.states import MOVES, State
from tests import factories

pytestmark = pytest.mark.django_db


def test_a_move_saves_and_journals():
    report = factories.report(employer=None, state=State.RECEIVED)
    moved = move(report, "begin", moves=MOVES, actor=None, event="report.checking", organization=report.organization)
    assert moved.state == State.CHECKING
    event = Event.objects.about(report).get(verb="report.checking")
    assert event.payload == {"from": "received", "to": "checking"}
    assert event.organization == report.organization


def test_a_move_from_another_state_changes_nothing():
    report = factories.report(state=State.ACCEPTED)
    with pytest.raises(WrongState) as refused:
        move(report, "begin", moves=MOVES, actor=None, event="report.checking")
    assert refused.value.state == State.ACCEPTED
    report.refresh_from_db()
    assert report.state == State.ACCEPTED
    assert not Event.objects.about(report).exists()


def test_a_stale_row_in_hand_does_not_count():
    report = factories.report(employer=None, state=State.RECEIVED)
    stale = type(report).objects.get(pk=report.pk)
    move(report, "begin", moves=MOVES, actor=None, event="report.checking")
    assert stale.state == State.RECEIVED
    assert move(stale, "begin", moves=MOVES, actor=None, event="report.checking").state == State.CHECKING
