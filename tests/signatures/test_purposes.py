"""Who reads a signature: who reads what was signed."""

import pytest
from django.db.models import Q

from accounts.models import Branch
from signatures import purposes
from signatures.models import Signature
from tests import factories
from tests.violations import control

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent():
    admin = factories.acting(factories.sout_organization())
    protocol = control.sent(admin)
    return admin, protocol


def seen(acting):
    return set(Signature.objects.visible_to(acting))


@pytest.mark.parametrize("right", ["protocols.view", "protocols.prepare", "protocols.sign"])
def test_who_reads_protocols_reads_their_signatures(sent, right):
    admin, protocol = sent
    assert seen(factories.acting(admin.organization, rights=[right])) == {protocol.signature}


def test_nobody_else_does(sent):
    admin, _ = sent
    others = [
        factories.acting(),
        factories.acting(admin.organization, rights=["sout.view_reports", "admin.access"]),
        factories.acting(factories.inspectorate()),
        None,
    ]
    assert [seen(each) for each in others] == [set()] * 4


def test_a_branch_does_not_see_what_the_head_office_signed(sent):
    admin, _ = sent
    branch = Branch.objects.create(organization=admin.organization, name="Филиал в г. Пробске", kpp="770102002")
    assert seen(factories.acting(admin.organization, branch=branch)) == set()


def test_a_purpose_that_nobody_registered_is_read_by_nobody(sent, monkeypatch):
    admin, protocol = sent
    monkeypatch.setattr(purposes, "_purposes", {})
    assert seen(admin) == set()
    assert purposes.purpose_label("commission_protocol") == "commission_protocol"
    assert purposes.page_of(protocol.signature) == ""


def test_the_page_and_the_label(sent):
    _, protocol = sent
    assert str(protocol.uid) in purposes.page_of(protocol.signature)
    assert purposes.purpose_label(protocol.signature.purpose) == "Протокол решения комиссии СОУТ"


def test_a_purpose_without_rows_is_opened_by_rights_alone(sent, monkeypatch):
    admin, protocol = sent
    monkeypatch.setattr(purposes, "_purposes", {})
    purposes.register_purpose("commission_protocol", label="Протокол", read_rights=["protocols.view"])
    assert seen(factories.acting(admin.organization, rights=["protocols.view"])) == {protocol.signature}
    assert seen(factories.acting(rights=["protocols.view"])) == set()
    purposes.register_purpose(
        "commission_protocol", label="Протокол", read_rights=["protocols.view"], rows=lambda acting: Q(pk=None)
    )
    assert seen(admin) == set()


def test_a_purpose_without_rights_is_a_mistake():
    with pytest.raises(ValueError, match="read by nobody"):
        purposes.register_purpose("nothing", label="", read_rights=[])
