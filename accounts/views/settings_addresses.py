"""«Адреса для уведомлений»: mailboxes of the organization that get copies of letters about chosen topics."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from accounts.acting import acting_of
from accounts.rights import Right
from core.cabinet_settings import tabs
from core.doors import door
from core.notifications.addresses import AddressRefused, add_copy_address, ask_again, change_topics, remove_address
from core.notifications.models import Address, Topic
from core.versions import Stale, posted_version

PAGE = "accounts:settings_addresses"


class TopicsForm(forms.Form):
    topics = forms.MultipleChoiceField(
        label="О чём присылать копии",
        choices=Topic.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Отметьте хотя бы одну тему."},
    )


class NewAddressForm(TopicsForm):
    email = forms.EmailField(
        label="Адрес электронной почты",
        max_length=254,
        help_text="На него придёт письмо со ссылкой. Копии начнут приходить, когда ссылку откроют.",
        error_messages={"required": "Укажите адрес.", "invalid": "Укажите адрес в виде name@example.ru."},
    )
    field_order = ("email", "topics")


@door(read=["GET"], write=["POST"], right=Right.SETTINGS)
def settings_addresses(request: HttpRequest) -> HttpResponse:
    acting = acting_of(request)
    form = NewAddressForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            add_copy_address(acting, email=form.cleaned_data["email"], topics=form.cleaned_data["topics"])
        except AddressRefused as refused:
            form.add_error("email", str(refused))
        else:
            messages.success(request, "Адрес добавлен. На него отправляется письмо со ссылкой для подтверждения.")
            return redirect(PAGE)
    labels = dict(Topic.choices)
    rows = Address.objects.visible_to(acting).select_related("branch").order_by("pk")
    context = {
        "tabs": tabs(acting, PAGE),
        "form": form,
        "errors": [form] if form.is_bound else [],
        "rows": [(address, [labels[each] for each in address.topics if each in labels]) for address in rows],
    }
    return render(request, "accounts/settings_addresses.html", context, status=422 if form.errors else 200)


@door(read=["GET"], write=["POST"], right=Right.SETTINGS)
def settings_address(request: HttpRequest, pk: int) -> HttpResponse:
    """One address: its topics, the link once more, removal."""
    acting = acting_of(request)
    address = get_object_or_404(Address.objects.visible_to(acting).select_related("branch"), pk=pk)
    match request.POST.get("do", "") if request.method == "POST" else "look":
        case "save":
            return _save(request, address)
        case "again":
            return _again(request, address)
        case "remove":
            remove_address(address, actor=acting)
            messages.success(request, "Адрес убран: копии писем на него больше не приходят.")
            return redirect(PAGE)
        case _:
            return _page(request, address)


def _save(request: HttpRequest, address: Address) -> HttpResponse:
    form = TopicsForm(request.POST)
    if not form.is_valid():
        return _page(request, address, form=form, status=422)
    try:
        change_topics(
            address,
            form.cleaned_data["topics"],
            version=posted_version(request.POST.get("version", "")),
            acting=acting_of(request),
        )
    except Stale as stale:
        return _page(request, stale.saved, form=form, stale=True, status=409)
    messages.success(request, "Темы сохранены.")
    return redirect(PAGE)


def _again(request: HttpRequest, address: Address) -> HttpResponse:
    try:
        ask_again(address, acting=acting_of(request))
    except AddressRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, "Письмо со ссылкой отправляется ещё раз.")
    return redirect(PAGE)


def _page(
    request: HttpRequest, address: Address, *, form: TopicsForm | None = None, stale: bool = False, status: int = 200
) -> HttpResponse:
    labels = dict(Topic.choices)
    form = form or TopicsForm(initial={"topics": address.topics})
    context: dict[str, Any] = {
        "tabs": tabs(acting_of(request), PAGE),
        "address": address,
        "form": form,
        "errors": [form] if form.is_bound and not stale else [],
        "stale": stale,
        "saved_topics": [labels[each] for each in address.topics if each in labels],
    }
    return render(request, "accounts/settings_address.html", context, status=status)
