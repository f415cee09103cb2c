"""The conversation with one recipient, on the inspector's side. A POST writes into it."""

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
from violations.messages import selectors
from violations.messages.actions import FilesRefused, ask, close, reopen
from violations.messages.attachments import ALL_BYTES
from violations.messages.models import SEND, Recipient
from violations.messages.states import ThreadState
from violations.views.message_forms import FILES_TOGETHER, MANY_FILES, AskForm
from violations.views.message_scope import own_thread

GONE = "Пока вы писали, сообщение отозвали или переписку закрыли. Написанное не отправлено."


@csrf_exempt  # only on the outside: the token is checked in `_take`, after the door and the announced length
@door(read=["GET"], write=["POST"], right=SEND)
def sent_thread(request: HttpRequest, uid: UUID, recipient: UUID) -> HttpResponse:
    """POST: 303 back to the page; 409, 413 or 422 with what is wrong."""
    found = own_thread(request, uid, recipient)
    if request.method != "POST":
        return _page(request, found, AskForm())
    if announced_too_large(request, ALL_BYTES):
        return _refused(request, found)
    try:
        return _take(request, found, bound(request, ALL_BYTES))
    except TooManyFilesSent:
        return _refused(request, found, MANY_FILES)


@csrf_protect
def _take(request: HttpRequest, recipient: Recipient, handler: BoundedUploadHandler) -> HttpResponse:
    form = AskForm(request.POST, request.FILES)
    if handler.exceeded:
        return _refused(request, recipient)
    if not form.is_valid():
        return _page(request, recipient, form, status=422)
    try:
        values = form.cleaned_data
        ask(
            recipient,
            text=values["text"],
            once=values["once"],
            files=values["uploads"],
            answer_by=values["answer_by"],
            acting=acting_of(request),
        )
    except FilesRefused as refused:
        form.add_error("uploads", refused.troubles)
        return _page(request, recipient, form, status=422)
    except WrongState:
        messages.error(request, GONE)
        return _page(request, own_thread(request, recipient.message.uid, recipient.uid), form, status=409)
    messages.success(request, "Отправлено.")
    address = reverse("violations:sent_thread", args=[recipient.message.uid, recipient.uid])
    return HttpResponseRedirect(f"{address}#thread", status=303)


def _refused(request: HttpRequest, recipient: Recipient, said: str = FILES_TOGETHER) -> HttpResponse:
    form = AskForm({})
    form.errors.clear()
    form.add_error("uploads", said)
    return _page(request, recipient, form, status=413)


def _page(request: HttpRequest, recipient: Recipient, form: AskForm, *, status: int = 200) -> HttpResponse:
    context: dict[str, Any] = {
        "recipient": recipient,
        "message": recipient.message,
        "files": recipient.file_list,  # type: ignore[attr-defined]  # an annotation
        "replies": selectors.conversation(recipient),
        "form": form,
        "may_reply": selectors.may_reply(recipient),
        "reply_open": recipient.state == ThreadState.ANSWERED or form.is_bound,
        "may_close": selectors.may_reply(recipient),
        "may_reopen": recipient.state == ThreadState.CLOSED and recipient.message.state == "sent",
    }
    return render(request, "violations/sent_thread.html", context, status=status)


@door(write=["POST"], right=SEND)
def sent_thread_close(request: HttpRequest, uid: UUID, recipient: UUID) -> HttpResponse:
    """`do=reopen` opens the conversation again, anything else closes it."""
    found = own_thread(request, uid, recipient)
    again = request.POST.get("do") == "reopen"
    try:
        (reopen if again else close)(found, acting=acting_of(request))
    except WrongState:
        messages.info(request, "Переписка уже открыта." if again else "Переписка уже закрыта.")
    else:
        messages.success(
            request, "Переписка возобновлена." if again else "Переписка закрыта. Получателю об этом сказано."
        )
    return redirect("violations:sent_thread", uid=uid, recipient=recipient)
