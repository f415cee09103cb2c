"""The last step of a message: what will go out, to how many, and the button."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts.acting import acting_of
from core.doors import door
from core.moves import WrongState
from core.versions import Stale, posted_version
from violations.messages import audience
from violations.messages.actions import NotReady, lacking, send
from violations.messages.models import SEND, Message
from violations.messages.states import Audience, MessageState
from violations.views.message_scope import own_message

NAMED = 10
ALREADY = "Сообщение уже отправлено: второй раз оно не уйдёт."
CHANGED = "Пока вы смотрели, черновик изменили. Проверьте его ещё раз: ниже то, что сохранено сейчас."


@door(read=["GET"], write=["POST"], right=SEND)
def sent_message_send(request: HttpRequest, uid: UUID) -> HttpResponse:
    """POST: 302 to the sent message; 409 when the draft was changed since the page was shown, 422 when it cannot go out."""
    message = own_message(request, uid)
    if message.state != MessageState.DRAFT:
        if request.method == "POST":
            messages.info(request, ALREADY)
        return redirect("violations:sent_message", uid=uid)
    if request.method != "POST":
        return _page(request, message)
    try:
        send(message, version=posted_version(request.POST.get("version", "")), acting=acting_of(request))
    except WrongState:
        messages.info(request, ALREADY)
    except Stale:
        return _page(request, own_message(request, uid), changed=True, status=409)
    except NotReady:
        return _page(request, own_message(request, uid), status=422)
    return redirect("violations:sent_message", uid=uid)


def _page(request: HttpRequest, message: Message, *, changed: bool = False, status: int = 200) -> HttpResponse:
    acting = acting_of(request)
    found = audience.reach_in_full(message, acting)
    count = found.total
    is_filtered = message.audience == Audience.FILTERED
    named = audience.chosen(message, acting).select_related("organization", "branch").order_by("pk")[:NAMED]
    context = {
        "message": message,
        "files": message.file_list,  # type: ignore[attr-defined]  # an annotation
        "reach": count,
        "unclaimed": found.unclaimed,
        "reasons": lacking(message, count=count),
        "is_filtered": is_filtered,
        "conditions": audience.described(message.filters),
        "named": [] if is_filtered else list(named),
        "more": max(0, count - NAMED),
        "changed": CHANGED if changed else "",
        "step": "send",
    }
    return render(request, "violations/sent_message_send.html", context, status=status)
