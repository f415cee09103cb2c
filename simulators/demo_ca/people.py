"""Certificates of demo people: issued once, issued anew when they run out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from asn1crypto import x509

from signatures.cms.exact import exact
from signatures.gost.identifiers import CRYPTOPRO_XCHA
from simulators.demo_ca.authority import DemoAuthority, PersonCertificate, exclusive, new_serial
from simulators.demo_ca.certificates import make_certificate, make_name
from simulators.demo_ca.keys import GostPrivateKey

LIFE = timedelta(days=456)
RENEWED_BEFORE_END = timedelta(days=30)


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
) -> PersonCertificate:
    """Return the person's certificate, issuing it where there is none in force.

    ``given_name`` is name and patronymic.  With ``innle`` and ``ogrn`` it is an organization's
    certificate, with ``ogrnip`` a sole trader's, with neither a personal one.  ``validity`` makes a
    certificate for exactly that time (one that has expired, say), once.
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
    with exclusive(authority.folder):
        known = _find(authority, subject, validity)
        return known or _issue(authority, subject, GostPrivateKey.generate(parameter_set), validity)


def _issue(
    authority: DemoAuthority, subject: x509.Name, key: GostPrivateKey, validity: tuple[datetime, datetime] | None
) -> PersonCertificate:
    now = datetime.now(UTC)
    not_before, not_after = validity or (now - timedelta(days=1), now + LIFE)
    certificate = make_certificate(
        subject=subject,
        key=key,
        issuer=authority.issuer(),
        not_before=not_before,
        not_after=not_after,
        serial=new_serial(),
    )
    return authority.keep_person(certificate, key)


def _find(
    authority: DemoAuthority, subject: x509.Name, validity: tuple[datetime, datetime] | None
) -> PersonCertificate | None:
    """The certificate issued before to this subject: for this very time, or still good for a while."""
    now = datetime.now(UTC)
    for person in authority.people():
        certificate = person.certificate
        if exact(certificate.subject) != exact(subject):
            continue
        if validity is not None:
            fits = (certificate.not_valid_before, certificate.not_valid_after) == validity
        else:
            fits = certificate.not_valid_before <= now < certificate.not_valid_after - RENEWED_BEFORE_END
        if fits:
            return person
    return None
