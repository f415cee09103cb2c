"""The protocol as PDF, for the employer's files."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse

from core.doors import door
from core.pdf import pdf_response
from violations.documents import PROTOCOL
from violations.views.scope import PROTOCOL_READERS, own_protocol


@door(read=["GET"], write=["POST"], right=PROTOCOL_READERS)
def protocol_pdf(request: HttpRequest, uid: UUID) -> HttpResponseBase:
    protocol = own_protocol(request, uid)
    back = reverse("violations:protocol", args=[protocol.uid])
    return pdf_response(request, PROTOCOL, protocol, title=f"Протокол решения комиссии СОУТ {protocol}", back_url=back)
