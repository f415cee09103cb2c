"""Changes: the trust list, revocation lists, and the acceptance of a signature."""

from signatures.actions.keeping import accept_signature, keep_document, keep_signature
from signatures.actions.power_drafts import PowerWords, discard_draft, make_draft, sign_draft
from signatures.actions.powers import PowerNotAdded, add_power, ask_due, remind_due, withdraw_power
from signatures.actions.requesting import WantedSignature, expire_overdue, request_signatures, withdraw_request
from signatures.actions.signing import LONGEST_OPINION, Signed, decline_turn, sign_request
from signatures.actions.trusting import (
    import_crl,
    import_trusted_certificate,
    remove_trusted_certificate,
)

__all__ = [
    "LONGEST_OPINION",
    "PowerNotAdded",
    "PowerWords",
    "Signed",
    "WantedSignature",
    "accept_signature",
    "add_power",
    "ask_due",
    "decline_turn",
    "discard_draft",
    "expire_overdue",
    "import_crl",
    "import_trusted_certificate",
    "keep_document",
    "keep_signature",
    "make_draft",
    "remind_due",
    "remove_trusted_certificate",
    "request_signatures",
    "sign_draft",
    "sign_request",
    "withdraw_power",
    "withdraw_request",
]
