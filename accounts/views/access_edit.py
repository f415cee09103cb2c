"""One grant: changed by a new one, blocked, unblocked, ended; with the history of this person's access here."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect

from accounts.access_form import AccessForm, initial_of
from accounts.acting import Acting, acting_of
from accounts.actions import GrantRefused, block_access, change_access, end_access, lift_block
from accounts.actions.grant_checks import still_given
from accounts.actions.grants import REPLACED
from accounts.models import Grant, Source, User
from accounts.people import open_grants, shown_people
from accounts.rights import BY_CODE, Right
from accounts.selectors import behind_block, is_shut_by_another
from accounts.views.access_form import FORM_WRONG, leave, page, preview, unjudged
from core.doors import door
from core.keys import LARGEST_KEY
from core.moves import WrongState

CHANGED = "Доступ этого сотрудника изменили, пока вы его правили. Ниже то, что действует сейчас."
NOT_DONE = (
    "Не сделано: доступ этого сотрудника изменили, пока вы смотрели на страницу. Ниже то, что действует сейчас; если прекратить "
    "или разблокировать нужно именно его, повторите."
)
OVER_ALREADY = "Этот доступ уже прекращён."


def _grant(acting: Acting, pk: int) -> Grant:
    if pk > LARGEST_KEY:
        raise Http404
    rows = Grant.objects.visible_to(acting).select_related("user", "branch", "organization")
    return get_object_or_404(rows, pk=pk)


def _successor(grant: Grant) -> Grant | None:
    """The open grant of the same person and scope, made by people."""
    same = Grant.objects.filter(user=grant.user_id, organization=grant.organization_id, branch=grant.branch_id)
    return same.filter(revoked_at=None).exclude(source=Source.ESIA).first()


def _to_what_is_now(request: HttpRequest, grant: Grant, said: str) -> HttpResponse:
    """From a page of a grant that is open no more: to the one in its place, or to the list."""
    now = _successor(grant)
    messages.warning(request, said if now else OVER_ALREADY)
    return leave(request, "accounts:access_edit", pk=now.pk) if now else leave(request)


@door(read=["GET"], write=["POST"], right=Right.ACCESS)
def access_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """POST do=fill|complete|preview|save; of a role in ЕСИА do=block with a reason."""
    acting = acting_of(request)
    grant = _grant(acting, pk)
    if grant.revoked_at is not None:
        return _to_what_is_now(request, grant, CHANGED)
    context = _context(grant, acting)
    if grant.source == Source.ESIA:
        return _of_role(request, grant, acting, context)
    if request.method != "POST":
        return page(request, AccessForm(acting=acting, grant=grant, initial=initial_of(grant)), context)
    return _posted(request, AccessForm(request.POST, acting=acting, grant=grant), grant, context)


def _context(grant: Grant, acting: Acting) -> dict[str, Any]:
    (shown,) = shown_people([grant.user], acting)
    behind = behind_block(grant) if grant.is_blocked else []
    blocked_anyway = grant.is_blocked and is_shut_by_another(grant)
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
        "replaced": REPLACED,
        "by_role": grant.source == Source.ESIA,
        "blocked_by": _block_of_role(grant, acting) if grant.source == Source.ESIA else None,
        "opens": _opens(grant, behind) if grant.is_blocked and not blocked_anyway else [],
        "blocked_anyway": blocked_anyway,
        "behind": behind,
    }


def _block_of_role(grant: Grant, acting: Acting) -> Grant | None:
    """The block that closes what a role in ЕСИА gives, where this person may see it."""
    theirs = open_grants(acting).filter(user=grant.user_id)
    if not theirs.filter(pk=grant.pk).shut().exists():
        return None
    scope = theirs.filter(is_blocked=True, branch=None) | theirs.filter(is_blocked=True, branch=grant.branch_id)
    return scope.select_related("granted_by").order_by("pk").first()


def _opens(block: Grant, behind: list[Grant]) -> list[str]:
    """What the person has again when the block is lifted, in words."""
    kept = [block] if (still_given(block) or block.is_admin) and not block.is_over else []
    return [_in_words(each) for each in [*kept, *behind]]


def _in_words(grant: Grant) -> str:
    what = ", ".join(f"«{BY_CODE[code].label}»" for code in still_given(grant))
    if grant.is_admin:
        what = "администратор по роли в ЕСИА" if grant.source == Source.ESIA else "администратор"
    return f"{what} ({grant.branch.name})" if grant.branch else what


def _who(user: User | None) -> str:
    return user.short_name if user is not None else "Система"


def _labels(grant: Grant) -> list[str]:
    return [BY_CODE[code].label for code in grant.rights if code in BY_CODE]


def _of_role(request: HttpRequest, grant: Grant, acting: Acting, context: dict[str, Any]) -> HttpResponse:
    """An administrator by his role in ЕСИА: there is nothing to change but to block him here."""
    form = AccessForm(acting=acting, grant=grant, initial=initial_of(grant))
    if request.method != "POST" or request.POST.get("do") != "block":
        return page(request, form, context)
    try:
        block_access(grant, actor=acting, reason=request.POST.get("reason", ""))
    except GrantRefused as refusal:
        return page(request, form, context | {"refusal": str(refusal)}, status=FORM_WRONG)
    except WrongState:
        return _to_what_is_now(request, grant, CHANGED)
    messages.success(request, f"Доступ заблокирован: {context['shown'].name}.")
    return leave(request)


def _posted(request: HttpRequest, form: AccessForm, grant: Grant, context: dict[str, Any]) -> HttpResponse:
    act = request.POST.get("do", "save")
    if act in {"fill", "complete"}:
        form.fill() if act == "fill" else form.complete()
        return page(request, unjudged(form), context)
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
        return _to_what_is_now(request, grant, CHANGED)
    messages.success(request, f"Доступ изменён: {context['shown'].name}.")
    return leave(request)


@door(write=["POST"], right=Right.ACCESS)
def access_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """POST reason; do=lift lifts a block, else the access ends. What stands on a role in ЕСИА is not ended here, but blocked."""
    acting = acting_of(request)
    grant = _grant(acting, pk)
    if grant.source == Source.ESIA:
        messages.error(request, "Этот доступ даёт роль в ЕСИА: прекратить его можно там, а здесь — заблокировать.")
        return redirect("accounts:access_edit", pk=grant.pk)
    reason = request.POST.get("reason", "")
    lifting = request.POST.get("do") == "lift"
    try:
        if lifting:
            lift_block(grant, actor=acting, reason=reason)
        else:
            end_access(grant, actor=acting, reason=reason)
    except GrantRefused as refusal:
        messages.error(request, str(refusal))
        return redirect("accounts:access_edit", pk=grant.pk)
    except WrongState:
        return _to_what_is_now(request, grant, NOT_DONE)
    messages.success(request, "Блокировка снята." if lifting else "Доступ прекращён.")
    return redirect("accounts:administration")
