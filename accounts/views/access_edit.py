"""One grant: changed by a new one, blocked, ended; with the history of this person's access here."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect

from accounts.access_form import AccessForm, initial_of
from accounts.acting import Acting, acting_of
from accounts.actions import GrantRefused, change_access, create_grant, revoke_grant
from accounts.models import Grant, Source, User
from accounts.people import shown_people
from accounts.rights import BY_CODE, Right
from accounts.views.access_form import FORM_WRONG, leave, page, preview
from core.doors import door
from core.moves import WrongState

CHANGED = "Доступ этого сотрудника изменили, пока вы его правили. Ниже то, что действует сейчас."
LARGEST_KEY = 2**63 - 1


def _grant(acting: Acting, pk: int) -> Grant:
    if pk > LARGEST_KEY:
        raise Http404
    rows = Grant.objects.visible_to(acting).select_related("user", "branch", "organization")
    return get_object_or_404(rows, pk=pk)


def _successor(grant: Grant) -> Grant | None:
    """The open grant of the same person and scope, made by people."""
    same = Grant.objects.filter(user=grant.user_id, organization=grant.organization_id, branch=grant.branch_id)
    return same.filter(revoked_at=None).exclude(source=Source.ESIA).first()


@door(read=["GET"], write=["POST"], right=Right.ACCESS)
def access_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """POST do=fill|complete|preview|save|block."""
    acting = acting_of(request)
    grant = _grant(acting, pk)
    if grant.revoked_at is not None:
        now = _successor(grant)
        messages.warning(request, CHANGED if now else "Этот доступ уже прекращён.")
        return leave(request, "accounts:access_edit", pk=now.pk) if now else leave(request)
    context = _context(grant, acting)
    if grant.source == Source.ESIA:
        return _of_role(request, grant, acting, context)
    if request.method == "GET":
        return page(request, AccessForm(acting=acting, grant=grant, initial=initial_of(grant)), context)
    return _posted(request, AccessForm(request.POST, acting=acting, grant=grant), grant, context)


def _context(grant: Grant, acting: Acting) -> dict[str, Any]:
    (shown,) = shown_people([grant.user], acting)
    history = (
        Grant.objects.visible_to(acting).filter(user=grant.user).select_related("branch", "granted_by", "revoked_by")
    )
    return {
        "grant": grant,
        "shown": shown,
        "employee": None,
        "person": None,
        "history": [
            (each, _labels(each), _who(each.granted_by), _who(each.revoked_by)) for each in history.order_by("-pk")[:50]
        ],
        "by_role": grant.source == Source.ESIA,
    }


def _who(user: User | None) -> str:
    return user.short_name if user is not None else "Система"


def _labels(grant: Grant) -> list[str]:
    return [BY_CODE[code].label for code in grant.rights if code in BY_CODE]


def _of_role(request: HttpRequest, grant: Grant, acting: Acting, context: dict[str, Any]) -> HttpResponse:
    """An administrator by his role in ЕСИА: there is nothing to change but to block him here."""
    form = AccessForm(acting=acting, grant=grant, initial=initial_of(grant))
    if request.method == "GET" or request.POST.get("do") != "block":
        return page(request, form, context)
    try:
        create_grant(
            user=grant.user,
            organization=acting.organization,
            branch=grant.branch,
            is_blocked=True,
            source=Source.GRANT,
            actor=acting,
        )
    except GrantRefused as refusal:
        return page(request, form, context | {"refusal": str(refusal)}, status=FORM_WRONG)
    messages.success(request, f"Доступ заблокирован: {context['shown'].name}.")
    return leave(request)


def _posted(request: HttpRequest, form: AccessForm, grant: Grant, context: dict[str, Any]) -> HttpResponse:
    act = request.POST.get("do", "save")
    if act in {"fill", "complete"}:
        form.fill() if act == "fill" else form.complete()
        typed = {name: form.data.get(name, "") for name in form.fields} | {"rights": form.rights}
        return page(request, AccessForm(acting=form.acting, grant=grant, initial=typed), context)
    if not form.is_valid():
        return page(request, form, context, status=FORM_WRONG)
    given = form.given()
    if act == "preview":
        return preview(request, form, context, lambda: change_access(grant, given, actor=form.acting))
    try:
        change_access(grant, given, actor=form.acting)
    except GrantRefused as refusal:
        return page(request, form, context | {"refusal": str(refusal)}, status=FORM_WRONG)
    except WrongState:
        messages.warning(request, CHANGED)
        return leave(request, "accounts:access_edit", pk=grant.pk)
    messages.success(request, f"Доступ изменён: {context['shown'].name}.")
    return leave(request)


@door(write=["POST"], right=Right.ACCESS)
def access_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """POST reason. What stands on a role in ЕСИА is not revoked here, but blocked."""
    acting = acting_of(request)
    grant = _grant(acting, pk)
    if grant.source == Source.ESIA:
        messages.error(request, "Этот доступ даёт роль в ЕСИА: прекратить его можно там, а здесь — заблокировать.")
        return redirect("accounts:access_edit", pk=grant.pk)
    try:
        revoke_grant(grant, actor=acting, reason=request.POST.get("reason", ""))
    except GrantRefused as refusal:
        messages.error(request, str(refusal))
        return redirect("accounts:access_edit", pk=grant.pk)
    messages.success(request, "Доступ прекращён.")
    return redirect("accounts:administration")
