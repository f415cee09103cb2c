"""«Филиалы»: the list that ЕСИА gives, with the contacts that each branch keeps itself."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.acting import acting_of
from accounts.models import Branch, Contacts
from accounts.rights import Right
from core.cabinet_settings import tabs
from core.doors import door
from core.tables import Column, build

COLUMNS = [Column("name", "Филиал", sort="name"), Column("kpp", "КПП"), Column("contacts", "Контакты")]


@door(read=["GET"], right=Right.SETTINGS)
def settings_branches(request: HttpRequest) -> HttpResponse:
    acting = acting_of(request)
    table, page = build(request, Branch.objects.visible_to(acting), COLUMNS, default="name", size=25)
    kept = Contacts.objects.visible_to(acting).filter(branch__in=[branch.pk for branch in table.rows])
    by_branch = {contacts.branch_id: contacts for contacts in kept}
    context = {
        "tabs": tabs(acting, "accounts:settings_branches"),
        "table": table,
        "page": page,
        "rows": [(branch, by_branch.get(branch.pk)) for branch in table.rows],
    }
    return render(request, "accounts/settings_branches.html", context)
