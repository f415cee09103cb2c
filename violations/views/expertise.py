"""«Протокол электронной экспертизы качества проведения СОУТ» of a report."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.acting import acting_of
from core.doors import door
from sout_reports.selectors import report_frame
from violations.documents import expertise_facts
from violations.flags import selectors
from violations.views.scope import EXPERTISE_READERS, judged_report

SHOWN_OF_RULE = 20


@door(read=["GET"], right=EXPERTISE_READERS)
def expertise(request: HttpRequest, uid: UUID) -> HttpResponse:
    report = judged_report(request, uid)
    acting = acting_of(request)
    groups = selectors.grouped(report, acting, each=SHOWN_OF_RULE)
    context = report_frame(report, acting, "expertise") | expertise_facts(report, groups)
    context["decidable"] = selectors.decidable_count(report, acting)
    context["may_open_flags"] = selectors.may_open_flags(report, acting)
    return render(request, "violations/expertise.html", context)
