"""Putting the demo CA on the trust list of a development installation."""

from __future__ import annotations

from asn1crypto import pem

from signatures.actions import import_crl, import_trusted_certificate
from simulators.demo_ca.authority import DemoAuthority


def trust_demo_authority(authority: DemoAuthority) -> None:
    """Import both certificates and the current revocation lists; may be repeated.

    Raises signatures.refusals.TrustRefused where the settings do not allow the demo CA.
    """
    certificates = (authority.root, authority.issuing)
    import_trusted_certificate(b"".join(pem.armor("CERTIFICATE", item.dump()) for item in certificates))
    import_crl(b"".join(pem.armor("X509 CRL", der) for der in authority.revocation_lists))
