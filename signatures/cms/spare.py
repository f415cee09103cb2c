"""Certificates and revocation lists of a signature file that stand in no chain.

Nothing covers them, so a byte changed there would pass unseen, and a stored file with damage in it would not be the
file that was signed.  Each must be whole and signed by a key that we can see.
"""

from __future__ import annotations

from collections.abc import Sequence

from asn1crypto import algos, core, crl, x509
from cryptography.exceptions import InvalidSignature

from signatures.cms.exact import Certificate, check_filled, exact
from signatures.cms.refusal import Refused, reading
from signatures.cms.remembered import check_once
from signatures.subjects import same_name

# Each is tried with every key of its issuer's name, and GOST in Python takes its milliseconds: 31 hostile ones made half a
# minute of work.  A real file has at most an old root and a cross certificate to spare, and lists of its chain.
MAXIMUM_SPARE = 4
# Streebog in Python takes a second for less than half a megabyte.
MAXIMUM_LISTS_BYTES = 2**18
TOO_MANY = f"лишних сертификатов и списков больше {MAXIMUM_SPARE}"


def read_lists(field: core.Asn1Value) -> tuple[crl.CertificateList, ...]:
    """Read the ``crls`` of a SignedData: full lists alone; Refused(MALFORMED) or what the parser raises."""
    if isinstance(field, core.Void):
        return ()
    lists = tuple(_read_list(choice) for choice in field)
    if sum(len(exact(item)) for item in lists) > MAXIMUM_LISTS_BYTES:
        raise ValueError("the lists are too long to be checked")
    return lists


def _read_list(choice: core.Choice) -> crl.CertificateList:
    """As ``encoding.read_through`` does it: what no signature covers must be as the standard says."""
    if not isinstance(choice.chosen, crl.CertificateList):
        raise ValueError("not a revocation list of X.509")
    parsed = crl.CertificateList.load(exact(choice), strict=True)
    body = parsed["tbs_cert_list"]
    _ = (body["version"].native, body["issuer"].native, body["this_update"].native)
    check_filled(parsed, parsed["signature_algorithm"])
    if exact(parsed["signature_algorithm"]) != exact(body["signature"]):
        raise ValueError("the two signature algorithms of the list differ")
    if parsed["signature"].contents[:1] != b"\x00":
        raise ValueError("the signature of the list is not whole octets")
    return parsed


def unvouched(
    certificates: Sequence[Certificate], lists: Sequence[crl.CertificateList], known: Sequence[Certificate]
) -> bool:
    """Say whether any of these is signed by no key of ``known``; each key is tried once.

    ``known`` holds the embedded certificates too: a self-signed one vouches for itself.
    """
    issuers = list({item.dump(): item for item in known}.values())
    return not (
        all(any(_issued_certificate(item, issuer) for issuer in issuers) for item in certificates)
        and all(any(_issued_list(item, issuer) for issuer in issuers) for item in lists)
    )


def _issued_certificate(certificate: Certificate, issuer: Certificate) -> bool:
    return _signed_by(
        issuer,
        certificate.issuer,
        certificate["tbs_certificate"],
        certificate["signature_algorithm"],
        certificate["signature_value"],
    )


def _issued_list(item: crl.CertificateList, issuer: Certificate) -> bool:
    body = item["tbs_cert_list"]
    return _signed_by(issuer, body["issuer"], body, item["signature_algorithm"], item["signature"])


def _signed_by(
    issuer: Certificate,
    stated: x509.Name,
    body: core.Asn1Value,
    algorithm: algos.SignedDigestAlgorithm,
    value: core.OctetBitString,
) -> bool:
    try:
        with reading():
            key = issuer["tbs_certificate"]["subject_public_key_info"].dump()
            if not same_name(stated, issuer.subject):
                return False
            check_once(key, algorithm, value.native, exact(body))
    except (InvalidSignature, Refused):
        return False
    return True
