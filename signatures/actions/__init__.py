"""Changes: the trust list, revocation lists, and the acceptance of a signature."""

from signatures.actions.keeping import accept_signature, keep_document, keep_signature
from signatures.actions.revocation_lists import import_crl
from signatures.actions.trusting import import_trusted_certificate, remove_trusted_certificate

__all__ = [
    "accept_signature",
    "import_crl",
    "import_trusted_certificate",
    "keep_document",
    "keep_signature",
    "remove_trusted_certificate",
]
