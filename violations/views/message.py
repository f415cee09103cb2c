"""A message as its recipient reads it, with the conversation about it, and his answer."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import TooManyFilesSent
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from accounts.acting import acting_of
from core.doors import door
from core.moves import WrongState
from core.uploads import BoundedUploadHandler, announced_too_large, bound
from violations.flags.selectors import PREPARE
from violations.messages import selectors
from violations.messages.actions import FilesRefused, answer, mark_read
from violations.messages.attachments import ALL_BYTES
from violations.messages.models import VIEW_MESSAGES, Recipient
from violations.views.message_forms import FILES_TOGETHER, MANY_FILES, ReplyForm
from violations.views.message_scope import letter
from violations.views.scope import ANSWERERS

GONE = "Пока вы писали, инспекция отозвала сообщение или закрыла переписку. Ответ не отправлен."


@door(read=["GET"], right=VIEW_MESSAGES)
def message(request: HttpRequest, uid: UUID) -> HttpResponse:
    return _page(request, letter(request, uid), ReplyForm())


@csrf_exempt  # only on the outside: the token is checked in `_take`, after the door and the announced length
@door(write=["POST"], right=ANSWERERS)
def message_answer(request: HttpRequest, uid: UUID) -> HttpResponse:
    """303 back to the message; 409, 413 or 422 with its page and what is wrong."""
    recipient = letter(request, uid)
    if announced_too_large(request, ALL_BYTES):
        return _refused(request, recipient)
    try:
        return _take(request, recipient, bound(request, ALL_BYTES))
    except TooManyFilesSent:
        return _refused(request, recipient, MANY_FILES)


@csrf_protect
def _take(request: HttpRequest, recipient: Recipient, handler: BoundedUploadHandler) -> HttpResponse:
    form = ReplyForm(request.POST, request.FILES)
    if handler.exceeded:
        return _refused(request, recipient)
    if not form.is_valid():
        return _page(request, recipient, form, status=422)
    values = form.cleaned_data
    try:
        answer(recipient, text=values["text"], once=values["once"], files=values["uploads"], acting=acting_of(request))
    except FilesRefused as refused:
        form.add_error("uploads", refused.troubles)
        return _page(request, recipient, form, status=422)
    except WrongState:
        messages.error(request, GONE)
        return _page(request, letter(request, recipient.uid), form, status=409)
    messages.success(request, "Ответ отправлен.")
    address = reverse("violations:message", args=[recipient.uid])
    return HttpResponseRedirect(f"{address}#thread", status=303)


def _refused(request: HttpRequest, recipient: Recipient, said: str = FILES_TOGETHER) -> HttpResponse:
    form = ReplyForm({})
    form.errors.clear()
    form.add_error("uploads", said)
    return _page(request, recipient, form, status=413)


def _page(request: HttpRequest, recipient: Recipient, form: ReplyForm, *, status: int = 200) -> HttpResponse:
    acting = acting_of(request)
    earlier, later = selectors.linked(recipient)
    may_reply = selectors.may_reply(recipient)
    may_answer = acting.holds(PREPARE)
    context: dict[str, Any] = {
        "recipient": recipient,
        "message": recipient.message,
        "files": recipient.file_list,  # type: ignore[attr-defined]  # an annotation
        "replies": selectors.conversation(recipient),
        "earlier": earlier,
        "later": later,
        "form": form,
        "may_reply": may_reply,
        "may_answer": may_answer,
        "answer_right": acting.label(PREPARE),
        "granters": acting.granters(PREPARE) if may_reply and not may_answer else [],
        "reply_open": recipient.is_awaited or form.is_bound,
    }
    return render(request, "violations/message.html", context, status=status)


@door(write=["POST"], right=VIEW_MESSAGES)
def message_read(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The page posts this by itself when it is opened; where scripts are off, its button does. Again: no effect."""
    recipient = mark_read(letter(request, uid), acting=acting_of(request))
    if not request.htmx:  # type: ignore[attr-defined]  # set by django_htmx.middleware
        return redirect("violations:message", uid=uid)
    return render(request, "violations/_message_read.html", {"recipient": recipient})
