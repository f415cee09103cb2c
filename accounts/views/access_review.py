"""«Пересмотр доступа»: whose access nobody has looked at for a quarter."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts.acting import acting_of
from accounts.actions import GrantRefused, confirm_grants
from accounts.models import Grant
from accounts.people import ShownGrant, ShownPerson, people_with_access, shown_people
from accounts.rights import Right
from accounts.selectors import grants_to_review
from core.doors import door
from core.keys import key_of
from core.tables import Column, build

COLUMNS = [
    Column("tick", "<Выбрать>"),
    Column("name", "Сотрудник"),
    Column("access", "Доступ"),
    Column("since", "Предоставлен", sort="since"),
    Column("seen", "Последний вход"),
    Column("actions", "<Действия>"),
]
TICKED_MAX = 500


@door(read=["GET"], write=["POST"], right=Right.ACCESS)
def access_review(request: HttpRequest) -> HttpResponse:
    """POST grant=<id> …: these people's access is still due."""
    acting = acting_of(request)
    if request.method == "POST":
        ticked = [key_of(text) for text in request.POST.getlist("grant")[:TICKED_MAX]]
        try:
            confirmed = confirm_grants([pk for pk in ticked if pk is not None], actor=acting)
        except GrantRefused as refusal:
            messages.error(request, str(refusal))
            return redirect("accounts:access_review")
        if confirmed:
            messages.success(request, f"Подтверждено: {confirmed}. Снова список напомнит о них через три месяца.")
        else:
            messages.error(request, "Отметьте в списке тех, кому доступ по-прежнему нужен.")
        return redirect("accounts:access_review")
    table, page = build(request, grants_to_review(acting), COLUMNS, default="since", size=25)
    of_page = people_with_access(acting).filter(pk__in=[grant.user_id for grant in table.rows])
    people = {each.pk: each for each in shown_people(of_page, acting)}
    rows = [row for grant in table.rows for row in _rows_of(grant, people)]
    return render(request, "accounts/access_review.html", {"table": table, "page": page, "rows": rows})


def _rows_of(grant: Grant, people: dict[int, ShownPerson]) -> list[tuple[ShownGrant, ShownPerson]]:
    """One row; none where the access has ended between two queries of the page."""
    person = people.get(grant.user_id)
    return [(each, person) for each in person.grants if each.grant.pk == grant.pk] if person is not None else []
