"""What becomes of a member's dissenting opinion: receipts, evidence, print, the archive, races."""

from __future__ import annotations

import zipfile
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.acting import Acting
from accounts.models import Branch
from accounts.rights import Right
from core.journal.models import Event
from core.pdf import printed_html
from signatures.models import Signature, SignerTurn, SigningRequest
from signatures.opinions import OpinionRefused
from signatures.purposes import page_of
from signatures.receipts.documents import RECEIPT
from signatures.receipts.evidence import evidence
from signatures.receipts.facts import as_text
from signatures.refusals import SignatureRefused
from signatures.selectors import trust_store
from signatures.verification import verify_detached
from tests import factories
from tests.signatures.test_archive import command, tamper
from tests.violations import control
from tests.violations.protocols.test_at_once import at_once
from violations import documents
from violations.protocols.actions import Sent, sign_and_send, sign_opinion, write_opinion
from violations.protocols.models import CommissionProtocol

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("trusted")]
MEMBER, OTHER, CHAIRMAN = "Образцов Иван Ильич", "Примеров Пётр", "Пробнова Ольга Петровна"
TEXT = "Не согласен с номером места 2.\n<b>Номер</b> занят."


@pytest.fixture
def protocol(head: Acting) -> CommissionProtocol:
    _, flags = control.not_unique(head.organization)
    return control.commission_frozen(head, flags)


def dissents(protocol: CommissionProtocol, head: Acting, person: str) -> SigningRequest:
    """He writes, and signs both."""
    opinion = control.opinion_of(head, protocol, person, TEXT)
    sign_opinion(protocol, opinion, control.signed_by(bytes(opinion.document.body), person), acting=head)
    sign_and_send(protocol, control.signed_by(protocol.document, person), acting=head)
    return opinion


def send(protocol: CommissionProtocol, head: Acting, *names: str) -> CommissionProtocol:
    """The rest of the commission, then the organization."""
    sign_and_send(protocol, control.signed_by(protocol.document, *names), acting=head)
    sent = sign_and_send(protocol, control.signed(protocol.document, head), acting=head)
    assert isinstance(sent, Sent)
    return sent.protocol


def signature_of(request: SigningRequest, person: str = MEMBER) -> Signature:
    return SignerTurn.objects.get(request=request, person=person).signature


def opened(signature: Signature, acting: Acting) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(b"".join(evidence(signature, acting)))) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def test_the_evidence_holds_the_opinion_and_proves_it(protocol: CommissionProtocol, head: Acting) -> None:
    opinion = dissents(protocol, head, MEMBER)
    sent = send(protocol, head, OTHER, CHAIRMAN)
    files = {
        "his own": opened(signature_of(protocol.request), head),
        "another's": opened(signature_of(protocol.request, OTHER), head),
        "the organization's": opened(sent.signature, head),
        "the opinion's": opened(signature_of(opinion), head),
    }
    with_it = {whose for whose, inside in files.items() if "opinions/1/document.txt" in inside}
    assert with_it == {"his own", "the organization's"}
    inside = files["the organization's"]
    text, signature = inside["opinions/1/document.txt"], inside["opinions/1/document.txt.sig"]
    assert text == bytes(opinion.document.body) == files["the opinion's"]["document.txt"]
    (report,) = verify_detached(
        signature, text, trust_store(signature_of(opinion).moment), signature_of(opinion).moment
    )
    assert (report.verdict, report.subject.person) == ("ok", MEMBER)
    assert "opinions/1/receipt.txt" in inside
    assert any(name.startswith("opinions/1/revocation-lists/") for name in inside)
    assert not any(name.startswith("opinions/2") for name in inside)


def test_the_receipts_name_it(protocol: CommissionProtocol, head: Acting) -> None:
    opinion = dissents(protocol, head, MEMBER)
    sent = send(protocol, head, OTHER, CHAIRMAN)
    for signature in (signature_of(protocol.request), sent.signature):
        text = as_text(signature)
        assert "ОСОБОЕ МНЕНИЕ" in text
        assert opinion.sha256 in text
        assert str(signature_of(opinion).uid) in text
    assert "ОСОБОЕ МНЕНИЕ" not in as_text(signature_of(protocol.request, OTHER))
    own = as_text(signature_of(opinion))
    assert "Вид: Особое мнение члена комиссии" in own
    assert "Член комиссии: подписывает от своего имени" in own
    assert opinion.sha256 in printed_html(RECEIPT, sent.signature)


