"""«Уведомления»: what the acting organization has been told."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from core.doors import door
from core.notifications import actions
from core.notifications.models import Notice
from core.tables import Column, build

COLUMNS = [Column("at", "Когда", sort="id"), Column("text", "Уведомление"), Column("action", "<Действие>")]


@door(read=["GET"])
def notices(request: HttpRequest) -> HttpResponse:
    acting = request.acting  # type: ignore[attr-defined]  # set by accounts.middleware.acting
    rows = Notice.objects.visible_to(acting)
    table, page = build(request, rows, COLUMNS, default="-at")
    unread = set(rows.unread_by(acting.user).filter(pk__in=[n.pk for n in table.rows]).values_list("pk", flat=True))
    newest = table.rows[0].pk if table.rows else 0
    return render(request, "core/notices.html", {"table": table, "page": page, "unread": unread, "newest": newest})


@door(write=["POST"])
def mark_read(request: HttpRequest) -> HttpResponse:
    text = request.POST.get("up_to", "")
    if text.isascii() and text.isdigit():
        actions.mark_read(request.acting, up_to=int(text))  # type: ignore[attr-defined]  # set by the middleware
    return redirect("core:notices")
