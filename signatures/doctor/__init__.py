"""The doctor of signatures: will a certificate or a trial signature be accepted here, why not, and what to do.

It has no rules of its own: every answer is that of ``signatures.cms``, ``signatures.verification`` and ``who_may_sign``, asked
one by one, so that all of what is wrong is told and not the first alone.  It keeps nothing.
"""

from signatures.doctor.certificate import diagnose_certificate
from signatures.doctor.findings import Check, Diagnosis, Finding, Status, Whose
from signatures.doctor.kinds import Answer, Suitability, suitable_for
from signatures.doctor.signature import diagnose_signature

__all__ = [
    "Answer",
    "Check",
    "Diagnosis",
    "Finding",
    "Status",
    "Suitability",
    "Whose",
    "diagnose_certificate",
    "diagnose_signature",
    "suitable_for",
]
