"""A flag that closes by itself ends its review: there is nothing left to explain."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from violations.flags.models import Flag
from violations.inspection.states import WAITING
from violations.inspection.stepping import close_question, renew


def lapse_reviews(flags: Sequence[int], *, reason: str, actor: Any = None) -> None:
    """Close the open questions of flags (by key) that are about to be cleared or to lapse, and forget that a review waits. Call
    in the transaction that closes them, with the flags locked; a confirmation stays. `actor`: whose act closes the flags."""
    if not flags:
        return
    waiting = Flag.objects.filter(pk__in=flags, review__in=WAITING).select_related("report__employer")
    for flag in waiting.order_by("pk"):
        close_question(flag, actor=actor, reason=reason, lapsed=True)
        renew(flag, actor=actor)
