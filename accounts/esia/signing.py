"""Signed requests to ЕСИА, both generations.

v2 (addresses v2/ac and v3/te): `client_secret` is the raw signature of
client_id + scope + scope_org + timestamp + state + redirect_uri (+ code at the token address).
v1 (ac and te): a detached PKCS#7 of scope + timestamp + client_id + state.
"""

from __future__ import annotations

import base64
import uuid
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from accounts.esia.config import EsiaSettings, esia
from accounts.esia.problems import EsiaProblem, problem_of_answer
from accounts.esia.transport import post_form


def new_state() -> str:
    """ЕСИА takes a UUID and nothing else."""
    return str(uuid.uuid4())


def timestamp() -> str:
    """«2026.11.21 19:40:00 +0000»"""
    return datetime.now(UTC).strftime("%Y.%m.%d %H:%M:%S +0000")


def base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def authorize_url(*, state: str, redirect_uri: str, organization_scopes: Sequence[str] = ()) -> str:
    """Where the browser goes. organization_scopes: of the second authorization, for one organization."""
    config = esia()
    query = _signed(config, state, redirect_uri, organization_scopes)
    return f"{config.authorize_url}?{urlencode(query | {'response_type': 'code', 'access_type': 'online'})}"


def exchange_code(code: str, *, redirect_uri: str, organization_scopes: Sequence[str] = ()) -> dict[str, str]:
    """The code for tokens: {access_token, id_token}, not verified yet. Raises EsiaProblem."""
    config = esia()
    state = new_state()
    form = _signed(config, state, redirect_uri, organization_scopes, code)
    form |= {"grant_type": "authorization_code", "token_type": "Bearer", "code": code}
    status, body = post_form(config.token_url, form)
    if status != 200:
        raise problem_of_answer(_text(body, "error"), _text(body, "error_description"))
    if body.get("state") != state:
        raise EsiaProblem("bad_token", "the token answer carries another state")
    tokens = {name: _text(body, name) for name in ("access_token", "id_token")}
    if not all(tokens.values()):
        raise EsiaProblem("garbage", "the token answer has no tokens")
    return tokens


def logout_url(back: str) -> str:
    """ЕСИА's own sign-out, which then sends the browser `back`. The parameter is redirect_url there, not redirect_uri."""
    config = esia()
    return f"{config.base_url}/idp/ext/Logout?{urlencode({'client_id': config.client_id, 'redirect_url': back})}"


def _signed(
    config: EsiaSettings, state: str, redirect_uri: str, organization_scopes: Sequence[str], code: str = ""
) -> dict[str, str]:
    at = timestamp()
    query = {"client_id": config.client_id, "timestamp": at, "state": state, "redirect_uri": redirect_uri}
    if config.generation == "v1":
        query["scope"] = " ".join([*config.scope, *organization_scopes])
        message = query["scope"] + at + config.client_id + state
        return query | {"client_secret": base64url(config.signer.pkcs7(message.encode()))}
    query["scope"] = " ".join(config.scope)
    query["client_certificate_hash"] = config.signer.certificate_hash()
    scope_org = " ".join(organization_scopes)
    if scope_org:
        query["scope_org"] = scope_org
    message = config.client_id + query["scope"] + scope_org + at + state + redirect_uri + code
    return query | {"client_secret": base64url(config.signer.raw(message.encode()))}


def _text(body: Mapping[str, Any], name: str) -> str:
    value = body.get(name)
    return value if isinstance(value, str) else ""
