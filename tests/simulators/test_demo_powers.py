"""The demo's powers of attorney: every state is there, and who has a good one signs by the stand-in."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.acting import Acting, acting_by
from accounts.models import Grant
from core.journal.models import Event
from core.notifications.models import Notice
from signatures.actions import discard_draft
from signatures.models import PowerDraft, PowerOfAttorney, Signature
from signatures.power_states import shown
from simulators import demo_powers
from simulators.demo_accounts import load_demo_accounts
from simulators.demo_ca import sign
from simulators.demo_powers import ENDING, GOOD, REVOKED, WAITING, WITHDRAWN, tell_powers
from simulators.demo_story import _acting, _signer
from simulators.people import ZMZ, ZMZ_BRANCH_SAFETY, ZMZ_HEAD, ZMZ_SAFETY, ZMZ_SIGNER, demo_cast
from tests import factories
from tests.violations import control
from violations.protocols.models import CommissionProtocol
from violations.protocols.states import ProtocolState

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def accounts() -> None:
    load_demo_accounts()
    control.trust_demo_authority()


@pytest.fixture
def head(accounts: None) -> Acting:
    return _acting(ZMZ_HEAD, ZMZ)


@pytest.fixture
def told(head: Acting) -> None:
    tell_powers(head, _signer(ZMZ_HEAD, ZMZ))


def granted(oid: int) -> Acting:
    grant = Grant.objects.get(user__snils=demo_cast().people[oid].snils, organization__esia_oid=ZMZ)
    return acting_by(grant, grant.user)


def text_of(page: str) -> str:
    """The page as somebody sees it who manages the access to the plant."""
    client = factories.sign_in(Client(), factories.acting(_acting(ZMZ_HEAD, ZMZ).organization))
    return client.get(reverse(page)).content.decode().replace("\xa0", " ")


@pytest.mark.usefixtures("told")
def test_every_state_is_on_the_list() -> None:
    states = {power.inner_number: shown(power).state for power in PowerOfAttorney.objects.all()}
    assert states == {
        GOOD: "Действует",
        ENDING: "Скоро истекает",
        REVOKED: "Отменена",
        WITHDRAWN: "Убрана из кабинета",
    }
    text = text_of("signatures:powers")
    for words in (*states.values(), "истекает через 20 дней", "Ждут подписи руководителя", f"МЧД № {WAITING}"):
        assert words in text, words


@pytest.mark.usefixtures("told")
def test_beside_the_right_to_sign() -> None:
    text = text_of("accounts:administration")
    good = PowerOfAttorney.objects.get(inner_number=GOOD)
    assert f"МЧД до {good.until:%d.%m.%Y}" in text
    assert "МЧД истекает через 20 дней" in text


@pytest.mark.usefixtures("told")
def test_who_is_told_of_an_end_and_of_a_revocation() -> None:
    ending, revoked = ("действует до", "отменена")
    for oid, words in ((ZMZ_BRANCH_SAFETY, ending), (ZMZ_SAFETY, revoked)):
        (notice,) = Notice.objects.visible_to(granted(oid))
        assert words in notice.text
    texts = [notice.text for notice in Notice.objects.visible_to(_acting(ZMZ_HEAD, ZMZ))]
    assert len(texts) == 2
    assert not Notice.objects.visible_to(granted(ZMZ_SIGNER)).exists()


def counts() -> list[int]:
    return [model.objects.count() for model in (PowerOfAttorney, PowerDraft, Signature, Event, Notice)]


@pytest.mark.usefixtures("told")
def test_told_twice_is_told_once(head: Acting) -> None:
    before = counts()
    tell_powers(head, _signer(ZMZ_HEAD, ZMZ))
    assert counts() == before


def test_what_was_interrupted_goes_on(head: Acting, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(*_args: Any, **_more: Any) -> None:
        raise KeyboardInterrupt

    signer = _signer(ZMZ_HEAD, ZMZ)
    with monkeypatch.context() as patched:
        patched.setattr(demo_powers, "sign_draft", stopped)
        with pytest.raises(KeyboardInterrupt):
            tell_powers(head, signer)
    assert not PowerOfAttorney.objects.exists()
    assert len(tell_powers(head, signer)) == 4
    assert PowerDraft.objects.count() == 5


@pytest.mark.usefixtures("told")
def test_a_draft_that_somebody_threw_away_stays_away(head: Acting) -> None:
    discard_draft(PowerDraft.objects.get(inner_number=WAITING), acting=head)
    tell_powers(head, _signer(ZMZ_HEAD, ZMZ))
    assert not PowerDraft.objects.waiting().exists()


# ---- by the stand-in, as the page does it


def suitable(client: Client) -> list[str]:
    """The certificates (thumbprints) of the stand-in's that the page would offer for a protocol."""
    held = client.get(reverse("simulators:plugin:certificates")).json()["certificates"]
    asked = {"purpose": "commission_protocol", "certificate": [each["certificate"] for each in held]}
    judged = client.post(reverse("signatures:doctor_certificates"), asked).json()["certificates"]
    return [each["thumbprint"] for each, said in zip(held, judged, strict=True) if said["suits"]]


def by_stand_in(client: Client, document: bytes) -> str:
    (chosen,) = suitable(client)
    body = json.dumps({"thumbprint": chosen, "content": base64.b64encode(document).decode()})
    signed = client.post(reverse("simulators:plugin:sign"), body, content_type="application/json")
    return str(signed.json()["signature"])


def protocol_of(head: Acting) -> CommissionProtocol:
    _, flags = control.not_unique(head.organization)
    return control.frozen(head, flags)


@pytest.mark.usefixtures("told")
def test_the_employee_signs_by_his_personal_certificate(head: Acting) -> None:
    protocol = protocol_of(head)
    client = factories.sign_in(Client(), granted(ZMZ_SIGNER))
    signature = by_stand_in(client, bytes(protocol.document))
    client.post(reverse("violations:protocol_sign", args=[protocol.uid]), {"signature": signature})
    protocol.refresh_from_db()
    assert protocol.state == ProtocolState.APPLIED
    assert protocol.signature.power == PowerOfAttorney.objects.get(inner_number=GOOD)
    assert protocol.signature.subject.is_personal


@pytest.mark.usefixtures("told")
@pytest.mark.parametrize(("oid", "certificates"), [(ZMZ_SIGNER, 1), (ZMZ_BRANCH_SAFETY, 1), (ZMZ_SAFETY, 0)])
def test_who_may_sign_by_his_own(oid: int, certificates: int) -> None:
    assert len(suitable(factories.sign_in(Client(), granted(oid)))) == certificates


@pytest.mark.usefixtures("told")
def test_the_head_signs_the_draft_that_waits(head: Acting) -> None:
    waiting = PowerDraft.objects.get(inner_number=WAITING)
    # he signs in by his role in ЕСИА, which this test has not
    client = factories.sign_in(Client(), acting_by(factories.grant(head.user, head.organization), head.user))
    page = reverse("signatures:power_draft", args=[waiting.uid])
    assert "Кузнецов" in client.get(page).content.decode()
    client.post(page, {"signature": base64.b64encode(sign(waiting.body, _signer(ZMZ_HEAD, ZMZ))).decode()})
    waiting.refresh_from_db()
    assert waiting.power is not None
