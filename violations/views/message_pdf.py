"""A message with its conversation as PDF."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse

from core.doors import door
from core.pdf import pdf_response
from violations.messages.documents import MESSAGE
from violations.messages.models import VIEW_MESSAGES
from violations.views.message_scope import letter


@door(read=["GET"], write=["POST"], right=VIEW_MESSAGES)
def message_pdf(request: HttpRequest, uid: UUID) -> HttpResponseBase:
    recipient = letter(request, uid)
    back = reverse("violations:message", args=[recipient.uid])
    return pdf_response(request, MESSAGE, recipient, title=recipient.message.subject, back_url=back)
