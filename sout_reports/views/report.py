"""One report: verdict, numbers, and what its head says."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from accounts.acting import acting_of
from core.doors import door
from sout_reports.models import SoutReport
from sout_reports.selectors import report_frame
from sout_reports.views.scope import READABLE, READERS, read_report

# SubmissionKindType and AssessmentKindType of schemas/sout_report.xsd
SUBMISSIONS = {
    "Primary": "Первичная передача",
    "RepeatedMissing": "Отчёт направлен повторно в связи с отсутствием в системе ранее отправленного",
    "Correction": "Исправленный отчёт взамен ранее направленного",
}
ASSESSMENTS = {"Planned": "Плановая", "Unscheduled": "Внеплановая"}
CLASSES = ("1", "2", "3.1", "3.2", "3.3", "3.4", "4", "-")


@door(read=["GET"], right=READERS)
def report(request: HttpRequest, uid: UUID) -> HttpResponse:
    acting = acting_of(request)
    known = get_object_or_404(SoutReport.objects.visible_to(acting).only("uid", "state"), uid=uid)
    if known.state not in READABLE:
        return redirect("sout_reports:receipt", uid=uid)
    row = read_report(request, uid)
    context = report_frame(row, acting, "report") | {
        "head": head_of(row),
        "classes": class_numbers(row),
        "harmful_tone": "careful" if row.harmful else "plain",
        "flags_tone": "stop" if row.open_violations else ("careful" if row.open_flags else "plain"),
    }
    return render(request, "sout_reports/report.html", context)


def class_numbers(row: SoutReport) -> list[tuple[str, int]]:
    """(class, number of workplaces) in the order of the law, classes without workplaces left out."""
    return [(name, row.class_counts[name]) for name in CLASSES if row.class_counts.get(name)]


def head_of(row: SoutReport) -> dict[str, Any]:
    """The head's facts (`actions.finishing.header_facts`) with every key present, words for codes and dates as dates."""
    header = row.header
    employer = header.get("employer", {})
    organization = header.get("organization", {})
    return {
        "employer": {name: employer.get(name, "") for name in EMPLOYER},
        "okved": ", ".join(employer.get("okved", [])),
        "organization": {
            name: organization.get(name, "") for name in ("name", "number", "inn", "ogrn", "accreditation")
        },
        "registered_on": _day(organization.get("registered_on", "")),
        "committee": header.get("committee", []),
        "experts": list(header.get("experts", {}).values()),
        "tools": [tool | {"until": _day(tool.get("expires", ""))} for tool in header.get("tools", {}).values()],
        "submission": SUBMISSIONS.get(row.submission_kind, row.submission_kind),
        "assessment": ASSESSMENTS.get(header.get("assessment_kind", ""), header.get("assessment_kind", "")),
        "work_started": _day(header.get("work_started", "")),
    } | {name: header.get(name) or "" for name in PLAIN}


EMPLOYER = ("name", "short_name", "inn", "ogrn", "kpp", "okpo", "okogu", "okato", "address", "director", "email")
PLAIN = ("region", "contract", "conclusion", "scheme_version", "data_source", "workplaces_total", "workplaces_assessed",
         "report_number", "methodology")  # fmt: skip


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
