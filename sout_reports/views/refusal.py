"""Why a file was refused: every problem listed, the list as a table file, and the file itself while it is kept."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render

from accounts.acting import acting_of
from core.doors import door
from core.files.serving import file_response
from core.keys import key_of
from core.tables import Filters, Page, choice
from core.tables.export import csv_response, xlsx_response
from core.tables.paging import SIZES
from sout_reports.actions import note_download
from sout_reports.models import IMPORT, SoutReport
from sout_reports.selectors import is_already_accepted, refused_for_form
from sout_reports.states import State
from sout_reports.views.scope import brought_report

HEAD = ("№", "Код", "Строка", "Где", "Что не так", "Указано", "Ожидается", "Что сделать", "Основание")
DEFAULT_SIZE = 25
EXPORTS = {"csv": csv_response, "xlsx": xlsx_response}


def refused_report(request: HttpRequest, uid: UUID) -> SoutReport:
    """Raises Http404 unless it is the acting organization's and refused."""
    report = brought_report(request, uid)
    if report.state != State.REFUSED:
        raise Http404
    return report


@door(read=["GET"], right=IMPORT)
def refusal(request: HttpRequest, uid: UUID) -> HttpResponse:
    report = brought_report(request, uid)
    if report.state != State.REFUSED:
        return redirect("sout_reports:receipt", uid=report.uid)
    codes = sorted({problem["code"] for problem in report.problems})
    filters = Filters(request, [choice("code", "Код ошибки", [(code, code) for code in codes], "code")])
    wanted = filters.values["code"]
    problems = [each for each in _numbered(report) if not wanted or each["code"] == wanted]
    rows, page = page_of(request, problems)
    context = {
        "report": report,
        "filters": filters,
        "rows": rows,
        "page": page,
        "listed": len(report.problems),
        "nothing_to_mend": is_already_accepted(report),
        "of_form": refused_for_form(report),
        "is_kept": report.file.dropped_at is None,
    }
    return render(request, "sout_reports/refusal.html", context)


def _numbered(report: SoutReport) -> list[dict[str, Any]]:
    return [{"basis": ""} | problem | {"ordinal": place} for place, problem in enumerate(report.problems, start=1)]


def page_of(request: HttpRequest, items: list[Any]) -> tuple[list[Any], Page]:
    """A page of a list that is already in memory (at most SOUT_PROBLEMS_LISTED_MAX), in the shape the pager shows."""
    asked = request.GET.get("size", "")
    size = int(asked) if asked in {str(each) for each in SIZES} else DEFAULT_SIZE
    first = key_of(request.GET.get("from", "")) or 0
    first = min(first, max(len(items) - 1, 0)) // size * size
    rows = items[first : first + size]

    def url(**changes: Any) -> str:
        kept = [(name, value) for name, value in request.GET.items() if name not in changes]
        return f"{request.path}?{urlencode([*kept, *changes.items()])}"

    page = Page(
        first=first + 1 if rows else 0,
        last=first + len(rows),
        total=len(items),
        total_label=str(len(items)),
        previous_url=url(**{"from": max(first - size, 0)}) if first else None,
        next_url=url(**{"from": first + size}) if first + size < len(items) else None,
        size=size,
        size_choices=[{"size": each, "url": url(**{"size": each, "from": 0})} for each in SIZES],
    )
    return rows, page


@door(read=["GET"], right=IMPORT)
def problems_file(request: HttpRequest, uid: UUID, extension: str) -> HttpResponseBase:
    """The listed problems as CSV or XLSX."""
    report = refused_report(request, uid)
    if extension not in EXPORTS:
        raise Http404
    return EXPORTS[extension](f"Ошибки файла, квитанция {report.number}", HEAD, _lines(report))


def _lines(report: SoutReport) -> Iterator[list[Any]]:
    for each in _numbered(report):
        keys = ("ordinal", "code", "line", "path", "message", "found", "expected", "advice", "basis")
        yield [each[key] for key in keys]


@door(read=["GET"], write=["POST"], right=IMPORT)
def refused_file(request: HttpRequest, uid: UUID) -> HttpResponseBase:
    """POST: the refused file for its owner, until the day it is dropped, and a line in the journal; a GET writes nothing, so it
    only leads to the refusal."""
    report = refused_report(request, uid)
    if request.method != "POST" or report.file.dropped_at is not None:
        return redirect("sout_reports:refusal", uid=report.uid)
    try:
        response = file_response(report.file)
    except FileNotFoundError:
        return redirect("sout_reports:refusal", uid=report.uid)
    note_download(report, actor=acting_of(request))
    return response
