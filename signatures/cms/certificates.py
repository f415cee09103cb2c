"""What a signer's certificate must be: fit for signing, and qualified."""

from __future__ import annotations

from datetime import datetime

from signatures.cms.exact import Certificate, moment_of
from signatures.cms.refusal import Refused
from signatures.verdicts import Verdict

# Marks of a qualified certificate: order of the FSB of Russia of 27.12.2011 № 795 (subjectSignTool and
# issuerSignTool) and the certificate policies of the protection classes КС1 … КА1.
SUBJECT_SIGN_TOOL = "1.2.643.100.111"
ISSUER_SIGN_TOOL = "1.2.643.100.112"
PROTECTION_CLASS_POLICIES = "1.2.643.100.113."
SIGNING_USAGES = {"digital_signature", "non_repudiation"}
# Extended key usages (RFC 5280 section 4.2.1.12) of servers and services.  A certificate that has these alone is made for
# another thing.  Any other value lets a document be signed: qualified certificates carry dozens of their own, there is no
# closed list of them, and the purpose «signing of documents» (RFC 9336) is in hardly any.
SERVICE_USAGES = {
    "1.3.6.1.5.5.7.3.1": "сервер",
    "1.3.6.1.5.5.7.3.3": "подпись программ",
    "1.3.6.1.5.5.7.3.8": "служба штампов времени",
    "1.3.6.1.5.5.7.3.9": "служба OCSP",
}


def is_qualified(certificate: Certificate) -> bool:
    """Say whether the certificate carries the marks of a Russian qualified certificate."""
    extensions = {item["extn_id"].dotted for item in certificate["tbs_certificate"]["extensions"]}
    if not {SUBJECT_SIGN_TOOL, ISSUER_SIGN_TOOL} <= extensions:
        return False
    policies = certificate.certificate_policies_value or ()
    return any(item["policy_identifier"].dotted.startswith(PROTECTION_CLASS_POLICIES) for item in policies)


def check_usage(certificate: Certificate) -> None:
    """Refuse a key whose stated usage has no signing of documents; raises Refused(KEY_USAGE)."""
    usage = certificate.key_usage_value
    if usage is not None and not SIGNING_USAGES & usage.native:
        raise Refused(Verdict.KEY_USAGE)
    extended = certificate.extended_key_usage_value
    purposes = {item.dotted for item in extended} if extended is not None else set()
    if purposes and purposes <= SERVICE_USAGES.keys():
        raise Refused(Verdict.KEY_USAGE, ", ".join(sorted(SERVICE_USAGES[each] for each in purposes)))


def check_key_period(certificate: Certificate, moment: datetime) -> None:
    """Refuse a signature outside the period of the private key, where the certificate states one.

    Russian qualified certificates do (PrivateKeyUsagePeriod, RFC 3280 section 4.2.1.4): the key signs for a
    shorter time than the certificate lasts, so that its last signatures can still be verified.  Raises Refused: EXPIRED or
    NOT_YET_VALID.
    """
    period = certificate.private_key_usage_period_value
    if period is None:
        return
    begins, ends = moment_of(period["not_before"]), moment_of(period["not_after"])
    if ends is not None and moment > ends:
        raise Refused(Verdict.EXPIRED, f"ключ подписи действовал до {ends:%d.%m.%Y}")
    if begins is not None and moment < begins:
        raise Refused(Verdict.NOT_YET_VALID, f"ключ подписи действует с {begins:%d.%m.%Y}")
