"""«Импорт протокола»: a draft from a file of the protocol's format."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts.acting import acting_of
from core.doors import door
from core.templatetags.formats import counted
from violations.flags.selectors import PREPARE
from violations.protocols.actions import ImportRefused, import_protocol

LARGEST = 20 * 1024 * 1024
NOTE_WORDS = "замечание,замечания,замечаний"


class ImportForm(forms.Form):
    """One XML file."""

    file = forms.FileField(
        label="Файл протокола",
        help_text="XML, корневой элемент Protocol, версия формата 1 или 1.0.1",
        error_messages={"required": "Выберите файл протокола.", "empty": "Файл пуст."},
    )

    def clean_file(self) -> object:
        file = self.cleaned_data["file"]
        if file.size > LARGEST:
            text = "Файл больше 20 МБ: столь больших протоколов не бывает. Проверьте, что выбран файл протокола, а не отчёта."
            raise forms.ValidationError(text)
        return file


@door(read=["GET"], write=["POST"], right=PREPARE)
def protocol_import(request: HttpRequest) -> HttpResponse:
    form = ImportForm(request.POST, request.FILES) if request.method == "POST" else ImportForm()
    refused = None
    name = ""
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        name = file.name
        try:
            protocol = import_protocol(file, name=name, acting=acting_of(request))
        except ImportRefused as problems:
            refused = problems
        else:
            found = protocol.import_notes["total"]
            words = f"Найдено: {counted(found, NOTE_WORDS)}, они перечислены ниже." if found else "Замечаний нет."
            messages.success(request, f"Из файла создан черновик протокола {protocol}. {words}")
            return redirect("violations:protocol_edit", uid=protocol.uid)
    context = {"form": form, "refused": refused, "file_name": name, "limit": LARGEST}
    return render(request, "violations/protocol_import.html", context, status=422 if refused or form.errors else 200)
