"""How the pages fetch what they show: always through what the acting organization may see, a stranger gets 404."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from accounts.acting import acting_of
from sout_reports.models import IMPORT, INSPECT, VIEW, SoutReport, Workplace
from sout_reports.states import State

READERS = (VIEW, IMPORT, INSPECT)  # the employer, the organization that brought the report, and its inspector
READABLE = (State.ACCEPTED, State.SUPERSEDED)


def brought_report(request: HttpRequest, uid: UUID) -> SoutReport:
    """A report that the acting SOUT organization uploaded, in any state. Raises Http404."""
    rows = SoutReport.objects.brought_by(acting_of(request)).select_related("file", "organization", "employer")
    return get_object_or_404(rows, uid=uid)


def read_report(request: HttpRequest, uid: UUID) -> SoutReport:
    """A report with workplaces to read: accepted, or accepted and later replaced. Raises Http404."""
    rows = SoutReport.objects.visible_to(acting_of(request)).filter(state__in=READABLE)
    return get_object_or_404(rows.select_related("file", "organization", "employer", "branch"), uid=uid)


def workplace_of(request: HttpRequest, report: SoutReport, ordinal: int) -> Workplace:
    """A workplace by its ordinal inside a report that was fetched for this person. Raises Http404."""
    if ordinal > 2**31 - 1:
        raise Http404
    rows = Workplace.objects.visible_to(acting_of(request)).filter(report=report)
    return get_object_or_404(rows, ordinal=ordinal)
