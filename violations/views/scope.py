"""How the pages of «Контроль» fetch what they show: always through what the acting organization may see."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from accounts.acting import acting_of
from accounts.rights import Right
from signatures.models import SigningRequest
from sout_reports.models import INSPECT, SoutReport
from violations.flags.models import REVIEW, VIEW, VIEW_BRANCH, Flag
from violations.flags.selectors import IMPORT, PREPARE, REPORTS, reports_with_flags, with_neighbours
from violations.inspection.selectors import queue
from violations.protocols.actions.opinions import OPINION
from violations.protocols.models import CommissionProtocol
from violations.protocols.selectors import MAKERS, READERS

SIGN = Right.SIGN_PROTOCOLS
FLAG_READERS = (VIEW, VIEW_BRANCH, IMPORT)
EMPLOYERS_READERS = (VIEW, VIEW_BRANCH)
ANSWERERS = (
    PREPARE,
)  # an explanation, an answer are the employer's word to the state, as a protocol is: see docs/adr/0011
INSPECTORS = (INSPECT,)
REVIEWERS = (REVIEW,)
LARGEST_KEY = 2**63 - 1
DOCUMENT_BYTES = ("request__document__body", "signature__document__body")
EXPERTISE_READERS = (REPORTS, VIEW, VIEW_BRANCH, IMPORT, INSPECT)
PROTOCOL_READERS = READERS
PROTOCOL_MAKERS = MAKERS
MEMBER_KEEPERS = (PREPARE, "admin.settings")


def judged_report(request: HttpRequest, uid: UUID) -> SoutReport:
    """An accepted (or later replaced) report whose expertise this person may read. Raises Http404."""
    rows = reports_with_flags(acting_of(request)).select_related("file", "organization", "employer", "branch")
    return get_object_or_404(rows, uid=uid)


def own_protocol(request: HttpRequest, uid: UUID) -> CommissionProtocol:
    """A protocol of the acting employer. Raises Http404."""
    rows = CommissionProtocol.objects.visible_to(acting_of(request))
    rows = rows.select_related(
        "employer", "branch", "changed_by", "request__document", "signature__document", "signature__power"
    )
    return get_object_or_404(rows.defer(*DOCUMENT_BYTES), uid=uid)


def own_opinion(request: HttpRequest, uid: UUID) -> tuple[SigningRequest, CommissionProtocol]:
    """A member's dissenting opinion of a protocol of the acting employer, in whatever state, and the protocol. Raises Http404."""
    rows = SigningRequest.objects.visible_to(acting_of(request)).filter(purpose=OPINION, opinion_of__isnull=False)
    found = get_object_or_404(rows.select_related("document", "opinion_of__request", "created_by"), uid=uid)
    assert found.opinion_of is not None  # see the filter
    return found, own_protocol(request, found.opinion_of.request.subject_uid)


def supervised_flag(request: HttpRequest, pk: int) -> Flag:
    """A flag of the acting inspectorate's territory with report and workplace. Raises Http404."""
    rows = queue(acting_of(request)).select_related("report__branch", "protocol")
    return get_object_or_404(rows.defer("protocol__import_notes"), pk=min(pk, LARGEST_KEY))


def employers_flag(request: HttpRequest, pk: int) -> Flag:
    """A flag that the acting employer (branch) may explain. Raises Http404."""
    acting = acting_of(request)
    rows = with_neighbours(Flag.objects.of_employer(acting), acting)
    return get_object_or_404(rows, pk=min(pk, LARGEST_KEY))


def is_own(flag: Flag, acting: Any) -> bool:
    """Is the flag seen as the employer's or the SOUT organization's, not as an inspector's?"""
    if flag.report.organization_id == acting.organization.pk and acting.holds(IMPORT):
        return True
    return flag.report.employer_id == acting.organization.pk and any(acting.holds(each) for each in EMPLOYERS_READERS)
