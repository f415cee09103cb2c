"""What is handed out of a kept signature to who may read what was signed: its receipt, its file, all of it in one ZIP."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse

from accounts.acting import acting_of
from core.doors import door
from core.files.serving import as_attachment
from core.pdf import pdf_response
from signatures.models import Signature
from signatures.purposes import page_of
from signatures.receipts.documents import RECEIPT
from signatures.receipts.evidence import evidence


def own_signature(request: HttpRequest, uid: UUID) -> Signature:
    """A signature that this person may read. Raises Http404."""
    rows = Signature.objects.visible_to(acting_of(request)).select_related("document__file", "organization")
    return get_object_or_404(rows.defer("document__body"), uid=uid)


# Who may read a signature is known by the apps above (signatures.purposes): the door only asks for an organization.
@door(read=["GET"], write=["POST"])
def receipt(request: HttpRequest, uid: UUID) -> HttpResponseBase:
    signature = own_signature(request, uid)
    back = page_of(signature) or reverse("accounts:home")
    return pdf_response(request, RECEIPT, signature, title="Квитанция о подписании", back_url=back)


@door(read=["GET"])
def signature_file(request: HttpRequest, uid: UUID) -> HttpResponseBase:
    """The signature as it was accepted: DER, detached unless it came attached."""
    signature = own_signature(request, uid)
    answer = HttpResponse(bytes(signature.der), content_type="application/pkcs7-signature")
    return as_attachment(answer, f"{signature.document.name}.sig")


@door(read=["GET"])
def evidence_file(request: HttpRequest, uid: UUID) -> HttpResponseBase:
    signature = own_signature(request, uid)
    try:
        parts = evidence(signature, acting_of(request))
    except FileNotFoundError as gone:
        raise Http404 from gone
    return as_attachment(StreamingHttpResponse(parts, content_type="application/zip"), f"{signature.document.name}.zip")
