"""Which browser uploaded a document: a signed cookie of the check's own pages. No session is made for who only looks in."""

from __future__ import annotations

import hashlib
import secrets

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse

from signatures.models.checking import LIFE

COOKIE = "lkot_check"
SALT = "signatures.checking"
SECONDS = int(LIFE.total_seconds())


def held(request: HttpRequest) -> str:
    """What the cookie holds, "" for none, a forged or an old one."""
    return request.get_signed_cookie(COOKIE, "", salt=SALT, max_age=SECONDS) or ""


def digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest() if token else ""


def new_token() -> str:
    return secrets.token_urlsafe(32)


def hand_out(response: HttpResponseBase, token: str) -> None:
    """Anew at every upload: it lives as long as the last of them."""
    response.set_signed_cookie(
        COOKIE,
        token,
        salt=SALT,
        max_age=SECONDS,
        path=reverse("signatures:check_document"),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
