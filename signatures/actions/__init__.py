"""Changes: the trust list, revocation lists, and the acceptance of a signature."""

from signatures.actions.keeping import accept_signature, keep_document, keep_signature
from signatures.actions.requesting import WantedSignature, expire_overdue, request_signatures, withdraw_request
from signatures.actions.signing import LONGEST_OPINION, Signed, decline_turn, sign_request
from signatures.actions.trusting import (
    import_crl,
    import_trusted_certificate,
    remove_trusted_certificate,
)

__all__ = [
    "LONGEST_OPINION",
    "Signed",
    "WantedSignature",
    "accept_signature",
    "decline_turn",
    "expire_overdue",
    "import_crl",
    "import_trusted_certificate",
    "keep_document",
    "keep_signature",
    "remove_trusted_certificate",
    "request_signatures",
    "sign_request",
    "withdraw_request",
]
