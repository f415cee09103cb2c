"""A sent message with what became of it at each recipient; new, corrected, thrown away and withdrawn ones."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts.acting import acting_of
from core.doors import door
from core.moves import WrongState
from core.tables import Column, Filters, build, choice, search
from violations.messages import selectors
from violations.messages.actions import correct, discard, new_draft, withdraw
from violations.messages.models import AWAITED, SEND, Message, Recipient
from violations.messages.states import MessageState, ThreadState
from violations.views.message_forms import WithdrawForm
from violations.views.message_scope import own_message

COLUMNS = [
    Column("name", "Получатель", sort="name"),
    Column("read", "Прочитано"),
    Column("answer", "Ответ"),
    Column("by", "Ответить до"),
]
STATES = [
    ("unread", "Не прочитали"),
    ("read", "Прочитали"),
    ("awaited", "Ждём ответа"),
    ("overdue", "Срок ответа прошёл"),
    ("answered", "Есть ответ"),
    ("asked", "Инспектор написал"),
    ("closed", "Переписка закрыта"),
]


def _by_state(rows: QuerySet[Recipient], state: str) -> QuerySet[Recipient]:
    match state:
        case "unread":
            return rows.filter(read_at=None)
        case "read":
            return rows.filter(read_at__isnull=False)
        case "awaited" | "overdue":
            awaited = rows.filter(AWAITED)
            return awaited.filter(answer_by__lt=selectors.today()) if state == "overdue" else awaited
        case _:
            return rows.filter(state=ThreadState(state))


def _by_name(rows: QuerySet[Recipient], text: str) -> QuerySet[Recipient]:
    if text.isascii() and text.isdigit():
        return rows.filter(inn__startswith=text)
    for word in text.split()[:6]:
        rows = rows.filter(name__icontains=word)
    return rows


FILTERS = [choice("state", "Состояние", STATES, _by_state), search("q", "Наименование или ИНН", _by_name)]


@door(read=["GET"], right=SEND)
def sent_message(request: HttpRequest, uid: UUID) -> HttpResponse:
    message = own_message(request, uid)
    if message.state == MessageState.DRAFT:
        return redirect("violations:sent_message_edit", uid=uid)
    filters = Filters(request, FILTERS)
    rows = Recipient.objects.filter(message=message).select_related("read_by")
    table, page = build(request, filters.apply(rows), COLUMNS, default="name")
    context = sending_context(message) | {
        "files": message.file_list,  # type: ignore[attr-defined]  # an annotation
        "filters": filters,
        "table": table,
        "page": page,
        "today": selectors.today(),
        "corrections": message.correction_list,  # type: ignore[attr-defined]  # an annotation
        "withdraw_form": WithdrawForm(),
    }
    return render(request, "violations/sent_message.html", context)


def sending_context(message: Message) -> dict[str, Any]:
    """For the page and for its live part (`sent_message_status`)."""
    job: dict[str, Any] | None = message.job_seen  # type: ignore[attr-defined]  # an annotation
    return {
        "message": message,
        "figures": selectors.figures([message]).get(message.pk, selectors.Figures()),
        "job": job,
        "is_live": job is not None and job["state"] in {"queued", "running"},
        "has_failed": job is not None and job["state"] == "failed",
    }


@door(read=["GET"], right=SEND)
def sent_message_status(request: HttpRequest, uid: UUID) -> HttpResponse:
    """A part of the page for htmx; opened by itself it leads to the whole page."""
    message = own_message(request, uid)
    if not request.htmx:  # type: ignore[attr-defined]  # set by django_htmx.middleware
        return redirect("violations:sent_message", uid=uid)
    return render(request, "violations/_sent_message_status.html", sending_context(message))


@door(write=["POST"], right=SEND)
def sent_message_new(request: HttpRequest) -> HttpResponse:
    message = new_draft(acting=acting_of(request))
    return redirect("violations:sent_message_edit", uid=message.uid)


@door(write=["POST"], right=SEND)
def sent_message_correct(request: HttpRequest, uid: UUID) -> HttpResponse:
    original = own_message(request, uid)
    try:
        draft = correct(original, acting=acting_of(request))
    except WrongState:
        messages.info(request, "Сообщение ещё не отправлено: его можно изменить.")
        return redirect("violations:sent_message", uid=uid)
    messages.info(request, "Это новый черновик: текст, файлы и получатели взяты из сообщения, которое он уточняет.")
    return redirect("violations:sent_message_edit", uid=draft.uid)


@door(write=["POST"], right=SEND)
def sent_message_discard(request: HttpRequest, uid: UUID) -> HttpResponse:
    acting = acting_of(request)
    try:
        discard(own_message(request, uid), acting=acting)
    except Http404:
        if not selectors.is_discarded(uid, acting):
            raise
        return _discarded_already(request)
    except WrongState as stands:
        if stands.state == MessageState.DISCARDED:
            return _discarded_already(request)
        messages.error(request, "Сообщение уже отправлено: удалить его нельзя, но можно отозвать.")
        return redirect("violations:sent_message", uid=uid)
    messages.success(request, "Черновик удалён.")
    return redirect("violations:sent_messages")


def _discarded_already(request: HttpRequest) -> HttpResponse:
    """The button was pressed twice, or a colleague pressed it first."""
    messages.info(request, "Черновик уже удалён.")
    return redirect("violations:sent_messages")


@door(write=["POST"], right=SEND)
def sent_message_withdraw(request: HttpRequest, uid: UUID) -> HttpResponse:
    message = own_message(request, uid)
    form = WithdrawForm(request.POST)
    if not form.is_valid():
        messages.error(request, f"Сообщение не отозвано. {' '.join(map(str, form.errors['reason']))}")
        return redirect("violations:sent_message", uid=uid)
    try:
        withdraw(message, reason=form.cleaned_data["reason"], acting=acting_of(request))
    except WrongState as stands:
        already = stands.state == MessageState.WITHDRAWN
        messages.info(
            request, "Сообщение уже отозвано." if already else "Отозвать можно только отправленное сообщение."
        )
        return redirect("violations:sent_message", uid=uid)
    messages.success(request, "Сообщение отозвано. Получатели видят его с пометкой и причиной.")
    return redirect("violations:sent_message", uid=uid)
