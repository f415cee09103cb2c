"""HTTP to ЕСИА: bounded in time and size, every failure an EsiaProblem."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from typing import Any

import requests

from accounts.esia.config import esia
from accounts.esia.problems import EsiaProblem

ANSWER_MAX_BYTES = 2 * 1024 * 1024
CHUNK = 16 * 1024


def get_json(path: str, access_token: str) -> dict[str, Any]:
    """GET of the REST interface. Raises EsiaProblem («unavailable», «slow», «garbage», «refused», «absent»)."""
    status, body = _ask("GET", esia().base_url + path, headers={"Authorization": f"Bearer {access_token}"})
    if status in (401, 403):
        raise EsiaProblem("refused", f"ЕСИА answers {status} {body.get('code', '')} to a REST request", _digits(body))
    if status == 404:
        raise EsiaProblem("absent", "ЕСИА knows nothing at this address")
    if status != 200:
        raise EsiaProblem("unavailable", f"ЕСИА answers {status} to a REST request")
    return body


def post_form(url: str, form: Mapping[str, str]) -> tuple[int, dict[str, Any]]:
    """POST of the token address: (status, JSON). Raises EsiaProblem where there is no JSON answer in time."""
    status, body = _ask("POST", url, data=dict(form))
    if status >= 500:
        raise EsiaProblem("unavailable", f"ЕСИА answers {status} to a token request")
    return status, body


def _ask(method: str, url: str, **kwargs: Any) -> tuple[int, dict[str, Any]]:
    patience = esia().timeout_seconds
    deadline = time.monotonic() + patience
    try:
        with requests.request(method, url, timeout=patience, stream=True, allow_redirects=False, **kwargs) as answer:
            content = _read(answer, deadline)
            status = answer.status_code
    except requests.Timeout as problem:
        raise EsiaProblem("slow", "no answer in time") from problem
    except requests.RequestException as problem:
        # requests tells a body that stops coming as a lost connection
        stopped = time.monotonic() >= deadline
        raise EsiaProblem("slow" if stopped else "unavailable", type(problem).__name__) from problem
    if status >= 500:
        return status, {}
    return status, _object(content)


def _read(answer: requests.Response, deadline: float) -> bytes:
    """The body, unless it is too long or drips in past the deadline: requests' own timeout is per read."""
    parts = []
    size = 0
    for part in answer.iter_content(CHUNK):
        parts.append(part)
        size += len(part)
        if size > ANSWER_MAX_BYTES:
            raise EsiaProblem("garbage", "the answer is too long")
        if time.monotonic() > deadline:
            raise EsiaProblem("slow", "the answer is too slow")
    return b"".join(parts)


def _object(content: bytes) -> dict[str, Any]:
    try:
        body = json.loads(content)
    except (ValueError, RecursionError) as problem:
        raise EsiaProblem("garbage", "the answer is not JSON") from problem
    if not isinstance(body, dict):
        raise EsiaProblem("garbage", "the answer is not an object")
    return body


def _digits(body: Mapping[str, Any]) -> str:
    """«ESIA-005029» → «005029»."""
    code = body.get("code")
    return code.removeprefix("ESIA-") if isinstance(code, str) else ""
