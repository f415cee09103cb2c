"""The printed «Квитанция о подписании»."""

from __future__ import annotations

from core.pdf import register_document
from core.templatetags.formats import ru_date
from signatures.models import Signature
from signatures.receipts.facts import check_address, printed, right_of

RECEIPT = "signatures.receipt"


def _version(signature: Signature) -> str:
    """A kept signature never changes; where it is checked, and the name of its power of attorney, may."""
    return f"{signature.uid} {check_address()} {right_of(signature, signature.subject)}"


register_document(
    RECEIPT,
    template="signatures/receipt_pdf.html",
    context=printed,
    version=_version,
    filename=lambda signature: f"Квитанция о подписании от {ru_date(signature.moment)}.pdf",
)
