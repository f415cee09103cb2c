"""«Подписать и отправить»: what one signature does, and what it does not."""

from __future__ import annotations

import pytest

from accounts.acting import Acting
from accounts.models import Organization
from core.journal.models import Event
from registries.models import WorkplaceInForce
from signatures.actions import add_power
from signatures.cms import algorithms
from signatures.models import Signature, SignedDocument, TrustedCertificate
from signatures.refusals import SignatureRefused
from simulators.demo_ca import issue_person_certificate, sign
from sout_reports.models import Renumbering, Workplace
from sout_reports.states import Verdict
from tests import factories
from tests.signatures import papers
from tests.violations import control
from violations.flags.models import CheckRun, Flag, FlagChange
from violations.flags.states import FlagState
from violations.protocols.actions import (
    Returned,
    Sent,
    applying,
    draft_for,
    freeze,
    return_to_draft,
    sign_and_send,
)
from violations.protocols.models import CommissionProtocol, ProtocolRow
from violations.protocols.states import ProtocolState

pytestmark = pytest.mark.django_db


def send(protocol: CommissionProtocol, acting: Acting, **by: object) -> Sent | Returned:
    return sign_and_send(protocol, control.signed(bytes(protocol.document), acting, **by), acting=acting)


@pytest.mark.usefixtures("trusted")
class TestSent:
    def test_the_decision_is_applied_and_the_flags_are_cleared(self, employer: Organization, head: Acting) -> None:
        report, flags = control.not_unique(employer, places=2)
        assert report.pk
        protocol = control.frozen(head, flags)
        outcome = send(protocol, head)
        assert isinstance(outcome, Sent)
        assert not outcome.again
        sent = outcome.protocol
        assert (sent.state, sent.applied_by) == (ProtocolState.APPLIED, head.user)
        assert sent.signature.document.sha256 == protocol.document_sha256
        report.refresh_from_db()
        assert (report.verdict, report.open_flags) == (Verdict.CONFORMS, 0)
        assert [place.current_number for place in report.places.order_by("ordinal")] == ["3", "4"]
        assert [place.number for place in report.places.order_by("ordinal")] == ["1", "2"]
        for flag in Flag.objects.filter(report=report):
            assert (flag.state, flag.protocol, bool(flag.closed_at)) == (FlagState.CLEARED, sent, True)
            assert "Протокол решения комиссии СОУТ № 1 от" in flag.reason
        assert FlagChange.objects.filter(what="cleared", actor=head.user).count() == 2
        assert control.number_in_force(employer, "3").position == "Кассир 1"
        assert control.number_in_force(employer, "1").position == "Слесарь 1"
        assert CheckRun.objects.filter(report=report, occasion="protocol").count() == 2
        event = Event.objects.about(sent).get(verb="protocol.applied")
        assert (event.payload["cleared"], event.payload["workplaces"]) == (2, 2)

    def test_a_liquidated_place_leaves(self, employer: Organization, head: Acting) -> None:
        report, flags = control.not_unique(employer)
        protocol = control.drafted(head, flags)
        ProtocolRow.objects.filter(protocol=protocol).update(liquidated=True)
        from violations.protocols.actions import freeze

        send(freeze(protocol, version=1, acting=head), head)
        place = report.places.get()
        assert (place.liquidated_on, place.current_number) == (protocol.date, "1")
        assert Flag.objects.get(report=report).state == FlagState.CLEARED
        assert Renumbering.objects.get(workplace=place).liquidated

    def test_flags_of_another_report_are_cleared_too(self, employer: Organization, head: Acting) -> None:
        """The mechanic, who has the number, leaves: the cashier's flag is about nothing any more, the number is the cashier's."""
        report, flags = control.not_unique(employer)
        holder = Workplace.objects.get(report__employer=employer, position="Слесарь 1")
        protocol = control.drafted(head, flags)
        ProtocolRow.objects.filter(protocol=protocol).delete()
        ProtocolRow.objects.create(protocol=protocol, workplace=holder, old_number="1", new_number="1", liquidated=True)
        from violations.protocols.actions import freeze

        outcome = send(freeze(protocol, version=1, acting=head), head)
        flag = Flag.objects.get(report=report)
        assert (flag.state, flag.protocol) == (FlagState.CLEARED, outcome.protocol)
        report.refresh_from_db()
        assert report.verdict == Verdict.CONFORMS
        assert control.number_in_force(employer, "1").position == "Кассир 1"

    def test_what_is_left_out_stays_open(self, employer: Organization, head: Acting) -> None:
        report, flags = control.not_unique(employer, places=3)
        send(control.frozen(head, flags[:1]), head)
        report.refresh_from_db()
        assert (report.verdict, report.open_flags) == (Verdict.VIOLATIONS, 2)

    def test_sent_twice_is_one_effect(self, employer: Organization, head: Acting) -> None:
        _report, flags = control.not_unique(employer)
        protocol = control.frozen(head, flags)
        send(protocol, head)
        before = Renumbering.objects.count(), Signature.objects.count(), Event.objects.count()
        again = send(protocol, head)
        assert isinstance(again, Sent)
        assert again.again
        assert (Renumbering.objects.count(), Signature.objects.count(), Event.objects.count()) == before

    def test_another_person_comes_second(self, employer: Organization, head: Acting) -> None:
        _, flags = control.not_unique(employer)
        protocol = control.frozen(head, flags)
        send(protocol, head)
        deputy = factories.acting(employer)
        outcome = send(protocol, deputy)
        assert outcome.again
        assert outcome.protocol.applied_by == head.user

    def test_a_number_taken_meanwhile_sends_it_back(self, employer: Organization, head: Acting) -> None:
        report, flags = control.not_unique(employer)
        protocol = control.frozen(head, flags)
        assert protocol.rows.get().new_number == "2"
        newcomer = control.employer_report(employer)
        factories.workplace(newcomer, number=2, position="Повар", subunit="Кухня")
        control.feed(newcomer)
        outcome = send(protocol, head)
        assert isinstance(outcome, Returned)
        assert outcome.conflicts.codes() == {"PKR-TAKEN"}
        protocol.refresh_from_db()
        assert (protocol.state, protocol.document) == (ProtocolState.DRAFT, None)
        assert not Signature.objects.exists()
        assert not Renumbering.objects.exists()
        assert Flag.objects.get(report=report).state == FlagState.OPEN


