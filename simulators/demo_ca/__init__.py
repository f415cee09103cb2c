"""A certification authority for development: GOST keys, certificates, revocation lists, CAdES-BES signatures.

Pure Python, not constant-time, keys in plain files: nothing here may ever sign a real document.  Its
certificates carry the name ``signatures.demo_mark.DEMO_AUTHORITY``, which production refuses to trust.
"""

from simulators.demo_ca.authority import DemoAuthority, PersonCertificate, ensure_demo_ca
from simulators.demo_ca.people import issue_person_certificate
from simulators.demo_ca.signing import Signer, sign

__all__ = ["DemoAuthority", "PersonCertificate", "Signer", "ensure_demo_ca", "issue_person_certificate", "sign"]
