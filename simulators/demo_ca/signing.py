"""CAdES-BES signatures by development keys, detached or attached, by one signer or several."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from asn1crypto import cms, tsp

from signatures.cms.exact import Certificate
from signatures.gost.streebog import streebog
from simulators.demo_ca.der import SET
from simulators.demo_ca.keys import GostPrivateKey


@dataclass(frozen=True)
class Signer:
    """A key with its certificate and the certificates of its authorities that go into the signature."""

    key: GostPrivateKey
    certificate: Certificate
    chain: tuple[Certificate, ...] = ()


def sign(data: bytes, *signers: Signer, attached: bool = False, moment: datetime | None = None) -> bytes:
    """Return the DER of a CAdES-BES signature of ``data`` by all ``signers``; ``moment`` is their claim."""
    moment = moment or datetime.now(UTC)
    signed = [signer_info(signer, signed_attributes(data, signer, moment)) for signer in signers]
    return assemble(data if attached else None, signers, signed)


def signed_attributes(data: bytes, signer: Signer, moment: datetime) -> list[dict[str, object]]:
    """The attributes that CAdES-BES demands, and the signing time."""
    bits = signer.key.bits
    identifier = {
        "hash_algorithm": {"algorithm": signer.key.hash_identifier},
        "cert_hash": streebog(signer.certificate.dump(), bits=bits),
    }
    return [
        {"type": "content_type", "values": ["data"]},
        {"type": "signing_time", "values": [cms.Time({"utc_time": moment.replace(microsecond=0)})]},
        {"type": "message_digest", "values": [streebog(data, bits=bits)]},
        {"type": "signing_certificate_v2", "values": [tsp.SigningCertificateV2({"certs": [identifier]})]},
    ]


def signer_info(signer: Signer, attributes: Sequence[dict[str, object]]) -> cms.SignerInfo:
    """Sign a set of attributes, as OpenSSL and CryptoPro do it: signatureAlgorithm names the key's algorithm."""
    # dump(force=True) sorts nothing; the tag alone differs between the set signed and the field.
    der = bytes([SET]) + cms.CMSAttributes(list(attributes)).dump(force=True)[1:]
    name = {"issuer": signer.certificate.issuer, "serial_number": signer.certificate.serial_number}
    return cms.SignerInfo(
        {
            "version": "v1",
            "sid": cms.SignerIdentifier({"issuer_and_serial_number": name}),
            "digest_algorithm": {"algorithm": signer.key.hash_identifier},
            "signed_attrs": cms.CMSAttributes.load(der),
            "signature_algorithm": {"algorithm": signer.key.key_identifier},
            "signature": signer.key.sign(der),
        }
    )


def assemble(content: bytes | None, signers: Sequence[Signer], signed: Sequence[cms.SignerInfo]) -> bytes:
    """Put signed SignerInfos together with the signers' certificates; ``content`` None leaves it detached."""
    certificates: dict[bytes, Certificate] = {}
    for signer in signers:
        for certificate in (signer.certificate, *signer.chain):
            certificates[certificate.dump()] = certificate
    encapsulated: dict[str, object] = {"content_type": "data"}
    if content is not None:
        encapsulated["content"] = content
    digests = sorted({signer.key.hash_identifier for signer in signers})
    body = cms.SignedData(
        {
            "version": "v1",
            "digest_algorithms": [{"algorithm": identifier} for identifier in digests],
            "encap_content_info": encapsulated,
            "certificates": list(certificates.values()),
            "signer_infos": list(signed),
        }
    )
    return cms.ContentInfo({"content_type": "signed_data", "content": body}).dump()
