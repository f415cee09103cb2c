"""«Мои сеансы»: where the person is signed in, and ending it there."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from accounts.acting import acting_by
from accounts.actions import end_all_sessions, end_other_sessions, end_session
from accounts.devices import device_of
from accounts.frame import session_clock
from accounts.models import Ended, SignInSession, User
from accounts.sessions import touch
from accounts.views.sign_out import leave
from core.doors import door
from core.tables import Column, build
from core.templatetags.formats import counted

ENDED_SHOWN_DAYS = 30  # as the page says
ALIVE_SHOWN = 100
COLUMNS = [
    Column("device", "Устройство"),
    Column("ip", "Адрес"),
    Column("created", "Вход"),
    Column("seen", "Последнее действие", sort="seen_at"),
    Column("acts", "От имени"),
    Column("why", "Почему завершён"),
]
WORDS = "сеанс,сеанса,сеансов"


def _who(request: HttpRequest) -> tuple[User, SignInSession]:
    return request.user, request.sign_in  # type: ignore[return-value,attr-defined]  # the door lets in signed-in people only


@door(read=["GET"], signed_in=True)
def sessions(request: HttpRequest) -> HttpResponse:
    user, here = _who(request)
    now = timezone.now()
    mine = SignInSession.objects.of(user).select_related("grant__organization", "grant__branch", "user")
    alive = list(mine.alive(now).order_by("-seen_at", "-pk")[:ALIVE_SHOWN])
    since = now - timedelta(days=ENDED_SHOWN_DAYS)
    recent = mine.over(now).filter(Q(ended_at__gte=since) | Q(ended_at=None, seen_at__gte=since))
    table, page = build(request, recent, COLUMNS, default="-seen")
    context = {
        "alive": sorted((_row(each, here, now) for each in alive), key=lambda row: not row["is_here"]),
        "others": sum(each.pk != here.pk for each in alive),
        "table": table,
        "rows": [_row(each, here, now) for each in table.rows],
        "page": page,
    }
    return render(request, "accounts/sessions.html", context)


def _row(each: SignInSession, here: SignInSession, now: datetime) -> dict[str, Any]:
    """A session in words; no query."""
    device = device_of(each.agent)
    why = each.ended_why or each.term_passed(now) or ""
    return {
        "pk": each.pk,
        "device": device.name,
        "is_known": device.is_known,
        "agent": each.agent,
        "ip": each.ip,
        "created_at": each.created_at,
        "seen_at": each.seen_at,
        "acts_for": acting_by(each.grant, each.user).name if each.grant is not None else "",
        "is_here": each.pk == here.pk,
        "why": Ended(why).label if why else "",
        "ended_at": each.ended_at or min(each.idle_until, each.absolute_until),
    }


@door(write=["POST"], signed_in=True)
def session_end(request: HttpRequest, session_id: int) -> HttpResponse:
    """One of the person's own; his present one as «Выход»."""
    user, here = _who(request)
    row = get_object_or_404(SignInSession.objects.of(user), pk=session_id)
    if row.pk == here.pk:
        return leave(request)
    ended = end_session(row, actor=user)
    name = device_of(row.agent).name
    text = f"Сеанс завершён: {name}." if ended else f"Этот сеанс уже был завершён: {name}."
    messages.success(request, text)
    return redirect("accounts:sessions")


@door(write=["POST"], signed_in=True)
def sessions_end_others(request: HttpRequest) -> HttpResponse:
    user, here = _who(request)
    ended = end_other_sessions(user, but=here)
    messages.success(request, f"Завершено: {counted(ended, WORDS)}." if ended else "Других сеансов не было.")
    return redirect("accounts:sessions")


@door(write=["POST"], signed_in=True)
def sessions_end_all(request: HttpRequest) -> HttpResponse:
    user, here = _who(request)
    end_all_sessions(user, here=here)
    return leave(request)


@door(write=["POST"], signed_in=True)
def session_continue(request: HttpRequest) -> HttpResponse:
    """«Продолжить работу» of the warning: the press alone keeps the session alive. JSON {idle, whole, warn}, in seconds."""
    _, here = _who(request)
    touch(request, here)
    if request.headers.get("X-Requested-With") != "XMLHttpRequest":
        return redirect("accounts:home")
    return JsonResponse(session_clock(here))
