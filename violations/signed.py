"""What «Контроль» has signed, told to `signatures`: who reads a protocol reads its signature."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.urls import reverse

from signatures.models import Signature, SigningRequest
from signatures.purposes import register_purpose
from violations.protocols.actions.freezing import PURPOSE, SIGN
from violations.protocols.actions.opinions import OPINION
from violations.protocols.models import CommissionProtocol
from violations.protocols.selectors import READERS


def _page(signature: Signature) -> str:
    of_document = Q(signature=signature) | Q(request__document=signature.document_id)
    protocol = CommissionProtocol.objects.filter(of_document).values_list("uid", flat=True).first()
    return reverse("violations:protocol", args=[protocol]) if protocol is not None else ""


def _rows(acting: Any) -> Q:
    """The organization's, and those of the commission's members."""
    mine = CommissionProtocol.objects.visible_to(acting)
    return Q(pk__in=mine.values("signature")) | Q(document__request__in=mine.values("request"))


def _request_page(request: SigningRequest, acting: Any) -> str:
    """Both lead on to where the protocol is by now; the first opens only to who signs for the organization."""
    name = "protocol_sign" if acting.holds(SIGN) else "protocol_commission"
    return reverse(f"violations:{name}", args=[request.subject_uid])


def _opinion_page(signature: Signature) -> str:
    opinion = SigningRequest.objects.filter(document=signature.document_id).first()
    return reverse("violations:opinion", args=[opinion.uid]) if opinion is not None else ""


def _opinion_rows(acting: Any) -> Q:
    """Of the protocols that are seen, in whichever edition of the document the member wrote."""
    mine = CommissionProtocol.objects.visible_to(acting)
    return Q(document__request__opinion_of__request__subject_uid__in=mine.values("uid"))


def _opinion_request_page(request: SigningRequest, acting: Any) -> str:
    return reverse("violations:opinion", args=[request.uid])


register_purpose(
    PURPOSE,
    label="Протокол решения комиссии СОУТ",
    many="протоколы комиссии",
    read_rights=READERS,
    page=_page,
    rows=_rows,
    request_page=_request_page,
    sign_rights=(SIGN,),
)
register_purpose(
    OPINION,
    label="Особое мнение члена комиссии",
    read_rights=READERS,
    page=_opinion_page,
    rows=_opinion_rows,
    request_page=_opinion_request_page,
    as_himself=True,
    when_revoked="Если протокол ещё ждёт подписей, верните его в черновик и соберите подписи заново.",
)
