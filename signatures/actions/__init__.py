"""Changes: the trust list, revocation lists, and the acceptance of a signature."""

from signatures.actions.keeping import accept_signature, keep_document, keep_signature
from signatures.actions.power_drafts import PowerWords, discard_draft, make_draft, sign_draft
from signatures.actions.powers import PowerNotAdded, add_power, ask_due, remind_due, withdraw_power
from signatures.actions.trusting import (
    import_crl,
    import_trusted_certificate,
    remove_trusted_certificate,
)

__all__ = [
    "PowerNotAdded",
    "PowerWords",
    "accept_signature",
    "add_power",
    "ask_due",
    "discard_draft",
    "import_crl",
    "import_trusted_certificate",
    "keep_document",
    "keep_signature",
    "make_draft",
    "remind_due",
    "remove_trusted_certificate",
    "sign_draft",
    "withdraw_power",
]
