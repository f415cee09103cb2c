"""Demo certificates on the trust list, told by the certificates themselves: what the row calls their source may be wrong."""

from __future__ import annotations

from datetime import datetime

from signatures.cms.encoding import load_certificate
from signatures.demo_mark import is_demo_authority
from signatures.models import TrustedCertificate


def listed_demo_certificates(moment: datetime) -> list[TrustedCertificate]:
    """Rows in force at `moment` of the demo CA, or issued by it, by whichever way they came onto the list."""
    return [row for row in TrustedCertificate.objects.in_force(moment).order_by("pk") if _is_demo(row)]


def _is_demo(row: TrustedCertificate) -> bool:
    if row.source == TrustedCertificate.Source.DEMO:
        return True
    try:
        return is_demo_authority(load_certificate(bytes(row.der)))
    except ValueError:  # nobody can be trusted by what cannot be read
        return False
