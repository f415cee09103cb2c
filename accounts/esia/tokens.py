"""The tokens of ЕСИА: JWT with its own head (`sbt`), in GOST R 34.10-2012 or RS256.

PyJWT knows no GOST and ЕСИА publishes no key set, so the three parts are taken apart here and the signature goes to the
plugged verifier. Nothing of a token is used before all of it is checked.
"""

from __future__ import annotations

import base64
import binascii
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from accounts.esia.config import EsiaSettings, esia
from accounts.esia.problems import EsiaProblem

CLOCK_SKEW_SECONDS = 60
SUBJECT = "urn:esia:sbj"


@dataclass(frozen=True, slots=True)
class Verified:
    """Both tokens of one answer, checked together. `oid` is the person's; `scopes` are of the access token."""

    oid: int
    access_token: str
    scopes: frozenset[str]
    ends: float  # seconds since the epoch


def verify_pair(tokens: Mapping[str, str]) -> Verified:
    """Check id_token and access_token of one token answer. Raises EsiaProblem("bad_token"), ("unconfirmed")."""
    config = esia()
    identity = decode(tokens["id_token"], sbt="id", config=config)
    access = decode(tokens["access_token"], sbt="access", config=config)
    if identity.get("aud") != config.client_id or access.get("client_id") != config.client_id:
        raise EsiaProblem("bad_token", "a token for another system")
    subject = identity.get(SUBJECT)
    if not isinstance(subject, dict):
        raise EsiaProblem("bad_token", "the id token has no subject")
    oid = subject.get(f"{SUBJECT}:oid")
    if not isinstance(oid, int) or isinstance(oid, bool) or access.get("urn:esia:sbj_id") != oid:
        raise EsiaProblem("bad_token", "the tokens are of two persons")
    if subject.get(f"{SUBJECT}:is_tru") is not True:
        raise EsiaProblem("unconfirmed", "the account is not confirmed")
    scope = access.get("scope")
    scopes = frozenset(scope.split()) if isinstance(scope, str) else frozenset()
    return Verified(oid=oid, access_token=tokens["access_token"], scopes=scopes, ends=_moment(access, "exp"))


def decode(token: str, *, sbt: str, config: EsiaSettings) -> dict[str, Any]:
    """The payload of a token of kind `sbt` ("id", "access") whose signature, issuer and times are right."""
    head, payload, message, signature = _parts(token)
    if head.get("alg") not in config.algorithms:
        raise EsiaProblem("bad_token", "the token's algorithm is not allowed")
    if head.get("sbt") != sbt:
        raise EsiaProblem("bad_token", f"the token is not of kind {sbt}")
    if not config.verifier.verify(head["alg"], message, signature):
        raise EsiaProblem("bad_token", "the token's signature is wrong")
    if payload.get("iss") != config.issuer:
        raise EsiaProblem("bad_token", "the token is of another issuer")
    now = time.time()
    if _moment(payload, "exp") < now - CLOCK_SKEW_SECONDS:
        raise EsiaProblem("bad_token", "the token has expired")
    if _moment(payload, "nbf") > now + CLOCK_SKEW_SECONDS:
        raise EsiaProblem("bad_token", "the token is not valid yet")
    return payload


def _parts(token: str) -> tuple[dict[str, Any], dict[str, Any], bytes, bytes]:
    pieces = token.split(".")
    if len(pieces) != 3:
        raise EsiaProblem("bad_token", "the token has not three parts")
    try:
        head, payload = (json.loads(_unbase64url(piece)) for piece in pieces[:2])
        signature = _unbase64url(pieces[2])
        message = f"{pieces[0]}.{pieces[1]}".encode("ascii")
    except (ValueError, RecursionError) as problem:
        raise EsiaProblem("bad_token", "the token is malformed") from problem
    if not isinstance(head, dict) or not isinstance(payload, dict) or not isinstance(head.get("alg"), str):
        raise EsiaProblem("bad_token", "the token is malformed")
    return head, payload, message, signature


def _unbase64url(text: str) -> bytes:
    """Strictly: unused bits of the last letter are zero, so that a flipped bit never decodes to the same bytes."""
    try:
        data = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except binascii.Error as problem:
        raise ValueError("not base64url") from problem
    if base64.urlsafe_b64encode(data).rstrip(b"=").decode() != text:
        raise ValueError("not the only way to write these bytes")
    return data


def _moment(payload: Mapping[str, Any], name: str) -> float:
    value = payload.get(name)
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise EsiaProblem("bad_token", f"the token has no {name}")
    return float(value)
