"""«Адреса для уведомлений»: mailboxes of the organization that get copies of letters about chosen topics, of those that the
person who answers for a mailbox sees himself."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from accounts.acting import Acting, acting_of
from accounts.copies import topics_of
from accounts.rights import Right
from core.cabinet_settings import tabs
from core.doors import door
from core.notifications.addresses import (
    AddressRefused,
    add_copy_address,
    ask_again,
    change_topics,
    keep_address,
    remove_address,
)
from core.notifications.models import Address, Topic
from core.notifications.readers import keepers
from core.versions import Stale, posted_version

PAGE = "accounts:settings_addresses"
PEOPLE = ("branch", "created_by", "kept_by")


class TopicsForm(forms.Form):
    """`topics`: those of which this person is told himself."""

    topics = forms.MultipleChoiceField(
        label="О чём присылать копии",
        widget=forms.CheckboxSelectMultiple,
        help_text="Здесь темы, на которые у вас есть права: копии приходят только о том, что видите вы сами.",
        error_messages={
            "required": "Отметьте хотя бы одну тему.",
            "invalid_choice": "На одну из отмеченных тем у вас нет права. Отметьте темы из списка.",
        },
    )

    def __init__(self, acting: Acting, data: Any = None, **options: Any) -> None:
        super().__init__(data, **options)
        field = self.fields["topics"]
        assert isinstance(field, forms.MultipleChoiceField)  # declared above
        field.choices = [(topic.value, topic.label) for topic in topics_of(acting.rights)]


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
    form = NewAddressForm(acting, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            add_copy_address(acting, email=form.cleaned_data["email"], topics=form.cleaned_data["topics"])
        except AddressRefused as refused:
            form.add_error("email", str(refused))
        else:
            messages.success(request, "Адрес добавлен. На него отправляется письмо со ссылкой для подтверждения.")
            return redirect(PAGE)
    rows = list(Address.objects.visible_to(acting).select_related(*PEOPLE).order_by("pk"))
    context = {
        "tabs": tabs(acting, PAGE),
        "form": form,
        "errors": [form] if form.is_bound else [],
        "rows": _rows(rows),
    }
    return render(request, "accounts/settings_addresses.html", context, status=422 if form.errors else 200)


def _rows(addresses: list[Address]) -> list[dict[str, Any]]:
    """Each address, its topics in words, and those of them that its keeper has no right to any more; one query."""
    people = keepers(addresses)
    rows = []
    for address in addresses:
        held = {topic.value for acting in people if address.is_kept_by(acting) for topic in topics_of(acting.rights)}
        lost = set() if address.paused_at else set(address.topics) - held
        rows.append({"address": address, "topics": labels_of(address.topics), "lost": labels_of(lost)})
    return rows


def labels_of(topics: Collection[str]) -> list[str]:
    """In the order of the topics; a code that is no topic any more is left out."""
    return [topic.label for topic in Topic if topic.value in topics]


@door(read=["GET"], write=["POST"], right=Right.SETTINGS)
def settings_address(request: HttpRequest, pk: int) -> HttpResponse:
    """One address: its topics, keeping it when its copies have paused, the link once more, removal."""
    acting = acting_of(request)
    address = get_object_or_404(Address.objects.visible_to(acting).select_related(*PEOPLE), pk=pk)
    match request.POST.get("do", "") if request.method == "POST" else "look":
        case "save":
            return _save(request, address)
        case "keep":
            return _keep(request, address)
        case "again":
            return _again(request, address)
        case "remove":
            remove_address(address, actor=acting)
            messages.success(request, "Адрес убран: копии писем на него больше не приходят.")
            return redirect(PAGE)
        case _:
            return _page(request, address)


def _save(request: HttpRequest, address: Address) -> HttpResponse:
    form = TopicsForm(acting_of(request), request.POST)
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


def _keep(request: HttpRequest, address: Address) -> HttpResponse:
    acting = acting_of(request)
    try:
        keep_address(address, topics_of(acting.rights), acting=acting)
    except AddressRefused as refused:
        messages.error(request, str(refused))
        return redirect("accounts:settings_address", address.pk)
    messages.success(request, "Адрес оставлен: копии приходят о том, что видите вы сами.")
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
    acting = acting_of(request)
    form = form or TopicsForm(acting, initial={"topics": address.topics})
    context: dict[str, Any] = {
        "tabs": tabs(acting, PAGE),
        "address": address,
        "form": form,
        "errors": [form] if form.is_bound and not stale else [],
        "stale": stale,
        "saved_topics": labels_of(address.topics),
        "not_yours": labels_of(set(address.topics) - set(topics_of(acting.rights))),
    }
    return render(request, "accounts/settings_address.html", context, status=status)
