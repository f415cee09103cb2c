"""«Скачать отчёт»: the file exactly as it came, with every СНИЛС in it, so each download is a line in the journal."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect

from accounts.acting import acting_of
from core.doors import door
from core.files.serving import file_response
from sout_reports.actions import note_download
from sout_reports.views.scope import READERS, read_report


@door(read=["GET"], write=["POST"], right=READERS)
def download(request: HttpRequest, uid: UUID) -> HttpResponseBase:
    """POST streams the file under the name its owner gave; a GET writes nothing, so it only leads to the report."""
    report = read_report(request, uid)
    if request.method != "POST":
        return redirect("sout_reports:report", uid=uid)
    try:
        response = file_response(report.file)
    except FileNotFoundError as gone:
        raise Http404 from gone
    note_download(report, actor=acting_of(request))
    return response
