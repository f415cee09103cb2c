"""Taking a CMS SignedData apart, strictly: what is not covered by a signature must be as RFC 5652 says."""

from __future__ import annotations

from dataclasses import dataclass

from asn1crypto import cms, core, crl

from signatures.cms.algorithms import digest_identifier, has_no_parameters
from signatures.cms.document import Document
from signatures.cms.encoding import read_through, signature_der
from signatures.cms.exact import Certificate, check_filled, exact
from signatures.cms.refusal import Refused, reading
from signatures.cms.spare import read_lists
from signatures.verdicts import Verdict

SIGNED_DATA = "1.2.840.113549.1.7.2"
DATA = "1.2.840.113549.1.7.1"
# Bounds of the work that a hostile file can cause.
MAXIMUM_SIGNERS = 16
MAXIMUM_CERTIFICATES = 32
MAXIMUM_CERTIFICATE_BYTES = 2**15
MAXIMUM_DIGESTS = 16


@dataclass(frozen=True, slots=True)
class SignedData:
    """The parts of a signature file that the checks need."""

    signers: tuple[cms.SignerInfo, ...]
    certificates: tuple[Certificate, ...]
    digests: frozenset[str]
    lists: tuple[crl.CertificateList, ...] = ()


def read_signed_data(file: bytes, document: Document | None) -> SignedData:
    """Parse a signature file (DER, PEM or base64) that is to belong to ``document``.

    An attached signature is taken when its content equals the document; None takes any content.
    Raises Refused: MALFORMED, NO_SIGNERS or ATTACHED_CONTENT_DIFFERS.
    """
    with reading():
        return _read(signature_der(file), document)


def digests_asked(file: bytes, document: Document) -> list[str]:
    """The digests of the document that a signature file's signers ask for, by OID; none where it cannot be read: the
    verification says what is wrong."""
    try:
        with reading():
            return [digest_identifier(each["digest_algorithm"]) for each in read_signed_data(file, document).signers]
    except Refused:
        return []


def attached_content(file: bytes) -> bytes | None:
    """The document that a signature file holds, None where it is detached; raises Refused(MALFORMED)."""
    with reading():
        outer = cms.ContentInfo.load(signature_der(file), strict=True)
        if outer["content_type"].dotted != SIGNED_DATA:
            raise Refused(Verdict.MALFORMED, "это не подписанные данные CMS")
        inner = outer["content"]["encap_content_info"]
        if inner["content_type"].dotted != DATA:
            raise Refused(Verdict.MALFORMED, "подписаны не данные")
        content = inner["content"]
        data: bytes | None = None if isinstance(content, core.Void) else content.native
        return data


def _read(der: bytes, document: Document | None) -> SignedData:
    outer = cms.ContentInfo.load(der, strict=True)
    if outer["content_type"].dotted != SIGNED_DATA:
        raise Refused(Verdict.MALFORMED, "это не подписанные данные CMS")
    body = outer["content"]
    if not isinstance(body, cms.SignedData):
        raise Refused(Verdict.MALFORMED, "нет содержимого")
    check_filled(outer, body, body["encap_content_info"])
    _check_content(body["encap_content_info"], document)
    signers = tuple(body["signer_infos"])
    if not signers:
        raise Refused(Verdict.NO_SIGNERS)
    if len(signers) > MAXIMUM_SIGNERS:
        raise Refused(Verdict.MALFORMED, f"больше {MAXIMUM_SIGNERS} подписей в одном файле")
    _check_versions(body, signers)
    for signer in signers:
        _check_fields(signer)
    return SignedData(
        signers=signers,
        certificates=_embedded_certificates(body["certificates"]),
        digests=_digests(body["digest_algorithms"]),
        lists=read_lists(body["crls"]),
    )


def _check_content(encapsulated: cms.EncapsulatedContentInfo, document: Document | None) -> None:
    if encapsulated["content_type"].dotted != DATA:
        raise Refused(Verdict.MALFORMED, "подписаны не данные")
    content = encapsulated["content"]
    if isinstance(content, core.Void) or document is None:
        return
    if not document.equals(content.native):
        raise Refused(Verdict.ATTACHED_CONTENT_DIFFERS)


def _check_versions(body: cms.SignedData, signers: tuple[cms.SignerInfo, ...]) -> None:
    """RFC 5652 sections 5.1 and 5.3: the versions follow from how the signers are named."""
    by_key_identifier = [signer["sid"].name == "subject_key_identifier" for signer in signers]
    for signer, is_by_key in zip(signers, by_key_identifier, strict=True):
        if signer["version"].native != ("v3" if is_by_key else "v1"):
            raise Refused(Verdict.MALFORMED, "неверная версия сведений о подписавшем")
    if body["version"].native != ("v3" if any(by_key_identifier) else "v1"):
        raise Refused(Verdict.MALFORMED, "неверная версия структуры CMS")


def _check_fields(signer: cms.SignerInfo) -> None:
    """Nothing stands beside the fields of a signer, nor inside those that the signature does not cover."""
    check_filled(signer, signer["digest_algorithm"], signer["signature_algorithm"])
    if signer["sid"].name == "issuer_and_serial_number":
        check_filled(signer["sid"].chosen)


def _embedded_certificates(field: cms.CertificateSet) -> tuple[Certificate, ...]:
    if isinstance(field, core.Void):
        return ()
    if len(field) > MAXIMUM_CERTIFICATES:
        raise Refused(Verdict.MALFORMED, f"больше {MAXIMUM_CERTIFICATES} вложенных сертификатов")
    certificates = []
    for choice in field:
        if choice.name != "certificate":
            raise Refused(Verdict.MALFORMED, "вложен не сертификат X.509")
        der = exact(choice)
        if len(der) > MAXIMUM_CERTIFICATE_BYTES:
            raise Refused(Verdict.MALFORMED, "вложенный сертификат слишком длинный")
        certificate = Certificate.load(der, strict=True)
        read_through(certificate)
        certificates.append(certificate)
    return tuple(certificates)


def _digests(field: cms.DigestAlgorithms) -> frozenset[str]:
    if len(field) > MAXIMUM_DIGESTS:
        raise Refused(Verdict.MALFORMED, f"больше {MAXIMUM_DIGESTS} алгоритмов хеширования")
    for algorithm in field:
        check_filled(algorithm)
        if not has_no_parameters(algorithm):
            raise Refused(Verdict.MALFORMED, "лишние параметры алгоритма хеширования")
    return frozenset(algorithm["algorithm"].dotted for algorithm in field)


def signer_certificate(signer: cms.SignerInfo, certificates: tuple[Certificate, ...]) -> Certificate:
    """Find the signer's certificate in the file; raises Refused(SIGNER_CERTIFICATE_MISSING)."""
    name = signer["sid"]
    for certificate in certificates:
        if name.name == "issuer_and_serial_number":
            stated = name.chosen
            same_serial = certificate.serial_number == stated["serial_number"].native
            # By DER: nothing covers the name that stands here, so another spelling of it is damage.
            if same_serial and exact(certificate.issuer) == exact(stated["issuer"]):
                return certificate
        elif certificate.key_identifier is not None and certificate.key_identifier == name.chosen.native:
            return certificate
    raise Refused(Verdict.SIGNER_CERTIFICATE_MISSING)
