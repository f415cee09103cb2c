"""«Загрузить доверенность»: the XML and the head's detached signature."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from accounts.acting import acting_of
from accounts.rights import Right
from core.doors import door
from core.uploads import BoundedUploadHandler, announced_too_large, bound
from signatures.actions import PowerNotAdded, add_power
from signatures.forms import EMPTY
from signatures.mchd.reading import LARGEST
from signatures.powers import signing_codes

LARGEST_SIGNATURE = 1024 * 1024
TOGETHER = LARGEST + LARGEST_SIGNATURE
TOO_LARGE = "Файл больше 1 МБ: столь больших доверенностей и подписей не бывает. Проверьте, что выбраны нужные файлы."


class PowerUploadForm(forms.Form):
    """Two files as they came from where the paper was made."""

    xml = forms.FileField(
        label="Файл доверенности",
        help_text="XML, имя обычно начинается с ON_EMCHD_",
        widget=forms.FileInput(attrs={"accept": ".xml"}),
        error_messages={"required": "Выберите файл доверенности.", "empty": "Файл доверенности пуст. Выберите другой."},
    )
    signature = forms.FileField(
        label="Файл подписи руководителя",
        help_text="Отсоединённая подпись этого файла: .sig или .p7s",
        widget=forms.FileInput(attrs={"accept": ".sig,.p7s,.sgn"}),
        error_messages={"required": "Выберите файл подписи.", "empty": EMPTY},
    )

    def clean_xml(self) -> Any:
        return _bounded(self.cleaned_data["xml"], LARGEST)

    def clean_signature(self) -> Any:
        return _bounded(self.cleaned_data["signature"], LARGEST_SIGNATURE)


def _bounded(file: Any, limit: int) -> Any:
    if file.size > limit:
        raise forms.ValidationError(TOO_LARGE)
    return file


@csrf_exempt  # only on the outside: the token is checked in `_take`, after the door and the announced length
@door(read=["GET"], write=["POST"])
def power_add(request: HttpRequest) -> HttpResponse:
    """302 to the card; 413 or 422 with the page and all that is wrong."""
    if request.method != "POST":
        return _page(request, PowerUploadForm())
    if announced_too_large(request, TOGETHER):
        return _page(request, _too_large(), status=413)
    return _take(request, bound(request, TOGETHER))


@csrf_protect
def _take(request: HttpRequest, handler: BoundedUploadHandler) -> HttpResponse:
    form = PowerUploadForm(request.POST, request.FILES)
    if handler.exceeded:
        return _page(request, _too_large(), status=413)
    if not form.is_valid():
        return _page(request, form, status=422)
    xml, signature = (form.cleaned_data[name].read() for name in ("xml", "signature"))
    try:
        power = add_power(xml, signature, acting=acting_of(request))
    except PowerNotAdded as refused:
        return _page(request, form, refused=refused, status=422)
    messages.success(request, f"{power} проверена и добавлена в кабинет.")
    return redirect("signatures:power", uid=power.uid)


def _too_large() -> PowerUploadForm:
    form = PowerUploadForm({})
    form.errors.clear()
    form.add_error("xml", TOO_LARGE)
    return form


def _page(
    request: HttpRequest, form: PowerUploadForm, *, refused: PowerNotAdded | None = None, status: int = 200
) -> HttpResponse:
    context = {
        "form": form,
        "refused": refused,
        "limit": LARGEST,
        "codes": signing_codes(),
        "only_own": not acting_of(request).holds(Right.ACCESS),
        "may_create": acting_of(request).holds(Right.ACCESS),
    }
    return render(request, "signatures/power_add.html", context, status=status)