@pytest.mark.usefixtures("trusted")
class TestRefused:
    def refused(self, protocol: CommissionProtocol, signature: bytes, head: Acting) -> str:
        with pytest.raises(SignatureRefused) as refusal:
            sign_and_send(protocol, signature, acting=head)
        assert refusal.value.explanation
        protocol.refresh_from_db()
        assert protocol.state == ProtocolState.SIGNING
        assert not Signature.objects.exists()
        assert SignedDocument.objects.get().request.state == "open"
        assert not Renumbering.objects.exists()
        event = Event.objects.about(protocol).get(verb="protocol.signature_refused")
        assert event.payload == {"code": str(refusal.value.code)}
        return str(refusal.value.code)

    @pytest.fixture
    def protocol(self, employer: Organization, head: Acting) -> CommissionProtocol:
        _, flags = control.not_unique(employer)
        return control.frozen(head, flags)

    def test_of_another_organization(self, protocol: CommissionProtocol, head: Acting) -> None:
        signature = control.signed(bytes(protocol.document), head, organization=factories.organization())
        assert self.refused(protocol, signature, head) == "organization_inn_differs"

    def test_of_another_person(self, protocol: CommissionProtocol, head: Acting) -> None:
        signature = control.signed(bytes(protocol.document), head, snils=factories.snils(77))
        assert self.refused(protocol, signature, head) == "person_snils_differs"

    def test_of_another_document(self, protocol: CommissionProtocol, head: Acting) -> None:
        signature = control.signed(bytes(protocol.document) + b" ", head)
        assert self.refused(protocol, signature, head) == "content_digest_mismatch"

    def test_tampered(self, protocol: CommissionProtocol, head: Acting) -> None:
        signature = bytearray(control.signed(bytes(protocol.document), head))
        signature[-5] ^= 1
        assert self.refused(protocol, bytes(signature), head) in {"signature_invalid", "malformed"}

    def test_garbage(self, protocol: CommissionProtocol, head: Acting) -> None:
        assert self.refused(protocol, b"", head) == "malformed"

    def test_the_demo_root_is_off_the_list(self, protocol: CommissionProtocol, head: Acting) -> None:
        TrustedCertificate.objects.update(removed_at="2026-01-01T00:00Z")
        signature = control.signed(bytes(protocol.document), head)
        assert self.refused(protocol, signature, head) == "no_trusted_chain"


