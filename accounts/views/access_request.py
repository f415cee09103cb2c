"""Asking for a right from the page that lacks it, and answering."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from accounts.acting import acting_of
from accounts.actions import GrantRefused, ask_for_right, decline_request, grant_request, may_answer
from accounts.models import AccessRequest
from accounts.rights import BY_CODE, REQUIRES, Right
from core.doors import door
from core.keys import LARGEST_KEY
from core.moves import WrongState

ANSWERED = "На эту просьбу уже ответили."


@door(write=["POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """POST right=<code>. Pressed twice it is asked once."""
    acting = acting_of(request)
    right = request.POST.get("right", "")
    if right not in BY_CODE:
        raise Http404
    try:
        _, created = ask_for_right(right, actor=acting)
    except GrantRefused as refusal:
        messages.error(request, str(refusal))
        return redirect("accounts:home")
    sent = "Просьба отправлена" if created else "Вы уже просили об этом"
    messages.success(request, f"{sent}: право «{BY_CODE[right].label}». Ответ придёт в уведомления.")
    return redirect("accounts:home")


@door(read=["GET"], write=["POST"], right=Right.ACCESS)
def access_request(request: HttpRequest, pk: int) -> HttpResponse:
    """POST do=grant, or do=decline with a reason."""
    acting = acting_of(request)
    if pk > LARGEST_KEY:
        raise Http404
    rows = AccessRequest.objects.visible_to(acting).select_related("user", "decided_by", "branch", "organization")
    asked = get_object_or_404(rows, pk=pk)
    right = BY_CODE.get(asked.right)
    if right is None:  # a right that the cabinet has no more
        raise Http404
    refusal = ""
    if request.method == "POST":
        try:
            if request.POST.get("do") == "grant":
                grant_request(asked, actor=acting)
                messages.success(request, f"Право предоставлено: {asked.user.full_name}.")
            else:
                decline_request(asked, actor=acting, reason=request.POST.get("reason", ""))
                messages.success(request, "Отказ отправлен сотруднику.")
        except GrantRefused as problem:
            refusal = str(problem)
        except WrongState:
            messages.warning(request, ANSWERED)
            return redirect("accounts:access_request", pk=pk)
        else:
            return redirect("accounts:administration")
    context = {
        "asked": asked,
        "right": right,
        "needs": sorted(REQUIRES.get(right, ()), key=list(Right).index),
        "may_grant": may_answer(asked, acting),
        "refusal": refusal,
    }
    return render(request, "accounts/access_request.html", context, status=422 if refusal else 200)
