"""The form of a signature: what the plug-in answered, or a file."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

# A signature with a long chain has some 20 KB; an attached one holds the document too.
LARGEST_FILE = 8 * 1024 * 1024
FILE_KINDS = ".sig,.p7s,.sgn,.p7m"


class SignatureForm(forms.Form):
    """Either field is enough; ``signature_bytes`` after ``is_valid()`` is the signature as it came."""

    signature = forms.CharField(
        required=False,
        strip=True,
        label="Подпись",
        widget=forms.Textarea(attrs={"data-signing-value": "", "hidden": ""}),
    )
    signature_file = forms.FileField(
        required=False,
        label="Файл подписи",
        help_text="Отсоединённая подпись CAdES-BES: .sig или .p7s.",
        widget=forms.FileInput(attrs={"accept": FILE_KINDS}),
        error_messages={"empty": "Файл подписи пуст."},
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
            self.add_error("signature_file", ValidationError("Файл подписи больше 8 МБ.", code="too_large"))
        return cleaned

    @property
    def signature_bytes(self) -> bytes:
        """The plug-in's answer where there is one, else the file."""
        text: str = self.cleaned_data["signature"]
        if text:
            return text.encode("ascii", errors="replace")
        content: bytes = self.cleaned_data["signature_file"].read()
        return content
