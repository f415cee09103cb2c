"""A file with the signatures of several people: each keeps the whole file, and is judged by his own."""

from __future__ import annotations

import pytest
from django.utils import timezone

from core.journal.sealing import seal_committed
from signatures import actions
from signatures.archive import walking
from signatures.archive.judging import judge
from signatures.archive.reasons import Reason
from signatures.models import Signature, SignerTurn
from signatures.receipts.facts import OF_AN_ORGANIZATION, as_text
from simulators.demo_ca import sign
from simulators.demo_ca.trusting import trust_demo_authority
from tests import factories
from tests.signatures import papers
from tests.signatures.conftest import HEAD
from tests.signatures.papers import CODE
from tests.signatures.test_archive import tamper
from tests.violations import control
from violations.protocols.actions import sign_and_send
from violations.protocols.models import CommissionProtocol

pytestmark = pytest.mark.django_db
CHAIRMAN, MEMBER, OTHER = "Пробнова Ольга Петровна", "Образцов Иван Ильич", "Примеров Пётр"


@pytest.fixture
def collected() -> CommissionProtocol:
    """Signed by the whole commission in one file; the organization has not signed yet."""
    control.trust_demo_authority()
    acting = factories.acting(factories.sout_organization())
    _, flags = control.not_unique(acting.organization)
    protocol = control.commission_frozen(acting, flags)
    sign_and_send(protocol, control.signed_by(protocol.document, CHAIRMAN, MEMBER, OTHER), acting=acting)
    seal_committed()
    return protocol


def test_the_archive_holds_all_of_a_commission(collected):
    rows = list(walking.kept_signatures())
    assert len({bytes(row.der) for row in rows}) == 1
    assert len({bytes(row.certificate) for row in rows}) == 3
    assert [judge(row).codes for row in rows] == [[], [], []]


def test_a_row_that_was_given_the_certificate_of_another_is_found(collected):
    first, second, _third = walking.kept_signatures()
    tamper(first, certificate=bytes(second.certificate))
    assert Reason.CERTIFICATE_CHANGED in judge(walking.kept_signatures(uid=first.uid).get()).codes
    tamper(first, certificate=bytes(first.certificate), fingerprint=second.fingerprint[:-1] + "x")
    assert Reason.FACTS_CHANGED in judge(walking.kept_signatures(uid=first.uid).get()).codes


def test_the_receipt_of_a_member_says_that_he_signed_as_himself(collected):
    texts = [as_text(row) for row in Signature.objects.order_by("turns__stage")]
    for text, role in zip(texts, ("член комиссии", "член комиссии", "председатель комиссии"), strict=True):
        assert f"За кого: за себя, {role}; документ организации: " in text
        assert f"На каком основании: {role.capitalize()}: подписывает от своего имени" in text


def test_the_receipt_of_who_signed_for_the_organization_too(collected):
    row = Signature.objects.get(turns__role="Председатель комиссии")
    turn = SignerTurn.objects.get(kind="organization")
    SignerTurn.objects.filter(pk=turn.pk).update(state="signed", signature=row, decided_at=timezone.now())
    assert f"За кого: {row.organization.full_name}, ИНН" in as_text(row)
    assert "от своего имени" not in as_text(row)


def test_the_receipt_of_the_head_under_a_paper_made_here(demo, settings):
    settings.SIGNATURE_MCHD_POWERS = [CODE]
    trust_demo_authority(demo.authority)
    admin = factories.acting(factories.organization(inn=HEAD["innle"], ogrn=HEAD["ogrn"]))
    draft = papers.drafted(admin)
    power = actions.sign_draft(draft, sign(bytes(draft.body), demo.signer), acting=admin)
    assert power.signature.turns.get().kind == "member"
    text = as_text(power.signature)
    assert f"За кого: {admin.organization.full_name}, ИНН" in text
    assert OF_AN_ORGANIZATION in text


def test_the_archive_holds_a_power_of_two_heads(demo, settings):
    settings.SIGNATURE_MCHD_POWERS = [CODE]
    trust_demo_authority(demo.authority)
    admin = factories.acting(factories.organization(inn=HEAD["innle"], ogrn=HEAD["ogrn"]))
    xml = papers.of_two_heads()
    second = demo.authority.signer(demo.issue(snils="15000000756", inn="540112233406", surname="Второв"))
    actions.add_power(xml, sign(xml, demo.signer, second), acting=admin)
    seal_committed()
    assert [judge(row).codes for row in walking.kept_signatures()] == [[]]
