"""What an inspector presses on the card of a flag: «Задать вопрос», «Подтвердить», «Снять»."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from accounts.acting import acting_of
from core.doors import door
from core.moves import WrongState
from core.versions import Stale
from violations.flags.models import Flag
from violations.flags.states import FlagState
from violations.inspection.actions import ask, check_as_seen, confirm, dismiss
from violations.inspection.selectors import grounds_now, own_interest
from violations.inspection.states import Ground, Review, Verb
from violations.views.inspect_flag import inspect_page
from violations.views.inspect_forms import DecisionForm, QuestionForm
from violations.views.scope import REVIEWERS, supervised_flag

OWN = (
    "Признак найден в отчёте, к которому ваша организация имеет отношение как работодатель или как организация СОУТ."
    " Его рассматривает другой орган надзора."
)
DONE = {
    Verb.CONFIRM: "Признак подтверждён. Он остаётся непогашенным, пока нарушение не устранят; работодателю сообщено.",
    Verb.DISMISS: "Признак снят. Вердикт отчёта пересчитан, работодателю и организации СОУТ сообщено.",
}


@door(write=["POST"], right=REVIEWERS)
def inspect_ask(request: HttpRequest, pk: int) -> HttpResponse:
    found = supervised_flag(request, pk)
    acting = acting_of(request)
    if own_interest(found, acting):
        return _not_now(request, found, OWN)
    form, seen = QuestionForm(request.POST), _seen(request)
    try:
        check_as_seen(found, "ask", seen)
        if not form.is_valid():
            return inspect_page(request, found, form=form, status=422)
        typed = form.cleaned_data
        question = ask(found, text=typed["text"], days=typed["days"], acting=acting, seen=seen)
    except WrongState as stands:
        return _not_now(request, found, why_not(stands))
    except Stale:
        return _look_again(request, supervised_flag(request, pk), form)
    messages.success(request, f"Вопрос отправлен работодателю. Срок ответа — до {question.due_on:%d.%m.%Y}.")
    return redirect("violations:inspect_flag", pk=pk)


@door(write=["POST"], right=REVIEWERS)
def inspect_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    return _decide(request, pk, Verb.CONFIRM)


@door(write=["POST"], right=REVIEWERS)
def inspect_dismiss(request: HttpRequest, pk: int) -> HttpResponse:
    return _decide(request, pk, Verb.DISMISS)


def _decide(request: HttpRequest, pk: int, verb: Verb) -> HttpResponse:
    found = supervised_flag(request, pk)
    acting = acting_of(request)
    if own_interest(found, acting):
        return _not_now(request, found, OWN)
    form, seen = DecisionForm(verb, grounds_now(found, verb), request.POST), _seen(request)
    act = confirm if verb == Verb.CONFIRM else dismiss
    try:
        check_as_seen(found, verb.value, seen)
        if not form.is_valid():
            return inspect_page(request, found, form=form, status=422)
        typed = form.cleaned_data
        act(found, ground=Ground(typed["ground"]), text=typed["text"], acting=acting, seen=seen)
    except WrongState as stands:
        return _not_now(request, found, why_not(stands))
    except Stale:
        fresh = supervised_flag(request, pk)
        return _look_again(request, fresh, DecisionForm(verb, grounds_now(fresh, verb), request.POST))
    messages.success(request, DONE[verb])
    return redirect("violations:inspect_flag", pk=pk)


def _seen(request: HttpRequest) -> str:
    """What the page had shown when its form was sent; a form without it was not filled in on our page."""
    return request.POST.get("seen", "")


def _look_again(request: HttpRequest, fresh: Flag, form: QuestionForm | DecisionForm) -> HttpResponse:
    """409: the card as it is now, with what was typed; nothing is saved."""
    return inspect_page(request, fresh, form=form, stale=True, status=409)


def _not_now(request: HttpRequest, found: Flag, text: str) -> HttpResponse:
    messages.info(request, text)
    return redirect("violations:inspect_flag", pk=found.pk)


def why_not(stands: WrongState) -> str:
    """Where the flag stands now, in words: the button was pressed twice, or a colleague was quicker."""
    flag = stands.row
    assert isinstance(flag, Flag)  # only flags move here
    nothing = " Ничего не изменено."
    if flag.review == Review.DISMISSED:
        return "Признак уже снят инспектором: кто и почему, видно ниже." + nothing
    if flag.state != FlagState.OPEN:
        return f"Признак уже закрыт: {FlagState(flag.state).label.lower()}." + nothing
    if flag.review == Review.CONFIRMED:
        return "Признак уже подтверждён инспектором: кто и почему, видно ниже." + nothing
    return "Вопрос по этому признаку уже задан, ответ ещё не получен." + nothing
