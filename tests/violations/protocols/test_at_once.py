"""Two tabs, two people, two protocols at the same moment: one effect."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connections

from core.journal.models import Event
from signatures.models import Signature
from sout_reports.models import Renumbering, Workplace
from tests import factories
from tests.violations import control
from violations.flags.models import Flag, FlagChange
from violations.protocols.actions import Returned, Sent, draft_from_flags, sign_and_send
from violations.protocols.models import CommissionProtocol, ProtocolRow
from violations.protocols.states import ProtocolState

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*deeds: Callable[[], Any]) -> list[Any]:
    """The answers of functions that start together, each on a connection of its own."""
    start = threading.Barrier(len(deeds))
    answers: list[Any] = [None] * len(deeds)

    def run(index: int) -> None:
        try:
            start.wait()
            answers[index] = deeds[index]()
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(index,)) for index in range(len(deeds))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def test_one_protocol_sent_by_two_people_in_two_tabs_each(trusted: None) -> None:
    employer = factories.organization()
    people = [factories.acting(employer) for _ in range(2)]
    _, flags = control.not_unique(employer, places=2)
    protocol = control.frozen(people[0], flags)
    document = bytes(protocol.document)

    def send(acting: Any, signature: bytes) -> Callable[[], Any]:
        return lambda: sign_and_send(protocol, signature, acting=acting)

    deeds = [send(acting, control.signed(document, acting)) for acting in people for _ in range(2)]
    answers = at_once(*deeds)
    assert all(isinstance(answer, Sent) for answer in answers)
    assert [answer.again for answer in answers].count(False) == 1
    assert Signature.objects.count() == 1
    assert Renumbering.objects.count() == 2
    assert FlagChange.objects.filter(what="cleared").count() == 2
    assert Event.objects.filter(verb="protocol.applied").count() == 1


def test_two_protocols_that_want_one_number(trusted: None) -> None:
    employer = factories.organization()
    head = factories.acting(employer)
    protocols = []
    for _ in range(2):
        _, flags = control.not_unique(employer)
        draft = control.drafted(head, flags[:1])
        ProtocolRow.objects.filter(protocol=draft).update(new_number="500")
        CommissionProtocol.objects.filter(pk=draft.pk).update(number=f"к-{draft.pk}")
        protocols.append(draft)
    second = protocols[1].rows.get().workplace
    Workplace.objects.filter(pk=second.pk).update(position="Контролёр")
    from violations.protocols.actions import freeze

    frozen = [freeze(CommissionProtocol.objects.get(pk=each.pk), version=1, acting=head) for each in protocols]
    signatures = [control.signed(bytes(each.document), head) for each in frozen]
    answers = at_once(
        *(
            (lambda protocol=protocol, signature=signature: sign_and_send(protocol, signature, acting=head))
            for protocol, signature in zip(frozen, signatures, strict=True)
        )
    )
    assert sorted(type(answer).__name__ for answer in answers) == [Returned.__name__, Sent.__name__]
    states = {CommissionProtocol.objects.get(pk=each.pk).state for each in protocols}
    assert states == {ProtocolState.APPLIED, ProtocolState.DRAFT}
    assert Workplace.objects.filter(current_number="500").count() == 1


def test_one_button_pressed_twice_makes_one_draft() -> None:
    employer = factories.organization()
    head = factories.acting(employer)
    control.not_unique(employer, places=3)
    answers = at_once(*[lambda: draft_from_flags(Flag.objects.all(), acting=head)] * 3)
    assert sorted(answer.added for answer in answers) == [0, 0, 3]
    assert CommissionProtocol.objects.count() == 1


def test_two_drafts_at_once_are_promised_different_numbers() -> None:
    employer = factories.organization()
    head = factories.acting(employer)
    _, flags = control.not_unique(employer, places=2)
    at_once(*((lambda key=flag.pk: draft_from_flags(Flag.objects.filter(pk=key), acting=head)) for flag in flags))
    assert {row.new_number for row in ProtocolRow.objects.all()} == {"3", "4"}
    assert {protocol.number for protocol in CommissionProtocol.objects.all()} == {"1", "2"}
