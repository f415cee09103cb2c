"""Certificates of demo people: issued once, issued anew when they run out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from asn1crypto import x509

from signatures.cms.certificates import is_qualified
from signatures.cms.exact import Certificate, exact
from signatures.gost.identifiers import CRYPTOPRO_XCHA
from simulators.demo_ca.authority import (
    REVOKED_SERIAL,
    UNKNOWN_NAME,
    DemoAuthority,
    PersonCertificate,
    exclusive,
    new_serial,
)
from simulators.demo_ca.certificates import Issuer, make_certificate, make_name
from simulators.demo_ca.keys import GostPrivateKey

LIFE = timedelta(days=456)
RENEWED_BEFORE_END = timedelta(days=30)
SERVER_AUTHENTICATION = "1.3.6.1.5.5.7.3.1"


@dataclass(frozen=True, slots=True)
class Sort:
    """What is odd about a certificate; nothing by default."""

    qualified: bool = True
    server_only: bool = False
    revoked: bool = False
    unknown_issuer: bool = False


def sort_of(certificate: Certificate) -> Sort:
    extended = certificate.extended_key_usage_value
    return Sort(
        qualified=is_qualified(certificate),
        server_only=extended is not None and [item.dotted for item in extended] == [SERVER_AUTHENTICATION],
        revoked=certificate.serial_number == REVOKED_SERIAL,
        unknown_issuer=exact(certificate.issuer) == exact(UNKNOWN_NAME),
    )


def issue_person_certificate(
    authority: DemoAuthority,
    *,
    surname: str,
    given_name: str,
    snils: str,
    inn: str = "",
    innle: str = "",
    ogrn: str = "",
    ogrnip: str = "",
    organization: str = "",
    title: str = "",
    parameter_set: str = CRYPTOPRO_XCHA,
    validity: tuple[datetime, datetime] | None = None,
    sort: Sort = Sort(),
) -> PersonCertificate:
    """Return the person's certificate, issuing it where there is none in force.

    ``given_name`` is name and patronymic.  With ``innle`` and ``ogrn`` it is an organization's
    certificate, with ``ogrnip`` a sole trader's, with neither a personal one.  ``validity`` makes a
    certificate for exactly that time (one that has expired, say), once; ``sort`` makes an odd one.
    """
    holder = organization or f"{surname} {given_name}"
    subject = make_name(
        {
            "cn": holder,
            "surname": surname,
            "given_name": given_name,
            "country": "RU",
            "o": organization,
            "title": title,
            "ogrn": ogrn,
            "ogrnip": ogrnip,
            "snils": snils,
            "innle": innle,
            "inn": inn,
        }
    )
    issuer = authority.unknown_issuer() if sort.unknown_issuer else authority.issuer()
    with exclusive(authority.folder):
        known = _find(authority, subject, validity, sort)
        return known or _issue(authority, subject, GostPrivateKey.generate(parameter_set), validity, sort, issuer)


def _issue(
    authority: DemoAuthority,
    subject: x509.Name,
    key: GostPrivateKey,
    validity: tuple[datetime, datetime] | None,
    sort: Sort,
    issuer: Issuer,
) -> PersonCertificate:
    now = datetime.now(UTC)
    server = {
        "extn_id": "extended_key_usage",
        "critical": False,
        "extn_value": x509.ExtKeyUsageSyntax([SERVER_AUTHENTICATION]),
    }
    not_before, not_after = validity or (now - timedelta(days=1), now + LIFE)
    certificate = make_certificate(
        subject=subject,
        key=key,
        issuer=issuer,
        not_before=not_before,
        not_after=not_after,
        serial=REVOKED_SERIAL if sort.revoked else new_serial(),
        qualified=sort.qualified,
        more=[server] if sort.server_only else [],
    )
    return authority.keep_person(certificate, key)


def _find(
    authority: DemoAuthority, subject: x509.Name, validity: tuple[datetime, datetime] | None, sort: Sort
) -> PersonCertificate | None:
    """The certificate issued before to this subject: for this very time, or still good for a while."""
    now = datetime.now(UTC)
    for person in authority.people():
        certificate = person.certificate
        if exact(certificate.subject) != exact(subject) or sort_of(certificate) != sort:
            continue
        if validity is not None:
            fits = (certificate.not_valid_before, certificate.not_valid_after) == validity
        else:
            fits = certificate.not_valid_before <= now < certificate.not_valid_after - RENEWED_BEFORE_END
        if fits:
            return person
    return None
