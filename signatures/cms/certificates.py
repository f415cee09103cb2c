"""What a signer's certificate must be: fit for signing, and qualified."""

from __future__ import annotations

from signatures.cms.exact import Certificate
from signatures.cms.refusal import Refused
from signatures.verdicts import Verdict

# Marks of a qualified certificate: order of the FSB of Russia of 27.12.2011 № 795 (subjectSignTool and
# issuerSignTool) and the certificate policies of the protection classes КС1 … КА1.
SUBJECT_SIGN_TOOL = "1.2.643.100.111"
ISSUER_SIGN_TOOL = "1.2.643.100.112"
PROTECTION_CLASS_POLICIES = "1.2.643.100.113."
SIGNING_USAGES = {"digital_signature", "non_repudiation"}


def is_qualified(certificate: Certificate) -> bool:
    """Say whether the certificate carries the marks of a Russian qualified certificate."""
    extensions = {item["extn_id"].dotted for item in certificate["tbs_certificate"]["extensions"]}
    if not {SUBJECT_SIGN_TOOL, ISSUER_SIGN_TOOL} <= extensions:
        return False
    policies = certificate.certificate_policies_value or ()
    return any(item["policy_identifier"].dotted.startswith(PROTECTION_CLASS_POLICIES) for item in policies)


def check_usage(certificate: Certificate) -> None:
    """Refuse a key whose stated usage has no signing; raises Refused(KEY_USAGE)."""
    usage = certificate.key_usage_value
    if usage is not None and not SIGNING_USAGES & usage.native:
        raise Refused(Verdict.KEY_USAGE)
