"""The access token of the organization one acts for, kept in the session while it lives: the picker asks ЕСИА with it.

Encrypted under a key derived from SECRET_KEY, so that a copy of the table of sessions opens nothing in ЕСИА.
"""

from __future__ import annotations

import base64
import hashlib
import time

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.http import HttpRequest

from accounts.esia.tokens import Verified

SESSION_KEY = "esia_organization_token"
SPARE_SECONDS = 30  # a token that ends within that is not begun with


def keep(request: HttpRequest, org_oid: int, verified: Verified) -> None:
    """The last organization's token; an earlier one is forgotten."""
    sealed = _box().encrypt(verified.access_token.encode()).decode()
    request.session[SESSION_KEY] = {"org": org_oid, "ends": verified.ends, "token": sealed}


def kept(request: HttpRequest, org_oid: int) -> str | None:
    """The token for an organization; None where there is none that still lives: ЕСИА has to be asked for a new one."""
    held = request.session.get(SESSION_KEY)
    if not held or held["org"] != org_oid or held["ends"] < time.time() + SPARE_SECONDS:
        return None
    try:
        return _box().decrypt(held["token"].encode()).decode()
    except InvalidToken:  # SECRET_KEY was changed
        return None


def forget(request: HttpRequest) -> None:
    request.session.pop(SESSION_KEY, None)


def _box() -> Fernet:
    digest = hashlib.sha256(b"lkot.esia.kept_token:" + settings.SECRET_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(digest))
