"""The form of an explanation: a text and any number of files up to the limits."""

from __future__ import annotations

from typing import IO, Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from core.files.kinds import KINDS_SAID
from core.files.serving import safe_name
from violations.inspection import attaching

TEXT_MIN, TEXT_MAX = 10, 5000


class SeveralFilesInput(forms.ClearableFileInput):
    """A plain file input that takes several files."""

    allow_multiple_selected = True
    template_name = "django/forms/widgets/file.html"


class SeveralFilesField(forms.FileField):
    """Files as a list; each problem is its own line."""

    widget = SeveralFilesInput

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        files = [each for each in (data if isinstance(data, list | tuple) else [data]) if each]
        streams = [(str(each.name), int(each.size or 0), each.file) for each in files]
        if problems := attaching.problems_of(streams):
            raise forms.ValidationError(problems)
        return files


class AnswerForm(forms.Form):
    """«Пояснение»."""

    text = forms.CharField(
        label="Пояснение",
        min_length=TEXT_MIN,
        max_length=TEXT_MAX,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={
            "required": "Напишите пояснение.",
            "min_length": f"Пояснение слишком короткое: нужно не меньше {TEXT_MIN} знаков.",
            "max_length": f"Пояснение длиннее {TEXT_MAX} знаков: сократите его или приложите документом.",
        },
    )
    documents = SeveralFilesField(
        label="Документы",
        required=False,
        help_text=f"Не больше {attaching.FILES_MAX} файлов, каждый до 10 МБ: {KINDS_SAID}",
    )

    def refuse(self, text: str) -> None:
        """Say at the files why the upload was stopped before there was anything to validate."""
        self.errors.clear()
        self.add_error("documents", text)

    @property
    def named_files(self) -> list[tuple[str, IO[bytes]]]:
        return [(safe_name(str(each.name)), each.file) for each in self.cleaned_data["documents"]]
