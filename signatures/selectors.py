"""Questions about trust and about a signature that is not stored yet; nothing here changes anything."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings

from signatures.authority import who_may_sign
from signatures.cms.algorithms import digest_identifier
from signatures.cms.document import Document
from signatures.cms.encoding import load_certificate, signature_der
from signatures.cms.exact import Certificate
from signatures.cms.refusal import PARSE_ERRORS, Refused
from signatures.cms.revocation import RevocationList as ParsedList
from signatures.cms.signed_data import read_signed_data
from signatures.demo_mark import is_demo_authority
from signatures.gost.identifiers import HASH_OF_SIZE
from signatures.models import RevocationList, TrustedCertificate
from signatures.refusals import AcceptanceCode, SignatureRefused
from signatures.reports import SignerReport
from signatures.verification import TrustStore, verify_detached

STREEBOG_256 = HASH_OF_SIZE[256]  # by which a kept document is known


@dataclass(frozen=True, slots=True)
class CheckedSignature:
    """A signature that may be accepted: its DER and the report of its only signer."""

    der: bytes
    report: SignerReport


# Parsed once in a process: a whole trust list has some hundreds of certificates.
known_certificate = functools.lru_cache(maxsize=1024)(load_certificate)


def trusts_demo_authority() -> bool:
    """Demo signatures count in development and tests only; see also ``signatures.checks``."""
    return bool(getattr(settings, "LKOT_DEMO_SIGNER", False))


def trusted_certificates(moment: datetime) -> tuple[list[Certificate], list[Certificate]]:
    """Return (roots, intermediates) in force at ``moment``; demo ones only where they are allowed."""
    roots: list[Certificate] = []
    intermediates: list[Certificate] = []
    rows = TrustedCertificate.objects.in_force(moment).order_by("id").values_list("kind", "source", "der")
    for kind, source, der in rows:
        certificate = known_certificate(bytes(der))
        is_demo = source == TrustedCertificate.Source.DEMO or is_demo_authority(certificate)
        if is_demo and not trusts_demo_authority():
            continue
        (roots if kind == TrustedCertificate.Kind.ROOT else intermediates).append(certificate)
    return roots, intermediates


def trust_store(moment: datetime) -> TrustStore:
    """The trust of this installation at ``moment``: two queries."""
    roots, intermediates = trusted_certificates(moment)
    lists = RevocationList.objects.in_force(moment).values_list("der", "issuer_key_sha256")
    return TrustStore(
        roots=roots,
        intermediates=intermediates,
        crls=[ParsedList(bytes(der), verified_key=key) for der, key in lists],
        require_qualified=settings.SIGNATURE_REQUIRE_QUALIFIED,
    )


def check_signature(signature: bytes, document: bytes | Document, *, acting: Any, moment: datetime) -> CheckedSignature:
    """Verify a signature file and that its only signer may sign as ``acting``.

    ``signature`` is the file as it came (DER, PEM or base64).  Raises SignatureRefused with the first
    thing that is wrong.
    """
    reports = verify_detached(signature, document, trust_store(moment), moment)
    for report in reports:
        if not report.ok:
            raise SignatureRefused.by_report(report)
    if len(reports) != 1:
        raise SignatureRefused.by_receipt(AcceptanceCode.SEVERAL_SIGNERS)
    authority = who_may_sign(
        reports[0],
        organization_inn=acting.organization.inn,
        organization_ogrn=acting.organization.ogrn,
        person_snils=acting.user.snils,
    )
    if not authority.ok:
        raise SignatureRefused.by_authority(authority)
    return CheckedSignature(der=signature_der(signature), report=reports[0])


def hash_ahead(signature: bytes, document: Document) -> None:
    """Compute the digests that ``accept_signature`` of this file will ask for, where the file can be read at all.

    For who accepts it under a lock that others wait for: nothing is decided here.
    """
    try:
        for signer in read_signed_data(signature, document).signers:
            document.digest(digest_identifier(signer["digest_algorithm"]))
    except (Refused, *PARSE_ERRORS):
        return
    document.digest(STREEBOG_256)
