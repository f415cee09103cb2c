"""Certificates and revocation lists of the development CA (RFC 5280, RFC 9215, FSB order № 795)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from asn1crypto import algos, core, crl, keys, x509

from signatures.cms.certificates import ISSUER_SIGN_TOOL, SUBJECT_SIGN_TOOL
from signatures.cms.encoding import load_certificate
from signatures.cms.exact import Certificate
from simulators.demo_ca.der import SET, sequence, tagged
from simulators.demo_ca.keys import GostPrivateKey

IDENTIFICATION_KIND = "1.2.643.100.114"
PROTECTION_CLASS_KC1 = "1.2.643.100.113.1"
TOOL = "Учебное средство подписи ЛКОТ"
NAME_PARTS = {
    "cn": "2.5.4.3",
    "surname": "2.5.4.4",
    "given_name": "2.5.4.42",
    "country": "2.5.4.6",
    "o": "2.5.4.10",
    "title": "2.5.4.12",
    "ogrn": "1.2.643.100.1",
    "ogrnip": "1.2.643.100.5",
    "snils": "1.2.643.100.3",
    "innle": "1.2.643.100.4",
    "inn": "1.2.643.3.131.1.1",
}
NUMBERS = ("ogrn", "ogrnip", "snils", "innle", "inn")
AUTHORITY_USAGE = ("key_cert_sign", "crl_sign")
PERSON_USAGE = ("digital_signature", "non_repudiation", "key_encipherment", "data_encipherment")


@dataclass(frozen=True)
class Issuer:
    """Who signs a certificate or a list: his name and his key."""

    name: x509.Name
    key: GostPrivateKey


def make_name(parts: Mapping[str, str]) -> x509.Name:
    """Build a distinguished name from {part: text} (keys of NAME_PARTS) in the order given, without empty ones."""
    groups = []
    for part, text in parts.items():
        if not text:
            continue
        value: core.AbstractString
        if part in NUMBERS:
            value = core.NumericString(text)
        elif part == "country":
            value = core.PrintableString(text)
        else:
            value = core.UTF8String(text)
        groups.append(tagged(SET, sequence(core.ObjectIdentifier(NAME_PARTS[part]), value)))
    return x509.Name.load(sequence(*groups))


def make_certificate(
    *,
    subject: x509.Name,
    key: GostPrivateKey,
    issuer: Issuer,
    not_before: datetime,
    not_after: datetime,
    serial: int,
    authority: bool = False,
    qualified: bool = True,
    usage: Sequence[str] = (),
    more: Sequence[dict[str, object]] = (),
) -> Certificate:
    """Issue a certificate: of a CA, or of a person with the marks of a qualified one; ``more`` are further extensions."""
    usage = usage or (AUTHORITY_USAGE if authority else PERSON_USAGE)
    extensions = [
        _extension("basic_constraints", x509.BasicConstraints({"ca": authority}), critical=authority),
        _extension("key_usage", x509.KeyUsage(set(usage)), critical=True),
        _extension("key_identifier", core.OctetString(key.key_name())),
        _extension("authority_key_identifier", x509.AuthorityKeyIdentifier({"key_identifier": issuer.key.key_name()})),
    ]
    if qualified:
        policies = x509.CertificatePolicies([{"policy_identifier": PROTECTION_CLASS_KC1}])
        extensions.append(_extension("certificate_policies", policies))
    if qualified and not authority:
        extensions.extend(_marks_of_qualified())
    extensions.extend(more)
    body = x509.TbsCertificate(
        {
            "version": "v3",
            "serial_number": serial,
            "signature": _algorithm(issuer.key),
            "issuer": issuer.name,
            "validity": {"not_before": _time(not_before), "not_after": _time(not_after)},
            "subject": subject,
            "subject_public_key_info": keys.PublicKeyInfo.load(key.public_key_info()),
            "extensions": extensions,
        }
    )
    return load_certificate(_sign(body, issuer.key))


def make_revocation_list(
    *,
    issuer: Issuer,
    this_update: datetime,
    next_update: datetime,
    number: int,
    revoked: Sequence[tuple[int, datetime]] = (),
) -> crl.CertificateList:
    """Issue a full CRL; ``revoked`` holds (serial, moment of revocation)."""
    body: dict[str, object] = {
        "version": "v2",
        "signature": _algorithm(issuer.key),
        "issuer": issuer.name,
        "this_update": _time(this_update),
        "next_update": _time(next_update),
        "crl_extensions": [
            {"extn_id": "authority_key_identifier", "extn_value": {"key_identifier": issuer.key.key_name()}},
            {"extn_id": "crl_number", "extn_value": number},
        ],
    }
    if revoked:
        body["revoked_certificates"] = [
            {"user_certificate": serial, "revocation_date": _time(moment)} for serial, moment in revoked
        ]
    return crl.CertificateList.load(_sign(crl.TbsCertList(body), issuer.key))


def _sign(body: core.Sequence, key: GostPrivateKey) -> bytes:
    # Once only: a second dump() may encode anew, see signatures.cms.exact.
    der = body.dump()
    return sequence(der, _algorithm(key), core.OctetBitString(key.sign(der)))


def _algorithm(key: GostPrivateKey) -> algos.SignedDigestAlgorithm:
    return algos.SignedDigestAlgorithm({"algorithm": key.signature_identifier})


def _time(moment: datetime) -> x509.Time:
    return x509.Time({"utc_time": moment.replace(microsecond=0)})


def _extension(identifier: str, value: core.Asn1Value, *, critical: bool = False) -> dict[str, object]:
    return {"extn_id": identifier, "critical": critical, "extn_value": value}


def _marks_of_qualified() -> list[dict[str, object]]:
    issuer_tools = sequence(*(core.UTF8String(text) for text in (TOOL, TOOL, "нет", "нет")))
    return [
        _extension(IDENTIFICATION_KIND, core.ParsableOctetString(core.Integer(0).dump())),
        _extension(SUBJECT_SIGN_TOOL, core.ParsableOctetString(core.UTF8String(TOOL).dump())),
        _extension(ISSUER_SIGN_TOOL, core.ParsableOctetString(issuer_tools)),
    ]
