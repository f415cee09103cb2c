"""A flag that closes by itself ends its review: there is nothing left to explain."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils import timezone

from violations.flags.models import Flag
from violations.inspection.models import Question
from violations.inspection.states import WAITING, QuestionState, Review


def lapse_reviews(flags: Sequence[int], *, reason: str) -> None:
    """Close the open questions of flags (by key) that are about to be cleared or to lapse, and forget that a review waits. Call
    in the transaction that closes them, with the flags locked; a confirmation stays."""
    if not flags:
        return
    waiting = Flag.objects.filter(pk__in=flags, review__in=WAITING)
    if waiting.update(review=Review.NEW):
        questions = Question.objects.open().filter(flag__in=flags)
        questions.update(state=QuestionState.CLOSED, closed_at=timezone.now(), close_reason=reason[:200])
