"""What tests of «Контроль» need around them: flags found by the real rules, protocols, signatures of the demo CA."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from accounts.acting import Acting
from accounts.models import Branch, Organization
from registries import in_force
from signatures.actions import import_crl, import_trusted_certificate
from signatures.models import SignerTurn, SigningRequest
from simulators.demo_ca import DemoAuthority, ensure_demo_ca, issue_person_certificate, sign
from sout_reports.actions import take_numbers
from sout_reports.models import SoutReport, Workplace
from tests import factories
from violations.flags.actions import recheck_report
from violations.flags.models import Flag
from violations.protocols.actions import (
    Drafted,
    Sent,
    draft_from_flags,
    freeze,
    sign_and_send,
    sign_opinion,
    write_opinion,
)
from violations.protocols.models import CommissionProtocol

COMMITTEE = [
    {"last": "Пробнова", "first": "Ольга", "middle": "Петровна", "position": "Главный инженер"},
    {"last": "Образцов", "first": "Иван", "middle": "Ильич", "position": "Специалист по охране труда"},
    {"last": "Примеров", "first": "Пётр", "middle": "", "position": "Председатель профкома"},
]


def employer_report(employer: Organization, **fields: object) -> SoutReport:
    """An accepted report whose head names a commission of three."""
    header = {
        "committee": [],
        "committee_names": COMMITTEE,
        "employer": {},
        "organization": {},
        "experts": {},
        "tools": {},
    }
    return factories.report(employer, header=header, **fields)


def feed(report: SoutReport) -> None:
    """Let the report's workplaces take their numbers, as acceptance does."""
    from django.db import transaction

    with transaction.atomic():
        take_numbers(report, Workplace.objects.filter(report=report))


def raise_flags(report: SoutReport) -> list[Flag]:
    """The flags of the uniqueness rules, found by the rules themselves over the rows."""
    from django.db import transaction

    with transaction.atomic():
        recheck_report(report, actor=None, protocol=None, reason="проверка")
    return list(Flag.objects.filter(report=report).order_by("pk"))


def not_unique(
    employer: Organization, *, places: int = 1, branch: Branch | None = None, by: Acting | None = None
) -> tuple[SoutReport, list[Flag]]:
    """A report whose first `places` workplaces bear numbers of other places in force."""
    earlier = employer_report(employer)
    for number in range(1, places + 1):
        factories.workplace(earlier, number=number, position=f"Слесарь {number}", subunit="Ремонтный цех")
    feed(earlier)
    report = employer_report(employer, branch=branch, by=by)
    for number in range(1, places + 1):
        factories.workplace(report, number=number, position=f"Кассир {number}", subunit="Торговый зал")
    return report, raise_flags(report)


def drafted(acting: Acting, flags: list[Flag]) -> CommissionProtocol:
    made: Drafted = draft_from_flags(Flag.objects.filter(pk__in=[flag.pk for flag in flags]), acting=acting)
    return made.protocol


def frozen(acting: Acting, flags: list[Flag]) -> CommissionProtocol:
    protocol = drafted(acting, flags)
    return freeze(protocol, version=protocol.version, acting=acting)


def commission_frozen(acting: Acting, flags: list[Flag]) -> CommissionProtocol:
    """As `frozen`, to be signed by the members of the commission, the chairman and the organization."""
    protocol = drafted(acting, flags)
    CommissionProtocol.objects.filter(pk=protocol.pk).update(commission_signs=True)
    return freeze(protocol, version=protocol.version, acting=acting)


def opinion_of(
    acting: Acting, protocol: CommissionProtocol, person: str, text: str = "Не согласен с номером места 2."
) -> SigningRequest:
    """A dissenting opinion of a member, that waits for his signature."""
    return write_opinion(SignerTurn.objects.get(request=protocol.request, person=person), text, acting=acting)


def signed_opinion(acting: Acting, protocol: CommissionProtocol, person: str) -> SigningRequest:
    """The same, signed by him; the protocol is not yet. The demo CA is on the trust list."""
    opinion = opinion_of(acting, protocol, person)
    sign_opinion(protocol, opinion, signed_by(bytes(opinion.document.body or b""), person), acting=acting)
    return opinion


def signed_by(document: bytes, *names: str, inn: str = "", ogrn: str = "") -> bytes:
    """Signatures of people («Образцов Иван Ильич») in one file, each by his own certificate, or the organization's where
    its numbers are given."""
    authority = demo_authority()
    signers = []
    for name in names:
        surname, _, given = name.partition(" ")
        number = factories.snils(5000 + sum(name.encode()) % 4000)
        person = issue_person_certificate(
            authority, surname=surname, given_name=given, snils=number, innle=inn, ogrn=ogrn
        )
        signers.append(authority.signer(person))
    return sign(document, *signers)


def sent(acting: Acting) -> CommissionProtocol:
    """A protocol over one flag, signed and sent by the acting person. The demo CA goes onto the trust list."""
    _, flags = not_unique(acting.organization)
    return signed_and_sent(acting, flags)


def signed_and_sent(acting: Acting, flags: list[Flag]) -> CommissionProtocol:
    """The same over given flags."""
    trust_demo_authority()
    protocol = frozen(acting, flags)
    outcome = sign_and_send(protocol, signed(bytes(protocol.document), acting), acting=acting)
    assert isinstance(outcome, Sent)
    return outcome.protocol


def demo_authority() -> DemoAuthority:
    """The development CA, kept in the state folder of the test run."""
    return ensure_demo_ca(Path(settings.STATE_DIR))


def trust_demo_authority() -> DemoAuthority:
    authority = demo_authority()
    import_trusted_certificate(authority.root.dump())
    import_trusted_certificate(authority.issuing.dump())
    for content in authority.revocation_lists:
        import_crl(content)
    return authority


def signed(document: bytes, acting: Acting, *, organization: Organization | None = None, snils: str = "") -> bytes:
    """A detached signature by the organization's certificate of the acting person (or of another one)."""
    authority = demo_authority()
    where = organization or acting.organization
    person = issue_person_certificate(
        authority,
        surname=acting.user.last_name,
        given_name=f"{acting.user.first_name} {acting.user.middle_name}",
        snils=snils or acting.user.snils,
        innle=where.inn,
        ogrn=where.ogrn,
        organization=where.short_name,
    )
    return sign(document, authority.signer(person))


def number_in_force(employer: Organization, number: str) -> in_force.WorkplaceInForce | None:
    return in_force.WorkplaceInForce.objects.filter(employer_inn=employer.inn, number_key=number).first()
