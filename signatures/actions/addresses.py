"""Where revocation lists are fetched: addresses of the trust list and of trusted certificates, never of a signature's own."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from urllib.parse import urlsplit

from signatures.cms.exact import Certificate, exact
from signatures.cms.points import declared_addresses
from signatures.cms.revocation import public_key_sha256
from signatures.models import FetchAddress
from signatures.selectors import trusted_certificates

CRL = FetchAddress.Kind.REVOCATION_LIST
LONGEST = 1000  # bytes: it stands in an index

Addresses = Collection[tuple[str, str]]  # (URL, SHA-256 of the key that signs the list, or "")


def is_fetchable(url: str) -> bool:
    """An http(s) address that fits its column; lists and certificates name LDAP ones too."""
    try:
        parts, size = urlsplit(url), len(url.encode())
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and size <= LONGEST and url.isprintable()


def keep_listed_addresses(named: Addresses, moment: datetime) -> None:
    """What the trust list names: these and no others are its addresses from now on."""
    _keep(named, moment, listed=True)
    rows = FetchAddress.objects.filter(kind=CRL, listed=True)
    gone = [row.pk for row in rows if (row.url, row.issuer_key_sha256) not in named]
    FetchAddress.objects.filter(pk__in=gone).update(listed=False)


def refresh_addresses(moment: datetime) -> None:
    """Use what the trust list or a trusted certificate names, and nothing else."""
    roots, intermediates = trusted_certificates(moment)
    named = set(addresses_of([*roots, *intermediates]))
    _keep(named, moment)
    rows = list(FetchAddress.objects.filter(kind=CRL))
    wanted = {row.pk for row in rows if row.listed or (row.url, row.issuer_key_sha256) in named}
    FetchAddress.objects.filter(pk__in=wanted, used=False).update(used=True, next_try_at=moment)
    FetchAddress.objects.filter(kind=CRL, used=True).exclude(pk__in=wanted).update(used=False)


def addresses_of(certificates: Collection[Certificate]) -> Iterable[tuple[str, str]]:
    """The distribution points of certificates, each with the key of the certificate's issuer where that is among them."""
    by_name: dict[bytes, list[Certificate]] = {}
    for each in certificates:
        by_name.setdefault(exact(each.subject), []).append(each)
    for each in certificates:
        urls = sorted(url for url in declared_addresses(each) if is_fetchable(url))
        if urls:
            key = _issuer_key(each, by_name.get(exact(each.issuer), []))
            yield from ((url, key) for url in urls)


def _issuer_key(certificate: Certificate, named: list[Certificate]) -> str:
    stated = certificate.authority_key_identifier
    keys = {public_key_sha256(each) for each in named if stated is None or each.key_identifier in (None, stated)}
    return keys.pop() if len(keys) == 1 else ""


def _keep(named: Addresses, moment: datetime, *, listed: bool = False) -> None:
    known = set(FetchAddress.objects.filter(kind=CRL).values_list("url", "issuer_key_sha256"))
    fresh = [
        FetchAddress(kind=CRL, url=url, issuer_key_sha256=key, listed=listed, next_try_at=moment)
        for url, key in sorted(set(named) - known)
    ]
    FetchAddress.objects.bulk_create(fresh, batch_size=1000, ignore_conflicts=True)
    if listed:
        again = [
            row.pk
            for row in FetchAddress.objects.filter(kind=CRL, listed=False)
            if (row.url, row.issuer_key_sha256) in named
        ]
        FetchAddress.objects.filter(pk__in=again).update(listed=True)
