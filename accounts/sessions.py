"""The signed-in browser behind a request: opened at sign-in, looked up with every request, ended by its row.

Django's session names the row (`SESSION_ROW`); a session without a living row is nobody's. What a poll of a page asks by
itself is not an action of the person and does not keep the session alive.
"""

from __future__ import annotations

import functools
from datetime import timedelta
from typing import Any

from allauth.account.adapter import get_adapter
from django.contrib.auth import user_logged_in, user_logged_out
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone

from accounts.models import Branch, Ended, Grant, Organization, SignInSession, User
from accounts.models.session import SignInSessionQuerySet
from core.journal import record

SESSION_ROW = "sign_in_session"
SEEN_EVERY = timedelta(seconds=60)  # the row is written at most that often
BY_PERSON = "X-By-Person"  # static/js/session.js puts it on what a person's own press asks


@receiver(user_logged_in)
def open_session(sender: object, request: HttpRequest, user: User, **kwargs: Any) -> None:
    """A row for the browser that has just signed in."""
    row = SignInSession.objects.create(user=user, ip=_address(request), agent=_agent(request))
    request.session[SESSION_ROW] = row.pk


@receiver(user_logged_out)
def leave_session(sender: object, request: HttpRequest, user: User | None, **kwargs: Any) -> None:
    """The row of a browser that signs in anew, as the same person or another: nobody could end the former any more."""
    if user is not None:
        end_sessions(SignInSession.objects.of(user).filter(pk=row_id(request)), Ended.SIGNED_OUT, actor=user)


def row_id(request: HttpRequest) -> int:
    """The id that the browser's session names; 0, which no row has, where it names none."""
    return int(request.session.get(SESSION_ROW) or 0)


def living(request: HttpRequest) -> SignInSession | None:
    """The row of this request's session if it lives, with its grant; its last sight is brought up to date.

    One query, seldom two. `grant_usable` on the row: whether the grant it acts by opens anything now.
    """
    user = request.user
    assert isinstance(user, User)  # asked for signed-in people only
    row = _living_rows().filter(pk=row_id(request), user=user).first()
    if row is not None and not _asked_by_itself(request) and row.seen_at < timezone.now() - SEEN_EVERY:
        touch(request, row)
    return row


@functools.cache
def _living_rows() -> SignInSessionQuerySet:
    """Built once: it is asked with every request, and building it took longer than all the rest of a short one."""
    usable = Exists(Grant.objects.usable().filter(pk=OuterRef("grant")))
    rows = SignInSession.objects.alive().select_related("grant__organization", "grant__branch")
    return rows.annotate(grant_usable=usable)


def touch(request: HttpRequest, row: SignInSession) -> None:
    """The person has just done something in this browser."""
    row.seen_at, row.ip, row.agent = timezone.now(), _address(request), _agent(request)
    SignInSession.objects.filter(pk=row.pk, ended_at=None).update(seen_at=row.seen_at, ip=row.ip, agent=row.agent)


def close(request: HttpRequest) -> str:
    """Forget a session whose row lives no more; why, in words for the person ("" where no row is known)."""
    row = SignInSession.objects.filter(pk=row_id(request)).first()
    why = row.ended_why or row.term_passed() if row is not None else None
    if row is not None and row.ended_at is None and why:
        end_sessions(SignInSession.objects.filter(pk=row.pk), Ended(why), actor=None)
    request.session.flush()
    request.user = AnonymousUser()
    return Ended(why).label if why else ""


@transaction.atomic
def end_sessions(
    rows: SignInSessionQuerySet, why: Ended, *, actor: Any, organization: Organization | None = None
) -> int:
    """End at once those of `rows` that are not ended, a line in the journal for each; how many.

    actor: who ends, None for the system and its operator. organization: whose access ended, where that is the reason.
    """
    open_rows = rows.filter(ended_at=None).select_for_update(of=("self",), no_key=True).order_by("pk")
    ending = list(open_rows)
    SignInSession.objects.filter(pk__in=[row.pk for row in ending]).end(why)
    for row in ending:
        record("session.ended", row, actor=actor, organization=organization, user=row.user_id, why=str(why))
    return len(ending)


def end_of_access(user: User, organization: Organization, branch: Branch | None, *, actor: Any = None) -> int:
    """End the sessions in which a person acts for an organization (or for a branch of it); those for others go on."""
    rows = SignInSession.objects.filter(user=user, grant__organization=organization)
    theirs = rows if branch is None else rows.filter(grant__branch=branch)
    return end_sessions(theirs, Ended.BLOCKED, actor=actor, organization=organization)


def acts_by(request: HttpRequest, grant: Grant) -> None:
    """Note on the row what its browser acts by."""
    SignInSession.objects.filter(pk=row_id(request), user=grant.user).update(grant=grant)


def _asked_by_itself(request: HttpRequest) -> bool:
    """A part of a page that asks again on a clock. A boosted link is a press, and so is what our script says is one."""
    return (
        request.method == "GET"
        and request.headers.get("HX-Request") == "true"
        and "HX-Boosted" not in request.headers
        and BY_PERSON not in request.headers
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
