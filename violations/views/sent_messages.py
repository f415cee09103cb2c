"""«Надзор → Сообщения работодателям»: drafts and sent messages of the inspectorate, with what became of each."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.acting import acting_of
from core.doors import door
from core.tables import Column, Filters, build, choice, search, tick
from violations.messages import selectors
from violations.messages.models import SEND, Message, Recipient
from violations.messages.states import MessageState, ThreadState

COLUMNS = [
    Column("changed", "Когда", sort="changed_at"),
    Column("subject", "Сообщение"),
    Column("recipients", "Получателей", numeric=True),
    Column("read", "Прочитали", numeric=True),
    Column("answered", "Ответили", numeric=True),
    Column("state", "Состояние"),
]
STATES = [(state.value, state.label) for state in MessageState if state != MessageState.DISCARDED]


def _with_answers(rows: QuerySet[Message], _: str) -> QuerySet[Message]:
    waiting = Recipient.objects.filter(state=ThreadState.ANSWERED)
    return rows.filter(pk__in=waiting.values("message"), state=MessageState.SENT)


def _by_words(rows: QuerySet[Message], text: str) -> QuerySet[Message]:
    for word in text.split()[:6]:
        rows = rows.filter(Q(subject__icontains=word) | Q(number__icontains=word) | Q(text__icontains=word))
    return rows


@door(read=["GET"], right=SEND)
def sent_messages(request: HttpRequest) -> HttpResponse:
    acting = acting_of(request)
    filters = Filters(
        request,
        [
            choice("state", "Состояние", STATES, "state"),
            search("q", "Слова темы и текста, номер", _by_words),
            tick("answers", "Есть ответы, на которые вы не отозвались", _with_answers),
            tick("mine", "Только мои", lambda rows, _: rows.filter(created_by=acting.user)),
        ],
    )
    rows = Message.objects.visible_to(acting).select_related("changed_by", "sent_by").defer("text", "filters")
    table, page = build(request, filters.apply(rows), COLUMNS, default="-changed")
    counted = selectors.figures(table.rows)
    shown = [(message, counted.get(message.pk, selectors.Figures())) for message in table.rows]
    context = {"filters": filters, "table": table, "page": page, "rows": shown}
    return render(request, "violations/sent_messages.html", context)
