"""Tables of the trust list, of revocation lists, and of what was signed and accepted."""

from signatures.models.kept import Signature, SignedDocument
from signatures.models.powers import PowerDraft, PowerOfAttorney
from signatures.models.requests import SignerTurn, SigningRequest
from signatures.models.trust import RevocationList, TrustedCertificate

__all__ = [
    "PowerDraft",
    "PowerOfAttorney",
    "RevocationList",
    "Signature",
    "SignedDocument",
    "SignerTurn",
    "SigningRequest",
    "TrustedCertificate",
]
