"""Asking ЕСИА about the organization's employees on behalf of the person at the browser."""

from __future__ import annotations

import logging

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django_htmx.http import HttpResponseClientRedirect

from accounts import drafts
from accounts.acting import Acting
from accounts.esia import kept_token
from accounts.esia.employees import Wanted, read_employee, read_page
from accounts.esia.problems import PROBLEMS, EsiaProblem
from accounts.esia.said import EmployeePage, EmployeeSaid
from accounts.models import Branch
from accounts.selectors import NOT_EMPLOYEE, role_of_grant
from accounts.views.access_form import framed
from accounts.views.esia_organization import address_in_esia

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
    "too_often": (
        "Слишком много запросов к ЕСИА",
        "С вашего адреса за минуту пришло слишком много запросов.",
        "Подождите минуту и повторите.",
    ),
    "signer": (
        "Система не смогла подписать запрос к ЕСИА",
        "Средство электронной подписи нашей системы не ответило. Дело не в вас.",
        "Повторите через несколько минут. Если это повторится, сообщите оператору системы.",
    ),
}
UNAVAILABLE = (
    "ЕСИА сейчас недоступна",
    "Система не смогла получить список сотрудников.",
    "Повторите через несколько минут. Работают ли Госуслуги, видно на их портале.",
)


UNKNOWN_BRANCH = (
    "ЕСИА не знает этого филиала",
    "В профиле организации на Госуслугах такого филиала нет, поэтому сотрудников именно этого филиала ЕСИА не назовёт.",
    "Попросите администратора профиля организации добавить филиал на Госуслугах и выберите организацию заново.",
)
FORBIDDEN, CONFLICT = 403, 409


class Detour(Exception):
    """The page cannot be shown now: `response` leads to ЕСИА, or tells what is wrong."""

    def __init__(self, response: HttpResponse) -> None:
        super().__init__()
        self.response = response


def employee_page(request: HttpRequest, acting: Acting, wanted: Wanted, branch: Branch | None) -> EmployeePage:
    """One request to ЕСИА. Of a branch's employees is asked where ЕСИА can tell them apart; what comes holds others too where
    it cannot (`of_branch`). Raises Detour."""
    _check_known(request, branch)
    token = _token(request, acting)
    try:
        return read_page(_oid(acting), wanted, token)
    except EsiaProblem as problem:
        raise Detour(_told(request, problem)) from problem


def employee(request: HttpRequest, acting: Acting, oid: int) -> EmployeeSaid | None:
    """One request to ЕСИА; None where the person is not on the list any more, or not of the branch for which somebody acts.
    Raises Detour."""
    _check_known(request, acting.branch)
    token = _token(request, acting)
    try:
        found = read_employee(_oid(acting), oid, token)
    except EsiaProblem as problem:
        raise Detour(_told(request, problem)) from problem
    return found if found is not None and of_branch(found, acting.branch) else None


def of_branch(said: EmployeeSaid, branch: Branch | None) -> bool:
    """Whether ЕСИА says that the employee works there. A branch that ЕСИА does not know has no employees: without an id it
    would be taken for the head office."""
    return branch is None or (branch.esia_oid is not None and said.branch_oid == branch.esia_oid)


def _check_known(request: HttpRequest, branch: Branch | None) -> None:
    if branch is not None and branch.esia_oid is None:
        raise Detour(_problem_page(request, UNKNOWN_BRANCH, CONFLICT))


def _oid(acting: Acting) -> int:
    assert acting.organization.esia_oid is not None  # a token was issued for it
    return acting.organization.esia_oid


def _token(request: HttpRequest, acting: Acting) -> str:
    """The kept token, or a detour through ЕСИА for a new one (silent: the person is asked nothing)."""
    oid = acting.organization.esia_oid
    token = kept_token.kept(request, oid) if oid is not None else None
    if token is not None:
        return token
    role = role_of_grant(acting.user, acting.grant)
    if role is None or oid is None:
        messages.error(request, NOT_EMPLOYEE)
        raise Detour(_away(request, reverse("accounts:administration")))
    try:
        address = address_in_esia(request, role, acting.grant, then=request.get_full_path())
    except EsiaProblem as problem:
        raise Detour(_told(request, problem)) from problem
    raise Detour(_away(request, address))


def _away(request: HttpRequest, address: str) -> HttpResponse:
    """To another page. What htmx asks for the dialog cannot follow a redirect to ЕСИА, so there the whole page goes."""
    if getattr(request, "htmx", False):
        return HttpResponseClientRedirect(address)
    return HttpResponseRedirect(address)


def _told(request: HttpRequest, problem: EsiaProblem) -> HttpResponse:
    log.warning("ЕСИА gives no employees: %s (%s)", problem.kind, problem)
    status = PROBLEMS[problem.kind].status
    if problem.kind == "refused":
        kept_token.forget(request)
        status = FORBIDDEN  # it is the person who is refused; and with 500 and above Django would not keep the session
    return _problem_page(request, WORDS.get(problem.kind, UNAVAILABLE), status, problem.code)


def _problem_page(request: HttpRequest, words: tuple[str, str, str], status: int, code: str = "") -> HttpResponse:
    """What was typed waits in the draft: «Вернуться» leads to the form with it, where the form needs no answer of ЕСИА."""
    title, what, do = words
    draft = drafts.read(request)
    context = {
        "title": title,
        "what": what,
        "do": do,
        "code": code,
        "again": request.get_full_path(),
        "kept": bool(draft),
        "form_url": drafts.form_url(request) if "employee" not in draft else "",
    }
    return framed(request, "accounts/employees_problem.html", context, status=status)
