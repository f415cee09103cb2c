"""A backlog of letters takes one worker, a few seconds at a time."""

from __future__ import annotations

import threading

import pytest
from django.core import mail
from django.db import connections

from core.locks import try_lock_name
from core.notifications import sending, tasks
from core.notifications.spreading import spread_new
from tests import factories
from tests.core.notifications.mailing import reader, say


@pytest.fixture
def again(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """The tasks that were put into the queue again."""
    hinted: list[object] = []
    monkeypatch.setattr(tasks, "hint", hinted.append)
    return hinted


def waiting(count: int) -> None:
    place = factories.organization()
    reader(place)
    for _ in range(count):
        say(place)
    spread_new()


def on_a_connection_of_its_own(deed: object) -> object:
    answers: list[object] = []

    def run() -> None:
        try:
            answers.append(deed())  # type: ignore[operator]  # a function
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    return answers[0]


@pytest.mark.django_db(transaction=True)
def test_one_worker_at_a_time_sends(again: list[object]) -> None:
    waiting(2)
    with try_lock_name("letters", "send") as mine:
        assert mine
        assert on_a_connection_of_its_own(tasks.send) == 0
        assert mail.outbox == []
    assert on_a_connection_of_its_own(tasks.send) == 2
    assert again == []


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_failed_lets_go(again: list[object], monkeypatch: pytest.MonkeyPatch) -> None:
    waiting(1)
    with monkeypatch.context() as broken:
        broken.setattr(tasks, "send_due", lambda: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            tasks.send()
    assert on_a_connection_of_its_own(tasks.send) == 1


@pytest.mark.django_db
def test_a_backlog_stands_in_the_queue_again(again: list[object], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "BATCH", 2)
    waiting(3)
    assert tasks.send() == 2
    assert again == [tasks.send]
    assert tasks.send() == 1
    assert again == [tasks.send], "nothing is left"


@pytest.mark.django_db
def test_a_server_that_is_down_is_left_to_the_clock(again: list[object], settings: object) -> None:
    settings.EMAIL_BACKEND = "tests.core.notifications.mailing.Down"
    waiting(1)
    assert tasks.send() == 0
    assert again == []
    assert sending.RUN_SECONDS < 10, "shorter than the pause of the clock"
