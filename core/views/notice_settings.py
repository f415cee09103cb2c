"""«Настройки уведомлений»: what comes by mail, when, and to which address. One person's, for all his organizations."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from core.doors import door
from core.notifications.addresses import AddressRefused, ask_own_address, drop_own_address
from core.notifications.choosing import save_preferences
from core.notifications.models import Address, Letter, Notice, Preferences, Topic, Way, preferences_of
from core.notifications.readers import email_of
from core.versions import Stale, posted_version

LAST_LETTERS = 10


def _clock() -> forms.TimeInput:
    return forms.TimeInput(format="%H:%M", attrs={"type": "time"})


class PreferencesForm(forms.Form):
    """A choice for each topic, then the times. `version` is what the page showed."""

    digest_at = forms.TimeField(
        label="Время сводки",
        widget=_clock(),
        help_text="Московское время. Сводка приходит раз в день, если есть что сообщить.",
        error_messages={"required": "Укажите время сводки.", "invalid": "Укажите время в виде 09:00."},
    )
    quiet_from = forms.TimeField(
        label="Тихие часы: с",
        help_text="Московское время, можно через полночь.",
        required=False,
        widget=_clock(),
        error_messages={"invalid": "Укажите время в виде 22:00."},
    )
    quiet_until = forms.TimeField(
        label="Тихие часы: до",
        required=False,
        widget=_clock(),
        help_text="Письма, которые пришлись на тихие часы, придут, когда они закончатся.",
        error_messages={"invalid": "Укажите время в виде 07:00."},
    )

    def __init__(self, saved: Preferences, data: Any = None) -> None:
        ways = {f"way_{topic.value}": saved.way(topic) for topic in Topic}
        times = {name: getattr(saved, name) for name in ("digest_at", "quiet_from", "quiet_until")}
        super().__init__(data, initial=ways | times)
        for topic in Topic:
            self.fields[f"way_{topic.value}"] = forms.ChoiceField(label=topic.label, choices=Way.choices)
        self.order_fields([*ways, *times])

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        begins, ends = values.get("quiet_from"), values.get("quiet_until")
        if (begins is None) != (ends is None) and not self.errors:
            self.add_error("quiet_until" if ends is None else "quiet_from", "Укажите и начало, и конец тихих часов.")
        if begins is not None and begins == ends:
            self.add_error("quiet_until", "Тихие часы не могут длиться сутки: укажите другой конец.")
        return values

    def ways(self) -> dict[str, str]:
        return {topic.value: self.cleaned_data[f"way_{topic.value}"] for topic in Topic}


class OwnAddressForm(forms.Form):
    email = forms.EmailField(
        label="Другой адрес для писем",
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text="На него придёт письмо со ссылкой. Пока ссылка не открыта, письма приходят по-прежнему.",
        error_messages={"required": "Укажите адрес.", "invalid": "Укажите адрес в виде name@example.ru."},
    )


@door(read=["GET"], write=["POST"], signed_in=True)
def notice_settings(request: HttpRequest) -> HttpResponse:
    match request.POST.get("do", "") if request.method == "POST" else "look":
        case "save":
            return _save(request)
        case "address":
            return _ask(request)
        case "forget":
            drop_own_address(request.user)
            messages.success(request, "Указанный вами адрес убран.")
            return redirect("core:notice_settings")
        case _:
            return _page(request)


def _save(request: HttpRequest) -> HttpResponse:
    saved = _saved(request)
    form = PreferencesForm(saved, request.POST)
    if not form.is_valid():
        return _page(request, form=form, status=422)
    values = form.cleaned_data
    try:
        save_preferences(
            request.user,
            ways=form.ways(),
            digest_at=values["digest_at"],
            quiet_from=values["quiet_from"],
            quiet_until=values["quiet_until"],
            version=posted_version(request.POST.get("version", "")),
        )
    except Stale:
        return _page(request, form=form, stale=True, status=409)
    messages.success(request, "Настройки сохранены.")
    return redirect("core:notice_settings")


def _ask(request: HttpRequest) -> HttpResponse:
    form = OwnAddressForm(request.POST)
    if form.is_valid():
        try:
            ask_own_address(request.user, form.cleaned_data["email"])
        except AddressRefused as refused:
            form.add_error("email", str(refused))
        else:
            messages.success(request, "Письмо со ссылкой отправляется. Откройте ссылку, чтобы подтвердить адрес.")
            return redirect("core:notice_settings")
    return _page(request, address_form=form, status=422)


def _saved(request: HttpRequest) -> Preferences:
    pk = request.user.pk
    assert pk is not None  # the door lets in signed-in people only
    return preferences_of([pk])[pk]


def _page(
    request: HttpRequest,
    *,
    form: PreferencesForm | None = None,
    address_form: OwnAddressForm | None = None,
    stale: bool = False,
    status: int = 200,
) -> HttpResponse:
    saved = _saved(request)
    own = {each.is_confirmed: each for each in Address.objects.of_person(request.user)}
    acting = getattr(request, "acting", None)
    # of the acting organization, and only while its notices are there to be seen
    letters = Letter.objects.visible_to(acting).filter(notice__in=Notice.objects.visible_to(acting))
    form = form or PreferencesForm(saved)
    context = {
        "form": form,
        "address_form": address_form or OwnAddressForm(),
        "errors": [] if stale else [each for each in (form, address_form) if each is not None and each.is_bound],
        "stale": stale,
        "saved": saved,
        "saved_ways": [(topic.label, saved.way(topic).label) for topic in Topic],
        "email": email_of(request.user),
        "own": own.get(True),
        "asked": own.get(False),
        "letters": letters.select_related("notice").order_by("-pk")[:LAST_LETTERS],
    }
    return render(request, "core/notice_settings.html", context, status=status)
