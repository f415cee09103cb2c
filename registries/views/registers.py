"""«Ведение реестров»: what is loaded, the last uploads, and the form of a new one."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from accounts.acting import acting_of
from core.doors import door
from core.files.serving import safe_name
from core.templatetags.formats import filesize_ru
from core.uploads import BoundedUploadHandler, announced_too_large, bound
from registries.actions import receive_register
from registries.models import KEEP, RegisterImport
from registries.selectors import register_facts

FILE_BYTES_MAX = 20 * 1024 * 1024
UPLOADS_SHOWN = 10
TOO_LARGE = f"Файл больше {filesize_ru(FILE_BYTES_MAX)} и не принят. Разделите его: списки можно загружать по частям."


class RegisterForm(forms.Form):
    """One JSON file."""

    file = forms.FileField(
        label="Файл реестра",
        help_text="JSON в кодировке UTF-8 со списками organizations, experts, sout_ids, known_workplaces",
        max_length=255,
        error_messages={
            "required": "Выберите файл реестра.",
            "missing": "Выберите файл реестра.",
            "empty": "Файл пустой: в нём нет ни одного байта.",
            "invalid": "Файл передан не полностью. Отправьте его ещё раз.",
            "max_length": "Имя файла длиннее 255 знаков. Переименуйте файл.",
        },
    )

    def refuse(self, text: str) -> None:
        """Say at the field why the upload was stopped before there was anything to validate."""
        self.errors.clear()
        self.add_error("file", text)


@csrf_exempt  # only on the outside: the token is checked in `_take`, after the door and the announced length
@door(read=["GET"], write=["POST"], right=KEEP)
def registers(request: HttpRequest) -> HttpResponse:
    """POST: 303 to the page of the upload; 413 or 422 with this page and what is wrong."""
    if request.method != "POST":
        return _page(request, RegisterForm())
    if announced_too_large(request, FILE_BYTES_MAX):
        return _refused(request)
    return _take(request, bound(request, FILE_BYTES_MAX))


@csrf_protect
def _take(request: HttpRequest, handler: BoundedUploadHandler) -> HttpResponse:
    form = RegisterForm(request.POST, request.FILES)
    if handler.exceeded:
        return _refused(request)
    if not form.is_valid():
        return _page(request, form, status=422)
    file = form.cleaned_data["file"]
    acting = acting_of(request)
    received = receive_register(file.file, name=safe_name(str(file.name)), actor=acting)
    return HttpResponseRedirect(reverse("registries:register_import", args=[received.uid]), status=303)


def _refused(request: HttpRequest) -> HttpResponse:
    form = RegisterForm({})
    form.refuse(TOO_LARGE)
    return _page(request, form, status=413)


def _page(request: HttpRequest, form: RegisterForm, *, status: int = 200) -> HttpResponse:
    mine = RegisterImport.objects.visible_to(acting_of(request))
    context = {
        "form": form,
        "facts": register_facts(),
        "uploads": mine.select_related("file", "uploaded_by").defer("problems").order_by("-pk")[:UPLOADS_SHOWN],
        "limit": FILE_BYTES_MAX,
    }
    return render(request, "registries/registers.html", context, status=status)
