"""Signing and the receipt."""

from __future__ import annotations

import base64
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.acting import Acting
from accounts.models import Organization
from accounts.rights import Right
from registries.models import WorkplaceInForce
from sout_reports.models import Workplace
from tests import factories
from tests.violations import control
from violations.flags.models import Flag
from violations.flags.states import FlagState
from violations.protocols.models import CommissionProtocol
from violations.protocols.states import ProtocolState

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("trusted")]


@pytest.fixture
def protocol(employer: Organization, head: Acting) -> CommissionProtocol:
    _, flags = control.not_unique(employer, places=2)
    return control.frozen(head, flags)


@pytest.fixture
def client(head: Acting) -> Client:
    return factories.sign_in(Client(), head)


def url(protocol: CommissionProtocol, name: str = "protocol_sign") -> str:
    return reverse(f"violations:{name}", args=[protocol.uid])


def file_of(signature: bytes) -> dict[str, SimpleUploadedFile]:
    return {"signature_file": SimpleUploadedFile("protocol.xml.sig", signature)}


def test_what_is_signed_is_shown_and_downloadable(protocol: CommissionProtocol, client: Client) -> None:
    text = client.get(url(protocol)).content.decode()
    digest = protocol.document_sha256
    assert " ".join(digest[start : start + 8] for start in range(0, 64, 8)) in text
    assert url(protocol, "protocol_document") in text
    document = client.get(url(protocol, "protocol_document"))
    assert document.content == bytes(protocol.document)
    assert document["Content-Disposition"] == f'attachment; filename="protocol_1_{protocol.date.isoformat()}.xml"'
    preview = client.get(url(protocol, "protocol_preview")).content.decode()
    assert "&lt;OldNumber&gt;1&lt;/OldNumber&gt;" in preview


@pytest.mark.parametrize("by", ["file", "plug-in"])
def test_a_signature_sends_and_leads_to_the_receipt(
    by: str, protocol: CommissionProtocol, client: Client, head: Acting
) -> None:
    signature = control.signed(bytes(protocol.document), head)
    data = file_of(signature) if by == "file" else {"signature": base64.b64encode(signature).decode()}
    answer = client.post(url(protocol), data)
    assert answer["Location"] == url(protocol, "protocol")
    text = client.get(answer["Location"]).content.decode()
    for words in (
        "Протокол отправлен, решение применено",
        "№ 1 от ",
        "(МСК)",
        "SHA-256 подписи",
        "Скачать протокол (PDF)",
    ):
        assert words in text, words
    assert text.count(url(protocol, "protocol_pdf")) == 1
    assert text.count("Квитанция о подписании") == 1
    assert "Скачать квитанцию" not in text, "the protocol itself is no receipt"
    assert f"?report={protocol.rows.first().workplace.report.number}&amp;state=cleared" in text
    assert head.user.last_name in text
    assert head.user.snils not in text


def test_sent_again_says_so(protocol: CommissionProtocol, client: Client, head: Acting) -> None:
    signature = control.signed(bytes(protocol.document), head)
    client.post(url(protocol), file_of(signature))
    answer = client.post(url(protocol), file_of(signature), follow=True)
    assert "Протокол уже отправлен, повторная отправка ничего не изменила" in answer.content.decode()
    assert client.get(url(protocol))["Location"] == url(protocol, "protocol")


def test_a_refusal_explains_and_advises(protocol: CommissionProtocol, client: Client, head: Acting) -> None:
    signature = control.signed(bytes(protocol.document), head, organization=factories.organization())
    answer = client.post(url(protocol), file_of(signature))
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "Подпись не принята, протокол не отправлен" in text
    assert "Сертификат выдан другой организации" in text
    assert "смените организацию в меню кабинета" in text
    protocol.refresh_from_db()
    assert protocol.state == ProtocolState.SIGNING


def test_after_a_refused_answer_of_the_plug_in_a_file_is_sent(
    protocol: CommissionProtocol, client: Client, head: Acting
) -> None:
    """What the refused page holds goes back with the file: it must not be the refused signature again."""
    wrong = base64.b64encode(control.signed(bytes(protocol.document), head, snils=factories.snils(77))).decode()
    answer = client.post(url(protocol), {"signature": wrong})
    text = answer.content.decode()
    assert answer.status_code == 422
    assert '<details class="disclosure signing-file" open>' in text
    held = re.search(r"<textarea[^>]*>([^<]*)</textarea>", text)
    assert held is not None
    assert held[1].strip() == ""
    for left_over in (held[1], wrong):
        fine = file_of(control.signed(bytes(protocol.document), head))
        answer = client.post(url(protocol), {"signature": left_over} | fine)
        assert answer.status_code == 302, answer.content.decode()
    protocol.refresh_from_db()
    assert protocol.state == ProtocolState.APPLIED


