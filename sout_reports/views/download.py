"""«Скачать отчёт»: the file exactly as it came."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponseBase

from core.doors import door
from core.files.serving import file_response
from sout_reports.views.scope import READERS, read_report


@door(read=["GET"], right=READERS)
def download(request: HttpRequest, uid: UUID) -> HttpResponseBase:
    """Streamed, under the name its owner gave. A GET writes nothing: the server's access log tells who read it."""
    report = read_report(request, uid)
    try:
        return file_response(report.file)
    except FileNotFoundError as gone:
        raise Http404 from gone
