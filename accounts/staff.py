"""Asking ЕСИА about the organization's employees on behalf of the person at the browser."""

from __future__ import annotations

import logging

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts.acting import Acting
from accounts.esia import kept_token
from accounts.esia.employees import Wanted, read_employee, read_page
from accounts.esia.problems import PROBLEMS, EsiaProblem
from accounts.esia.said import EmployeePage, EmployeeSaid
from accounts.selectors import NOT_EMPLOYEE, role_of_grant

log = logging.getLogger(__name__)

# What the page says where ЕСИА does not give the list; the words of the sign-in would not be true here.
WORDS = {
    "slow": ("ЕСИА не ответила вовремя", "Мы подождали список сотрудников и не дождались.", "Повторите через минуту."),
    "garbage": (
        "ЕСИА ответила непонятно",
        "Список сотрудников пришёл не того вида, который обещает ЕСИА.",
        "Повторите через минуту. Если это повторится, сообщите оператору системы.",
    ),
    "refused": (
        "ЕСИА не дала список сотрудников",
        "Список получает только работник организации, которому ЕСИА это разрешила. Вам она сейчас отказала.",
        "Проверьте свою роль в профиле организации на Госуслугах и выберите организацию заново.",
    ),
    "absent": (
        "ЕСИА не знает этой организации",
        "Организация, от имени которой вы действуете, в ЕСИА больше не найдена.",
        "Проверьте профиль организации на Госуслугах.",
    ),
}
UNAVAILABLE = (
    "ЕСИА сейчас недоступна",
    "Система не смогла получить список сотрудников.",
    "Повторите через несколько минут. Работают ли Госуслуги, видно на их портале.",
)


class Detour(Exception):
    """The page cannot be shown now: `response` leads to ЕСИА, or tells what is wrong."""

    def __init__(self, response: HttpResponse) -> None:
        super().__init__()
        self.response = response


def employee_page(request: HttpRequest, acting: Acting, wanted: Wanted) -> EmployeePage:
    """One request to ЕСИА. Raises Detour."""
    token = _token(request, acting)
    try:
        return read_page(_oid(acting), wanted, token)
    except EsiaProblem as problem:
        raise Detour(_told(request, problem)) from problem


def employee(request: HttpRequest, acting: Acting, oid: int) -> EmployeeSaid | None:
    """One request to ЕСИА; None where the person is not on the list any more. Raises Detour."""
    token = _token(request, acting)
    try:
        return read_employee(_oid(acting), oid, token)
    except EsiaProblem as problem:
        raise Detour(_told(request, problem)) from problem


def _oid(acting: Acting) -> int:
    assert acting.organization.esia_oid is not None  # a token was issued for it
    return acting.organization.esia_oid


def _token(request: HttpRequest, acting: Acting) -> str:
    """The kept token, or a detour through ЕСИА for a new one (silent: the person is asked nothing)."""
    from accounts.views.esia_organization import begin  # it imports the doors, which import this module's users

    oid = acting.organization.esia_oid
    token = kept_token.kept(request, oid) if oid is not None else None
    if token is not None:
        return token
    role = role_of_grant(acting.user, acting.grant)
    if role is None or oid is None:
        messages.error(request, NOT_EMPLOYEE)
        raise Detour(redirect("accounts:administration"))
    raise Detour(begin(request, role, acting.grant, then=request.get_full_path()))


def _told(request: HttpRequest, problem: EsiaProblem) -> HttpResponse:
    log.warning("ЕСИА gives no employees: %s (%s)", problem.kind, problem)
    if problem.kind == "refused":
        kept_token.forget(request)
    title, what, do = WORDS.get(problem.kind, UNAVAILABLE)
    context = {"title": title, "what": what, "do": do, "code": problem.code, "again": request.get_full_path()}
    return render(request, "accounts/employees_problem.html", context, status=PROBLEMS[problem.kind].status)
