"""The form of «Проверить документ»."""

from __future__ import annotations

from typing import IO

from django import forms

from core.files.serving import safe_name
from signatures.forms import EMPTY, FILE_KINDS, LARGEST_FILE

LARGEST_DOCUMENT = 50 * 1024 * 1024
BOTH = LARGEST_DOCUMENT + LARGEST_FILE
TOO_LARGE = "Документ больше 50 МБ: такие кабинет не проверяет. Проверьте его программой, которой создают подписи."
SIGNATURE_TOO_LARGE = (
    "Файл подписи больше 8 МБ: такие кабинет не проверяет. Проверьте, что выбрана подпись, а не сам документ."
)
NO_DOCUMENT = "В файле подписи нет самого документа: выберите и документ."
SWAPPED = "Похоже, файлы перепутаны местами: подпись выбрана вместо документа."
BUSY = "Сейчас проверяется много больших документов. Повторите через несколько минут."
NOT_WHOLE = "Файл передан не полностью. Отправьте его ещё раз."


class CheckForm(forms.Form):
    """The document is not needed where the signature holds it."""

    document = forms.FileField(
        required=False,
        label="Документ",
        help_text="Тот файл, который подписан, без изменений. Не нужен, если он внутри файла подписи",
        error_messages={
            "empty": "Документ пуст: в нём нет ни одного байта. Выберите тот файл, который подписан.",
            "invalid": NOT_WHOLE,
        },
    )
    signature = forms.FileField(
        label="Файл подписи",
        help_text="До 8 МБ: .sig, .p7s, .sgn или .p7m",
        widget=forms.FileInput(attrs={"accept": FILE_KINDS}),
        error_messages={
            "required": "Выберите файл подписи.",
            "missing": "Выберите файл подписи.",
            "empty": EMPTY,
            "invalid": NOT_WHOLE,
        },
    )

    def clean_document(self) -> object:
        found = self.cleaned_data["document"]
        if found and found.size > LARGEST_DOCUMENT:
            raise forms.ValidationError(TOO_LARGE, code="too_large")
        return found

    def clean_signature(self) -> object:
        found = self.cleaned_data["signature"]
        if found.size > LARGEST_FILE:
            raise forms.ValidationError(SIGNATURE_TOO_LARGE, code="too_large")
        return found

    @property
    def document_stream(self) -> IO[bytes] | None:
        found = self.cleaned_data["document"]
        stream: IO[bytes] | None = found.file if found else None
        return stream

    @property
    def document_size(self) -> int:
        found = self.cleaned_data["document"]
        return int(found.size) if found else 0

    @property
    def document_name(self) -> str:
        found = self.cleaned_data["document"]
        return safe_name(str(found.name)) if found else ""
