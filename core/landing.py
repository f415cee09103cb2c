"""Where a link from a letter leads once the person has signed in and chosen an organization; kept in the session."""

from __future__ import annotations

import time

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

SESSION_KEY = "landing"
LIVES_SECONDS = 1800


def remember(request: HttpRequest) -> None:
    """Come back to the page of this request."""
    request.session[SESSION_KEY] = {"path": request.path, "at": time.time()}


def take(request: HttpRequest, default: str) -> str:
    """The remembered path, once and while it is fresh; else `default`, a URL name or a path."""
    kept = request.session.pop(SESSION_KEY, None)
    if kept and kept["at"] > time.time() - LIVES_SECONDS and is_local(kept["path"]):
        return str(kept["path"])
    return default


def is_local(path: str) -> bool:
    """A path of the cabinet itself, so that nobody is sent elsewhere."""
    return path.startswith("/") and url_has_allowed_host_and_scheme(path, allowed_hosts=None)
