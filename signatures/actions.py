"""Changes: the trust list, revocation lists, and the acceptance of a signature."""

from __future__ import annotations

import base64
import hashlib
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from core.files.models import StoredFile
from core.journal import record
from signatures.cms.document import Document, as_document
from signatures.cms.encoding import load_certificate, split_pem
from signatures.cms.exact import Certificate, exact
from signatures.cms.refusal import PARSE_ERRORS
from signatures.cms.revocation import RevocationList as ParsedList
from signatures.cms.revocation import public_key_sha256
from signatures.demo_mark import is_demo_authority
from signatures.models import RevocationList, Signature, SignedDocument, TrustedCertificate
from signatures.refusals import AcceptanceCode, SignatureRefused, TrustRefused
from signatures.reports import SignerReport
from signatures.selectors import (
    STREEBOG_256,
    CheckedSignature,
    check_signature,
    trusted_certificates,
    trusts_demo_authority,
)
from signatures.subjects import common_name

LONGEST_NAME = 500


def import_trusted_certificate(content: bytes, *, actor: Any = None) -> list[TrustedCertificate]:
    """Put the certificates of a DER or PEM file on the trust list; those already there are left as they are.

    A self-signed certificate becomes a root, any other an intermediate.  Raises TrustRefused, and
    then imports none of the file.
    """
    with transaction.atomic():
        try:
            blocks = split_pem(content)
        except ValueError as error:
            raise TrustRefused("Файл не является сертификатом в кодировке DER или PEM.") from error
        return [_trust(der, actor) for der in blocks]


def _trust(der: bytes, actor: Any) -> TrustedCertificate:
    certificate = _readable_authority(der)
    source = TrustedCertificate.Source.MANUAL
    if is_demo_authority(certificate):
        source = TrustedCertificate.Source.DEMO
        if not trusts_demo_authority():
            raise TrustRefused(
                "Сертификат демонстрационного удостоверяющего центра допустим только в среде разработки."
            )
    kind = TrustedCertificate.Kind.ROOT if is_self_signed(certificate) else TrustedCertificate.Kind.INTERMEDIATE
    row, is_new = TrustedCertificate.objects.get_or_create(
        sha256=hashlib.sha256(der).hexdigest(),
        removed_at=None,
        defaults={
            "der": der,
            "kind": kind,
            "source": source,
            "subject": common_name(certificate.subject)[:LONGEST_NAME],
            "issuer": common_name(certificate.issuer)[:LONGEST_NAME],
            "not_before": certificate.not_valid_before,
            "not_after": certificate.not_valid_after,
            "added_by": getattr(actor, "user", actor),
        },
    )
    if is_new:
        record("trust.certificate_added", row, actor=actor, sha256=row.sha256, kind=str(kind), source=str(source))
    return row


def _readable_authority(der: bytes) -> Certificate:
    try:
        certificate = load_certificate(der)
        is_authority = bool(certificate.ca)
    except PARSE_ERRORS as error:
        raise TrustRefused("Файл не является сертификатом или повреждён.") from error
    if not is_authority:
        raise TrustRefused("Это не сертификат удостоверяющего центра: в нём нет признака CA.")
    return certificate


def is_self_signed(certificate: Certificate) -> bool:
    """By name: a forged «root» would be trusted by its importer alone, who says what is a root."""
    return exact(certificate.issuer) == exact(certificate.subject)


def remove_trusted_certificate(row: TrustedCertificate, *, actor: Any, reason: str) -> None:
    """Take a certificate off the list from now on; what was accepted before stays accepted."""
    with transaction.atomic():
        fresh = TrustedCertificate.objects.select_for_update(of=("self",), no_key=True).get(pk=row.pk)
        if fresh.removed_at is not None:
            return
        fresh.removed_at = timezone.now()
        fresh.save(update_fields=["removed_at"])
        record("trust.certificate_removed", fresh, actor=actor, sha256=fresh.sha256, reason=reason)


def import_crl(content: bytes, *, actor: Any = None, moment: datetime | None = None) -> list[RevocationList]:
    """Keep the revocation lists of a DER or PEM file, each checked once by a certificate of the trust list.

    Raises TrustRefused for a list that is unreadable, out of date, or signed by nobody trusted, and
    then imports none of the file.
    """
    moment = moment or timezone.now()
    try:
        parsed = [ParsedList(der) for der in split_pem(content)]
    except ValueError as error:
        raise TrustRefused("Файл не является полным списком отзыва в кодировке DER или PEM.") from error
    with transaction.atomic():
        roots, intermediates = trusted_certificates(moment)
        return [_keep_list(item, [*roots, *intermediates], actor, moment) for item in parsed]


