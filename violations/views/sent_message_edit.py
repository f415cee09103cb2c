"""The first step of a message: what it says, and its files."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import TooManyFilesSent
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from accounts.acting import acting_of
from core.doors import door
from core.moves import WrongState
from core.templatetags.formats import counted
from core.uploads import BoundedUploadHandler, announced_too_large, bound
from core.versions import Stale, posted_version
from violations.messages import selectors
from violations.messages.actions import FilesRefused, save_draft
from violations.messages.attachments import ALL_BYTES
from violations.messages.audience import reach
from violations.messages.models import SEND, Message
from violations.messages.states import MessageState
from violations.views.message_forms import FILES_TOGETHER, MANY_FILES, MessageForm
from violations.views.message_scope import own_message, posted_keys

SENT_MEANWHILE = "Пока вы правили, сообщение отправили. Правки не сохранены."


@csrf_exempt  # only on the outside: the token is checked in `_take`, after the door and the announced length
@door(read=["GET"], write=["POST"], right=SEND)
def sent_message_edit(request: HttpRequest, uid: UUID) -> HttpResponse:
    """POST: 302 to the next step or back; 409 when somebody saved meanwhile, 413 or 422 with what is wrong."""
    message = own_message(request, uid)
    if message.state != MessageState.DRAFT:
        return redirect("violations:sent_message", uid=uid)
    if request.method != "POST":
        return _page(request, message, MessageForm(initial=_initial(message)))
    if announced_too_large(request, ALL_BYTES):
        return _refused(request, message)
    try:
        return _take(request, message, bound(request, ALL_BYTES))
    except TooManyFilesSent:
        return _refused(request, message, MANY_FILES)


@csrf_protect
def _take(request: HttpRequest, message: Message, handler: BoundedUploadHandler) -> HttpResponse:
    form = MessageForm(request.POST, request.FILES)
    if handler.exceeded:
        return _refused(request, message)
    if not form.is_valid():
        return _page(request, message, form, status=422)
    try:
        saved = save_draft(
            message,
            form.typed(),
            version=posted_version(request.POST.get("version", "")),
            acting=acting_of(request),
            files=form.cleaned_data["uploads"],
            without=posted_keys(request, "without"),
        )
    except FilesRefused as refused:
        form.add_error("uploads", refused.troubles)
        return _page(request, message, form, status=422)
    except Stale:
        return _page(request, own_message(request, message.uid), form, stale=True, status=409)
    except WrongState:
        messages.warning(request, SENT_MEANWHILE)
        return redirect("violations:sent_message", uid=message.uid)
    if request.POST.get("do") == "next":
        return redirect("violations:sent_message_recipients", uid=saved.uid)
    messages.success(request, "Черновик сохранён.")
    return redirect("violations:sent_message_edit", uid=saved.uid)


def _initial(message: Message) -> dict[str, object]:
    return {name: getattr(message, name) for name in ("subject", "text", "number", "number_on", "answer_by")}


def _refused(request: HttpRequest, message: Message, said: str = FILES_TOGETHER) -> HttpResponse:
    """Nothing of the body was kept, so the page shows what is saved."""
    form = MessageForm(_initial(message))
    form.full_clean()
    form.errors.clear()
    form.add_error("uploads", said)
    return _page(request, message, form, status=413)


def _term(message: Message) -> str:
    """How long the saved term is, in the words of the field's hint."""
    days = selectors.working_days_to(message.answer_by) if message.answer_by else 0
    if not days or message.answer_by is None:
        return ""
    return f"Если отправить сегодня, до {message.answer_by:%d.%m.%Y} — {counted(days, 'рабочий день,рабочих дня,рабочих дней')}"


def _page(
    request: HttpRequest, message: Message, form: MessageForm, *, stale: bool = False, status: int = 200
) -> HttpResponse:
    context = {
        "message": message,
        "form": form,
        "stale": stale,
        "files": message.file_list,  # type: ignore[attr-defined]  # an annotation
        "reach": reach(message, acting_of(request)),
        "step": "edit",
        "term": _term(message),
    }
    return render(request, "violations/sent_message_edit.html", context, status=status)
