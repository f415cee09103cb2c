"""How the pages of «Контроль» fetch what they show: always through what the acting organization may see."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from accounts.rights import Right
from sout_reports.models import INSPECT, SoutReport
from violations.flags.models import VIEW, VIEW_BRANCH
from violations.flags.selectors import IMPORT, PREPARE, REPORTS, reports_with_flags
from violations.protocols.models import CommissionProtocol
from violations.protocols.selectors import READERS

SIGN = Right.SIGN_PROTOCOLS
FLAG_READERS = (VIEW, VIEW_BRANCH, IMPORT)
EXPERTISE_READERS = (REPORTS, VIEW, VIEW_BRANCH, IMPORT, INSPECT)
PROTOCOL_READERS = READERS
PROTOCOL_MAKERS = (PREPARE, SIGN)
MEMBER_KEEPERS = (PREPARE, "admin.settings")


def acting_of(request: HttpRequest) -> Any:
    return request.acting  # type: ignore[attr-defined]  # set by accounts.middleware.acting


def judged_report(request: HttpRequest, uid: UUID) -> SoutReport:
    """An accepted (or later replaced) report whose expertise this person may read. Raises Http404."""
    rows = reports_with_flags(acting_of(request)).select_related("file", "organization", "employer", "branch")
    return get_object_or_404(rows, uid=uid)


def own_protocol(request: HttpRequest, uid: UUID) -> CommissionProtocol:
    """A protocol of the acting employer. Raises Http404."""
    rows = CommissionProtocol.objects.visible_to(acting_of(request))
    return get_object_or_404(rows.select_related("employer", "branch", "changed_by").defer("document"), uid=uid)
