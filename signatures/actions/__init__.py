"""Changes: the trust list, revocation lists, and the acceptance of a signature."""

from signatures.actions.addresses import refresh_addresses
from signatures.actions.fetching import enqueue_due
from signatures.actions.keeping import accept_signature, keep_document, keep_signature
from signatures.actions.rechecks import enqueue_rechecks
from signatures.actions.revocation_lists import import_crl
from signatures.actions.sweeping import fill_keys, sweep_lists
from signatures.actions.trust_lists import import_trust_list
from signatures.actions.trusting import import_trusted_certificate, remove_trusted_certificate

__all__ = [
    "accept_signature",
    "enqueue_due",
    "enqueue_rechecks",
    "fill_keys",
    "import_crl",
    "import_trust_list",
    "import_trusted_certificate",
    "keep_document",
    "keep_signature",
    "refresh_addresses",
    "remove_trusted_certificate",
    "sweep_lists",
]
