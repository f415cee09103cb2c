"""«Отправить пояснение»: the employer answers the inspector, with documents."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import TooManyFilesSent
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from accounts.acting import acting_of
from core.doors import door
from core.moves import WrongState
from core.uploads import BoundedUploadHandler, announced_too_large, bound
from violations.flags.models import Flag
from violations.flags.states import FlagState
from violations.inspection import attaching
from violations.inspection.actions import answer, explain
from violations.inspection.states import Review
from violations.views.answer_form import AnswerForm
from violations.views.flag import answering_verb, flag_answer_page
from violations.views.scope import ANSWERERS, employers_flag

TOO_LARGE = "Файлы вместе больше 30 МБ и не приняты, пояснение не отправлено. Приложите меньше файлов."
TOO_MANY = f"Файлов слишком много, пояснение не отправлено: можно приложить не больше {attaching.FILES_MAX}."
DECIDED = "Пояснение не отправлено: инспектор уже принял решение, оно показано ниже."
SENT_ALREADY = "Пояснение по этому признаку уже отправлено инспектору, второе не сохранено."
CLOSED = "Пояснение не отправлено: признак уже закрыт, пояснять нечего."
NOT_ASKED = "Пояснение не отправлено: инспектор не задавал вопроса. Этот признак погашают иначе, как указано ниже."


@csrf_exempt  # only on the outside: the token is checked in `_take`, after the door, the flag and the announced length
@door(write=["POST"], right=ANSWERERS)
def flag_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """303 to the flag; 413 or 422 with the page and what is wrong."""
    found = employers_flag(request, pk)
    if announced_too_large(request, attaching.ALL_BYTES_MAX):
        return _refused(request, found, TOO_LARGE, status=413)
    try:
        return _take(request, found, bound(request, attaching.ALL_BYTES_MAX))
    except TooManyFilesSent:
        return _refused(request, found, TOO_MANY, status=422)


@csrf_protect
def _take(request: HttpRequest, found: Flag, handler: BoundedUploadHandler) -> HttpResponse:
    form = AnswerForm(request.POST, request.FILES)
    if handler.exceeded:
        return _refused(request, found, TOO_LARGE, status=413)
    acting = acting_of(request)
    verb = answering_verb(found, acting)
    if not verb:
        return _too_late(request, found)
    if not form.is_valid():
        return flag_answer_page(request, found, form, status=422)
    say = answer if verb == "answer" else explain
    try:
        said = say(found, text=form.cleaned_data["text"], files=form.named_files, acting=acting)
    except WrongState:
        return _too_late(request, employers_flag(request, found.pk))
    late = " Срок уже истёк, пояснение отмечено как поступившее после срока." if said.is_late else ""
    messages.success(request, f"Пояснение отправлено инспектору.{late}")
    return redirect("violations:flag", pk=found.pk)


def _too_late(request: HttpRequest, found: Flag) -> HttpResponse:
    if found.review in {Review.CONFIRMED, Review.DISMISSED}:
        messages.error(request, DECIDED)
    elif found.state != FlagState.OPEN:
        messages.error(request, CLOSED)
    else:
        messages.info(request, SENT_ALREADY if found.review == Review.ANSWERED else NOT_ASKED)
    return redirect("violations:flag", pk=found.pk)


def _refused(request: HttpRequest, found: Flag, text: str, *, status: int) -> HttpResponse:
    form = AnswerForm({})
    form.refuse(text)
    return flag_answer_page(request, found, form, status=status)
