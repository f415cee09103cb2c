"""One flag, as the employer and the SOUT organization see it: what, where, by which norm, who clears it, its history."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from accounts.acting import acting_of
from core.doors import door
from violations.flags import selectors
from violations.flags.models import Flag
from violations.flags.selectors import PREPARE
from violations.flags.states import FlagState
from violations.inspection.actions.answering import takes_explanation
from violations.inspection.selectors import open_question
from violations.inspection.states import REVIEW_MOVES
from violations.views.answer_form import AnswerForm
from violations.views.flag_page import flag_facts
from violations.views.scope import FLAG_READERS, INSPECTORS, LARGEST_KEY, is_own


@door(read=["GET"], right=(*FLAG_READERS, *INSPECTORS))
def flag(request: HttpRequest, pk: int) -> HttpResponse:
    acting = acting_of(request)
    found = get_object_or_404(selectors.for_list(acting), pk=min(pk, LARGEST_KEY))
    if not is_own(found, acting):
        return redirect("violations:inspect_flag", pk=found.pk)
    return flag_answer_page(request, found, AnswerForm())


def flag_answer_page(request: HttpRequest, found: Flag, form: AnswerForm, *, status: int = 200) -> HttpResponse:
    """The page with the form of the explanation, where one can be given now; who may not give it reads which right it takes."""
    acting = acting_of(request)
    verb = answering_verb(found, acting)
    context = flag_facts(found, acting)
    if verb == "answer":  # the question that waits stands above the form, and is not told twice
        context["exchanges"] = [each for each in context["exchanges"] if each.explanation or not each.is_open]
    context |= {
        "form": form,
        "question": open_question(found) if verb else None,
        "may_answer": acting.holds(PREPARE),
        "answer_right": acting.label(PREPARE),
        "granters": acting.granters(PREPARE) if verb and not acting.holds(PREPARE) else [],
        "answers": verb,
        "answer_title": "Инспектор просит пояснение" if verb == "answer" else "Пояснение инспектору",
    }
    return render(request, "violations/flag.html", context, status=status)


def answering_verb(found: Flag, acting: Any) -> str:
    """«answer» a question, «explain» of oneself, or "": nothing to say now, or not of this person's organization."""
    if found.state != FlagState.OPEN or not Flag.objects.of_employer(acting).filter(pk=found.pk).exists():
        return ""
    if found.review in REVIEW_MOVES["answer"][0]:
        return "answer"
    return "explain" if found.review in REVIEW_MOVES["explain"][0] and takes_explanation(found) else ""
