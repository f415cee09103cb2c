"""The document: valid by the schema, the same bytes every time, read back as it was."""

from __future__ import annotations

from datetime import date
from io import BytesIO

import pytest

from accounts.acting import Acting
from accounts.models import Organization
from core.moves import WrongState
from core.versions import Stale
from sout_reports.models import SoutReport, Workplace
from tests import factories
from tests.violations import control
from violations.protocols import selectors
from violations.protocols.actions import NotReady, freeze, return_to_draft, withdraw
from violations.protocols.models import CommissionProtocol, ProtocolRow
from violations.protocols.states import ProtocolState
from violations.protocols.xml_in import read_protocol
from violations.protocols.xml_out import protocol_xml

pytestmark = pytest.mark.django_db


@pytest.fixture
def protocol(employer: Organization, head: Acting) -> CommissionProtocol:
    _, flags = control.not_unique(employer, places=2)
    return control.drafted(head, flags)


def test_the_frozen_document_is_valid_and_says_what_was_decided(protocol: CommissionProtocol, head: Acting) -> None:
    first = protocol.rows.all()[0]
    ProtocolRow.objects.filter(pk=first.pk).update(liquidated=True)
    frozen = freeze(protocol, version=1, acting=head)
    said = read_protocol(BytesIO(bytes(frozen.document)))
    assert (said.number, said.date) == (protocol.number, protocol.date)
    assert (said.inn, said.ogrn, said.kpp) == (head.organization.inn, head.organization.ogrn, head.organization.kpp)
    assert [(row.old_number, row.new_number, row.liquidated) for row in said.rows] == [
        ("1", "1", True),
        ("2", "4", False),
    ]
    assert {row.report_id for row in said.rows} == {str(first.workplace.report.number)}
    assert [person.chairman for person in said.commission] == [True, False, False]
    assert frozen.state == ProtocolState.SIGNING


def test_hostile_texts_stay_text(protocol: CommissionProtocol, head: Acting) -> None:
    place = protocol.rows.all()[0].workplace
    Workplace.objects.filter(pk=place.pk).update(position='<script>&"x"\n ]]>', number="", current_number="")
    ProtocolRow.objects.filter(workplace=place).update(old_number="")
    frozen = freeze(protocol, version=1, acting=head)
    row = read_protocol(BytesIO(bytes(frozen.document))).rows[0]
    assert (row.title, row.old_number) == ('<script>&"x" ]]>', "б/н")


def test_the_same_protocol_gives_the_same_bytes(protocol: CommissionProtocol) -> None:
    members = selectors.members_of(protocol)
    made = [
        protocol_xml(protocol, list(protocol.rows.all()), members, address="Тверь", created=date(2026, 11, 12))
        for _ in range(2)
    ]
    assert made[0] == made[1]


def test_the_address_is_taken_from_the_report(protocol: CommissionProtocol, head: Acting) -> None:
    SoutReport.objects.update(header={"employer": {"address": "г. Тверь,\n ул. Мира, 5"}})
    Organization.objects.filter(pk=protocol.employer_id).update(address="")
    protocol.refresh_from_db()
    frozen = freeze(protocol, version=1, acting=head)
    assert "<Address>г. Тверь, ул. Мира, 5</Address>" in bytes(frozen.document).decode()


def test_an_incomplete_draft_is_not_frozen(protocol: CommissionProtocol, head: Acting) -> None:
    protocol.members.filter(chairman=False).first().delete()
    with pytest.raises(NotReady) as not_ready:
        freeze(protocol, version=1, acting=head)
    assert not_ready.value.conflicts.codes() == {"PKR-COMMITTEE"}
    protocol.refresh_from_db()
    assert (protocol.state, protocol.document) == (ProtocolState.DRAFT, None)


def test_what_somebody_else_saved_is_not_frozen_blindly(protocol: CommissionProtocol, head: Acting) -> None:
    CommissionProtocol.objects.filter(pk=protocol.pk).update(version=5)
    with pytest.raises(Stale):
        freeze(protocol, version=1, acting=head)


def test_freezing_twice_keeps_the_first_document(protocol: CommissionProtocol, head: Acting) -> None:
    first = freeze(protocol, version=1, acting=head)
    second = freeze(protocol, version=1, acting=head)
    assert (second.document_sha256, second.version) == (first.document_sha256, first.version)


def test_back_to_draft_and_away(protocol: CommissionProtocol, head: Acting) -> None:
    freeze(protocol, version=1, acting=head)
    returned = return_to_draft(protocol, acting=head)
    assert (returned.state, returned.document, returned.document_sha256) == (ProtocolState.DRAFT, None, "")
    withdraw(returned, acting=head)
    with pytest.raises(WrongState):
        freeze(returned, version=returned.version, acting=head)


def test_a_document_of_a_place_without_subunit(employer: Organization, head: Acting) -> None:
    report = control.employer_report(employer)
    factories.workplace(report, number="07", position="Сторож", subunit="")
    protocol = control.drafted(head, control.raise_flags(report))
    frozen = freeze(protocol, version=1, acting=head)
    assert read_protocol(BytesIO(bytes(frozen.document))).rows[0].unit == ""
