"""«Уведомления»: what the acting organization has been told."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from core.doors import door
from core.keys import key_of
from core.notifications import actions
from core.notifications.models import Notice, Topic
from core.tables import Column, Filters, build, choice, tick

COLUMNS = [
    Column("at", "Когда", sort="id"),
    Column("text", "Уведомление"),
    Column("due", "Срок"),
    Column("action", "<Действие>"),
]


@door(read=["GET"])
def notices(request: HttpRequest) -> HttpResponse:
    acting = request.acting  # type: ignore[attr-defined]  # set by accounts.middleware.acting
    filters = Filters(
        request,
        [
            choice("topic", "Тема", Topic.choices, "topic"),
            tick("unread", "Только непрочитанные", lambda rows, _: rows.filter(pk__in=rows.unread_by(acting.user))),  # type: ignore[attr-defined]  # a NoticeQuerySet
        ],
    )
    rows = Notice.objects.visible_to(acting).select_related("branch")
    table, page = build(request, filters.apply(rows), COLUMNS, default="-at")
    shown = [notice.pk for notice in table.rows]
    context = {
        "filters": filters,
        "table": table,
        "page": page,
        "unread": set(rows.unread_by(acting.user).filter(pk__in=shown).values_list("pk", flat=True)),
        "newest": max(shown, default=0),
        "topic": filters.values["topic"],
    }
    return render(request, "core/notices.html", context)


@door(write=["POST"])
def mark_read(request: HttpRequest) -> HttpResponse:
    up_to, topic = key_of(request.POST.get("up_to", "")), request.POST.get("topic", "")
    if up_to is not None:
        actions.mark_read(
            request.acting,  # type: ignore[attr-defined]  # set by the middleware
            up_to=up_to,
            topic=topic if topic in Topic.values else "",
        )
    return redirect("core:notices")
