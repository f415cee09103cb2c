"""A file of a message or of a reply, for the two sides of the conversation only."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404

from accounts.acting import acting_of
from core.doors import door
from core.files.serving import file_response
from violations.messages.models import SEND, VIEW_MESSAGES, Attachment


@door(read=["GET"], right=(VIEW_MESSAGES, SEND))
def message_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    rows = Attachment.objects.visible_to(acting_of(request)).select_related("file")
    attachment = get_object_or_404(rows, pk=pk)
    try:
        return file_response(attachment.file)
    except FileNotFoundError as gone:
        raise Http404 from gone