def test_the_printed_protocol_has_text_and_stamp(protocol: CommissionProtocol, head: Acting) -> None:
    dissents(protocol, head, MEMBER)
    sent = send(protocol, head, OTHER, CHAIRMAN)
    html = printed_html(documents.PROTOCOL, sent)
    assert "Особые мнения" in html
    assert "&lt;b&gt;Номер&lt;/b&gt; занят." in html
    assert signature_of(protocol.request, MEMBER).serial.upper() in html
    assert html.count("ДОКУМЕНТ ПОДПИСАН ЭЛЕКТРОННОЙ ПОДПИСЬЮ") == 2
    plain = control.signed_and_sent(head, control.not_unique(head.organization)[1])
    assert "Особые мнения" not in printed_html(documents.PROTOCOL, plain)


def test_the_archive_judges_it_and_tells_a_changed_word(protocol: CommissionProtocol, head: Acting) -> None:
    opinion = dissents(protocol, head, MEMBER)
    assert command() == (0, "Проверено подписей: 2. Не подтвердилось: 0.\n")
    body = bytes(opinion.document.body)
    tamper(opinion.document, body=body.replace("Не согласен".encode(), "Да согласен".encode()))
    code, said = command()
    assert code == 1
    assert str(signature_of(opinion).uid) in said


def test_who_reads_the_protocol_reads_its_opinions(protocol: CommissionProtocol, head: Acting) -> None:
    opinion = dissents(protocol, head, MEMBER)
    kept = signature_of(opinion)
    seen = Signature.objects.visible_to
    for right in ("protocols.view", "protocols.prepare", "protocols.sign"):
        assert kept in seen(factories.acting(head.organization, rights=[right]))
    branch = Branch.objects.create(organization=head.organization, name="Филиал", kpp="770102002")
    for other in (
        factories.acting(),
        factories.acting(head.organization, rights=["sout.view_reports"]),
        factories.acting(head.organization, branch=branch),
    ):
        assert kept not in seen(other)
    assert page_of(kept) == reverse("violations:opinion", args=[opinion.uid])
    reader = factories.sign_in(Client(), factories.acting(head.organization, rights=[Right.VIEW_PROTOCOLS]))
    assert (
        TEXT.split("\n", maxsplit=1)[0]
        in reader.get(reverse("violations:protocol", args=[protocol.uid])).content.decode()
    )


def test_a_refused_signature_of_it_is_in_the_journal(protocol: CommissionProtocol, head: Acting) -> None:
    opinion = control.opinion_of(head, protocol, MEMBER)
    with pytest.raises(SignatureRefused):
        sign_opinion(protocol, opinion, control.signed_by(bytes(opinion.document.body), OTHER), acting=head)
    assert Event.objects.about(protocol).get(verb="protocol.signature_refused").payload["code"] == "not_asked"


@pytest.mark.django_db(transaction=True)
def test_two_tabs_and_his_signature_at_the_same_moment(protocol: CommissionProtocol, head: Acting) -> None:
    """Either he signed plainly and no opinion came, or an opinion waits and he has not signed."""
    turn = SignerTurn.objects.get(request=protocol.request, person=MEMBER)
    signature = control.signed_by(protocol.document, MEMBER)

    def told(deed: Any) -> Any:
        def run() -> str:
            try:
                deed()
            except (OpinionRefused, SignatureRefused) as refused:
                return type(refused).__name__
            return "done"

        return run

    deeds = [told(lambda text=text: write_opinion(turn, text, acting=head)) for text in ("Раз", "Два", "Раз")]
    answers = at_once(*deeds, told(lambda: sign_and_send(protocol, signature, acting=head)))
    turn.refresh_from_db()
    waiting = SigningRequest.objects.filter(opinion_of=turn).count()
    assert (turn.state, waiting) in {("signed", 0), ("waiting", 1)}, answers
    assert answers[3] == ("done" if turn.state == "signed" else "SignatureRefused")
