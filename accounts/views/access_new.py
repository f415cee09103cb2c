"""«Добавить сотрудника»: somebody whom ЕСИА lists, or somebody invited by СНИЛС."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from accounts import drafts
from accounts.access_form import NO_EMPLOYEE, AccessForm, PersonForm
from accounts.acting import Acting, acting_of
from accounts.actions import GrantRefused, Named, give_access
from accounts.esia.said import EmployeeSaid
from accounts.models import Grant
from accounts.rights import Right
from accounts.staff import Detour, employee, of_branch
from accounts.views.access_form import FORM_WRONG, MEANWHILE, leave, page, preview, unjudged
from core.doors import door
from core.moves import WrongState

GONE = "Список сотрудников изменился: ЕСИА больше не называет этого человека сотрудником. Выберите сотрудника заново."
BLOCKED_THERE = (
    "Этот сотрудник заблокирован в профиле организации на Госуслугах: войти он не сможет. Снимите блокировку там."
)
INVITED = "Приглашение сохранено. Доступ откроется, когда человек с этим СНИЛС впервые войдёт через Госуслуги."
OTHER_BRANCH = "Этот сотрудник не относится к выбранному филиалу. Выберите сотрудника филиала или всю организацию."


@door(read=["GET"], write=["POST"], right=Right.ACCESS)
def access_new(request: HttpRequest) -> HttpResponse:
    """GET: the form, with the employee picked into the draft. POST do=pick|fill|complete|preview|save."""
    acting = acting_of(request)
    posted = AccessForm(request.POST, acting=acting) if request.method == "POST" else None
    if posted is not None and drafts.name_of(request):
        # before ЕСИА is asked: the way through it, or its bad day, must not lose what was typed
        drafts.keep(request, drafts.posted(request.POST, posted.rights))
    try:
        chosen = _chosen(request, acting)
    except Detour as detour:
        return detour.response
    context: dict[str, Any] = {"employee": chosen, "person": None, "picked_is_gone": _is_gone(request, chosen)}
    if posted is None:
        return page(request, AccessForm(acting=acting, initial=drafts.read(request)), context)
    return _posted(request, posted, context)


def _chosen(request: HttpRequest, acting: Acting) -> EmployeeSaid | None:
    oid = drafts.read(request).get("employee")
    return employee(request, acting, oid) if oid is not None else None


def _is_gone(request: HttpRequest, chosen: EmployeeSaid | None) -> str:
    return GONE if chosen is None and drafts.read(request).get("employee") is not None else ""


def _posted(request: HttpRequest, form: AccessForm, context: dict[str, Any]) -> HttpResponse:
    match request.POST.get("do", "save"):
        case "pick":
            name = drafts.keep(request, drafts.posted(request.POST, form.rights))
            return redirect(f"{reverse('accounts:employees')}?{urlencode({'draft': name})}")
        case "fill":
            form.fill()
            return page(request, unjudged(form), context)
        case "complete":
            form.complete()
            return page(request, unjudged(form), context)
        case act:
            return _judged(request, form, context, act)


def _judged(request: HttpRequest, form: AccessForm, context: dict[str, Any], act: str) -> HttpResponse:
    chosen: EmployeeSaid | None = context["employee"]
    # who has not been chosen is told beside what else is wrong, not after it is put right
    problem = _problem(form, chosen, context["picked_is_gone"]) if form.is_valid() or chosen is None else ""
    if problem:
        form.add_error(None, problem)
    if not form.is_valid() or chosen is None:
        return page(request, form, context, status=FORM_WRONG)
    return _give(request, form, context, _named(chosen), act, f"Доступ предоставлен: {chosen.full_name}.")


def _give(
    request: HttpRequest, form: AccessForm, context: dict[str, Any], named: Named, act: str, done: str
) -> HttpResponse:
    """What both pages end with: the form again with what he would see or why not, or the list with `done` above it."""

    def give() -> Grant:
        return give_access(named, form.given(), actor=form.acting)

    if act == "preview":
        return preview(request, form, context, give)
    try:
        give()
    except GrantRefused as refusal:
        return page(request, form, context | {"refusal": str(refusal)}, status=FORM_WRONG)
    except WrongState:
        return page(request, form, context | {"refusal": MEANWHILE}, status=FORM_WRONG)
    drafts.forget(request)
    messages.success(request, done)
    return leave(request)


def _problem(form: AccessForm, chosen: EmployeeSaid | None, gone: str) -> str:
    if chosen is None:
        return gone or NO_EMPLOYEE
    if chosen.blocked:
        return BLOCKED_THERE
    return "" if of_branch(chosen, form.given().branch) else OTHER_BRANCH


def _named(chosen: EmployeeSaid) -> Named:
    return Named(
        snils=chosen.snils,
        last_name=chosen.last_name,
        first_name=chosen.first_name,
        middle_name=chosen.middle_name,
        inn=chosen.inn,
        position=chosen.position,
        esia_oid=chosen.oid,
    )


@door(read=["GET"], write=["POST"], right=Right.ACCESS)
def invite(request: HttpRequest) -> HttpResponse:
    """«Пригласить по СНИЛС»: the same form, the person typed by hand. POST do=fill|complete|preview|save."""
    acting = acting_of(request)
    if request.method != "POST":
        return page(request, AccessForm(acting=acting), {"person": PersonForm(), "employee": None})
    form, person = AccessForm(request.POST, acting=acting), PersonForm(request.POST)
    act = request.POST.get("do", "save")
    if act in {"fill", "complete"}:
        form.fill() if act == "fill" else form.complete()
        typed = PersonForm(initial={name: request.POST.get(name, "") for name in person.fields})
        return page(request, unjudged(form), {"person": typed, "employee": None})
    context = {"person": person, "employee": None}
    if not (form.is_valid() & person.is_valid()):
        return page(request, form, context, status=FORM_WRONG)
    return _give(request, form, context, person.named(), act, INVITED)
