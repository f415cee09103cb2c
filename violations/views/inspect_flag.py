"""A flag as its inspector sees it: both sides of the comparison, what was said, and what he can do."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.acting import acting_of
from core.doors import door
from core.regions import region_name
from violations.flags.models import REVIEW, Flag
from violations.flags.states import FlagState
from violations.inspection.selectors import grounds_now, open_question, own_interest, seen_state
from violations.inspection.states import REVIEW_MOVES, Review, Verb
from violations.views.flag_page import flag_facts
from violations.views.inspect_forms import DecisionForm, QuestionForm
from violations.views.scope import INSPECTORS, supervised_flag


@door(read=["GET"], right=INSPECTORS)
def inspect_flag(request: HttpRequest, pk: int) -> HttpResponse:
    return inspect_page(request, supervised_flag(request, pk))


def inspect_page(
    request: HttpRequest,
    found: Flag,
    *,
    form: QuestionForm | DecisionForm | None = None,
    stale: bool = False,
    status: int = 200,
) -> HttpResponse:
    """The card; `form` is the one that was refused, shown open with its errors. `stale`: because the flag is no more what the form
    was filled in for."""
    acting = acting_of(request)
    report = found.report
    context = flag_facts(found, acting) | {
        "review": Review(found.review),
        "question": open_question(found),
        "region": region_name(found.region),
        "experts": [each for each in report.header.get("experts", {}).values() if each.get("number")],
        "sout_number": report.header.get("organization", {}).get("number", ""),
        "own": own_interest(found, acting),
        "reviewers": [] if acting.holds(REVIEW) else acting.granters(REVIEW),
        "refused": form,
        "stale": stale,
        "seen": seen_state(found),
    }
    return render(request, "violations/inspect_flag.html", context | _forms(found, acting, form), status=status)


def _forms(found: Flag, acting: Any, refused: QuestionForm | DecisionForm | None) -> dict[str, Any]:
    """The forms whose verbs start from where the flag stands, for who may review it; None for the others."""
    may = acting.holds(REVIEW) and found.state == FlagState.OPEN and not own_interest(found, acting)

    def starts(verb: str) -> bool:
        return may and found.review in REVIEW_MOVES[verb][0]

    forms: dict[str, Any] = {
        "may_review": acting.holds(REVIEW),
        "ask_form": QuestionForm() if starts("ask") else None,
        "confirm_form": DecisionForm(Verb.CONFIRM, grounds_now(found, Verb.CONFIRM)) if starts("confirm") else None,
        "dismiss_form": DecisionForm(Verb.DISMISS, grounds_now(found, Verb.DISMISS)) if starts("dismiss") else None,
    }
    if isinstance(refused, QuestionForm):
        forms["ask_form"] = refused
    elif isinstance(refused, DecisionForm):
        forms[f"{refused.verb.value}_form"] = refused
    return forms
