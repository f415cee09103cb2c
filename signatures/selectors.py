"""Questions about trust and about a signature that is not stored yet; nothing here changes anything."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.conf import settings

from signatures.authority import who_may_sign
from signatures.cms.algorithms import digest_identifier
from signatures.cms.document import Document
from signatures.cms.encoding import load_certificate, signature_der
from signatures.cms.exact import Certificate
from signatures.cms.refusal import PARSE_ERRORS, Refused
from signatures.cms.signed_data import read_signed_data
from signatures.demo_mark import is_demo_authority
from signatures.gost.identifiers import HASH_OF_SIZE
from signatures.models import RevocationRecheck, Signature, TrustedCertificate
from signatures.refusals import AcceptanceCode, SignatureRefused
from signatures.reports import SignerReport
from signatures.revocation_table import RevocationTable
from signatures.trust import RevocationPolicy
from signatures.verification import TrustStore, verify_detached

STREEBOG_256 = HASH_OF_SIZE[256]  # by which a kept document is known


@dataclass(frozen=True, slots=True)
class CheckedSignature:
    """A signature that may be accepted: its DER and the report of its only signer."""

    der: bytes
    report: SignerReport


class Known(NamedTuple):
    """A certificate of the trust list, and whether it is of the demo CA by its names."""

    certificate: Certificate
    is_demo: bool


# Read once in a process, by SHA-256 of the DER: a whole trust list has some thousands of certificates.
_parsed: dict[str, Known] = {}


def trusts_demo_authority() -> bool:
    """Demo signatures count in development and tests only; see also ``signatures.checks``."""
    return bool(getattr(settings, "LKOT_DEMO_SIGNER", False))


def trusted_certificates(moment: datetime) -> tuple[list[Certificate], list[Certificate]]:
    """Return (roots, intermediates) in force at ``moment``; demo ones only where they are allowed.

    One query, and one more when there are certificates that this process has not seen yet.
    """
    roots: list[Certificate] = []
    intermediates: list[Certificate] = []
    rows = list(TrustedCertificate.objects.in_force(moment).order_by("id").values_list("kind", "source", "sha256"))
    known = _known_certificates({sha256 for _kind, _source, sha256 in rows})
    for kind, source, sha256 in rows:
        certificate, is_demo = known[sha256]
        if (is_demo or source == TrustedCertificate.Source.DEMO) and not trusts_demo_authority():
            continue
        (roots if kind == TrustedCertificate.Kind.ROOT else intermediates).append(certificate)
    return roots, intermediates


def _known_certificates(wanted: set[str]) -> dict[str, Known]:
    """The certificates by SHA-256 of their DER."""
    known = {sha256: _parsed[sha256] for sha256 in wanted if sha256 in _parsed}
    missing = wanted - known.keys()
    if missing:
        for sha256, der in TrustedCertificate.objects.filter(sha256__in=missing).values_list("sha256", "der"):
            certificate = load_certificate(bytes(der))
            known[sha256] = _parsed[sha256] = Known(certificate, is_demo_authority(certificate))
    return known


def trust_store(moment: datetime) -> TrustStore:
    """The trust of this installation at ``moment``; revocation is asked of the tables, when and if it is needed."""
    roots, intermediates = trusted_certificates(moment)
    return TrustStore(
        roots=roots,
        intermediates=intermediates,
        crls=[RevocationTable()],
        require_qualified=settings.SIGNATURE_REQUIRE_QUALIFIED,
        revocation=RevocationPolicy(settings.SIGNATURE_REVOCATION),
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


def revocation_debt(signature: Signature) -> RevocationRecheck | None:
    """What to say beside a signature that was accepted without a revocation list (``words``); None for any other."""
    return RevocationRecheck.objects.filter(signature=signature).first()


def hash_ahead(signature: bytes, document: Document) -> None:
    """Compute the digests that ``accept_signature`` of this file will ask for, where the file can be read at all.

    For who accepts it under a lock that others wait for: nothing is decided here.
    """
    try:
        for signer in read_signed_data(signature, document.data).signers:
            document.digest(digest_identifier(signer["digest_algorithm"]))
    except (Refused, *PARSE_ERRORS):
        return
    document.digest(STREEBOG_256)
