"""«Контроль → Сообщения от Роструда»: what inspectorates wrote to the employer."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.acting import acting_of
from core.doors import door
from core.tables import Column, Filters, build, choice, search
from violations.messages import selectors
from violations.messages.models import AWAITED, VIEW_MESSAGES, Recipient
from violations.messages.states import MessageState, ThreadState

COLUMNS = [
    Column("sent", "Получено", sort="sent_at"),
    Column("subject", "Сообщение"),
    Column("to", "Кому"),
    Column("answer", "Ответ"),
]
STATES = [
    ("unread", "Не прочитаны"),
    ("awaiting", "Ждут ответа"),
    ("overdue", "Срок ответа прошёл"),
    ("answered", "Ответ отправлен"),
    ("closed", "Переписка закрыта"),
    ("withdrawn", "Отозваны"),
]


def _by_state(rows: QuerySet[Recipient], state: str) -> QuerySet[Recipient]:
    match state:
        case "unread":
            return rows.filter(read_at=None, message__state=MessageState.SENT)
        case "awaiting" | "overdue":
            awaited = rows.filter(AWAITED)
            return awaited.filter(answer_by__lt=selectors.today()) if state == "overdue" else awaited
        case "withdrawn":
            return rows.filter(message__state=MessageState.WITHDRAWN)
        case _:
            return rows.filter(state=ThreadState(state))


def _by_words(rows: QuerySet[Recipient], text: str) -> QuerySet[Recipient]:
    for word in text.split()[:6]:
        rows = rows.filter(
            Q(message__subject__icontains=word) | Q(message__number__icontains=word) | Q(message__text__icontains=word)
        )
    return rows


@door(read=["GET"], right=VIEW_MESSAGES)
def messages(request: HttpRequest) -> HttpResponse:
    acting = acting_of(request)
    years, senders = selectors.years_and_senders(acting)
    filters = Filters(
        request,
        [
            choice("state", "Состояние", STATES, _by_state),
            choice("year", "Год", [(year, year) for year in years], "sent_at__year"),
            choice("sender", "Отправитель", senders, "message__sender"),
            search("q", "Слова темы и текста, номер", _by_words),
        ],
    )
    table, page = build(request, filters.apply(selectors.for_list(acting)), COLUMNS, default="-sent")
    context = {"filters": filters, "table": table, "page": page, "today": selectors.today()}
    return render(request, "violations/messages.html", context)
