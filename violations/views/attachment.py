"""A file that the employer attached to his explanation: for the employer and his inspectors."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404

from accounts.acting import acting_of
from core.doors import door
from core.files.serving import file_response
from violations.inspection.models import ExplanationFile
from violations.views.scope import EMPLOYERS_READERS, INSPECTORS


@door(read=["GET"], right=(*EMPLOYERS_READERS, *INSPECTORS))
def attachment(request: HttpRequest, uid: UUID) -> HttpResponseBase:
    """Always a download, never shown in the page, whatever the bytes claim to be."""
    rows = ExplanationFile.objects.visible_to(acting_of(request)).select_related("file")
    found = get_object_or_404(rows, uid=uid)
    try:
        return file_response(found.file)
    except FileNotFoundError as gone:
        raise Http404 from gone
