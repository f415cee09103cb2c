"""«Подтвердить» and «Снять».

A confirmed flag stays open for the employer to mend; a dismissed one closes, and the verdict follows.
"""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone

from core.locks import lock_name
from sout_reports.actions import write_verdict
from violations.flags.models import Flag
from violations.flags.raising import open_counts
from violations.flags.states import FlagState
from violations.inspection.models import Decision
from violations.inspection.selectors import grounds_now
from violations.inspection.states import Ground, Verb
from violations.inspection.stepping import close_question, open_flag, step


def confirm(flag: Flag, *, ground: Ground, text: str, acting: Any, seen: str | None = None) -> Decision:
    """The violation is there. Raises core.moves.WrongState where this was decided already or the flag is closed,
    core.versions.Stale where it is not what the page showed (`seen`, see stepping.open_flag), ValueError for a ground of the other
    decision, or one that does not fit where the flag stands."""
    with transaction.atomic():
        return _decide(flag, Verb.CONFIRM, ground, text, acting, seen)


def dismiss(flag: Flag, *, ground: Ground, text: str, acting: Any, seen: str | None = None) -> Decision:
    """There is no violation: the flag closes. Raises as `confirm`."""
    with transaction.atomic():
        # as every change of a report's flags: two dismissals at once must not both count the other's flag as open
        lock_name("employer", flag.report.employer_inn)
        decision = _decide(flag, Verb.DISMISS, ground, text, acting, seen)
        open_flags, open_violations = open_counts(flag.report)
        write_verdict(flag.report, open_flags=open_flags, open_violations=open_violations, actor=acting)
    return decision


def _decide(flag: Flag, verb: Verb, ground: Ground, text: str, acting: Any, seen: str | None) -> Decision:
    fresh = open_flag(flag, verb.value, seen=seen)
    if ground not in grounds_now(fresh, verb):
        raise ValueError(f"{ground} is no ground to {verb} as the flag stands")
    decision = Decision.objects.create(
        flag=fresh,
        verb=verb,
        ground=ground,
        text=text,
        inspectorate=acting.organization,
        decided_by=acting.user,
        found=fresh.found,
        expected=fresh.expected,
    )
    close_question(fresh, actor=acting, reason=f"Решение инспектора: {verb.label.lower()}")
    closing = {"state": FlagState.DISMISSED, "closed_at": timezone.now(), "reason": str(ground.label)}
    step(
        fresh,
        verb.value,
        what="confirmed" if verb == Verb.CONFIRM else "dismissed",
        actor=acting,
        organization=acting.organization,
        reason=str(ground.label),
        changes=closing if verb == Verb.DISMISS else None,
        payload={"decision": decision.pk, "ground": ground.value},
    )
    return decision
