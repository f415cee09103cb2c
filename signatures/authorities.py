"""What is known of the trusted authorities, for whoever looks: a few queries for a page of them, no list is read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Q, QuerySet

from signatures.models import AccreditedAuthority, FetchAddress, RevocationList, TrustedCertificate, TrustListImport
from signatures.selectors import trusts_demo_authority

ENDED_SHOWN = 20
Source = TrustedCertificate.Source


@dataclass(frozen=True, slots=True)
class ShownList:
    """A revocation list, the newest of its scope; ``is_fresh`` False: it has run out, and nothing else stands in for it."""

    number: str
    since: datetime
    until: datetime
    revoked: int
    is_fresh: bool


@dataclass(slots=True)
class Shown:
    """One certificate of an authority with its lists; ``state`` is «good», «stop» (run out) or «careful» (none)."""

    certificate: TrustedCertificate
    is_expired: bool
    lists: list[ShownList] = field(default_factory=list)
    fetched_at: datetime | None = None
    problem: str = ""
    addresses: int = 0

    @property
    def state(self) -> str:
        if not self.lists:
            return "careful"
        return "good" if all(each.is_fresh for each in self.lists) else "stop"


def listed(moment: datetime) -> QuerySet[TrustedCertificate]:
    """What is trusted at a moment."""
    rows = TrustedCertificate.objects.in_force(moment).select_related("authority").defer("der")
    return rows if trusts_demo_authority() else rows.exclude(source=Source.DEMO)


def described(rows: Sequence[TrustedCertificate], moment: datetime) -> list[Shown]:
    """The rows of a page with their lists and the state of fetching: two queries."""
    keys = {row.key_sha256 for row in rows if row.key_sha256}
    lists: dict[str, list[ShownList]] = defaultdict(list)
    for each in RevocationList.objects.newest(moment).filter(issuer_key_sha256__in=keys).defer("der"):
        lists[each.issuer_key_sha256].append(
            ShownList(each.number, each.this_update, each.next_update, each.revoked_count, each.next_update >= moment)
        )
    addresses: dict[str, list[FetchAddress]] = defaultdict(list)
    for address in FetchAddress.objects.filter(used=True, issuer_key_sha256__in=keys).order_by("pk"):
        addresses[address.issuer_key_sha256].append(address)
    return [_described(row, moment, lists.get(row.key_sha256, []), addresses.get(row.key_sha256, [])) for row in rows]


def _described(
    row: TrustedCertificate, moment: datetime, lists: list[ShownList], addresses: list[FetchAddress]
) -> Shown:
    fetched = [each.last_success_at for each in addresses if each.last_success_at is not None]
    problems = [each.problem for each in addresses if each.problem]
    return Shown(
        certificate=row,
        is_expired=row.not_after < moment,
        lists=lists,
        fetched_at=max(fetched, default=None),
        problem=problems[-1] if problems else "",
        addresses=len(addresses),
    )


def ended(text: str) -> list[AccreditedAuthority]:
    """Authorities of the list that are not trusted, found by the same words: the first few."""
    named = AccreditedAuthority.objects.filter(Q(name__icontains=text) | Q(inn=text) | Q(registry_number=text))
    rows = named.exclude(status=AccreditedAuthority.ACTIVE, listed=True)
    return list(rows.order_by("name", "pk")[:ENDED_SHOWN])


def last_import() -> TrustListImport | None:
    return TrustListImport.objects.order_by("-pk").first()


def list_address() -> FetchAddress | None:
    """The configured address of the trust list, once it was looked at."""
    return FetchAddress.objects.filter(kind=FetchAddress.Kind.TRUST_LIST, used=True).first()
