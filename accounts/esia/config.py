"""Settings of the exchange with ЕСИА (settings.ESIA), and what is plugged into it: the request signer and the token verifier.

A system connected to ЕСИА signs its requests with a certified tool, so in production both are somebody else's code, named
by a dotted path. The project's own GOST arithmetic verifies, and serves development.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string


class RequestSigner(Protocol):
    """Signs what we ask of ЕСИА with the system's GOST R 34.10-2012 key (256 bits)."""

    def certificate_hash(self) -> str:
        """Streebog-256 of the certificate's DER, upper-case HEX: `client_certificate_hash` of the second generation."""

    def raw(self, message: bytes) -> bytes:
        """64 bytes s || r, each big-endian (second generation)."""

    def pkcs7(self, message: bytes) -> bytes:
        """Detached CMS in DER (first generation)."""


class TokenVerifier(Protocol):
    """Checks signatures that ЕСИА puts under its tokens."""

    def verify(self, algorithm: str, message: bytes, signature: bytes) -> bool:
        """algorithm: `alg` of the token's head, already known to be allowed."""


@dataclass(frozen=True, slots=True)
class EsiaSettings:
    """`generation`: "v2" (v2/ac, v3/te, raw signature) or "v1" (ac, te, PKCS#7).

    `scope_prefix` begins the scopes of organizations. `employee_query` names the parameters by which ЕСИА searches («search»),
    sorts («sort», «order») and narrows to a branch («branch») the list of employees; a part that is not named is not asked
    of ЕСИА, and the page says so.
    """

    base_url: str
    issuer: str
    generation: str
    client_id: str
    scope: tuple[str, ...]
    organization_scope: tuple[str, ...]
    scope_prefix: str
    employee_query: Mapping[str, str]
    algorithms: frozenset[str]
    timeout_seconds: float
    signer_path: str
    verifier_path: str

    @property
    def signer(self) -> RequestSigner:
        return _plugged(self.signer_path)

    @property
    def verifier(self) -> TokenVerifier:
        return _plugged(self.verifier_path)

    @property
    def authorize_url(self) -> str:
        return self.base_url + ("/aas/oauth2/ac" if self.generation == "v1" else "/aas/oauth2/v2/ac")

    @property
    def token_url(self) -> str:
        return self.base_url + ("/aas/oauth2/te" if self.generation == "v1" else "/aas/oauth2/v3/te")

    def organization_scopes(self, org_oid: int) -> tuple[str, ...]:
        """One scope per right and organization, as ЕСИА wants them."""
        return tuple(f"{self.scope_prefix}{name}?org_oid={org_oid}" for name in self.organization_scope)


ORGANIZATION_SCOPE = (
    "org_shortname",
    "org_fullname",
    "org_type",
    "org_ogrn",
    "org_inn",
    "org_leg",
    "org_kpp",
    "org_brhs",
    "org_emps",
)
SCOPE_PREFIX = "http://esia.gosuslugi.ru/"
COMMAND_SIGNER = "accounts.esia.signers.CommandSigner"
CERTIFICATE_VERIFIER = "accounts.esia.verifiers.CertificateVerifier"


def esia() -> EsiaSettings:
    """Read at each use, so that tests and a changed setting need no restart of anything here."""
    given: dict[str, Any] = settings.ESIA
    if given["generation"] not in ("v1", "v2"):
        raise ImproperlyConfigured("ESIA['generation'] is «v1» or «v2»")
    return EsiaSettings(
        base_url=given["base_url"],
        issuer=given["issuer"],
        generation=given["generation"],
        client_id=given["client_id"],
        scope=tuple(given["scope"]),
        organization_scope=tuple(given.get("organization_scope", ORGANIZATION_SCOPE)),
        scope_prefix=given.get("scope_prefix", SCOPE_PREFIX),
        employee_query=given.get("employee_query", {}),
        algorithms=frozenset(given["algorithms"]),
        timeout_seconds=given["timeout_seconds"],
        signer_path=given.get("request_signer") or COMMAND_SIGNER,
        verifier_path=given.get("token_verifier") or CERTIFICATE_VERIFIER,
    )


@functools.cache
def _plugged(path: str) -> Any:
    return import_string(path)()
