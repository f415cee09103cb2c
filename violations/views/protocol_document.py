"""The exact bytes of the protocol: what is, or was, signed."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from core.doors import door
from core.files.serving import as_attachment
from violations.protocols.actions.freezing import document_of
from violations.protocols.models import CommissionProtocol
from violations.views.scope import PROTOCOL_READERS, own_protocol


@door(read=["GET"], right=PROTOCOL_READERS)
def protocol_document(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Download. A draft has no document yet: 404."""
    protocol = own_protocol(request, uid)
    document = protocol.document
    if document is None:
        raise Http404
    return as_attachment(HttpResponse(document, content_type="application/xml"), file_name(protocol))


@door(read=["GET"], right=PROTOCOL_READERS)
def protocol_preview(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The same bytes as text on a page; of a draft, what the document would be if it were made now."""
    protocol = own_protocol(request, uid)
    frozen = protocol.document
    document = document_of(protocol) if frozen is None else frozen
    context = {
        "protocol": protocol,
        "text": document.decode("utf-8"),
        "size": len(document),
        "is_frozen": frozen is not None,
    }
    return render(request, "violations/protocol_preview.html", context)


def file_name(protocol: CommissionProtocol) -> str:
    """«protocol_7_2026-11-12.xml»: letters that no file system minds."""
    number = "".join(sign if sign.isalnum() else "-" for sign in protocol.number)
    return f"protocol_{number}_{protocol.date.isoformat()}.xml"