def test_an_empty_form_and_a_wrong_file(protocol: CommissionProtocol, client: Client) -> None:
    assert "Выберите файл подписи" in client.post(url(protocol), {}).content.decode()
    answer = client.post(url(protocol), file_of(b"not a signature"))
    assert "не является электронной подписью" in answer.content.decode()


def test_a_number_taken_meanwhile(
    protocol: CommissionProtocol, client: Client, head: Acting, employer: Organization
) -> None:
    newcomer = control.employer_report(employer)
    factories.workplace(newcomer, number=3, position="Повар", subunit="Кухня")
    control.feed(newcomer)
    answer = client.post(url(protocol), file_of(control.signed(bytes(protocol.document), head)), follow=True)
    text = answer.content.decode()
    assert answer.redirect_chain[-1][0] == url(protocol, "protocol_edit")
    assert "Протокол не отправлен" in text
    assert "занят действующим местом «Повар»" in text


def test_back_to_draft(protocol: CommissionProtocol, client: Client, head: Acting) -> None:
    signature = control.signed(bytes(protocol.document), head)
    answer = client.post(url(protocol, "protocol_return"))
    assert answer["Location"] == url(protocol, "protocol_edit")
    late = client.post(url(protocol), file_of(signature), follow=True)
    assert "вернули в черновик. Подпись не принята" in late.content.decode()
    assert client.get(url(protocol, "protocol_document")).status_code == 404


def test_a_sent_protocol_is_neither_deleted_nor_changed(
    protocol: CommissionProtocol, client: Client, head: Acting
) -> None:
    client.post(url(protocol), file_of(control.signed(bytes(protocol.document), head)))
    for name in ("protocol_withdraw", "protocol_return"):
        answer = client.post(url(protocol, name), follow=True)
        assert "Протокол уже отправлен: изменить или удалить его нельзя" in answer.content.decode()
    protocol.refresh_from_db()
    assert protocol.state == ProtocolState.APPLIED


def test_another_organization_cannot_reach_it(protocol: CommissionProtocol) -> None:
    stranger = factories.sign_in(Client(), factories.acting(factories.organization()))
    for name in ("protocol_sign", "protocol_document", "protocol_preview", "protocol", "protocol_pdf"):
        assert stranger.get(url(protocol, name)).status_code == 404, name
    for name in ("protocol_sign", "protocol_return", "protocol_withdraw"):
        assert stranger.post(url(protocol, name)).status_code == 404, name


def test_the_whole_way_in_pages(employer: Organization, client: Client, head: Acting) -> None:
    """From the flag to the receipt by what the pages offer."""
    report, (flag,) = control.not_unique(employer)
    assert "Создать протокол комиссии" in client.get(reverse("violations:flag", args=[flag.pk])).content.decode()
    made = client.post(reverse("violations:protocol_new"), {"flag": flag.pk})
    protocol = CommissionProtocol.objects.latest("pk")
    assert made["Location"] == url(protocol, "protocol_edit")
    from tests.violations.views.test_protocol_edit import posted

    client.post(url(protocol, "protocol_edit"), posted(protocol, do="sign"))
    protocol.refresh_from_db()
    client.post(url(protocol), file_of(control.signed(bytes(protocol.document), head)))
    flag.refresh_from_db()
    assert (flag.state, flag.protocol) == (FlagState.CLEARED, protocol)
    place = Workplace.objects.get(report=report)
    assert WorkplaceInForce.objects.get(employer_inn=employer.inn, number=place.current_number).report_uid == report.uid
    assert not Flag.objects.filter(report=report).open().exists()


def test_who_prepares_may_not_sign(protocol: CommissionProtocol, employer: Organization, head: Acting) -> None:
    preparer = factories.acting(employer, rights=[Right.PREPARE_PROTOCOLS])
    client = factories.sign_in(Client(), preparer)
    assert client.post(url(protocol), file_of(control.signed(bytes(protocol.document), preparer))).status_code == 403
