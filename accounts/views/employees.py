"""«Выбрать сотрудника»: the employees that ЕСИА returns, a page at a time, straight from it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from accounts import drafts
from accounts.acting import Acting, acting_of
from accounts.esia.employees import INDEX_MAX, SORTS, Wanted, can
from accounts.esia.said import EmployeePage
from accounts.models import Branch
from accounts.rights import Right
from accounts.staff import Detour, employee_page, of_branch
from accounts.views.access_form import framed
from core.doors import door
from core.keys import key_of
from core.tables import Page

LABELS = {"name": "ФИО", "inn": "ИНН", "snils": "Снилс", "position": "Должность"}
SIZES = (10, 25, 50, 100)
FIND_MAX = 100


@door(read=["GET"], write=["POST"], right=Right.ACCESS)
def employees(request: HttpRequest) -> HttpResponse:
    """GET page, size, sort: a page of the list. POST do=find|clear|choose: into the draft, since no address may name people."""
    acting = acting_of(request)
    if request.method == "POST":
        return _posted(request)
    branch = _branch(request, acting)
    wanted = _wanted(request, acting, branch)
    try:
        found = employee_page(request, acting, wanted, branch)
    except Detour as detour:
        return detour.response
    rows = [each for each in _sorted_here(found, wanted) if of_branch(each, branch)]
    draft = drafts.read(request)
    context = {
        "columns": {"columns": _columns(request, wanted)},
        "rows": rows,
        "page": _page(request, found),
        "find": draft.get("find", ""),
        "chosen": draft.get("employee"),
        "branch": branch,
        "can_search": _can_search(acting),
        "sorts_here": not can("sort"),
        "branch_unknown": branch is not None and not can("branch"),
        "none_here": not rows and bool(found.employees),
        "past_the_end": not found.employees and found.total > 0,
        "first_url": _url(request, page=1),
        "back_url": drafts.form_url(request),
    }
    return framed(request, "accounts/employees.html", context)


def _posted(request: HttpRequest) -> HttpResponse:
    data = request.POST
    if data.get("do") == "choose":
        chosen = key_of(data.get("employee", ""))
        if chosen is not None:
            return redirect(drafts.form_url(request, drafts.keep(request, {"employee": chosen})))
        return redirect(request.get_full_path())
    find = "" if data.get("do") == "clear" else data.get("find", "").replace("\x00", "").strip()[:FIND_MAX]
    name = drafts.keep(request, {"find": find})
    return redirect(f"{request.path}?{urlencode({'draft': name})}")


def _can_search(acting: Acting) -> bool:
    """How many of the whole organization answer a search would tell a branch who works elsewhere in it."""
    return can("search") and (acting.branch is None or can("branch"))


def _wanted(request: HttpRequest, acting: Acting, branch: Branch | None) -> Wanted:
    """From the address and the draft; what is not understood is left at its default."""
    sort = request.GET.get("sort", "name")
    index, size = key_of(request.GET.get("page", "1")), request.GET.get("size", "10")
    return Wanted(
        index=min(max(index or 1, 1), INDEX_MAX),
        size=int(size) if size in {str(each) for each in SIZES} else 10,
        sort=sort.lstrip("-") if sort.lstrip("-") in SORTS else "name",
        descending=sort.startswith("-"),
        search=drafts.read(request).get("find", "") if _can_search(acting) else "",
        branch_oid=branch.esia_oid if branch is not None else None,
    )


def _branch(request: HttpRequest, acting: Acting) -> Branch | None:
    """The branch of the draft, or the one that the person acts for."""
    if acting.branch is not None:
        return acting.branch
    key = key_of(str(drafts.read(request).get("branch", "")))
    return Branch.objects.visible_to(acting).filter(pk=key).first() if key is not None else None


def _sorted_here(found: EmployeePage, wanted: Wanted) -> list[Any]:
    """ЕСИА's order; where it is not known to sort, the page's own rows are sorted and the page says so."""
    rows = list(found.employees)
    if can("sort"):
        return rows
    keys = {
        "name": lambda each: each.full_name.upper().replace("Ё", "Е"),
        "inn": lambda each: each.inn,
        "snils": lambda each: each.snils,
        "position": lambda each: each.position.upper(),
    }
    return sorted(rows, key=keys[wanted.sort], reverse=wanted.descending)


def _columns(request: HttpRequest, wanted: Wanted) -> list[dict[str, Any]]:
    columns: list[dict[str, Any]] = [{"key": "choose", "label": "<Выбрать>", "hidden": True}]
    for key, label in LABELS.items():
        current = key == wanted.sort
        turned = key if not current or wanted.descending else f"-{key}"
        columns.append(
            {
                "key": key,
                "label": label,
                "numeric": False,
                "sortable": True,
                "sort_url": _url(request, sort=turned, page=None),
                "sorted": ("descending" if wanted.descending else "ascending") if current else None,
            }
        )
    return columns


def _page(request: HttpRequest, found: EmployeePage) -> Page:
    first = (found.index - 1) * found.size + 1 if found.employees else 0
    last = first + len(found.employees) - 1 if found.employees else 0
    return Page(
        first=first,
        last=last,
        total=found.total,
        total_label=str(found.total),
        previous_url=_url(request, page=found.index - 1) if found.index > 1 else None,
        next_url=_url(request, page=found.index + 1) if last and last < found.total else None,
        size=found.size,
        size_choices=[{"size": each, "url": _url(request, size=each, page=None)} for each in SIZES],
    )


def _url(request: HttpRequest, **changes: Any) -> str:
    """The same address with some parameters changed (None: left out)."""
    params = {name: value for name, value in request.GET.items() if name not in changes}
    params |= {name: str(value) for name, value in changes.items() if value is not None}
    return f"{request.path}?{urlencode(params)}" if params else request.path
