"""One step of a review: the flag is locked, must be open, moves, and gets a line in its history and one in the journal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from core.moves import WrongState, lock, move
from core.versions import Stale
from violations.flags.models import Flag, FlagChange
from violations.flags.states import FlagState
from violations.inspection.models import Question
from violations.inspection.selectors import seen_state
from violations.inspection.states import QUESTION_MOVES, REVIEW_MOVES

COLUMN = "review"


def open_flag(flag: Flag, verb: str, *, seen: str | None = None) -> Flag:
    """The flag re-read and locked. Raises WrongState where it is open no more, or `verb` does not start from its review; then Stale
    where it is not what the page showed: `seen` is that page's selectors.seen_state, None where no page was shown."""
    fresh = lock(flag)
    if fresh.state != FlagState.OPEN:
        raise WrongState(fresh, verb)
    if fresh.review not in REVIEW_MOVES[verb][0]:
        raise WrongState(fresh, verb, column=COLUMN)
    if seen is not None and seen_state(fresh) != seen:
        raise Stale(fresh)
    return fresh


def check_as_seen(flag: Flag, verb: str, seen: str) -> None:
    """Raises as `open_flag`; changes nothing. For who is to hear of it before what he typed is judged."""
    with transaction.atomic():
        open_flag(flag, verb, seen=seen)


def step(
    flag: Flag,
    verb: str,
    *,
    what: str,
    actor: Any,
    organization: Any,
    reason: str = "",
    changes: Mapping[str, Any] | None = None,
    payload: Mapping[str, Any] | None = None,
) -> Flag:
    """Move the review of a locked flag. what: the word of its history and of the journal's verb «flag.<what>»; organization: the
    side that acts, whose journal it is."""
    report = flag.report
    moved = move(
        flag,
        verb,
        moves=REVIEW_MOVES,
        column=COLUMN,
        actor=actor,
        organization=organization,
        event=f"flag.{what}",
        changes=changes,
        payload={"rule": flag.rule, "report": report.number, "employer": report.employer_inn, **(payload or {})},
    )
    FlagChange.objects.create(
        flag=moved, actor=getattr(actor, "user", actor), organization=organization, what=what, reason=reason[:200]
    )
    return moved


def renew(flag: Flag, *, actor: Any, changes: Mapping[str, Any] | None = None) -> Flag:
    """What was asked or decided about a locked flag holds no more; `changes` are saved together with that. A line in the employer's
    journal: no inspector acts here."""
    return move(
        flag,
        "renew",
        moves=REVIEW_MOVES,
        column=COLUMN,
        actor=actor,
        organization=flag.report.employer,
        event="flag.renewed",
        changes=changes,
        payload={"rule": flag.rule, "report": flag.report.number},
    )


def close_question(flag: Flag, *, actor: Any, reason: str, lapsed: bool = False) -> None:
    """The open question of a flag, if there is one, needs no answer any more. `lapsed`: not by a decision, which is told itself,
    but because the flag closes: then both sides are told. The line stands in the journal of the inspectorate that asked."""
    question = Question.objects.open().filter(flag=flag).select_related("inspectorate").first()
    if question is None:
        return
    move(
        question,
        "close",
        moves=QUESTION_MOVES,
        actor=actor,
        organization=question.inspectorate,
        event="question.closed",
        changes={"closed_at": timezone.now(), "close_reason": reason[:200]},
        payload={"flag": flag.pk, "question": question.pk, "lapsed": lapsed},
    )
