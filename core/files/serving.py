"""Giving a stored file to a browser."""

from __future__ import annotations

import re
from typing import TypeVar

from django.http import FileResponse, HttpResponseBase
from django.utils.http import content_disposition_header

from core.files.models import StoredFile
from core.files.storing import open_file

_PATH = re.compile(r".*[/\\]", re.DOTALL)
Answer = TypeVar("Answer", bound=HttpResponseBase)
NAMELESS = "file"
BLOCK = 64 * 1024  # bytes


class _File(FileResponse):
    # Django's 4 KiB suit a server that sends the file by the kernel; ours goes through core.streaming, block by block
    block_size = BLOCK


def safe_name(name: str) -> str:
    """The last part of a name, printable characters only: «../../report.xml» → «report.xml»."""
    last = _PATH.sub("", name)
    return "".join(each for each in last if each.isprintable()).strip(" .") or NAMELESS


def as_attachment(answer: Answer, name: str) -> Answer:
    """A made answer as a download that no browser opens by itself: «МЧД № 1/2026.sig» is «МЧД № 1-2026.sig»."""
    shown = safe_name(name.replace("/", "-").replace("\\", "-"))
    answer["Content-Disposition"] = content_disposition_header(True, shown) or "attachment"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def file_response(
    row: StoredFile, *, name: str = "", content_type: str = "application/octet-stream"
) -> HttpResponseBase:
    """The bytes as a download under `name` (by default the one its owner gave), streamed, never shown in the page.

    The name is only metadata: bytes lie under the row's uid, and Django writes the header by RFC 6266 and 5987, so that
    quotes and Cyrillic are harmless. Raises FileNotFoundError when the bytes were dropped.
    """
    shown = safe_name(name or row.name)
    response = _File(open_file(row), as_attachment=True, filename=shown, content_type=content_type)
    response["Content-Length"] = str(row.size)
    response["X-Content-Type-Options"] = "nosniff"
    return response
