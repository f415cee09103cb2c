"""A member's dissenting opinion in pages: written, downloaded, signed, withdrawn, read."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from accounts.acting import Acting
from accounts.models import Branch, Organization
from accounts.rights import Right
from signatures.models import SignerTurn, SigningRequest
from signatures.opinions import LONGEST_OPINION, text_of
from tests import factories
from tests.violations import control
from violations.protocols.actions import return_to_draft
from violations.protocols.models import CommissionProtocol

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("trusted")]
MEMBER, OTHER, CHAIRMAN = "Образцов Иван Ильич", "Примеров Пётр", "Пробнова Ольга Петровна"
NAMES = {"last_name": "Образцов", "first_name": "Иван", "middle_name": "Ильич"}
TEXT = "Не согласен с номером места 2."


@pytest.fixture
def protocol(employer: Organization, head: Acting) -> CommissionProtocol:
    _, flags = control.not_unique(employer)
    return control.commission_frozen(head, flags)


@pytest.fixture
def client(head: Acting) -> Client:
    return factories.sign_in(Client(), head)


@pytest.fixture
def member(employer: Organization) -> Client:
    """Himself: he reads protocols and neither makes nor signs them."""
    return factories.sign_in(Client(), factories.acting(employer, rights=[Right.VIEW_PROTOCOLS], **NAMES))


def url(protocol: CommissionProtocol, name: str = "protocol_commission") -> str:
    return reverse(f"violations:{name}", args=[protocol.uid])


def page(opinion: SigningRequest, name: str = "opinion") -> str:
    return reverse(f"violations:{name}", args=[opinion.uid])


def typed(protocol: CommissionProtocol, text: str = TEXT, person: str = MEMBER) -> dict[str, Any]:
    return {"opinion_turn": SignerTurn.objects.get(request=protocol.request, person=person).pk, "text": text}


def write(client: Client, protocol: CommissionProtocol, text: str = TEXT, person: str = MEMBER) -> HttpResponse:
    return client.post(url(protocol, "protocol_opinion"), typed(protocol, text, person))


def written(client: Client, protocol: CommissionProtocol, text: str = TEXT, person: str = MEMBER) -> SigningRequest:
    answer = write(client, protocol, text, person)
    assert answer.status_code == 302, answer.content.decode()
    opinion = SigningRequest.objects.living().get(opinion_of__person=person)
    assert answer["Location"] == page(opinion)
    return opinion


def file_of(document: Any, *names: str) -> dict[str, object]:
    return {"signature_file": SimpleUploadedFile("a.sig", control.signed_by(bytes(document), *names))}


def shown(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_member_dissents_the_whole_way(protocol: CommissionProtocol, member: Client, client: Client) -> None:
    text = shown(member, url(protocol))
    assert "Подписать с особым мнением" in text
    assert "Примеров Пётр, член комиссии" not in text, "of himself alone"
    assert f"selected>{MEMBER}, член комиссии<" in text
    opinion = written(member, protocol)
    body = member.get(page(opinion, "opinion_document"))
    assert body.content == bytes(opinion.document.body)
    assert body["Content-Type"] == "text/plain; charset=utf-8"
    assert body["Content-Disposition"].startswith("attachment")
    assert body["X-Content-Type-Options"] == "nosniff"
    text = shown(member, page(opinion))
    assert "Отозвать особое мнение" in text
    assert "SHA-256 документа: " + protocol.document_sha256 in text
    text = shown(member, url(protocol))
    assert "Ваше особое мнение ждёт подписи" in text
    assert text.count("Особое мнение ждёт подписи") == 2, "among the signers, and among the opinions"
    refused = member.post(url(protocol), file_of(protocol.document, MEMBER))
    assert refused.status_code == 422
    assert "Сначала подпишите особое мнение или отзовите его" in refused.content.decode()
    listed = shown(member, reverse("signatures:requests"))
    assert page(opinion) in listed
    assert "Особое мнение члена комиссии" in listed
    signed = member.post(page(opinion), file_of(opinion.document.body, MEMBER), follow=True)
    assert signed.redirect_chain == [(url(protocol), 302)]
    assert f"Особое мнение подписано: {MEMBER}. Осталась подпись под самим протоколом." in signed.content.decode()
    member.post(url(protocol), file_of(protocol.document, MEMBER))
    text = shown(client, url(protocol, "protocol"))
    assert "Подписал с особым мнением" in text
    assert "Особое мнение подписано" in text
    assert TEXT in text
    assert "без подписи под его текстом" not in text
    kept = SignerTurn.objects.get(request=opinion).signature
    text = shown(client, page(opinion))
    assert "Чем подписать" not in text
    assert "Отозвать" not in text
    for name in ("receipt", "signature_file", "evidence"):
        address = reverse(f"signatures:{name}", args=[kept.uid])
        assert address in text
        assert client.get(address).status_code == 200


def test_both_are_signed_though_nobody_has_javascript(protocol: CommissionProtocol, member: Client) -> None:
    """The forms of the pages alone, as a browser sends them."""
    assert f'action="{url(protocol, "protocol_opinion")}"' in shown(member, url(protocol))
    opinion = written(member, protocol)
    text = shown(member, page(opinion))
    assert page(opinion, "opinion_document") in text
    assert f'action="{page(opinion, "opinion_withdraw")}"' in text
    assert 'type="file"' in text


def test_who_brings_his_papers(protocol: CommissionProtocol, client: Client) -> None:
    text = shown(client, url(protocol))
    for person in (f"{MEMBER}, член комиссии", f"{OTHER}, член комиссии", f"{CHAIRMAN}, председатель комиссии"):
        assert person in text
    assert "selected>Выберите члена комиссии<" in text
    opinion = written(client, protocol)
    client.post(page(opinion), file_of(opinion.document.body, MEMBER))
    turn = SignerTurn.objects.get(request=opinion)
    assert turn.signature.subject.person == MEMBER
    assert turn.decided_by == opinion.created_by
    assert f">{MEMBER}, член комиссии<" not in shown(client, url(protocol)), "he has his opinion"


def test_a_reader_writes_and_withdraws_no_opinion_of_another(
    protocol: CommissionProtocol, employer: Organization, member: Client
) -> None:
    reader = factories.sign_in(Client(), factories.acting(employer, rights=[Right.VIEW_PROTOCOLS]))
    assert "Подписать с особым мнением" not in shown(reader, url(protocol))
    answer = write(reader, protocol)
    assert answer.status_code == 422
    assert "готовить мнение" in answer.content.decode()
    assert TEXT in answer.content.decode()
    opinion = written(member, protocol)
    assert "Отозвать" not in shown(reader, page(opinion))
    text = reader.post(page(opinion, "opinion_withdraw"), follow=True).content.decode()
    assert "отзывает сам член комиссии" in text
    opinion.refresh_from_db()
    assert opinion.state == "open"
    assert reader.post(page(opinion), file_of(opinion.document.body, MEMBER)).status_code == 302, "brings his file"


def test_withdrawing(protocol: CommissionProtocol, member: Client) -> None:
    opinion = written(member, protocol)
    for _ in range(2):
        answer = member.post(page(opinion, "opinion_withdraw"))
        assert answer["Location"] == url(protocol)
    assert "Особое мнение отозвано" in shown(member, url(protocol))
    assert member.get(page(opinion))["Location"] == url(protocol, "protocol")
    assert member.post(page(opinion), file_of(opinion.document.body, MEMBER))["Location"] == url(protocol, "protocol")
    assert member.get(page(opinion, "opinion_document")).status_code == 404
    member.post(url(protocol), file_of(protocol.document, MEMBER))
    assert SignerTurn.objects.get(request=protocol.request, person=MEMBER).state == "signed"
    assert write(member, protocol).status_code == 422, "after his signature"


def test_what_is_signed_is_not_withdrawn(protocol: CommissionProtocol, member: Client) -> None:
    opinion = written(member, protocol)
    for _ in range(2):
        answer = member.post(page(opinion), file_of(opinion.document.body, MEMBER))
        assert answer.status_code == 302
    text = member.post(page(opinion, "opinion_withdraw"), follow=True).content.decode()
    assert "уже подписано: отозвать его нельзя" in text
    opinion.refresh_from_db()
    assert opinion.state == "completed"


def test_two_tabs(protocol: CommissionProtocol, member: Client) -> None:
    opinion = written(member, protocol)
    assert written(member, protocol) == opinion, "a doubled click"
    answer = write(member, protocol, "Другое мнение.")
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "сначала отзовите" in text
    assert "Другое мнение." in text, "what was typed is not lost"
    assert f'action="{url(protocol)}"' in text, "the panel of this page sends a signature where signatures are taken"
    member.post(page(opinion, "opinion_withdraw"))
    again = written(member, protocol, "Другое мнение.")
    member.post(page(opinion, "opinion_withdraw"))  # the stale tab
    again.refresh_from_db()
    assert again.state == "open"
    answer = member.post(page(again), file_of(opinion.document.body, MEMBER))
    assert "Это подпись другого документа" in answer.content.decode()


def test_the_longest_text_as_a_browser_sends_it(protocol: CommissionProtocol, member: Client) -> None:
    line = "я" * 49
    text = "\n".join([line] * 100) + "я"
    assert len(text) == LONGEST_OPINION
    answer = write(member, protocol, (text + "я").replace("\n", "\r\n"))
    assert answer.status_code == 422
    assert "знаков, а можно не больше 5000" in answer.content.decode()
    assert 'maxlength="5000"' in answer.content.decode()
    opinion = written(member, protocol, text.replace("\n", "\r\n"))
    assert text_of(bytes(opinion.document.body)) == text


@pytest.mark.parametrize("text", ["", "   \r\n ", "Не\x00т", "Не\x1bт", "\u202eтеН"])
def test_a_text_that_is_no_text(protocol: CommissionProtocol, member: Client, text: str) -> None:
    answer = write(member, protocol, text)
    assert answer.status_code == 422
    assert "Ошибка" in answer.content.decode()
    assert not SigningRequest.objects.filter(opinion_of__isnull=False).exists()


@pytest.mark.parametrize("turn", ["", "x", "1" * 30, "-1", "0"])
def test_a_turn_that_is_none(protocol: CommissionProtocol, client: Client, turn: str) -> None:
    answer = client.post(url(protocol, "protocol_opinion"), {"opinion_turn": turn, "text": TEXT})
    assert answer.status_code == 422


def test_a_turn_of_another_protocol(protocol: CommissionProtocol, head: Acting, client: Client) -> None:
    other = control.commission_frozen(head, control.not_unique(head.organization)[1])
    answer = client.post(url(protocol, "protocol_opinion"), typed(other))
    assert answer.status_code == 422
    organization = SignerTurn.objects.get(request=protocol.request, kind="organization")
    posted = {"opinion_turn": organization.pk, "text": TEXT}
    assert client.post(url(protocol, "protocol_opinion"), posted).status_code == 422
    assert not SigningRequest.objects.filter(opinion_of__isnull=False).exists()


def test_markup_stays_text(protocol: CommissionProtocol, member: Client) -> None:
    hostile = "</pre><script>alert(1)</script>\r\n{{ 7|add:7 }} &lt;b&gt; ]]>"
    opinion = written(member, protocol, hostile)
    for address in (page(opinion), url(protocol), url(protocol, "protocol")):
        text = shown(member, address)
        assert "<script>alert" not in text
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
        assert "{{ 7|add:7 }} &amp;lt;b&amp;gt;" in text


def test_strangers_find_nothing(protocol: CommissionProtocol, member: Client, employer: Organization) -> None:
    opinion = written(member, protocol)
    branch = Branch.objects.create(organization=employer, name="Филиал в г. Пробске", kpp="770102002")
    for who in (
        factories.acting(),
        factories.acting(employer, branch=branch),
    ):
        stranger = factories.sign_in(Client(), who)
        for name in ("opinion", "opinion_document"):
            assert stranger.get(page(opinion, name)).status_code == 404
        for address in (page(opinion), page(opinion, "opinion_withdraw"), url(protocol, "protocol_opinion")):
            assert stranger.post(address, typed(protocol)).status_code == 404
    clerk = factories.sign_in(Client(), factories.acting(employer, rights=["sout.view_reports"]))
    assert clerk.get(page(opinion)).status_code == 403


def test_the_request_of_a_protocol_is_no_opinion(protocol: CommissionProtocol, client: Client) -> None:
    for name in ("opinion", "opinion_document"):
        assert client.get(page(protocol.request, name)).status_code == 404


def test_no_opinion_on_a_protocol_that_its_commission_does_not_sign(head: Acting, client: Client) -> None:
    frozen = control.frozen(head, control.not_unique(head.organization)[1])
    answer = client.post(url(frozen, "protocol_opinion"), {"opinion_turn": "1", "text": TEXT})
    assert answer["Location"] == url(frozen, "protocol")


def test_no_opinion_once_the_commission_has_signed(protocol: CommissionProtocol, client: Client) -> None:
    posted = typed(protocol)
    client.post(url(protocol), file_of(protocol.document, MEMBER, OTHER, CHAIRMAN))
    answer = client.post(url(protocol, "protocol_opinion"), posted, follow=True)
    assert answer.redirect_chain == [(url(protocol, "protocol"), 302)]
    assert "особое мнение готовят до подписи" in answer.content.decode()


def test_an_opinion_on_a_former_document_stays_readable(
    protocol: CommissionProtocol, member: Client, head: Acting
) -> None:
    signed, waiting = written(member, protocol), control.opinion_of(head, protocol, OTHER)
    member.post(page(signed), file_of(signed.document.body, MEMBER))
    return_to_draft(protocol, acting=head)
    waiting.refresh_from_db()
    assert waiting.state == "withdrawn"
    text = shown(member, page(signed))
    assert "к прежнему документу этого протокола" in text
    kept = SignerTurn.objects.get(request=signed).signature
    assert member.get(reverse("signatures:signature_file", args=[kept.uid])).status_code == 200
    assert TEXT not in shown(member, url(protocol, "protocol")), "it belongs to another document"


def test_an_opinion_of_before_is_shown_as_not_signed(protocol: CommissionProtocol, client: Client) -> None:
    """Rows of before opinions were signed: the text stood in the turn."""
    client.post(url(protocol), file_of(protocol.document, MEMBER))
    SignerTurn.objects.filter(person=MEMBER).update(state="objected", said="Старое <b>мнение</b>")
    for name in ("protocol", "protocol_commission"):
        text = shown(client, url(protocol, name))
        assert "Особое мнение записано без подписи под его текстом" in text
        assert "Старое &lt;b&gt;мнение&lt;/b&gt;" in text


def test_the_pages_cost_the_same_for_any_number(protocol: CommissionProtocol, client: Client, head: Acting) -> None:
    counts = []
    for person in (MEMBER, OTHER, CHAIRMAN):
        control.opinion_of(head, protocol, person)
        counts.append([factories.selects(client, url(protocol, name)) for name in ("protocol", "protocol_commission")])
    assert counts[0] == counts[1] == counts[2]
