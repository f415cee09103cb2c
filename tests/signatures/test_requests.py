"""Signing requests: frozen bytes of their own, whose turn it is, a term; every refusal is reached here."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from asn1crypto import cms
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.acting import Acting
from accounts.models import Branch
from core.journal.models import Event
from core.moves import WrongState
from signatures.actions import (
    WantedSignature,
    decline_turn,
    expire_overdue,
    request_signatures,
    sign_request,
    withdraw_request,
)
from signatures.cms.document import Document
from signatures.models import Signature, SignerTurn, SigningRequest
from signatures.purposes import _purposes, register_purpose
from signatures.refusals import SignatureRefused
from signatures.selectors import document_to_sign, waiting_for
from signatures.states import TurnKind
from tests import factories
from tests.violations import control

pytestmark = pytest.mark.django_db

SIGN, READ = "protocols.sign", "protocols.view"
PERSON, OTHER = "Образцов Иван Ильич", "Примеров Пётр"


@pytest.fixture(autouse=True)
def purpose(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("signatures.purposes._purposes", dict(_purposes))
    register_purpose("probe", label="Проба", read_rights=(READ, SIGN), sign_rights=(SIGN,))


@pytest.fixture
def head() -> Acting:
    control.trust_demo_authority()
    return factories.acting()


def asked(acting: Acting, *wanted: WantedSignature, body: bytes = b"", **changes: Any) -> SigningRequest:
    uid = uuid4()
    given = {"uid": uid, "name": "Проба № 1", "purpose": "probe", "subject_uid": uuid4(), "acting": acting}
    signers = wanted or (WantedSignature(1, "За организацию"),)
    return request_signatures(Document(body or str(uid).encode()), wanted=signers, **(given | changes))


def member(stage: int, person: str, **more: Any) -> WantedSignature:
    return WantedSignature(stage, "Член комиссии", TurnKind.MEMBER, person, **more)


def sign(request: SigningRequest, acting: Acting, signature: bytes | None = None, **more: Any) -> Any:
    document = document_to_sign(request)
    by = control.signed(document.data, acting) if signature is None else signature
    return sign_request(request, by, document, acting=acting, **({"may_represent": True} | more))


def refusal(request: SigningRequest, acting: Acting, signature: bytes | None = None, **more: Any) -> str:
    before = Signature.objects.count()
    with pytest.raises(SignatureRefused) as caught:
        sign(request, acting, signature, **more)
    assert Signature.objects.count() == before
    assert caught.value.explanation.endswith(".")
    assert caught.value.advice.endswith(".")
    return str(caught.value.code)


def test_one_signature_completes_it(head: Acting) -> None:
    request = asked(head)
    signed = sign(request, head)
    assert signed.is_complete
    request.refresh_from_db()
    assert (request.state, request.turns.get().signature) == ("completed", Signature.objects.get())
    verbs = list(Event.objects.filter(verb__startswith="sign").order_by("pk").values_list("verb", flat=True))
    assert verbs == ["signing.requested", "signature.accepted", "signing.turn_closed", "signing.completed"]
    assert refusal(request, head) == "request_closed"


def test_its_digests_are_known_and_not_computed_again(head: Acting, monkeypatch: pytest.MonkeyPatch) -> None:
    request = asked(head)
    signature = control.signed(bytes(request.document.body), head)
    monkeypatch.setattr(Document, "hash_through", None)
    hashed: list[int] = []
    from signatures.cms import algorithms

    real = algorithms.streebog
    monkeypatch.setattr(algorithms, "streebog", lambda data, bits=256: hashed.append(len(data)) or real(data, bits))
    sign(request, head, signature)
    assert request.document.size not in hashed


def test_a_term(head: Acting) -> None:
    request = asked(head)
    SigningRequest.objects.update(created_at=timezone.now() - timedelta(days=2), expires_at=timezone.now())
    assert refusal(request, head) == "request_expired"
    assert expire_overdue() == 1
    assert expire_overdue() == 0
    request.refresh_from_db()
    assert (request.state, bool(request.closed_at)) == ("expired", True)
    with pytest.raises(WrongState):
        withdraw_request(request, acting=head)


def test_a_signature_of_another_request_is_told_by_its_name(head: Acting) -> None:
    first, second = asked(head, name="Приказ № 5"), asked(head)
    signature = control.signed(bytes(first.document.body), head)
    with pytest.raises(SignatureRefused) as caught:
        sign(second, head, signature)
    assert str(caught.value.code) == "other_request"
    assert "Приказ № 5" in caught.value.explanation
    stranger = asked(factories.acting(), name="Тайна")
    assert refusal(second, head, control.signed(bytes(stranger.document.body), head)) == "content_digest_mismatch"


def test_two_requests_never_have_the_same_bytes(head: Acting) -> None:
    asked(head, body=b"<a/>")
    for acting in (head, factories.acting()):
        with pytest.raises(IntegrityError), transaction.atomic():
            asked(acting, body=b"<a/>")


def test_one_open_request_for_a_subject(head: Acting) -> None:
    request = asked(head)
    with pytest.raises(IntegrityError), transaction.atomic():
        asked(head, subject_uid=request.subject_uid)
    withdraw_request(request, acting=head)
    asked(head, subject_uid=request.subject_uid)
    assert refusal(request, head) == "request_closed"


def test_without_the_right_nobody_signs_for_the_organization(head: Acting) -> None:
    assert refusal(asked(head), head, may_represent=False) == "no_right_to_sign"


def test_bytes_that_are_not_the_requests_own(head: Acting) -> None:
    request = asked(head)
    with pytest.raises(SignatureRefused) as caught:
        sign_request(request, control.signed(b"x", head), Document(b"x"), acting=head, may_represent=True)
    assert str(caught.value.code) == "content_digest_mismatch"


def test_members_in_their_order(head: Acting) -> None:
    request = asked(head, member(1, PERSON), member(2, OTHER))
    body = bytes(request.document.body)
    assert refusal(request, head, control.signed_by(body, OTHER)) == "not_yet"
    assert refusal(request, head, control.signed_by(body, "Чужаков Яков")) == "not_asked"
    sign(request, head, control.signed_by(body, PERSON))
    assert refusal(request, head, control.signed_by(body, PERSON)) == "turn_over"
    assert sign(request, head, control.signed_by(body, OTHER)).is_complete


def test_people_add_theirs_to_one_file(head: Acting) -> None:
    request = asked(head, member(1, PERSON), member(1, OTHER))
    body = bytes(request.document.body)
    first = control.signed_by(body, PERSON)
    sign(request, head, first)
    both = added(first, control.signed_by(body, OTHER))
    assert [turn.person for turn in sign(request, head, both).turns] == [OTHER]


def added(first: bytes, second: bytes) -> bytes:
    """One file with the signatures of two, as a program makes it that adds a signature."""
    one, other = (cms.ContentInfo.load(each)["content"] for each in (first, second))
    body = cms.SignedData(
        {
            "version": "v1",
            "digest_algorithms": list(one["digest_algorithms"]),
            "encap_content_info": {"content_type": "data"},
            "certificates": [*one["certificates"], *other["certificates"]],
            "signer_infos": [*one["signer_infos"], *other["signer_infos"]],
        }
    )
    return cms.ContentInfo({"content_type": "signed_data", "content": body}).dump()


def test_a_namesake_is_told_by_the_snils(head: Acting) -> None:
    request = asked(head, member(1, PERSON, snils=factories.snils(7)))
    body = bytes(request.document.body)
    assert refusal(request, head, control.signed_by(body, PERSON)) == "not_asked"
    theirs = control.signed(body, head, snils=factories.snils(7))
    assert sign(request, head, theirs).is_complete


def test_garbage_and_nothing(head: Acting) -> None:
    request = asked(head, member(1, PERSON))
    for rubbish in (b"", b"\x30\x80", b"0" * 5000, b"-----BEGIN CMS-----"):
        assert refusal(request, head, rubbish) == "malformed"


def test_who_is_waited_for(head: Acting) -> None:
    request = asked(head, member(1, PERSON), WantedSignature(2, "За организацию"))
    him = factories.acting(
        head.organization, rights=[READ], last_name="Образцов", first_name="Иван", middle_name="Ильич"
    )
    reader = factories.acting(head.organization, rights=[READ])
    assert [list(waiting_for(each)) for each in (him, head, reader)] == [[request], [], []]
    theirs = asked(head, member(1, "Семёнов Пётр"), member(1, PERSON, snils=factories.snils(7)))
    assert not waiting_for(him).filter(pk=theirs.pk).exists(), "a namesake: the СНИЛС is known"
    spelled = factories.acting(head.organization, rights=[READ], last_name="Семенов", first_name="Петр", middle_name="")
    assert list(waiting_for(spelled)) == [theirs]
    withdraw_request(theirs, acting=head)
    sign(request, head, control.signed_by(bytes(request.document.body), PERSON))
    assert [list(waiting_for(each)) for each in (him, head, reader)] == [[], [request], []]


def test_who_sees_them(head: Acting) -> None:
    request = asked(head)
    branch = Branch.objects.create(organization=head.organization, name="Филиал", kpp="770102002")
    seen = SigningRequest.objects.visible_to
    assert list(seen(head)) == [request]
    assert not seen(None).exists()
    assert not seen(factories.acting()).exists()
    assert not seen(factories.acting(head.organization, branch=branch)).exists()
    assert not seen(factories.acting(head.organization, rights=["sout.view_reports"])).exists()


def test_declining(head: Acting) -> None:
    request = asked(head, member(1, PERSON, may_decline=True), member(2, OTHER))
    first, second = request.turns.all()
    with pytest.raises(SignerTurn.DoesNotExist):
        decline_turn(request, second.pk, acting=head, why="Болен")
    decline_turn(request, first.pk, acting=head, why="Болен")
    other = asked(head)
    with pytest.raises(SignerTurn.DoesNotExist):
        decline_turn(other, second.pk, acting=head, why="Болен")
    withdraw_request(request, acting=head)
    with pytest.raises(SignatureRefused) as caught:
        decline_turn(request, second.pk, acting=head, why="Болен")
    assert str(caught.value.code) == "request_closed"


def test_a_table_holds_no_half_turns(head: Acting) -> None:
    turn = asked(head, member(1, PERSON)).turns.get()
    for changes in ({"state": "signed"}, {"state": "declined"}, {"person": ""}, {"kind": "organization"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            SignerTurn.objects.filter(pk=turn.pk).update(**changes)
