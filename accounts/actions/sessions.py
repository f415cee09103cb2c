"""Ending sessions: by the person, and by the clock."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from accounts.models import Ended, SignInSession, User
from accounts.sessions import end_sessions
from core.journal import record

# A year and a month: whoever is asked at the yearly inspection «who worked from that address» still has an answer. The
# journal keeps the fact itself for ever, without address and browser.
KEPT_DAYS = 400


def end_session(row: SignInSession, *, actor: User) -> bool:
    """End one of the person's own sessions, from another browser; False where it was over already."""
    return end_sessions(SignInSession.objects.of(actor).filter(pk=row.pk), Ended.BY_PERSON, actor=actor) == 1


def end_other_sessions(actor: User, *, but: SignInSession) -> int:
    """End all of the person's sessions but this one; how many."""
    return end_sessions(SignInSession.objects.of(actor).exclude(pk=but.pk), Ended.BY_PERSON, actor=actor)


@transaction.atomic
def sign_out(actor: User, *, here: SignInSession) -> None:
    """«Выход»: the session of the browser he does it from."""
    if SignInSession.objects.of(actor).filter(pk=here.pk).end(Ended.SIGNED_OUT):
        record("person.signed_out", actor, actor=actor)


@transaction.atomic
def end_all_sessions(actor: User, *, here: SignInSession) -> int:
    """End all of the person's sessions, the one he does it from as a sign-out; how many others."""
    others = end_other_sessions(actor, but=here)
    sign_out(actor, here=here)
    return others


def expire_sessions(limit: int = 1000) -> int:
    """Note the end of sessions whose idle or absolute term has passed, at most `limit` of them; how many."""
    over = SignInSession.objects.filter(ended_at=None).over().order_by("pk")[:limit]
    by_term: dict[Ended, list[int]] = {}
    for row in over:
        why = row.term_passed()
        if why is not None:
            by_term.setdefault(why, []).append(row.pk)
    ended = 0
    for why, ids in by_term.items():
        # asked again under the lock: a press may have come a moment ago
        ended += end_sessions(SignInSession.objects.filter(pk__in=ids).over(), why, actor=None)
    return ended


def forget_sessions(limit: int = 5000) -> int:
    """Delete rows of sessions that ended more than KEPT_DAYS ago, at most `limit` of them; how many."""
    old = SignInSession.objects.filter(ended_at__lt=timezone.now() - timedelta(days=KEPT_DAYS))
    deleted, _ = SignInSession.objects.filter(pk__in=list(old.values_list("pk", flat=True)[:limit])).delete()
    return deleted
