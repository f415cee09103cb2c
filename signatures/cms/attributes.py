"""The signed attributes of CAdES-BES (ETSI EN 319 122-1, clause 5): read and checked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from asn1crypto import cms, core, tsp

from signatures.cms.algorithms import digest, digest_identifier
from signatures.cms.exact import Certificate, exact, moment_of
from signatures.cms.refusal import Refused, reading
from signatures.cms.signed_data import DATA
from signatures.verdicts import Verdict

CONTENT_TYPE = "1.2.840.113549.1.9.3"
MESSAGE_DIGEST = "1.2.840.113549.1.9.4"
SIGNING_TIME = "1.2.840.113549.1.9.5"
SIGNING_CERTIFICATE_V2 = "1.2.840.113549.1.9.16.2.47"
SET_TAG = b"\x31"
# Of a signer, signed or not: a real one has a dozen.  More are work for nothing.
MAXIMUM_ATTRIBUTES = 64


@dataclass(frozen=True, slots=True)
class SignedAttributes:
    """``signed`` is what the signature is over: the DER of the attributes as a SET OF (RFC 5652, 5.4)."""

    signed: bytes
    message_digest: bytes
    signing_time: datetime | None
    certificate_identifier: tsp.ESSCertIDv2 | None


def read_attributes(signer: cms.SignerInfo) -> SignedAttributes:
    """Read the attributes that CAdES-BES demands.

    Raises Refused: NOT_CADES_BES when one of them is absent, MALFORMED when one repeats, has other
    than one value, or contentType is not «data».
    """
    attributes = signer["signed_attrs"]
    if isinstance(attributes, core.Void) or not len(attributes):
        raise Refused(Verdict.NOT_CADES_BES, "нет подписанных атрибутов")
    check_number(attributes)
    values = _single_values(attributes)
    for identifier, name in ((CONTENT_TYPE, "contentType"), (MESSAGE_DIGEST, "messageDigest")):
        if identifier not in values:
            raise Refused(Verdict.NOT_CADES_BES, f"нет атрибута {name}")
    if values[CONTENT_TYPE].dotted != DATA:
        raise Refused(Verdict.MALFORMED, "атрибут contentType не «data»")
    if SIGNING_CERTIFICATE_V2 not in values:
        raise Refused(Verdict.NOT_CADES_BES, "нет атрибута signingCertificateV2")
    identifiers = values[SIGNING_CERTIFICATE_V2]["certs"]
    return SignedAttributes(
        signed=SET_TAG + exact(attributes)[1:],
        message_digest=values[MESSAGE_DIGEST].native,
        signing_time=_claimed_time(values.get(SIGNING_TIME)),
        certificate_identifier=identifiers[0] if len(identifiers) else None,
    )


def check_number(attributes: cms.CMSAttributes) -> None:
    """Bound the work that a hostile file can cause; raises Refused(MALFORMED)."""
    if len(attributes) > MAXIMUM_ATTRIBUTES:
        raise Refused(Verdict.MALFORMED, f"больше {MAXIMUM_ATTRIBUTES} атрибутов подписи")


def _claimed_time(value: cms.Time | None) -> datetime | None:
    """RFC 5652, 11.3: Greenwich time; local times and the year 0000, which asn1crypto reads too, are refused."""
    if value is None:
        return None
    with reading("время подписания записано неверно"):
        return moment_of(value)


def _single_values(attributes: cms.CMSAttributes) -> dict[str, core.Asn1Value]:
    """Map each attribute's OID to its only value, for the attributes that are looked at here."""
    seen: set[str] = set()
    found: dict[str, core.Asn1Value] = {}
    for attribute in attributes:
        identifier = attribute["type"].dotted
        if identifier in seen:
            raise Refused(Verdict.MALFORMED, "подписанный атрибут повторяется")
        seen.add(identifier)
        if identifier not in (CONTENT_TYPE, MESSAGE_DIGEST, SIGNING_TIME, SIGNING_CERTIFICATE_V2):
            continue
        if len(attribute["values"]) != 1:
            raise Refused(Verdict.MALFORMED, "у подписанного атрибута не одно значение")
        found[identifier] = attribute["values"][0]
    return found


def check_signing_certificate(attributes: SignedAttributes, certificate: Certificate) -> None:
    """The first ESSCertIDv2 must name the certificate (RFC 5035); Refused(SIGNING_CERTIFICATE_MISMATCH)."""
    identifier = attributes.certificate_identifier
    if identifier is None:
        raise Refused(Verdict.SIGNING_CERTIFICATE_MISMATCH)
    algorithm = digest_identifier(identifier["hash_algorithm"])
    if digest(algorithm, certificate.dump()) != identifier["cert_hash"].native:
        raise Refused(Verdict.SIGNING_CERTIFICATE_MISMATCH)
    stated = identifier["issuer_serial"]
    if isinstance(stated, core.Void):
        return
    names = stated["issuer"]
    is_name = len(names) == 1 and names[0].name == "directory_name"
    same_serial = stated["serial_number"].native == certificate.serial_number
    if not is_name or not same_serial or exact(names[0].chosen) != exact(certificate.issuer):
        raise Refused(Verdict.SIGNING_CERTIFICATE_MISMATCH)