def _keep_list(parsed: ParsedList, authorities: list[Certificate], actor: Any, moment: datetime) -> RevocationList:
    if parsed.next_update <= moment:
        raise TrustRefused(f"Список отзыва «{parsed.issuer_name}» устарел {parsed.next_update:%d.%m.%Y}.")
    issuer = next((item for item in authorities if parsed.is_signed_by(item)), None)
    if issuer is None:
        raise TrustRefused(f"Список отзыва «{parsed.issuer_name}» не подписан доверенным удостоверяющим центром.")
    row, is_new = RevocationList.objects.get_or_create(
        sha256=parsed.sha256,
        defaults={
            "der": parsed.der,
            "issuer": parsed.issuer_name[:LONGEST_NAME],
            "issuer_key_sha256": public_key_sha256(issuer),
            "scope": parsed.scope,
            "number": parsed.number,
            "this_update": parsed.this_update,
            "next_update": parsed.next_update,
            "revoked_count": parsed.size,
            "verified_at": moment,
            "added_by": getattr(actor, "user", actor),
        },
    )
    if is_new:
        record("trust.revocation_list_added", row, actor=actor, sha256=row.sha256, number=row.number)
    return row


def accept_signature(
    *,
    signature: bytes,
    document: bytes | Document,
    name: str,
    purpose: str,
    acting: Any,
    file: StoredFile | None = None,
    moment: datetime | None = None,
) -> Signature:
    """Verify a signature of ``document`` and keep it with everything needed to judge it again.

    ``purpose`` is a short code of what the signature is for: the same act of signing is accepted once
    per purpose.  ``file`` is the stored file that holds exactly these bytes; without it they are kept
    in the row.  A Document spares the digests it knows.  Raises SignatureRefused; then nothing is
    stored.  Call it inside the transaction of the change that the signature allows.
    """
    moment = moment or timezone.now()
    document = as_document(document)
    checked = check_signature(signature, document, acting=acting, moment=moment)
    try:
        with transaction.atomic():
            kept = _keep_document(document, name=name, purpose=purpose, acting=acting, file=file)
            row = _keep_signature(kept, checked, acting, moment)
            record(
                "signature.accepted",
                row,
                actor=acting,
                purpose=purpose,
                document=kept.sha256,
                thumbprint=row.thumbprint,
                fingerprint=row.fingerprint,
            )
    except IntegrityError as error:
        if "signature_accepted_once_per_purpose" not in str(error):
            raise
        raise SignatureRefused.by_receipt(AcceptanceCode.ALREADY_ACCEPTED) from error
    return row


def _keep_document(
    document: Document, *, name: str, purpose: str, acting: Any, file: StoredFile | None
) -> SignedDocument:
    sha256 = hashlib.sha256(document.data).hexdigest()
    if file is not None and file.sha256 != sha256:
        raise ValueError("the stored file does not hold the bytes that were signed")
    fresh: dict[str, Any] = {
        "name": name[:255],
        "file": file,
        "body": document.data if file is None else None,
        "size": len(document.data),
        # a call: it is made only where there is no row yet
        "streebog256": lambda: document.digest(STREEBOG_256).hex(),
    }
    row, _is_new = SignedDocument.objects.get_or_create(
        organization=acting.organization, purpose=purpose, sha256=sha256, defaults=fresh
    )
    return row


def _keep_signature(document: SignedDocument, checked: CheckedSignature, acting: Any, moment: datetime) -> Signature:
    report = checked.report
    if report.not_before is None or report.not_after is None:
        raise ValueError("a report that is ok has the dates of its certificate")
    return Signature.objects.create(
        document=document,
        organization=acting.organization,
        person=acting.user,
        purpose=document.purpose,
        der=checked.der,
        sha256=hashlib.sha256(checked.der).hexdigest(),
        fingerprint=report.fingerprint,
        certificate=report.certificate,
        thumbprint=report.thumbprint,
        serial=report.serial,
        not_before=report.not_before,
        not_after=report.not_after,
        qualified=report.qualified,
        chain=_chain(report),
        revocation=[
            {"issuer": used.issuer, "number": used.number, "sha256": used.sha256} for used in report.revocation_lists
        ],
        verdict=report.verdict,
        moment=moment,
        signing_time=report.signing_time,
    )


def _chain(report: SignerReport) -> list[dict[str, str]]:
    return [
        {"name": link.name, "thumbprint": link.thumbprint, "der": base64.b64encode(link.der).decode()}
        for link in report.chain
    ]
