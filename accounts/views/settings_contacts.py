"""«Контакты»: of the organization, or of the branch for who acts for one."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts.acting import acting_of
from accounts.actions import save_contacts
from accounts.models import Contacts
from accounts.rights import Right
from core.cabinet_settings import tabs
from core.doors import door
from core.versions import Stale, posted_version

FIELDS = ("phone", "email", "person_name", "person_position")
_PHONE = re.compile(r"\+?[0-9][0-9 ()\-]{5,}(?:,? ?(?:доб\.?|вн\.?) ?[0-9]{1,6})?")


class ContactsForm(forms.Form):
    """All may be empty: nothing is shown then."""

    phone = forms.CharField(
        label="Телефон", max_length=60, required=False, help_text="Например: +7 343 000-00-00, доб. 12"
    )
    email = forms.EmailField(
        label="Электронная почта",
        max_length=254,
        required=False,
        error_messages={"invalid": "Укажите адрес в виде name@example.ru."},
    )
    person_name = forms.CharField(label="Кого спросить: ФИО", max_length=200, required=False)
    person_position = forms.CharField(label="Кого спросить: должность", max_length=200, required=False)

    def clean_phone(self) -> str:
        phone = self.cleaned_data["phone"]
        if phone and not _PHONE.fullmatch(phone):
            raise forms.ValidationError("Укажите телефон цифрами, например: +7 343 000-00-00, доб. 12.")
        return phone

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("person_position") and not values.get("person_name"):
            self.add_error("person_name", "Укажите, кого спросить, или уберите должность.")
        return values


@door(read=["GET"], write=["POST"], right=Right.SETTINGS)
def settings_contacts(request: HttpRequest) -> HttpResponse:
    acting = acting_of(request)
    form = ContactsForm(request.POST) if request.method == "POST" else None
    if form is None:
        return _page(request)
    if not form.is_valid():
        return _page(request, form, status=422)
    try:
        save_contacts(**form.cleaned_data, version=posted_version(request.POST.get("version", "")), acting=acting)
    except Stale:
        return _page(request, form, stale=True, status=409)
    messages.success(request, "Контакты сохранены.")
    return redirect("accounts:settings_contacts")


def _page(
    request: HttpRequest, form: ContactsForm | None = None, *, stale: bool = False, status: int = 200
) -> HttpResponse:
    acting = acting_of(request)
    saved = Contacts.objects.of(acting.organization, acting.branch) or Contacts(
        organization=acting.organization, branch=acting.branch
    )
    form = form or ContactsForm(initial={name: getattr(saved, name) for name in FIELDS})
    context = {
        "tabs": tabs(acting, "accounts:settings_contacts"),
        "form": form,
        "errors": [form] if form.is_bound and not stale else [],
        "saved": saved,
        "stale": stale,
    }
    return render(request, "accounts/settings_contacts.html", context, status=status)
