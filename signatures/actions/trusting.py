"""Changes to what is trusted: the trust list and the revocation lists."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from core.journal import record
from signatures.cms.encoding import load_certificate, split_pem
from signatures.cms.exact import Certificate, exact
from signatures.cms.revocation import RevocationList as ParsedList
from signatures.cms.revocation import public_key_sha256
from signatures.demo_mark import is_demo_authority
from signatures.models import RevocationList, TrustedCertificate
from signatures.refusals import TrustRefused
from signatures.selectors import trusted_certificates, trusts_demo_authority
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
    except ValueError as error:
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
