"""The printed «Квитанция о подписании»."""

from __future__ import annotations

from core.pdf import register_document
from core.templatetags.formats import ru_date
from signatures.models import Signature
from signatures.receipts.facts import check_address, debt_words, printed, right_of
from signatures.selectors import revocation_debt

RECEIPT = "signatures.receipt"


def _version(signature: Signature) -> str:
    """A kept signature never changes; where it is checked, and what is learned later of its certificate, may."""
    debt = revocation_debt(signature)
    learned = debt_words(debt) if debt else ""
    return f"{signature.uid} {check_address()} {right_of(signature, signature.subject)} {learned}"


register_document(
    RECEIPT,
    template="signatures/receipt_pdf.html",
    context=printed,
    version=_version,
    filename=lambda signature: f"Квитанция о подписании от {ru_date(signature.moment)}.pdf",
)
