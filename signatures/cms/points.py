"""The issuing distribution point of a revocation list: for which certificates the list speaks (RFC 5280 section 5.2.5)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from cryptography import x509 as pyca

from signatures.cms.exact import Certificate
from signatures.cms.refusal import Refused, reading


@dataclass(frozen=True, slots=True)
class Point:
    """``addresses`` None: the point has no full name.  The default speaks for every certificate of its issuer."""

    only_people: bool = False
    only_authorities: bool = False
    is_relative: bool = False
    addresses: tuple[str, ...] | None = None

    @classmethod
    def of(cls, point: pyca.IssuingDistributionPoint | None) -> Point:
        if point is None:
            return cls()
        addresses = None
        if point.full_name is not None:
            uris = (name.value for name in point.full_name if isinstance(name, pyca.UniformResourceIdentifier))
            addresses = tuple(uris)
        return cls(
            point.only_contains_user_certs, point.only_contains_ca_certs, point.relative_name is not None, addresses
        )

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Point:
        """The inverse of ``as_json``."""
        addresses = stored.get("addresses")
        return cls(
            bool(stored.get("people")),
            bool(stored.get("authorities")),
            bool(stored.get("relative")),
            None if addresses is None else tuple(addresses),
        )

    def as_json(self) -> dict[str, Any]:
        """{people, authorities, relative: bool, addresses: [str] or None}."""
        return {
            "people": self.only_people,
            "authorities": self.only_authorities,
            "relative": self.is_relative,
            "addresses": None if self.addresses is None else list(self.addresses),
        }

    def speaks_for(self, certificate: Certificate) -> bool:
        """Compare the point with the certificate (RFC 5280 section 6.3.3 b 2)."""
        if self.only_people and certificate.ca:
            return False
        if self.only_authorities and not certificate.ca:
            return False
        if self.is_relative:
            return False
        if self.addresses is None:
            return True
        return bool(set(self.addresses) & declared_addresses(certificate))


def declared_addresses(certificate: Certificate) -> set[str]:
    """Where a certificate says its revocation lists are; a point without a full name says nothing."""
    found = set()
    for entry in certificate.crl_distribution_points:
        try:
            with reading():
                url = entry.url
        except Refused:  # of a name relative to the issuer, say
            continue
        if url:
            found.add(url)
    return found
