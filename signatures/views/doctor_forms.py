"""The two files that the doctor takes, kept in memory alone and never longer than the request."""

from __future__ import annotations

from io import BytesIO
from typing import Any, Self

from django import forms
from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload
from django.http import HttpRequest

from signatures.doctor.files import FileCode, FileRefused


class InMemoryHandler(FileUploadHandler):
    """Holds the files of a request in memory; stops above ``limit`` bytes, then there is no file."""

    def __init__(self, request: HttpRequest, limit: int) -> None:
        super().__init__(request)
        self.limit = limit
        self.received = 0
        self.exceeded = False

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.file = BytesIO()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.received += len(raw_data)
        if self.received > self.limit:
            self.exceeded = True
            raise StopUpload(connection_reset=False)
        self.file.write(raw_data)

    def file_complete(self, file_size: int) -> InMemoryUploadedFile:
        self.file.seek(0)
        return InMemoryUploadedFile(
            file=self.file,
            field_name=self.field_name,
            name=self.file_name,
            content_type=self.content_type or "",
            size=file_size,
            charset=self.charset,
        )


def kept_in_memory(request: HttpRequest, limit: int) -> InMemoryHandler:
    """Call before anything touches request.POST, the check of the CSRF token too.

    ``core.uploads.bound`` does the same for files that may be large: it writes them to the disk.
    """
    handler = InMemoryHandler(request, limit)
    handlers: list[Any] = [handler]
    request.upload_handlers = handlers
    return handler


class OneFileForm(forms.Form):
    """``field_name`` is its only field; what is wrong with the file is told by ``signatures.doctor.files``."""

    field_name = ""

    def file(self, handler: InMemoryHandler) -> tuple[str, bytes]:
        """Name and content of the file; raises FileRefused where there is none or it was cut off."""
        file = self.files.get(self.field_name)
        if handler.exceeded:
            raise FileRefused(FileCode.TOO_LARGE)
        if file is None:
            raise FileRefused(FileCode.EMPTY, "Выберите файл.")
        return file.name or "", file.read()

    @classmethod
    def refused(cls, text: str) -> Self:
        """The empty form with what was wrong with the file that came."""
        form = cls({})
        form.errors.clear()
        form.add_error(cls.field_name, text)
        return form


class CertificateForm(OneFileForm):
    field_name = "certificate"
    certificate = forms.FileField(
        label="Файл сертификата",
        help_text="Открытый сертификат: .cer, .crt или .pem, до 64 КБ. Закрытый ключ (.pfx, .p12, .key) не загружайте.",
        widget=forms.FileInput(attrs={"accept": ".cer,.crt,.pem,.der", "data-doctor-file": ""}),
    )


class TrialForm(OneFileForm):
    field_name = "signature_file"
    signature_file = forms.FileField(
        label="Файл пробной подписи",
        help_text="Отсоединённая подпись CAdES-BES под скачанным текстом: .sig или .p7s.",
        widget=forms.FileInput(attrs={"accept": ".sig,.p7s,.sgn,.p7m", "data-doctor-file": ""}),
    )
