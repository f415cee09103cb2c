"""Tables of the trust list, of revocation lists, and of what was signed and accepted."""

from signatures.models.archive import ArchiveCheck
from signatures.models.authorities import AccreditedAuthority, FetchAddress, TrustListImport
from signatures.models.checking import DocumentCheck
from signatures.models.kept import Signature, SignedDocument
from signatures.models.powers import PowerDraft, PowerOfAttorney
from signatures.models.recheck import RevocationRecheck
from signatures.models.requests import SignerTurn, SigningRequest
from signatures.models.trust import RevocationList, RevokedSerial, TrustedCertificate

__all__ = [
    "AccreditedAuthority",
    "ArchiveCheck",
    "DocumentCheck",
    "FetchAddress",
    "PowerDraft",
    "PowerOfAttorney",
    "RevocationList",
    "RevocationRecheck",
    "RevokedSerial",
    "Signature",
    "SignedDocument",
    "SignerTurn",
    "SigningRequest",
    "TrustListImport",
    "TrustedCertificate",
]
