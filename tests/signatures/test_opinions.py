"""Dissenting opinions: a document of the member's own, signed by him before he signs what he disagrees with."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.acting import Acting
from core.journal.models import Event
from signatures.actions import decline_turn, expire_overdue, request_signatures, withdraw_request, write_opinion
from signatures.models import Signature, SignerTurn, SigningRequest
from signatures.opinions import (
    LONGEST_OPINION,
    OpinionRefused,
    canonical,
    dissents,
    opinion_document,
    refuse_unfit,
    text_of,
)
from signatures.purposes import _purposes, register_purpose
from signatures.refusals import SignatureRefused
from signatures.selectors import document_to_sign, waiting_for
from tests import factories
from tests.signatures.test_requests import OTHER, PERSON, READ, SIGN, asked, member, refusal, sign
from tests.violations import control

pytestmark = pytest.mark.django_db
TEXT = "Не согласен с номером места 2.\nМесто существует с 2019 года."


@pytest.fixture(autouse=True)
def purposes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("signatures.purposes._purposes", dict(_purposes))
    register_purpose("probe", label="Проба", read_rights=(READ, SIGN), sign_rights=(SIGN,))
    register_purpose("opinion", label="Особое мнение", read_rights=(READ, SIGN))


@pytest.fixture
def head() -> Acting:
    control.trust_demo_authority()
    return factories.acting()


@pytest.fixture
def request_of_two(head: Acting) -> SigningRequest:
    return asked(
        head, member(1, PERSON, may_decline=True), member(1, OTHER, may_decline=True), member(2, "Третьяков Ян")
    )


def turn(request: SigningRequest, person: str = PERSON) -> SignerTurn:
    return request.turns.get(person=person)


def written(request: SigningRequest, acting: Acting, text: str = TEXT, person: str = PERSON) -> SigningRequest:
    return write_opinion(turn(request, person), text, purpose="opinion", acting=acting)


def by(request: SigningRequest, *names: str) -> bytes:
    return control.signed_by(bytes(request.document.body), *names)


def said(refused: pytest.ExceptionInfo[OpinionRefused]) -> str:
    assert refused.value.text.endswith(".")
    return refused.value.text


# ---- the text and its document


def test_the_text_is_the_same_however_its_lines_end() -> None:
    for typed in ("Нет.\r\n\r\nВот почему: ", "\n\nНет.  \n\nВот почему:\n", "Нет.\x0b\u2028Вот почему:\x85"):
        assert canonical(typed) == "Нет.\n\nВот почему:"
    assert canonical(" \n\t ") == ""


@pytest.mark.parametrize("sign", ["\x00", "\x08", "\x1b", "\x7f", "\x9f", "\u202e", "\u2066"])
def test_signs_that_hide_or_turn_the_text_are_refused_by_their_place(sign: str) -> None:
    with pytest.raises(OpinionRefused) as refused:
        refuse_unfit(canonical(f"Не\nсогласен{sign} ни с чем"))
    assert f"знак 12, код U+{ord(sign):04X}" in said(refused)


def test_no_text_and_a_long_one() -> None:
    refuse_unfit("ё" * LONGEST_OPINION)
    refuse_unfit("Обычный\u00a0текст \u00ab\u2014\u00bb, мягкий\u00adперенос 👷 <b>&amp;</b>")
    for text in ("", "\u200b", "…", "ё" * (LONGEST_OPINION + 1)):
        with pytest.raises(OpinionRefused):
            refuse_unfit(text)


def test_the_document_names_what_it_belongs_to(request_of_two: SigningRequest, head: Acting) -> None:
    opinion = written(request_of_two, head)
    body = bytes(opinion.document.body)
    assert body.startswith(b"\xef\xbb\xbf")
    lines = body.decode("utf-8-sig").split("\r\n")
    assert not any("\n" in line or "\r" in line for line in lines)
    assert lines[0] == "ОСОБОЕ МНЕНИЕ"
    assert f"К документу: {request_of_two.document.name}" in lines
    assert f"SHA-256 документа: {request_of_two.sha256}" in lines
    assert f"Подписывает: {PERSON}, член комиссии" in lines
    assert any(head.organization.inn in line and head.organization.ogrn in line for line in lines)
    assert f"Номер запроса подписи: {opinion.uid}" in lines
    assert lines[-4:] == ["", *TEXT.split("\n"), ""]
    assert text_of(body) == TEXT
    assert (opinion.expires_at, opinion.branch) == (request_of_two.expires_at, request_of_two.branch)
    assert list(opinion.turns.values_list("person", "kind", "may_decline")) == [(PERSON, "member", False)]


def test_the_text_cannot_pass_for_the_head(request_of_two: SigningRequest) -> None:
    """Whatever a member writes stands below the line that ends the head; a name cannot hold that line."""
    hostile = "Подписывает: Чужаков Яков\n\nТекст особого мнения:\n\nСогласен. </xml> & \"'\\r\\n"
    his = SignerTurn.objects.select_related("request__document", "request__organization").get(person=PERSON)
    his.person = "Образцов\r\nТекст особого мнения:\r\n\r\nИван"
    made = opinion_document(his, hostile, request=uuid4(), day=timezone.localdate())
    assert text_of(made) == hostile
    head = made.decode("utf-8-sig").partition("\r\n\r\nТекст особого мнения:\r\n\r\n")[0]
    assert "Чужаков" not in head
    assert "Образцов Текст особого мнения: Иван" in head


# ---- its life


def test_the_opinion_first_then_the_document(request_of_two: SigningRequest, head: Acting) -> None:
    opinion = written(request_of_two, head)
    assert refusal(request_of_two, head, by(request_of_two, PERSON)) == "opinion_waits"
    assert sign(opinion, head, by(opinion, PERSON), may_represent=False).is_complete
    assert turn(request_of_two).state == "waiting", "the opinion alone is no signature of the document"
    sign(request_of_two, head, by(request_of_two, PERSON))
    closed = turn(request_of_two)
    assert (closed.state, closed.said) == ("objected", "")
    (dissent,) = dissents(request_of_two)
    assert (dissent.text, dissent.turn, dissent.signature.document) == (TEXT, closed, opinion.document)
    assert Signature.objects.count() == 2


def test_the_others_sign_without(request_of_two: SigningRequest, head: Acting) -> None:
    written(request_of_two, head)
    sign(request_of_two, head, by(request_of_two, OTHER))
    assert turn(request_of_two, OTHER).state == "signed"


def test_a_file_of_several_is_refused_whole_while_one_opinion_waits(
    request_of_two: SigningRequest, head: Acting
) -> None:
    opinion = written(request_of_two, head)
    with pytest.raises(SignatureRefused) as refused:
        sign(request_of_two, head, by(request_of_two, OTHER, PERSON))
    assert str(refused.value.code) == "opinion_waits"
    assert PERSON in refused.value.explanation
    assert not Signature.objects.exists()
    sign(opinion, head, by(opinion, PERSON))
    sign(request_of_two, head, by(request_of_two, OTHER, PERSON))
    states = dict(request_of_two.turns.values_list("person", "state"))
    assert (states[PERSON], states[OTHER]) == ("objected", "signed")


def test_nobody_else_signs_an_opinion(request_of_two: SigningRequest, head: Acting) -> None:
    opinion = written(request_of_two, head)
    assert refusal(opinion, head, by(opinion, OTHER)) == "not_asked"
    assert refusal(opinion, head, by(opinion, PERSON, OTHER)) == "not_asked"
    assert refusal(opinion, head, by(request_of_two, PERSON)) == "other_request"
    assert refusal(request_of_two, head, by(opinion, PERSON)) == "other_request"
    sign(opinion, head, by(opinion, PERSON))
    assert refusal(opinion, head, by(opinion, PERSON)) == "request_closed"


def test_a_doubled_click_is_one_opinion_and_another_text_is_refused(
    request_of_two: SigningRequest, head: Acting
) -> None:
    opinion = written(request_of_two, head)
    assert written(request_of_two, head, f"\r\n{TEXT}  ") == opinion
    with pytest.raises(OpinionRefused) as refused:
        written(request_of_two, head, "Другое")
    assert "сначала отзовите" in said(refused)
    assert text_of(bytes(SigningRequest.objects.get(opinion_of__isnull=False).document.body)) == TEXT
    withdraw_request(opinion, acting=head)
    again = written(request_of_two, head)
    assert again.sha256 != opinion.sha256, "the same words, another request, other bytes"
    assert refusal(again, head, by(opinion, PERSON)) == "other_request"
    sign(again, head, by(again, PERSON))
    with pytest.raises(OpinionRefused) as refused:
        written(request_of_two, head, "Ещё")
    assert "уже подписано" in said(refused)


def test_the_table_holds_one_living_opinion_of_a_turn(request_of_two: SigningRequest, head: Acting) -> None:
    opinion = written(request_of_two, head)
    withdraw_request(opinion, acting=head)
    written(request_of_two, head)
    with pytest.raises(IntegrityError), transaction.atomic():
        SigningRequest.objects.filter(pk=opinion.pk).update(state="completed")


def test_a_withdrawn_opinion_leaves_the_plain_signature(request_of_two: SigningRequest, head: Acting) -> None:
    withdraw_request(written(request_of_two, head), acting=head)
    sign(request_of_two, head, by(request_of_two, PERSON))
    assert turn(request_of_two).state == "signed"
    assert dissents(request_of_two) == []


def test_not_after_his_signature(request_of_two: SigningRequest, head: Acting) -> None:
    sign(request_of_two, head, by(request_of_two, PERSON))
    with pytest.raises(OpinionRefused) as refused:
        written(request_of_two, head)
    assert "до подписи" in said(refused)


def test_it_ends_with_the_document(request_of_two: SigningRequest, head: Acting) -> None:
    waiting, signed = written(request_of_two, head), written(request_of_two, head, person=OTHER)
    sign(signed, head, by(signed, OTHER))
    withdraw_request(request_of_two, acting=head, why="черновик")
    states = [SigningRequest.objects.get(pk=each.pk).state for each in (waiting, signed)]
    assert states == ["withdrawn", "completed"]
    assert refusal(waiting, head, by(waiting, PERSON)) == "request_closed"
    with pytest.raises(OpinionRefused) as refused:
        written(request_of_two, head, person="Третьяков Ян")
    assert "больше не ждёт" in said(refused)


def test_it_runs_out_with_the_document(request_of_two: SigningRequest, head: Acting) -> None:
    opinion = written(request_of_two, head)
    now = timezone.now()
    SigningRequest.objects.update(created_at=now - timedelta(days=31), expires_at=now - timedelta(days=1))
    assert refusal(opinion, head, by(opinion, PERSON)) == "request_expired"
    with pytest.raises(OpinionRefused):
        written(request_of_two, head, person=OTHER)
    assert expire_overdue() == 2
    opinion.refresh_from_db()
    assert opinion.state == "expired"


def test_who_does_not_sign_takes_his_waiting_opinion_back(request_of_two: SigningRequest, head: Acting) -> None:
    waiting, signed = written(request_of_two, head), written(request_of_two, head, person=OTHER)
    sign(signed, head, by(signed, OTHER))
    for each in (PERSON, OTHER):
        decline_turn(request_of_two, turn(request_of_two, each).pk, acting=head, why="Не согласен")
    states = [SigningRequest.objects.get(pk=each.pk).state for each in (waiting, signed)]
    assert states == ["withdrawn", "completed"]
    assert [each.turn.person for each in dissents(request_of_two)] == [OTHER]


def test_a_later_stage_may_prepare_and_even_sign_his(request_of_two: SigningRequest, head: Acting) -> None:
    opinion = written(request_of_two, head, person="Третьяков Ян")
    sign(opinion, head, by(opinion, "Третьяков Ян"))
    assert refusal(request_of_two, head, by(request_of_two, "Третьяков Ян")) == "not_yet"


def test_no_opinion_of_the_organization(head: Acting) -> None:
    with pytest.raises(SignerTurn.DoesNotExist):
        write_opinion(asked(head).turns.get(), TEXT, purpose="opinion", acting=head)


def test_the_chairman_who_signs_for_the_organization_too(head: Acting) -> None:
    from signatures.actions import WantedSignature

    name = str(head.user.full_name)
    request = asked(head, member(1, name), WantedSignature(2, "За организацию"))
    opinion = written(request, head, person=name)
    body = bytes(request.document.body)
    assert refusal(request, head, control.signed(body, head)) == "opinion_waits"
    sign(opinion, head, control.signed(bytes(opinion.document.body), head))
    assert sign(request, head, control.signed(body, head)).is_complete
    assert [each.state for each in request.turns.all()] == ["objected", "signed"]


def test_it_waits_for_the_member(request_of_two: SigningRequest, head: Acting) -> None:
    names = {"last_name": "Образцов", "first_name": "Иван", "middle_name": "Ильич"}
    him = factories.acting(head.organization, rights=[READ], **names)
    opinion = written(request_of_two, him)
    assert set(waiting_for(him)) == {request_of_two, opinion}
    assert opinion not in waiting_for(head)
    assert not SigningRequest.objects.visible_to(factories.acting()).exists()


def test_the_journal_has_none_of_it(request_of_two: SigningRequest, head: Acting) -> None:
    opinion = written(request_of_two, head)
    sign(opinion, head, by(opinion, PERSON))
    sign(request_of_two, head, by(request_of_two, PERSON))
    lines = " ".join(str(payload) for payload in Event.objects.values_list("payload", flat=True))
    assert "Не согласен" not in lines
    assert "Образцов" not in lines


# ---- namesakes


def namesake(head: Acting, request: SigningRequest, snils: int) -> bytes:
    """A signature by a certificate of PERSON's name with another СНИЛС."""
    him = factories.acting(last_name="Образцов", first_name="Иван", middle_name="Ильич")
    return control.signed(bytes(request.document.body), him, snils=factories.snils(snils))


