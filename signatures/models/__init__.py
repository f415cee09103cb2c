"""Tables of the trust list, of revocation lists, and of what was signed and accepted."""

from signatures.models.kept import Signature, SignedDocument
from signatures.models.requests import SignerTurn, SigningRequest
from signatures.models.trust import RevocationList, TrustedCertificate

__all__ = ["RevocationList", "Signature", "SignedDocument", "SignerTurn", "SigningRequest", "TrustedCertificate"]
