"""The signed-in browser behind a request: opened at sign-in, looked up with every request, ended by its row.

Django's session names the row (`SESSION_ROW`); a session without a living row is nobody's. What a poll of a page asks by
itself is not an action of the person and does not keep the session alive.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.contrib.auth import user_logged_in
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone

from accounts.models import Branch, Ended, Grant, Organization, SignInSession, User

SESSION_ROW = "sign_in_session"
SEEN_EVERY = timedelta(seconds=60)  # the row is written at most that often


@receiver(user_logged_in)
def open_session(sender: object, request: HttpRequest, user: User, **kwargs: Any) -> None:
    """A row for the browser that has just signed in."""
    row = SignInSession.objects.create(user=user, ip=_address(request), agent=_agent(request))
    request.session[SESSION_ROW] = row.pk


def living(request: HttpRequest) -> SignInSession | None:
    """The row of this request's session if it lives; its last sight is brought up to date. One query, seldom two."""
    user = request.user
    assert isinstance(user, User)  # asked for signed-in people only
    row = SignInSession.objects.alive().filter(pk=request.session.get(SESSION_ROW), user=user).first()
    now = timezone.now()
    if row is not None and not _asked_by_itself(request) and row.seen_at < now - SEEN_EVERY:
        SignInSession.objects.filter(pk=row.pk, ended_at=None).update(
            seen_at=now, ip=_address(request), agent=_agent(request)
        )
    return row


def close(request: HttpRequest) -> str:
    """Forget a session whose row lives no more; why, in words for the person ("" where no row is known)."""
    now = timezone.now()
    row = SignInSession.objects.filter(pk=request.session.get(SESSION_ROW), user=request.user).first()
    if row is not None and row.ended_at is None:
        over = not SignInSession.objects.alive(now).filter(pk=row.pk).exists()
        if over:
            idle = row.created_at > now - timedelta(seconds=settings.SESSION_ABSOLUTE_SECONDS)
            row.ended_at, row.ended_why = now, Ended.IDLE if idle else Ended.ABSOLUTE
            row.save(update_fields=["ended_at", "ended_why"])
    request.session.flush()
    request.user = AnonymousUser()
    return Ended(row.ended_why).label if row is not None and row.ended_why else ""


def end_of_access(user: User, organization: Organization, branch: Branch | None) -> int:
    """End the sessions in which a person acts for an organization (or for a branch of it); those for others go on."""
    rows = SignInSession.objects.filter(user=user, grant__organization=organization)
    return (rows if branch is None else rows.filter(grant__branch=branch)).end(Ended.BLOCKED)


def acts_by(request: HttpRequest, grant: Grant) -> None:
    """Note on the row what its browser acts by."""
    SignInSession.objects.filter(pk=request.session.get(SESSION_ROW), user=request.user).update(grant=grant)


def _asked_by_itself(request: HttpRequest) -> bool:
    """A part of a page that asks again on a clock; a boosted link is a click."""
    return (
        request.method == "GET" and request.headers.get("HX-Request") == "true" and "HX-Boosted" not in request.headers
    )


def _address(request: HttpRequest) -> str | None:
    """The browser's address as the trusted proxies tell it; None where they tell none."""
    if not request.META.get("REMOTE_ADDR"):
        return None
    try:
        return str(get_adapter(request).get_client_ip(request))
    except PermissionDenied:
        return None


def _agent(request: HttpRequest) -> str:
    return request.META.get("HTTP_USER_AGENT", "").replace("\x00", "")[:300]
