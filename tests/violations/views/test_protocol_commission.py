"""«Подписи комиссии» in pages."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.acting import Acting
from accounts.models import Organization
from accounts.rights import Right
from signatures.models import SignerTurn
from tests import factories
from tests.violations import control
from violations.protocols.models import CommissionProtocol
from violations.protocols.states import ProtocolState

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("trusted")]
MEMBER = "Образцов Иван Ильич"


@pytest.fixture
def protocol(employer: Organization, head: Acting) -> CommissionProtocol:
    _, flags = control.not_unique(employer)
    return control.commission_frozen(head, flags)


@pytest.fixture
def client(head: Acting) -> Client:
    return factories.sign_in(Client(), head)


def url(protocol: CommissionProtocol, name: str = "protocol_commission") -> str:
    return reverse(f"violations:{name}", args=[protocol.uid])


def brought(document: bytes, *names: str) -> dict[str, object]:
    return {"signature_file": SimpleUploadedFile("a.sig", control.signed_by(document, *names))}


def test_the_whole_way(protocol: CommissionProtocol, client: Client, head: Acting) -> None:
    assert client.get(url(protocol, "protocol_sign"))["Location"] == url(protocol)
    text = client.get(url(protocol)).content.decode()
    assert text.count("Ждём подписи") == 2
    assert "ждут не вашей подписи" in text
    assert text.count("Очередь не наступила") == 2
    kept = protocol.request.document
    for digest in (kept.sha256, kept.streebog256):
        assert " ".join(digest[start : start + 8] for start in range(0, 64, 8)) in text
    client.post(url(protocol), brought(protocol.document, MEMBER))
    text = client.post(url(protocol), brought(protocol.document, "Примеров Пётр"), follow=True).content.decode()
    assert "Подпись принята: Примеров Пётр." in text
    assert "Если вы председатель" in text
    answer = client.post(url(protocol), brought(protocol.document, "Пробнова Ольга Петровна"))
    assert answer["Location"] == url(protocol, "protocol")
    assert client.get(url(protocol))["Location"] == url(protocol, "protocol"), "nothing is left to do on this page"
    assert url(protocol, "protocol_sign") in client.get(url(protocol, "protocol")).content.decode()
    text = client.get(url(protocol, "protocol_sign")).content.decode()
    assert "Подписать и отправить" in text
    file = SimpleUploadedFile("a.sig", control.signed(protocol.document, head))
    client.post(url(protocol, "protocol_sign"), {"signature_file": file})
    protocol.refresh_from_db()
    assert protocol.state == ProtocolState.APPLIED
    assert client.get(url(protocol))["Location"] == url(protocol, "protocol")


def test_a_refusal_explains(protocol: CommissionProtocol, client: Client) -> None:
    answer = client.post(url(protocol), brought(protocol.document, "Чужакова Нина Ивановна"))
    assert answer.status_code == 422
    assert "нет среди тех, кто подписывает этот документ (Чужакова Нина Ивановна)" in answer.content.decode()
    assert client.post(url(protocol), {}).status_code == 422


def test_who_reads_protocols_signs_as_himself_and_notes_no_refusals(
    protocol: CommissionProtocol, employer: Organization
) -> None:
    names = {"last_name": "Образцов", "first_name": "Иван", "middle_name": "Ильич"}
    member = factories.acting(employer, rights=[Right.VIEW_PROTOCOLS], **names)
    client = factories.sign_in(Client(), member)
    page = client.get(url(protocol)).content.decode()
    assert "Отметить отказ" not in page
    assert "ждут не вашей подписи" not in page
    text = client.get(reverse("signatures:requests")).content.decode()
    assert "Ждёт вашей подписи" in text
    assert url(protocol, "protocol_sign") not in text, "it opens only to who signs for the organization"
    assert url(protocol) in text
    assert client.post(url(protocol, "protocol_decline"), {}).status_code == 403
    client.post(url(protocol), brought(protocol.document, MEMBER))
    assert SignerTurn.objects.get(person=MEMBER).decided_by == member.user
    assert "Ждёт вашей подписи" not in client.get(reverse("signatures:requests")).content.decode()


def test_a_refusal_to_sign_is_noted_with_its_reason(protocol: CommissionProtocol, client: Client) -> None:
    turn = SignerTurn.objects.get(person=MEMBER)
    answer = client.post(url(protocol, "protocol_decline"), {"turn": turn.pk, "why": " "})
    assert answer.status_code == 422
    assert "Укажите причину" in answer.content.decode()
    text = client.post(url(protocol, "protocol_decline"), {"turn": turn.pk, "why": "В отпуске"}, follow=True)
    assert "В отпуске" in text.content.decode()
    for wrong in (turn.pk, "1" * 30, "x", SignerTurn.objects.get(stage=2).pk):
        posted = {"turn": wrong, "why": "Ещё раз"}
        text = client.post(url(protocol, "protocol_decline"), posted, follow=True).content.decode()
        assert "Отказ не отмечен" in text
    assert SignerTurn.objects.filter(state="declined").count() == 1


def test_another_organization_finds_nothing(protocol: CommissionProtocol) -> None:
    stranger = factories.sign_in(Client(), factories.acting())
    assert stranger.get(url(protocol)).status_code == 404
    assert stranger.post(url(protocol), {}).status_code == 404
    assert stranger.post(url(protocol, "protocol_decline"), {}).status_code == 404
    assert "Документов на подпись нет" in stranger.get(reverse("signatures:requests")).content.decode()


def test_a_protocol_of_one_signature_has_no_such_page(employer: Organization, head: Acting, client: Client) -> None:
    _, flags = control.not_unique(employer)
    protocol = control.frozen(head, flags)
    assert client.get(url(protocol))["Location"] == url(protocol, "protocol")
    assert client.post(url(protocol), {})["Location"] == url(protocol, "protocol")
    assert client.post(url(protocol, "protocol_decline"), {})["Location"] == url(protocol, "protocol")


def test_the_editor_keeps_who_signs(employer: Organization, head: Acting, client: Client) -> None:
    _, flags = control.not_unique(employer)
    draft = control.drafted(head, flags)
    posted = {
        "version": str(draft.version),
        "do": "save",
        "head-number": "1",
        "head-date": draft.date.isoformat(),
        "head-commission_signs": "on",
        "members": "0",
    }
    client.post(reverse("violations:protocol_edit", args=[draft.uid]), posted)
    draft.refresh_from_db()
    assert draft.commission_signs
    assert "checked" in client.get(reverse("violations:protocol_edit", args=[draft.uid])).content.decode()


def test_the_list_costs_the_same_for_any_number(employer: Organization, head: Acting, client: Client) -> None:
    counts = []
    _, flags = control.not_unique(employer, places=4)
    for flag in flags[:2]:
        control.frozen(head, [flag])
        counts.append(factories.selects(client, reverse("signatures:requests")))
    assert counts[0] == counts[1]
