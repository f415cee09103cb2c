"""Where a link leads once the person has signed in and chosen an organization: of a letter, kept in the session; of a stranger
at a closed door, kept in a signed cookie, because strangers get no rows in our tables."""

from __future__ import annotations

import time
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.encoding import iri_to_uri
from django.utils.http import url_has_allowed_host_and_scheme

SESSION_KEY = "landing"
SESSION_USED = "landing_used"
COOKIE = "lkot_landing"
LIVES_SECONDS = 1800


def remember(request: HttpRequest) -> None:
    """Come back to the page of this request."""
    request.session[SESSION_KEY] = {"path": request.path, "at": time.time()}


def take(request: HttpRequest, default: str) -> str:
    """The remembered path, once and while it is fresh; else `default`, a URL name or a path."""
    kept = request.session.pop(SESSION_KEY, None) or _of_cookie(request)
    if kept and kept["at"] > time.time() - LIVES_SECONDS and is_local(kept["path"]):
        return str(kept["path"])
    return default


def mark(response: HttpResponse, request: HttpRequest) -> HttpResponse:
    """A stranger asked for this page: his browser keeps where he wanted to go."""
    secure = settings.SESSION_COOKIE_SECURE
    value = f"{int(time.time())} {iri_to_uri(request.path)}"
    response.set_signed_cookie(COOKIE, value, max_age=LIVES_SECONDS, httponly=True, samesite="Lax", secure=secure)
    return response


def _of_cookie(request: HttpRequest) -> dict[str, Any] | None:
    """Once: what was used is remembered in the session, since nothing here can take the cookie back."""
    value = request.get_signed_cookie(COOKIE, default="", max_age=LIVES_SECONDS)
    if not value or request.session.get(SESSION_USED) == value:
        return None
    request.session[SESSION_USED] = value
    at, _, path = value.partition(" ")
    return {"path": path, "at": int(at)}


def is_local(path: str) -> bool:
    """A path of the cabinet itself, so that nobody is sent elsewhere."""
    return path.startswith("/") and url_has_allowed_host_and_scheme(path, allowed_hosts=None)