@pytest.mark.usefixtures("trusted")
class TestWhoWaits:
    """Streebog takes seconds for a large protocol: nobody waits for it at the employer's lock."""

    @pytest.fixture
    def protocol(self, employer: Organization, head: Acting) -> CommissionProtocol:
        _, flags = control.not_unique(employer)
        return control.frozen(head, flags)

    def test_the_document_is_not_hashed_again(
        self, protocol: CommissionProtocol, head: Acting, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        document = bytes(protocol.document)
        signature = control.signed(document, head)
        happened = []
        real_streebog, real_lock = algorithms.streebog, applying.lock_name

        def hashing(data: bytes, bits: int = 256) -> bytes:
            if data == document:
                happened.append(f"hash {bits}")
            return real_streebog(data, bits)

        def locking(kind: str, name: str) -> None:
            happened.append("lock")
            real_lock(kind, name)

        monkeypatch.setattr(algorithms, "streebog", hashing)
        monkeypatch.setattr(applying, "lock_name", locking)
        assert isinstance(sign_and_send(protocol, signature, acting=head), Sent)
        assert happened == ["lock"], "the request knows the digest of its document"
        sign_and_send(protocol, signature, acting=head)
        assert happened == ["lock", "lock"], "a sent protocol is not hashed at all"

    def test_a_document_made_anew_meanwhile_is_not_taken_for_the_hashed_one(
        self, protocol: CommissionProtocol, head: Acting, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        signature = control.signed(bytes(protocol.document), head)
        real_lock = applying.lock_name

        def late(kind: str, name: str) -> None:
            """Before the lock is ours another person returned the protocol, changed it and made its document again."""
            monkeypatch.setattr(applying, "lock_name", real_lock)
            draft = return_to_draft(CommissionProtocol.objects.get(pk=protocol.pk), acting=head)
            CommissionProtocol.objects.filter(pk=draft.pk).update(number="77")
            draft.refresh_from_db()
            freeze(draft, version=draft.version, acting=head)
            real_lock(kind, name)

        monkeypatch.setattr(applying, "lock_name", late)
        with pytest.raises(SignatureRefused) as refusal:
            sign_and_send(protocol, signature, acting=head)
        assert str(refusal.value.code) == "content_digest_mismatch"
        assert not Signature.objects.exists()
        protocol.refresh_from_db()
        assert protocol.state == ProtocolState.SIGNING


@pytest.mark.usefixtures("trusted")
def test_a_signature_serves_one_protocol(employer: Organization, head: Acting) -> None:
    """Replayed on another protocol it is a signature of another document."""
    _, flags = control.not_unique(employer, places=2)
    first = control.frozen(head, flags[:1])
    signature = control.signed(bytes(first.document), head)
    sign_and_send(first, signature, acting=head)
    second = control.frozen(head, flags[1:])
    with pytest.raises(SignatureRefused) as refusal:
        sign_and_send(second, signature, acting=head)
    assert str(refusal.value.code) == "other_request"
    assert str(first.number) in refusal.value.explanation


def test_nothing_else_is_in_force_after_all(employer: Organization) -> None:
    """The fixture's own ground: a flagged place is not in force until its number is its own."""
    control.not_unique(employer)
    assert [row.position for row in WorkplaceInForce.objects.filter(employer_inn=employer.inn)] == ["Слесарь 1"]


@pytest.mark.usefixtures("trusted")
def test_a_number_goes_from_one_report_of_the_protocol_to_another(employer: Organization, head: Acting) -> None:
    """The first report's place takes 7 while the second's gives it up and takes 9: each of them is in force under its own."""
    first = control.employer_report(employer)
    turner = factories.workplace(first, number=5, position="Токарь", subunit="Цех")
    second = control.employer_report(employer)
    cook = factories.workplace(second, number=7, position="Повар", subunit="Кухня")
    control.feed(first)
    control.feed(second)
    protocol = draft_for(Workplace.objects.filter(pk__in=[turner.pk, cook.pk]), acting=head).protocol
    protocol.rows.filter(workplace=turner).update(new_number="7")
    protocol.rows.filter(workplace=cook).update(new_number="9")
    send(freeze(protocol, version=protocol.version, acting=head), head)
    in_force = dict(WorkplaceInForce.objects.filter(employer_inn=employer.inn).values_list("number_key", "position"))
    assert in_force == {"7": "Токарь", "9": "Повар"}


@pytest.mark.usefixtures("trusted")
def test_a_flagged_place_of_the_protocols_own_report_takes_a_number_that_came_free(
    employer: Organization, head: Acting
) -> None:
    report, _ = control.not_unique(employer, places=2)
    holder = Workplace.objects.get(report__employer=employer, position="Слесарь 1")
    other = report.places.get(position="Кассир 2")
    protocol = draft_for(Workplace.objects.filter(pk__in=[holder.pk, other.pk]), acting=head).protocol
    protocol.rows.filter(workplace=holder).update(new_number="30")
    protocol.rows.filter(workplace=other).update(new_number="31")
    send(freeze(protocol, version=protocol.version, acting=head), head)
    assert control.number_in_force(employer, "1").position == "Кассир 1"


@pytest.mark.usefixtures("trusted")
class TestUnderAPowerOfAttorney:
    """An employee with a certificate of his own, which names no organization."""

    @pytest.fixture(autouse=True)
    def signing_power(self, settings: object) -> None:
        settings.SIGNATURE_MCHD_POWERS = [papers.CODE]

    def personal(self, document: bytes, employee: Acting) -> bytes:
        authority = control.demo_authority()
        person = issue_person_certificate(
            authority, surname="Петрова", given_name="Мария", snils=employee.user.snils, inn=papers.EMPLOYEE.inn
        )
        return sign(document, authority.signer(person))

    def test_refused_without_it_and_sent_under_it(self, employer: Organization, head: Acting) -> None:
        employee = factories.acting(employer, rights=["protocols.view", "protocols.sign"])
        _, flags = control.not_unique(employer)
        protocol = control.frozen(head, flags)
        signature = self.personal(bytes(protocol.document), employee)
        with pytest.raises(SignatureRefused) as refused:
            sign_and_send(protocol, signature, acting=employee)
        assert refused.value.code == "personal_certificate"
        assert "машиночитаемую доверенность" in refused.value.text
        of_head = papers.Person(head.user.snils, "", head.user.last_name, head.user.first_name)
        xml = papers.paper(**papers.of(employee, head=of_head))
        power = add_power(xml, control.signed(xml, head), acting=head)
        outcome = sign_and_send(protocol, signature, acting=employee)
        assert isinstance(outcome, Sent)
        assert outcome.protocol.signature.power == power
        assert outcome.protocol.applied_by == employee.user
