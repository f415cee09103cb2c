"""Verification of a detached signature: the one entry for pages, commands and jobs.

Steps for each signer, in this order: certificate present, digests allowed, CAdES-BES attributes,
signing certificate, digest of the document, signature value, key usage, qualified, period of the
private key, chain and validity at the moment, revocation.  The first failure is the verdict.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime

from asn1crypto import cms, core
from cryptography.exceptions import InvalidSignature

from signatures.cms.algorithms import check_signature, digest_identifier
from signatures.cms.attributes import SignedAttributes, check_number, check_signing_certificate, read_attributes
from signatures.cms.certificates import check_key_period, check_usage, is_qualified
from signatures.cms.chain import check_revocation, look_up_revocation, validate_chain
from signatures.cms.document import Document, as_document
from signatures.cms.exact import Certificate
from signatures.cms.public_keys import describe_key
from signatures.cms.refusal import Refused, reading
from signatures.cms.signed_data import SignedData, read_signed_data, signer_certificate
from signatures.cms.spare import MAXIMUM_SPARE, TOO_MANY, unvouched
from signatures.reports import ChainLink, SignerReport
from signatures.subjects import common_name, read_subject
from signatures.trust import RevocationPolicy, TrustStore
from signatures.verdicts import Verdict

LARGEST_SERIAL = 2**160  # RFC 5280, section 4.1.2.2: of at most twenty octets

__all__ = ["RevocationPolicy", "SignerReport", "TrustStore", "Verdict", "verify_detached"]


def verify_detached(
    signature: bytes, data: bytes | Document, trust: TrustStore, moment: datetime, *, spare: bool = True
) -> list[SignerReport]:
    """Check a signature file against the exact bytes of a document, as of ``moment`` (aware).

    A ``Document`` brings the digests that were computed before and keeps those that are computed now.  ``spare=False``
    leaves the certificates outside every chain alone: for a file that was accepted before and is known by its digest.

    Returns one report for each signer, at least one: a file that cannot be read at all is one report
    with the reason.  Accept only when every report is ``ok``.  Raises ValueError for a naive moment,
    nothing else that depends on the bytes given.
    """
    if moment.utcoffset() is None:
        raise ValueError("the moment of a verification needs a time zone")
    document = as_document(data)
    try:
        message = read_signed_data(signature, document)
    except Refused as refusal:
        return [SignerReport(verdict=refusal.verdict, detail=refusal.detail)]
    reports = [_report(signer, message, document, trust, moment) for signer in message.signers]
    if spare and all(report.ok for report in reports):
        _check_spare(message, reports, trust)
    return reports


def _report(
    signer: cms.SignerInfo, message: SignedData, document: Document, trust: TrustStore, moment: datetime
) -> SignerReport:
    report = SignerReport()
    try:
        with reading():
            certificate = signer_certificate(signer, message.certificates)
            _describe(report, certificate)
            _check_signer(report, signer, certificate, message, document)
            _check_certificate(report, certificate, message, trust, moment)
    except Refused as refusal:
        report.verdict = refusal.verdict
        report.detail = refusal.detail
    return report


def thumbprint(der: bytes) -> str:
    """SHA-1 of a certificate, the name by which Windows and the browser plug-in call it."""
    return hashlib.sha1(der, usedforsecurity=False).hexdigest().upper()


def _describe(report: SignerReport, certificate: Certificate) -> None:
    """Fill in what the certificate says, before anything is known to be true."""
    report.subject = read_subject(certificate)
    if not 0 <= certificate.serial_number < LARGEST_SERIAL:
        raise Refused(Verdict.MALFORMED, "номер сертификата не из двадцати байтов")
    report.serial = f"{certificate.serial_number:x}"
    report.not_before = certificate.not_valid_before
    report.not_after = certificate.not_valid_after
    report.certificate = certificate.dump()
    report.thumbprint = thumbprint(report.certificate)
    report.qualified = is_qualified(certificate)


def _check_signer(
    report: SignerReport, signer: cms.SignerInfo, certificate: Certificate, message: SignedData, document: Document
) -> None:
    """The cryptography: attributes, digest of the document, signature value."""
    algorithm = digest_identifier(signer["digest_algorithm"])
    if algorithm not in message.digests:
        raise Refused(Verdict.MALFORMED, "алгоритм хеширования не объявлен")
    attributes = read_attributes(signer)
    report.signing_time = attributes.signing_time
    report.fingerprint = fingerprint(attributes, report.certificate)
    check_signing_certificate(attributes, certificate)
    if document.digest(algorithm) != attributes.message_digest:
        raise Refused(Verdict.CONTENT_DIGEST_MISMATCH)
    key = certificate["tbs_certificate"]["subject_public_key_info"].dump()
    try:
        check_signature(key, signer["signature_algorithm"], signer["signature"].native, attributes.signed, algorithm)
    except InvalidSignature as error:
        raise Refused(Verdict.SIGNATURE_INVALID) from error
    _read_unsigned(signer)


def fingerprint(attributes: SignedAttributes, certificate: bytes) -> str:
    """SHA-256 of what was signed and by which certificate.

    Not of the file and not of the signature value: both can be given another spelling (a timestamp
    added, the second root of an ECDSA signature) without a new act of signing.
    """
    both = hashlib.sha256(attributes.signed).digest() + hashlib.sha256(certificate).digest()
    return hashlib.sha256(both).hexdigest()


def _read_unsigned(signer: cms.SignerInfo) -> None:
    """Unsigned attributes (timestamps) are not judged, but they must at least be attributes."""
    attributes = signer["unsigned_attrs"]
    if isinstance(attributes, core.Void):
        return
    check_number(attributes)
    for attribute in attributes:
        _ = attribute["type"].dotted


def _check_certificate(
    report: SignerReport, certificate: Certificate, message: SignedData, trust: TrustStore, moment: datetime
) -> None:
    """The certificate: usage, qualified marks, period of the key, chain, revocation."""
    check_usage(certificate)
    if trust.require_qualified and not report.qualified:
        raise Refused(Verdict.NOT_QUALIFIED)
    check_key_period(certificate, moment)
    chain = validate_chain(certificate, message.certificates, trust, moment)
    report.chain = tuple(_link(item) for item in chain)
    if trust.revocation is RevocationPolicy.REQUIRE:
        report.revocation_lists = check_revocation(chain, trust, moment)
    elif trust.revocation is RevocationPolicy.LATER:
        report.revocation_lists, unknown = look_up_revocation(chain, trust, moment)
        report.revocation_pending = bool(unknown)


def verify_certificate(
    certificate: Certificate, embedded: Sequence[Certificate], trust: TrustStore, moment: datetime
) -> SignerReport:
    """What ``verify_detached`` will say of a signature by this certificate whose other parts are right.

    ``embedded``: what such a signature brings along beside the certificate.  The same checks in the same order, the key's
    algorithm first, which a signature value would be checked by.
    """
    report = SignerReport()
    message = SignedData(signers=(), certificates=(certificate, *embedded), digests=frozenset())
    try:
        with reading():
            _describe(report, certificate)
            describe_key(certificate)
            _check_certificate(report, certificate, message, trust, moment)
    except Refused as refusal:
        report.verdict = refusal.verdict
        report.detail = refusal.detail
    return report


def _link(certificate: Certificate) -> ChainLink:
    der = certificate.dump()
    return ChainLink(name=common_name(certificate.subject), thumbprint=thumbprint(der), der=der)


def _check_spare(message: SignedData, reports: list[SignerReport], trust: TrustStore) -> None:
    """See ``signatures.cms.spare``: embedded certificates outside every chain, and embedded revocation lists."""
    seen = {link.der for report in reports for link in report.chain}
    spare = [item for item in message.certificates if item.dump() not in seen]
    too_many = max(len(spare), len(message.lists)) > MAXIMUM_SPARE
    known = [*trust.roots, *trust.intermediates, *message.certificates]
    if too_many or ((spare or message.lists) and unvouched(spare, message.lists, known)):
        for report in reports:
            report.verdict = Verdict.EMBEDDED_CERTIFICATE_INVALID
            report.detail = TOO_MANY if too_many else "или список отзыва" if message.lists else ""
