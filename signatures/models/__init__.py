"""Tables of the trust list, of revocation lists, and of what was signed and accepted."""

from signatures.models.authorities import AccreditedAuthority, FetchAddress, TrustListImport
from signatures.models.kept import Signature, SignedDocument
from signatures.models.recheck import RevocationRecheck
from signatures.models.trust import RevocationList, RevokedSerial, TrustedCertificate

__all__ = [
    "AccreditedAuthority",
    "FetchAddress",
    "RevocationList",
    "RevocationRecheck",
    "RevokedSerial",
    "Signature",
    "SignedDocument",
    "TrustListImport",
    "TrustedCertificate",
]
