"""How ЕСИА judges a request: parameters, client, address, time, signature, scopes. Codes are ЕСИА's own."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from urllib.parse import urlsplit

from asn1crypto import x509

from signatures.gost.gost3410 import verify
from signatures.gost.keys import read_public_key
from signatures.gost.streebog import streebog
from signatures.verification import RevocationPolicy, TrustStore, verify_detached
from simulators.demo_ca.authority import DemoAuthority

CLOCK_SKEW_SECONDS = 300
STATE = re.compile(r"[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}")
ORGANIZATION_SCOPE = re.compile(r"http://esia\.gosuslugi\.ru/(org_[a-z_]+)\?org_oid=(\d+)")
LOOPBACK = ("127.0.0.1", "localhost", "::1")

PERSON_SCOPES = frozenset(
    (
        "openid",
        "fullname",
        "birthdate",
        "gender",
        "citizenship",
        "snils",
        "inn",
        "id_doc",
        "email",
        "contacts",
        "usr_org",
    )
)
ORGANIZATION_SCOPES = frozenset(
    ("org_shortname", "org_fullname", "org_type", "org_ogrn", "org_inn", "org_leg", "org_kpp", "org_emps", "org_brhs")
)

OAUTH_ERROR = {
    "007002": "unauthorized_client",
    "007003": "invalid_request",
    "007004": "access_denied",
    "007006": "invalid_scope",
    "007009": "unsupported_response_type",
    "007011": "invalid_grant",
    "007012": "unsupported_grant_type",
    "007014": "invalid_request",
    "007015": "invalid_request",
    "007023": "invalid_request",
    "007053": "unauthorized_client",
    "007194": "invalid_scope",
}
# The browser is not sent to an address that could not be checked.
SHOWN_HERE = ("007002", "007014", "007023")


class Generation(Enum):
    """v1: PKCS#7 of scope, timestamp, client_id, state. v2: raw signature, certificate hash, more fields."""

    V1 = "v1"
    V2 = "v2"


class EsiaRefusal(Exception):
    """`code` as in ESIA-007053; the text is ЕСИА's English."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code
        self.text = text

    @property
    def error(self) -> str:
        return OAUTH_ERROR[self.code]

    @property
    def description(self) -> str:
        return f"ESIA-{self.code}: {self.text}"


@dataclass(frozen=True)
class Client:
    """A system registered in ЕСИА."""

    mnemonic: str
    name: str
    certificate: x509.Certificate
    redirect_prefixes: tuple[str, ...]
    scopes: frozenset[str] = PERSON_SCOPES | ORGANIZATION_SCOPES

    def allows(self, redirect_uri: str) -> bool:
        """A registered beginning, or this machine: tests and a second cabinet run on other ports."""
        here = urlsplit(redirect_uri)
        return here.hostname in LOOPBACK or any(redirect_uri.startswith(prefix) for prefix in self.redirect_prefixes)


@dataclass(frozen=True)
class Judge:
    clients: Mapping[str, Client]
    authority: DemoAuthority

    def check(self, query: Mapping[str, str], generation: Generation) -> Client:
        """Raises EsiaRefusal with the code of the first thing that is wrong."""
        client = self._check_parameters(query, generation)
        _check_time(query["timestamp"])
        if not STATE.fullmatch(query["state"]):
            raise EsiaRefusal("007003", "state is not a UUID")
        secret = _unbase64url(query["client_secret"])
        if generation is Generation.V1:
            self._check_pkcs7(client, query, secret)
        else:
            _check_raw(client, query, secret)
        unknown = scope_names(query) - client.scopes
        if unknown:
            raise EsiaRefusal("007006", f"the scope is not allowed: {', '.join(sorted(unknown))}")
        return client

    def _check_parameters(self, query: Mapping[str, str], generation: Generation) -> Client:
        needed = ["client_id", "client_secret", "scope", "timestamp", "state", "redirect_uri"]
        if generation is Generation.V2:
            needed.append("client_certificate_hash")
        for name in needed:
            if not query.get(name):
                raise EsiaRefusal("007014", f"The request does not contain the mandatory parameter '{name}'")
        client = self.clients.get(query["client_id"])
        if client is None:
            raise EsiaRefusal("007002", "the system is not registered")
        if not client.allows(query["redirect_uri"]):
            raise EsiaRefusal("007023", "redirect_uri is not registered")
        return client

    def _check_pkcs7(self, client: Client, query: Mapping[str, str], secret: bytes) -> None:
        message = query["scope"] + query["timestamp"] + query["client_id"] + query["state"]
        trust = TrustStore(
            roots=[self.authority.root],
            intermediates=[self.authority.issuing],
            require_qualified=False,
            revocation=RevocationPolicy.SKIP,
        )
        reports = verify_detached(secret, message.encode(), trust, datetime.now(UTC))
        if len(reports) != 1 or not reports[0].ok or reports[0].certificate != client.certificate.dump():
            raise EsiaRefusal("007053", "client_secret: the signature is wrong")


def scope_names(query: Mapping[str, str]) -> set[str]:
    """Names without the organization and the address part."""
    scopes = query["scope"].split() + query.get("scope_org", "").split()
    return {scope.split("?")[0].rsplit("/", 1)[-1] for scope in scopes}


def asked_organizations(query: Mapping[str, str]) -> set[int]:
    """The organizations whose data is asked for."""
    text = f"{query['scope']} {query.get('scope_org', '')}"
    return {int(oid) for _name, oid in ORGANIZATION_SCOPE.findall(text)}


def _check_raw(client: Client, query: Mapping[str, str], secret: bytes) -> None:
    """client_id + scope + scope_org + timestamp + state + redirect_uri, and the code at the token address."""
    if query["client_certificate_hash"].upper() != streebog(client.certificate.dump()).hex().upper():
        raise EsiaRefusal("007002", "client_certificate_hash is of another certificate")
    names = ("client_id", "scope", "scope_org", "timestamp", "state", "redirect_uri")
    message = "".join(query.get(name, "") for name in names)
    if query.get("grant_type") == "authorization_code":
        message += query.get("code", "")
    key = read_public_key(client.certificate.public_key.dump())
    if not verify(key, message.encode(), secret):
        raise EsiaRefusal("007053", "client_secret: the signature is wrong")


def _check_time(stated: str) -> None:
    try:
        moment = datetime.strptime(stated, "%Y.%m.%d %H:%M:%S %z")
    except ValueError:
        raise EsiaRefusal("007015", "the timestamp is malformed") from None
    if abs((datetime.now(UTC) - moment).total_seconds()) > CLOCK_SKEW_SECONDS:
        raise EsiaRefusal("007015", "the timestamp is too far from now")


def _unbase64url(text: str) -> bytes:
    """Real clients differ in padding and alphabet; ЕСИА takes all of them."""
    plain = re.sub(r"\s", "", text).replace("-", "+").replace("_", "/").rstrip("=")
    try:
        return base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
    except (binascii.Error, ValueError):
        raise EsiaRefusal("007053", "client_secret is not base64url") from None