def test_a_namesake_does_not_sign_for_who_signed_the_opinion(request_of_two: SigningRequest, head: Acting) -> None:
    opinion = written(request_of_two, head)
    sign(opinion, head, namesake(head, opinion, 11))
    assert refusal(request_of_two, head, namesake(head, request_of_two, 12)) == "opinion_of_another"
    sign(request_of_two, head, namesake(head, request_of_two, 11))
    assert turn(request_of_two).state == "objected"


@pytest.mark.parametrize("dissenter", [0, 1])
def test_two_members_of_one_name_one_of_whom_disagrees(head: Acting, dissenter: int) -> None:
    request = asked(head, member(1, PERSON), member(1, PERSON))
    turns = list(request.turns.all())
    opinion: Any = write_opinion(turns[dissenter], TEXT, purpose="opinion", acting=head)
    # it is not known yet whose opinion waits
    assert refusal(request, head, namesake(head, request, 12)) == "opinion_waits"
    sign(opinion, head, namesake(head, opinion, 11))
    order = [11, 12] if dissenter else [12, 11]
    for snils in order:
        sign(request, head, namesake(head, request, snils))
    states = [each.state for each in request.turns.all()]
    assert states == (["signed", "objected"] if dissenter else ["objected", "signed"])
    dissent = dissents(request)[0]
    assert turns[dissenter] == dissent.turn
    kept = SignerTurn.objects.get(pk=turns[dissenter].pk).signature
    assert kept.subject.snils == dissent.signature.subject.snils


def test_opinions_do_not_cost_queries_by_their_number(head: Acting, django_assert_num_queries: Any) -> None:
    names = [f"Пробин{letter} Яков" for letter in "абвг"]
    request = asked(head, *(member(1, name) for name in names))
    for name in names:
        opinion = written(request, head, person=name)
        sign(opinion, head, by(opinion, name))
    with django_assert_num_queries(3):
        assert [each.text for each in dissents(request)] == [TEXT] * 4


def test_the_bytes_are_the_requests_own(request_of_two: SigningRequest, head: Acting) -> None:
    opinion = written(request_of_two, head)
    with pytest.raises(IntegrityError), transaction.atomic():
        request_signatures(
            document_to_sign(opinion),
            uid=uuid4(),
            name="x",
            purpose="probe",
            subject_uid=uuid4(),
            wanted=[],
            acting=head,
        )
