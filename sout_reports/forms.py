"""The form of «Импорт отчёта СОУТ»."""

from __future__ import annotations

from typing import IO

from django import forms

from core.files.serving import safe_name
from core.templatetags.formats import filesize_ru

ACCEPT = ".xml,.zip,.suot"
NO_FILE = "Выберите файл отчёта: XML, ZIP или .suot."
EMPTY_FILE = "Файл пустой: в нём нет ни одного байта. Выгрузите отчёт ещё раз и проверьте размер файла."
NOT_ENDED = "Файл передан не полностью. Отправьте его ещё раз."


def too_large(limit: int) -> str:
    """Why a file beyond the limit is not taken, and what to do."""
    return f"Файл больше {filesize_ru(limit)} и не принят. Сожмите XML в ZIP: отчёт уменьшится в десять и более раз."


class UploadForm(forms.Form):
    """One file of any name. What it holds is judged by the check, not by its extension."""

    file = forms.FileField(
        label="Файл отчёта",
        help_text="XML по схеме ФГИС СОУТ, тот же файл в архиве ZIP или файл .suot",
        error_messages={
            "required": NO_FILE,
            "missing": NO_FILE,
            "empty": EMPTY_FILE,
            "invalid": NOT_ENDED,
        },
        max_length=255,
    )

    def refuse(self, text: str) -> None:
        """Say at the file field why the upload was stopped before there was anything to validate."""
        self.errors.clear()
        self.add_error("file", text)

    @property
    def stream(self) -> IO[bytes]:
        """The bytes of a valid form, seekable."""
        received: IO[bytes] = self.cleaned_data["file"].file
        return received

    @property
    def file_name(self) -> str:
        """What the sender calls the file: its last part, printable characters only."""
        return safe_name(str(self.cleaned_data["file"].name))
