"""Two tabs, two people, two workers at the same moment: one effect."""

from __future__ import annotations

import uuid
from collections.abc import Callable

import pytest
from django.db import OperationalError, connection, transaction
from django.test import Client
from django.urls import reverse

from core.calendar import add_workdays
from core.journal.models import Event
from core.moves import WrongState
from core.notifications.models import Notice
from tests import factories
from tests.violations import letters
from tests.violations.protocols.test_at_once import at_once
from violations.messages import actions, selectors
from violations.messages.actions import sending
from violations.messages.models import Message, Recipient, Reply
from violations.messages.states import MessageState

pytestmark = pytest.mark.django_db(transaction=True)


def test_one_draft_sent_by_two_people_in_two_tabs_each() -> None:
    inspectorate = factories.inspectorate()
    people = [factories.acting(inspectorate) for _ in range(2)]
    draft = letters.drafted(people[0], factories.organization(), factories.organization())

    def send(acting: object) -> object:
        try:
            return actions.send(draft, version=draft.version, acting=acting)
        except WrongState as stands:
            return stands.state

    answers = at_once(*[lambda acting=acting: send(acting) for acting in people for _ in range(2)])
    assert [isinstance(each, Message) for each in answers].count(True) == 1
    assert Recipient.objects.count() == 2
    assert Event.objects.filter(verb="message.sent").count() == 1


def test_two_workers_write_the_recipients_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "AT_ONCE", 0)
    inspector = letters.inspector()
    draft = letters.drafted(inspector, factories.organization(), factories.organization())
    message = actions.send(draft, version=draft.version, acting=inspector)
    answers = at_once(*[lambda: sending.deliver(message)] * 3)
    assert {each.state for each in answers} == {MessageState.SENT}
    assert Recipient.objects.count() == 2
    at_once(*[lambda: sending.tell_recipients(message, MessageState.SENT)] * 2)
    assert Notice.objects.count() == 2


def test_one_answer_pressed_twice_and_two_readers() -> None:
    inspector, employer = letters.inspector(), factories.acting()
    colleague = factories.acting(employer.organization)
    recipient = letters.one(letters.sent(inspector, employer.organization, told=False))
    once = uuid.uuid4()
    at_once(
        *[lambda: actions.answer(recipient, text="Ответ", once=once, acting=employer)] * 2,
        lambda: actions.mark_read(recipient, acting=colleague),
    )
    assert Reply.objects.count() == 1
    assert Event.objects.filter(verb="message.read").count() == 1
    assert Event.objects.filter(verb="message.answered").count() == 1


def test_two_beats_remind_once() -> None:
    inspector = letters.inspector()
    day = add_workdays(selectors.today(), 10)
    for _ in range(3):
        letters.sent(inspector, factories.organization(), told=False, answer_by=day)
    answers = at_once(*[lambda: actions.remind(on=day)] * 2)
    assert sum(answers) == 3
    assert Notice.objects.filter(action="Ответить").count() == 3


def test_buttons_of_drafts_pressed_twice() -> None:
    inspector = letters.inspector()
    client = factories.sign_in(Client(), inspector)
    sent = letters.sent(inspector, factories.organization(), told=False)
    new, correct = reverse("violations:sent_message_new"), reverse("violations:sent_message_correct", args=[sent.uid])

    def press(address: str) -> Callable[[], tuple[int, str]]:
        def deed() -> tuple[int, str]:
            tab = Client()
            tab.cookies = client.cookies.copy()
            answer = tab.post(address)
            return answer.status_code, answer["Location"]

        return deed

    for address in (new, correct):
        answers = at_once(*[press(address)] * 3)
        assert len(set(answers)) == 1, answers
    assert Message.objects.filter(state=MessageState.DRAFT).count() == 2
    draft = Message.objects.get(corrects=sent)
    discard = reverse("violations:sent_message_discard", args=[draft.uid])
    assert set(at_once(*[press(discard)] * 3)) == {(302, reverse("violations:sent_messages"))}
    assert Event.objects.filter(verb="message.discarded").count() == 1


def test_a_withdrawal_waits_for_the_batch_that_is_told() -> None:
    """Otherwise somebody would be told of a message after its withdrawal."""
    inspector = letters.inspector()
    message = letters.sent(inspector, factories.organization(), told=False)
    with transaction.atomic():
        assert sending.tell_recipients(message, MessageState.SENT) == 1
        answers: list[str] = []

        def withdraw() -> None:
            try:
                with connection.cursor() as cursor:
                    cursor.execute("SET lock_timeout = '300ms'")
                actions.withdraw(message, reason="Ошибка", acting=inspector)
            except OperationalError as waited:
                answers.append(str(waited))

        at_once(withdraw)
    assert "lock timeout" in answers[0]
    actions.withdraw(message, reason="Ошибка", acting=inspector)
    assert sending.tell_recipients(message, MessageState.SENT) == 1, "nothing is told of what was withdrawn"
    assert Notice.objects.count() == 1
