"""Changes: the trust list, revocation lists, powers of attorney, and documents that are signed."""

from signatures.actions.addresses import refresh_addresses
from signatures.actions.fetching import enqueue_due
from signatures.actions.keeping import keep_document, keep_signature
from signatures.actions.opinions import write_opinion
from signatures.actions.power_drafts import PowerWords, discard_draft, make_draft, sign_draft
from signatures.actions.power_watch import ask_due, remind_due
from signatures.actions.powers import PowerNotAdded, add_power, withdraw_power
from signatures.actions.rechecks import enqueue_rechecks
from signatures.actions.requesting import WantedSignature, expire_overdue, request_signatures, withdraw_request
from signatures.actions.revocation_lists import import_crl
from signatures.actions.signing import Signed, decline_turn, sign_request
from signatures.actions.sweeping import fill_keys, sweep_lists
from signatures.actions.trust_lists import import_trust_list
from signatures.actions.trusting import import_trusted_certificate, remove_trusted_certificate

__all__ = [
    "PowerNotAdded",
    "PowerWords",
    "Signed",
    "WantedSignature",
    "add_power",
    "ask_due",
    "decline_turn",
    "discard_draft",
    "enqueue_due",
    "enqueue_rechecks",
    "expire_overdue",
    "fill_keys",
    "import_crl",
    "import_trust_list",
    "import_trusted_certificate",
    "keep_document",
    "keep_signature",
    "make_draft",
    "refresh_addresses",
    "remind_due",
    "remove_trusted_certificate",
    "request_signatures",
    "sign_draft",
    "sign_request",
    "sweep_lists",
    "withdraw_power",
    "withdraw_request",
    "write_opinion",
]
