"""A protocol that its commission signs: members in any order, the chairman after them, the organization last."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.acting import Acting
from accounts.models import Organization
from accounts.rights import Right
from core.journal.models import Event
from core.notifications.models import Notice
from signatures.actions import add_power, decline_turn, expire_overdue
from signatures.models import Signature, SignerTurn, SigningRequest
from signatures.refusals import SignatureRefused
from simulators.demo_ca import issue_person_certificate, sign
from tests import factories
from tests.signatures import papers
from tests.violations import control
from violations import reactions
from violations.flags.models import Flag
from violations.flags.states import FlagState
from violations.protocols.actions import Collected, Sent, return_to_draft, sign_and_send
from violations.protocols.models import CommissionProtocol
from violations.protocols.selectors import waits_for_commission
from violations.protocols.states import ProtocolState

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("trusted")]

CHAIRMAN, MEMBER, OTHER = "Пробнова Ольга Петровна", "Образцов Иван Ильич", "Примеров Пётр"


@pytest.fixture
def protocol(employer: Organization, head: Acting) -> CommissionProtocol:
    _, flags = control.not_unique(employer)
    return control.commission_frozen(head, flags)


def signs(protocol: CommissionProtocol, acting: Acting, *names: str) -> Collected | Sent:
    return sign_and_send(protocol, control.signed_by(protocol.document, *names), acting=acting)


def refused(protocol: CommissionProtocol, acting: Acting, *names: str) -> str:
    before = Signature.objects.count()
    with pytest.raises(SignatureRefused) as refusal:
        signs(protocol, acting, *names)
    assert Signature.objects.count() == before
    return str(refusal.value.code)


def states(protocol: CommissionProtocol) -> dict[str, str]:
    return {turn.person or "организация": turn.state for turn in SignerTurn.objects.filter(request=protocol.request)}


def test_who_signs_and_in_what_order(protocol: CommissionProtocol) -> None:
    turns = SignerTurn.objects.filter(request=protocol.request)
    assert [(turn.stage, turn.person, turn.may_decline) for turn in turns] == [
        (1, MEMBER, True),
        (1, OTHER, True),
        (2, CHAIRMAN, False),
        (3, "", False),
    ]


def test_members_chairman_organization(protocol: CommissionProtocol, head: Acting) -> None:
    assert refused(protocol, head, CHAIRMAN) == "not_yet"
    outcome = signs(protocol, head, OTHER)
    assert isinstance(outcome, Collected)
    assert [turn.person for turn in outcome.turns] == [OTHER]
    assert refused(protocol, head, OTHER) == "turn_over"
    assert refused(protocol, head, "Чужакова Нина Ивановна") == "not_asked"
    signs(protocol, head, MEMBER)
    assert refused(protocol, head, MEMBER) == "turn_over"
    signs(protocol, head, CHAIRMAN)
    assert not waits_for_commission(protocol)
    assert not CommissionProtocol.objects.filter(state=ProtocolState.APPLIED).exists()
    sent = sign_and_send(protocol, control.signed(protocol.document, head), acting=head)
    assert isinstance(sent, Sent)
    assert sent.protocol.signature.document == protocol.request.document
    assert Signature.objects.filter(document=protocol.request.document).count() == 4
    assert not Flag.objects.exclude(state=FlagState.CLEARED).exists()
    assert set(states(protocol).values()) == {"signed"}
    assert SigningRequest.objects.get().state == "completed"


def test_one_file_with_all_their_signatures(protocol: CommissionProtocol, head: Acting) -> None:
    outcome = signs(protocol, head, CHAIRMAN, MEMBER, OTHER)
    assert {turn.person for turn in outcome.turns[:2]} == {MEMBER, OTHER}
    assert outcome.turns[2].person == CHAIRMAN
    assert Signature.objects.count() == 3


def test_a_file_with_a_stranger_is_refused_whole(protocol: CommissionProtocol, head: Acting) -> None:
    assert refused(protocol, head, MEMBER, "Чужакова Нина Ивановна") == "not_asked"
    assert states(protocol)[MEMBER] == "waiting"


def test_the_organization_cannot_come_first(protocol: CommissionProtocol, head: Acting) -> None:
    with pytest.raises(SignatureRefused) as refusal:
        sign_and_send(protocol, control.signed(protocol.document, head), acting=head)
    assert str(refusal.value.code) == "not_asked"


def test_the_chairman_who_signs_for_the_organization_signs_once(employer: Organization) -> None:
    chairman = factories.acting(employer, last_name="Пробнова", first_name="Ольга", middle_name="Петровна")
    _, flags = control.not_unique(employer)
    protocol = control.commission_frozen(chairman, flags)
    signs(protocol, chairman, MEMBER, OTHER)
    outcome = sign_and_send(protocol, control.signed(protocol.document, chairman), acting=chairman)
    assert isinstance(outcome, Sent)
    assert Signature.objects.count() == 3


def test_without_the_right_to_sign_the_chairman_does_not_send(employer: Organization, head: Acting) -> None:
    names = {"last_name": "Пробнова", "first_name": "Ольга", "middle_name": "Петровна"}
    chairman = factories.acting(employer, rights=[Right.VIEW_PROTOCOLS], **names)
    _, flags = control.not_unique(employer)
    protocol = control.commission_frozen(head, flags)
    signs(protocol, chairman, MEMBER, OTHER)
    outcome = sign_and_send(protocol, control.signed(protocol.document, chairman), acting=chairman)
    assert isinstance(outcome, Collected)
    with pytest.raises(SignatureRefused) as refusal:
        sign_and_send(protocol, control.signed(protocol.document, chairman), acting=chairman)
    assert str(refusal.value.code) == "no_right_to_sign"


def test_the_chairman_signs_once_under_a_power_of_attorney_that_is_kept(
    employer: Organization, head: Acting, settings: Any
) -> None:
    settings.SIGNATURE_MCHD_POWERS = [papers.CODE]
    names = {"last_name": "Пробнова", "first_name": "Ольга", "middle_name": "Петровна"}
    chairman = factories.acting(employer, rights=[Right.VIEW_PROTOCOLS, Right.SIGN_PROTOCOLS], **names)
    _, flags = control.not_unique(employer)
    protocol = control.commission_frozen(head, flags)
    signs(protocol, head, MEMBER, OTHER)
    person = issue_person_certificate(
        control.demo_authority(),
        surname="Пробнова",
        given_name="Ольга Петровна",
        snils=chairman.user.snils,
        inn=papers.EMPLOYEE.inn,
    )
    signature = sign(protocol.document, control.demo_authority().signer(person))
    outcome = sign_and_send(protocol, signature, acting=chairman)
    assert isinstance(outcome, Collected), "his own certificate is for himself"
    again = control.commission_frozen(head, control.not_unique(employer)[1])
    signs(again, head, MEMBER, OTHER)
    of_head = papers.Person(head.user.snils, "", head.user.last_name, head.user.first_name)
    xml = papers.paper(**papers.of(chairman, head=of_head))
    power = add_power(xml, control.signed(xml, head), acting=head)
    outcome = sign_and_send(again, sign(again.document, control.demo_authority().signer(person)), acting=chairman)
    assert isinstance(outcome, Sent)
    assert outcome.protocol.signature.power == power


def test_who_does_not_sign_is_noted_and_the_others_go_on(protocol: CommissionProtocol, head: Acting) -> None:
    turns = {turn.person: turn for turn in SignerTurn.objects.filter(request=protocol.request)}
    with pytest.raises(SignerTurn.DoesNotExist):
        decline_turn(protocol.request, turns[CHAIRMAN].pk, acting=head, why="В отпуске")
    with pytest.raises(ValueError, match="reason"):
        decline_turn(protocol.request, turns[OTHER].pk, acting=head, why="  ")
    decline_turn(protocol.request, turns[OTHER].pk, acting=head, why="В отпуске до конца месяца")
    assert refused(protocol, head, OTHER) == "turn_over"
    signs(protocol, head, MEMBER)
    signs(protocol, head, CHAIRMAN)
    assert not waits_for_commission(protocol)
    with pytest.raises(SignerTurn.DoesNotExist):
        decline_turn(protocol.request, turns[OTHER].pk, acting=head, why="Ещё раз")


def test_letter_case_and_yo_do_not_matter(protocol: CommissionProtocol, head: Acting) -> None:
    assert isinstance(signs(protocol, head, "ПРИМЕРОВ ПЕТР"), Collected)


def test_back_to_a_draft_the_signatures_stay_and_the_request_ends(protocol: CommissionProtocol, head: Acting) -> None:
    signature = control.signed_by(protocol.document, MEMBER)
    sign_and_send(protocol, signature, acting=head)
    asked = protocol.request
    draft = return_to_draft(protocol, acting=head)
    assert (draft.request, draft.document) == (None, None)
    asked.refresh_from_db()
    assert asked.state == "withdrawn"
    assert Signature.objects.count() == 1
    from violations.protocols.actions import freeze

    again = freeze(draft, version=draft.version, acting=head)
    assert again.document != bytes(asked.document.body), "the request is named in the bytes"
    with pytest.raises(SignatureRefused) as refusal:
        sign_and_send(again, signature, acting=head)
    assert str(refusal.value.code) == "other_request"


def test_a_term_that_passes(protocol: CommissionProtocol, head: Acting) -> None:
    now = timezone.now()
    SigningRequest.objects.update(created_at=now - timedelta(days=31), expires_at=now - timedelta(days=1))
    assert refused(protocol, head, MEMBER) == "request_expired"
    assert expire_overdue() == 1
    assert expire_overdue() == 0
    event = Event.objects.get(verb="signing.expired")
    for _ in range(2):
        reactions.return_unsigned(event)
    protocol.refresh_from_db()
    assert (protocol.state, protocol.request) == (ProtocolState.DRAFT, None)
    assert "не подписан в срок" in Notice.objects.visible_to(head).get().text


def test_people_are_told_when_their_turn_comes(
    protocol: CommissionProtocol, employer: Organization, head: Acting
) -> None:
    reader = factories.acting(employer, rights=[Right.VIEW_PROTOCOLS])
    reactions.tell_signers(Event.objects.about(protocol).get(verb="protocol.frozen"))
    assert "членов комиссии" in Notice.objects.visible_to(reader).get().text
    signs(protocol, head, MEMBER, OTHER)
    for event in Event.objects.filter(verb="signing.turn_closed"):
        reactions.tell_signers_after_commission(event)
    assert Notice.objects.visible_to(head).count() == 1
    signs(protocol, head, CHAIRMAN)
    event = Event.objects.filter(verb="signing.turn_closed").latest("pk")
    for _ in range(2):
        reactions.tell_signers_after_commission(event)
    assert Notice.objects.visible_to(head).filter(url__endswith="/sign/").count() == 1
