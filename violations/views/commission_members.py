"""«Члены комиссии»: people kept for reuse, a section of «Настройки личного кабинета»."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from accounts.acting import acting_of
from core.cabinet_settings import tabs
from core.doors import door
from core.tables import Column, build
from core.versions import Stale, posted_version
from violations.protocols.actions import MemberRefused, change_member, forget_member, keep_member
from violations.protocols.models import KeptMember
from violations.views.protocol_forms import LineField
from violations.views.scope import MEMBER_KEEPERS

PAGE = "violations:commission_members"
FIELDS = ("last_name", "first_name", "middle_name", "position")
COLUMNS = [
    Column("name", "Фамилия, имя, отчество", sort="last_name"),
    Column("position", "Должность"),
    Column("action", "<Действия>"),
]


class KeptMemberForm(forms.Form):
    last_name = LineField(label="Фамилия", max_length=100, error_messages={"required": "Укажите фамилию."})
    first_name = LineField(label="Имя", max_length=100, error_messages={"required": "Укажите имя."})
    middle_name = LineField(label="Отчество", max_length=100, required=False)
    position = LineField(label="Должность", max_length=200, error_messages={"required": "Укажите должность."})


@door(read=["GET"], write=["POST"], right=MEMBER_KEEPERS)
def commission_members(request: HttpRequest) -> HttpResponse:
    acting = acting_of(request)
    form = KeptMemberForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            keep_member(form.cleaned_data, acting=acting)
        except MemberRefused as refused:
            form.add_error("last_name", str(refused))
        else:
            messages.success(request, "Член комиссии сохранён. Его можно выбрать в черновике протокола.")
            return redirect(PAGE)
    table, page = build(request, KeptMember.objects.visible_to(acting), COLUMNS, default="name", size=25)
    context = {"form": form, "errors": [form] if form.is_bound else [], "table": table, "page": page}
    return _render(request, "violations/commission_members.html", context, status=422 if form.errors else 200)


@door(read=["GET"], write=["POST"], right=MEMBER_KEEPERS)
def commission_member(request: HttpRequest, pk: int) -> HttpResponse:
    member = get_object_or_404(KeptMember.objects.visible_to(acting_of(request)), pk=pk)
    match request.POST.get("do", "") if request.method == "POST" else "look":
        case "save":
            return _save(request, member)
        case "forget":
            forget_member(member, acting=acting_of(request))
            messages.success(request, "Член комиссии убран из списка. В протоколах он остался.")
            return redirect(PAGE)
        case _:
            return _page(request, member)


def _save(request: HttpRequest, member: KeptMember) -> HttpResponse:
    form = KeptMemberForm(request.POST)
    if not form.is_valid():
        return _page(request, member, form, status=422)
    version = posted_version(request.POST.get("version", ""))
    try:
        change_member(member, form.cleaned_data, version=version, acting=acting_of(request))
    except Stale as stale:
        return _page(request, stale.saved, form, stale=True, status=409)
    except MemberRefused as refused:
        form.add_error("last_name", str(refused))
        return _page(request, member, form, status=422)
    messages.success(request, "Изменения сохранены.")
    return redirect(PAGE)


def _page(
    request: HttpRequest,
    member: KeptMember,
    form: KeptMemberForm | None = None,
    *,
    stale: bool = False,
    status: int = 200,
) -> HttpResponse:
    form = form or KeptMemberForm(initial={name: getattr(member, name) for name in FIELDS})
    errors = [form] if form.is_bound and not stale else []
    context = {"member": member, "form": form, "errors": errors, "stale": stale}
    return _render(request, "violations/commission_member.html", context, status=status)


def _render(request: HttpRequest, template: str, context: dict[str, Any], *, status: int) -> HttpResponse:
    return render(request, template, context | {"tabs": tabs(acting_of(request), PAGE)}, status=status)
