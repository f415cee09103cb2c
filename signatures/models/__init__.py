"""Tables of the trust list, of revocation lists, and of what was signed and accepted."""

from signatures.models.archive import ArchiveCheck
from signatures.models.checking import DocumentCheck
from signatures.models.kept import Signature, SignedDocument
from signatures.models.trust import RevocationList, TrustedCertificate

__all__ = ["ArchiveCheck", "DocumentCheck", "RevocationList", "Signature", "SignedDocument", "TrustedCertificate"]
