"""The form of a signature: what the plug-in answered, or a file."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

# A signature with a long chain has some 20 KB; an attached one holds the document too.
LARGEST_FILE = 8 * 1024 * 1024
FILE_KINDS = ".sig,.p7s,.sgn,.p7m"
EMPTY = "Файл подписи пуст. Выберите другой или подпишите документ ещё раз."
TOO_LARGE = (
    "Файл подписи больше 8 МБ. Проверьте, что выбрана подпись, а не сам документ; подпишите отсоединённой подписью."
)


class WrittenByTheModule(forms.Textarea):
    """Always shown empty: a refused answer of the plug-in left in the page would be sent again with the next file."""

    def format_value(self, value: Any) -> str:
        return ""


class SignatureForm(forms.Form):
    """Either field is enough, a file is taken first; ``signature_bytes`` after ``is_valid()`` is the signature as it came."""

    signature = forms.CharField(
        required=False,
        strip=True,
        label="Подпись",
        widget=WrittenByTheModule(attrs={"data-signing-value": "", "hidden": "", "autocomplete": "off"}),
    )
    signature_file = forms.FileField(
        required=False,
        label="Файл подписи",
        help_text="Отсоединённая подпись CAdES-BES: .sig или .p7s.",
        widget=forms.FileInput(attrs={"accept": FILE_KINDS}),
        error_messages={"empty": EMPTY},
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        text = cleaned.get("signature") or ""
        file = cleaned.get("signature_file")
        if self.errors:
            return cleaned
        if not text and not file:
            self.add_error("signature_file", ValidationError("Выберите файл подписи.", code="absent"))
        elif len(text) > LARGEST_FILE or (file and file.size > LARGEST_FILE):
            self.add_error("signature_file", ValidationError(TOO_LARGE, code="too_large"))
        return cleaned

    @property
    def signature_bytes(self) -> bytes:
        """The file where one was chosen, else the plug-in's answer: a file is chosen by hand, after the plug-in failed."""
        file = self.cleaned_data["signature_file"]
        if file:
            content: bytes = file.read()
            return content
        text: str = self.cleaned_data["signature"]
        return text.encode("ascii", errors="replace")
