"""How the certificates of the development CA are told from real ones.

The stand-in itself lives in ``simulators``, which production cannot import; the name must be known
here, so that a demo root is recognized wherever it turns up.
"""

from __future__ import annotations

from signatures.cms.exact import Certificate
from signatures.subjects import common_name

DEMO_AUTHORITY = "Демонстрационный УЦ ЛКОТ"


def is_demo_authority(certificate: Certificate) -> bool:
    """Say whether the certificate is the demo CA's own or issued by it."""
    return any(common_name(name).startswith(DEMO_AUTHORITY) for name in (certificate.subject, certificate.issuer))
