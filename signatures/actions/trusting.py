"""Changes to what is trusted, by hand: certificates of authorities.  See ``trust_lists`` and ``revocation_lists``."""

from __future__ import annotations

import hashlib
from typing import Any

from django.db import transaction
from django.utils import timezone

from core.journal import record
from core.locks import lock_name
from signatures.cms.encoding import load_certificate, split_pem
from signatures.cms.exact import Certificate, exact
from signatures.cms.revocation import public_key_sha256
from signatures.demo_mark import is_demo_authority
from signatures.models import TrustedCertificate
from signatures.refusals import TrustRefused
from signatures.selectors import trusts_demo_authority
from signatures.subjects import common_name

LONGEST_NAME = 500


def lock_trust_list() -> None:
    """One change of the trust list at a time: a list is taken over by what stood there before."""
    lock_name("trust_list", "change")


def import_trusted_certificate(content: bytes, *, actor: Any = None) -> list[TrustedCertificate]:
    """Put the certificates of a DER or PEM file on the trust list; those already there are left as they are.

    A self-signed certificate becomes a root, any other an intermediate.  Raises TrustRefused, and
    then imports none of the file.
    """
    with transaction.atomic():
        lock_trust_list()
        try:
            blocks = split_pem(content)
        except ValueError as error:
            raise TrustRefused("Файл не является сертификатом в кодировке DER или PEM.") from error
        return [_trust(der, actor) for der in blocks]


def _trust(der: bytes, actor: Any) -> TrustedCertificate:
    certificate = readable_authority(der)
    source = TrustedCertificate.Source.MANUAL
    if is_demo_authority(certificate):
        source = TrustedCertificate.Source.DEMO
        if not trusts_demo_authority():
            raise TrustRefused(
                "Сертификат демонстрационного удостоверяющего центра допустим только в среде разработки."
            )
    row, is_new = TrustedCertificate.objects.get_or_create(
        sha256=hashlib.sha256(der).hexdigest(),
        removed_at=None,
        defaults={**columns_of(der, certificate), "source": source, "added_by": getattr(actor, "user", actor)},
    )
    if not is_new and row.source == TrustedCertificate.Source.TRUST_LIST:
        row.source = source  # from now on no trust list takes it off
        row.save(update_fields=["source"])
    if is_new:
        record("trust.certificate_added", row, actor=actor, sha256=row.sha256, kind=str(row.kind), source=str(source))
    return row


def columns_of(der: bytes, certificate: Certificate) -> dict[str, Any]:
    """What a row of the trust list says of its certificate."""
    kind = TrustedCertificate.Kind.ROOT if is_self_signed(certificate) else TrustedCertificate.Kind.INTERMEDIATE
    return {
        "der": der,
        "kind": kind,
        "subject": common_name(certificate.subject)[:LONGEST_NAME],
        "issuer": common_name(certificate.issuer)[:LONGEST_NAME],
        "not_before": certificate.not_valid_before,
        "not_after": certificate.not_valid_after,
        "key_sha256": public_key_sha256(certificate),
    }


def readable_authority(der: bytes) -> Certificate:
    """The certificate of an authority; raises TrustRefused for anything else."""
    try:
        certificate = load_certificate(der)
        is_authority = bool(certificate.ca)
    except ValueError as error:
        raise TrustRefused("Файл не является сертификатом или повреждён.", is_damage=True) from error
    if not is_authority:
        raise TrustRefused("Это не сертификат удостоверяющего центра: в нём нет признака CA.")
    return certificate


def is_self_signed(certificate: Certificate) -> bool:
    """By name: a forged «root» would be trusted by its importer alone, who says what is a root."""
    return exact(certificate.issuer) == exact(certificate.subject)


def remove_trusted_certificate(row: TrustedCertificate, *, actor: Any, reason: str) -> None:
    """Take a certificate off the list from now on; what was accepted before stays accepted."""
    with transaction.atomic():
        lock_trust_list()
        fresh = TrustedCertificate.objects.select_for_update(of=("self",), no_key=True).get(pk=row.pk)
        if fresh.removed_at is not None:
            return
        fresh.removed_at = timezone.now()
        fresh.removed_reason = TrustedCertificate.Removed.BY_HAND
        fresh.save(update_fields=["removed_at", "removed_reason"])
        record("trust.certificate_removed", fresh, actor=actor, sha256=fresh.sha256, reason=reason)
