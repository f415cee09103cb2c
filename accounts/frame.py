"""What the page's head shows of accounts: the organizations to switch to, the person's own pages, when the session ends."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from accounts.acting import Acting, acting_by
from accounts.models import SignInSession
from accounts.selectors import usable_grants


def choices(request: HttpRequest) -> dict[str, Any]:
    """Context processor. `acting_choices`: list of {label, url, current}, asked only by pages that show the menu (one query);
    `session_clock`: seconds to the ends of this session, None for who is not signed in."""
    acting: Acting | None = getattr(request, "acting", None)

    def acting_choices() -> list[dict[str, Any]]:
        if acting is None:
            return []
        return [
            {
                "label": acting_by(grant, acting.user).name,
                "url": reverse("accounts:switch", args=[grant.pk]),
                "current": grant.pk == acting.grant.pk,
            }
            for grant in usable_grants(acting.user)
        ]

    sign_in: SignInSession | None = getattr(request, "sign_in", None)
    return {
        "acting_choices": acting_choices,
        "session_clock": session_clock(sign_in) if sign_in is not None else None,
    }


def session_clock(sign_in: SignInSession) -> dict[str, int]:
    """`idle`: seconds until this session ends if nothing is done; `whole`: until it ends whatever is done; `warn`: how long
    before that a page says so."""
    now = timezone.now()
    return {
        "idle": int((sign_in.idle_until - now).total_seconds()),
        "whole": int((sign_in.absolute_until - now).total_seconds()),
        "warn": settings.SESSION_WARN_SECONDS,
    }
