"""«Администрирование»: the people who have access, or were given it and wait."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts.acting import Acting, acting_of
from accounts.drafts import SESSION_FIND
from accounts.models import AccessRequest, Branch, User
from accounts.names import is_called, with_name_key
from accounts.people import PERSON_STATES, by_branch, by_state, people_with_access, shown_people
from accounts.rights import BY_CODE, Right
from core.doors import door
from core.tables import Column, Filters, build, choice
from core.tables.filters import Filter

COLUMNS = [
    Column("name", "ФИО", sort="shown_name_key"),
    Column("inn", "ИНН"),
    Column("snils", "Снилс"),
    Column("position", "Должность"),
    Column("access", "Доступ"),
    Column("state", "Состояние"),
    Column("actions", "<Действия>"),
]
FIND_MAX = 100
ASKED_SHOWN, ASKED_MAX = 20, 100  # the others up to the second number are a press away


@door(read=["GET"], write=["POST"], right=Right.ACCESS)
def administration(request: HttpRequest) -> HttpResponse:
    """POST find=<surname>: kept in the session, because a surname has no place in an address."""
    acting = acting_of(request)
    if request.method == "POST":
        request.session[SESSION_FIND] = request.POST.get("find", "").replace("\x00", "").strip()[:FIND_MAX]
        return redirect("accounts:administration")
    find = request.session.get(SESSION_FIND, "")
    filters = Filters(request, _filters(acting))
    people = with_name_key(_found(people_with_access(acting), find, acting), acting.organization)
    table, page = build(request, filters.apply(people), COLUMNS, default="name")
    asked = _asked(acting)
    context = {
        "filters": filters,
        "table": table,
        "page": page,
        "rows": shown_people(table.rows, acting),
        "find": find,
        "first_asked": asked[:ASKED_SHOWN],
        "more_asked": asked[ASKED_SHOWN:ASKED_MAX],
        "more_asked_label": f"Показать остальные: {min(len(asked), ASKED_MAX) - ASKED_SHOWN}",
        "still_more_asked": len(asked) > ASKED_MAX,
    }
    return render(request, "accounts/administration.html", context)


def _asked(acting: Acting) -> list[tuple[AccessRequest, str]]:
    """The oldest requests that wait for an answer, one more than the page shows, each with the label of its right. A right
    that the cabinet has no more cannot be given: nobody is asked for it."""
    waiting = AccessRequest.objects.visible_to(acting).waiting().filter(right__in=BY_CODE).select_related("user")
    return [(each, acting.label(each.right)) for each in waiting.order_by("pk")[: ASKED_MAX + 1]]


def _filters(acting: Acting) -> list[Filter]:
    declared = [choice("state", "Состояние", PERSON_STATES, by_state(acting))]
    if acting.branch is None:
        branches = list(Branch.objects.visible_to(acting).order_by("name").values_list("pk", "name"))
        if branches:
            places = [("whole", "Вся организация"), *((str(pk), name) for pk, name in branches)]
            declared.append(choice("branch", "Где", places, by_branch(acting)))
    return declared


def _found(rows: QuerySet[User], find: str, acting: Acting) -> QuerySet[User]:
    return rows.filter(is_called(find, acting.organization)) if find else rows
