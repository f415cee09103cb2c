"""The allow-lists: which digests, which signature algorithms, which keys; and the check itself.

GOST R 34.10-2012 goes to ``signatures.gost``, RSA and ECDSA to the ``cryptography`` package.
"""

from __future__ import annotations

import hashlib

from asn1crypto import algos
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from signatures.cms.exact import exact
from signatures.cms.refusal import Refused, reading
from signatures.gost import gost3410
from signatures.gost.identifiers import HASH_OF_SIZE, HASH_SIZES, SIGNATURE_SIZES
from signatures.gost.keys import read_public_key
from signatures.gost.streebog import Hash, new, streebog
from signatures.verdicts import Verdict

DER_NULL = b"\x05\x00"
MINIMUM_RSA_BITS = 2048
CURVES = (ec.SECP256R1, ec.SECP384R1, ec.SECP521R1)
SHA2: dict[str, type[hashes.SHA256 | hashes.SHA384 | hashes.SHA512]] = {
    "2.16.840.1.101.3.4.2.1": hashes.SHA256,
    "2.16.840.1.101.3.4.2.2": hashes.SHA384,
    "2.16.840.1.101.3.4.2.3": hashes.SHA512,
}
RSA_PLAIN = "1.2.840.113549.1.1.1"
RSA_PSS = "1.2.840.113549.1.1.10"
# Signature algorithm → the digest it is bound to.
RSA_WITH_DIGEST = {
    "1.2.840.113549.1.1.11": "2.16.840.1.101.3.4.2.1",
    "1.2.840.113549.1.1.12": "2.16.840.1.101.3.4.2.2",
    "1.2.840.113549.1.1.13": "2.16.840.1.101.3.4.2.3",
}
ECDSA_WITH_DIGEST = {
    "1.2.840.10045.4.3.2": "2.16.840.1.101.3.4.2.1",
    "1.2.840.10045.4.3.3": "2.16.840.1.101.3.4.2.2",
    "1.2.840.10045.4.3.4": "2.16.840.1.101.3.4.2.3",
}
MGF1 = "1.2.840.113549.1.1.8"
LONGEST_SALT = 64  # octets: that of the longest digest
DAMAGED_KEY = "открытый ключ повреждён или не того алгоритма"
DAMAGED_ALGORITHM = "алгоритм подписи записан неверно"


def has_no_parameters(algorithm: algos.DigestAlgorithm | algos.SignedDigestAlgorithm) -> bool:
    """Say whether the AlgorithmIdentifier has absent or NULL parameters."""
    return exact(algorithm["parameters"]) in (b"", DER_NULL)


def digest_identifier(algorithm: algos.DigestAlgorithm) -> str:
    """Return the OID of an allowed digest; raises Refused(DIGEST_NOT_ALLOWED or MALFORMED)."""
    identifier = algorithm["algorithm"].dotted
    if identifier not in HASH_SIZES and identifier not in SHA2:
        raise Refused(Verdict.DIGEST_NOT_ALLOWED, f"алгоритм {identifier}")
    if not has_no_parameters(algorithm):
        raise Refused(Verdict.MALFORMED, "лишние параметры алгоритма хеширования")
    return identifier


def digest(identifier: str, data: bytes) -> bytes:
    """Hash ``data`` by an allowed digest (an OID that ``digest_identifier`` let through)."""
    if identifier in HASH_SIZES:
        return streebog(data, bits=HASH_SIZES[identifier])
    return hashlib.new(SHA2[identifier].name, data).digest()


def new_digest(identifier: str) -> Hash:
    """The same, to be fed piece by piece."""
    if identifier in HASH_SIZES:
        return new(HASH_SIZES[identifier])
    return hashlib.new(SHA2[identifier].name)


def check_signature(
    public_key_info: bytes,
    algorithm: algos.SignedDigestAlgorithm,
    signature: bytes,
    signed: bytes,
    digest_of_message: str | None = None,
) -> None:
    """Check ``signature`` over ``signed`` by a DER SubjectPublicKeyInfo.

    ``digest_of_message`` is the CMS digestAlgorithm, None for certificates and CRLs, which name the
    digest in the signature algorithm; where both are known they must agree.
    Raises InvalidSignature or Refused (ALGORITHM_NOT_ALLOWED; MALFORMED for a damaged key or algorithm).
    """
    with reading(DAMAGED_ALGORITHM):
        identifier = algorithm["algorithm"].dotted
        if identifier != RSA_PSS and not has_no_parameters(algorithm):
            raise Refused(Verdict.MALFORMED, "лишние параметры алгоритма подписи")
    if identifier in SIGNATURE_SIZES:
        _check_gost(public_key_info, identifier, signature, signed, digest_of_message)
    elif identifier in ECDSA_WITH_DIGEST:
        bound = _agreed(ECDSA_WITH_DIGEST[identifier], digest_of_message)
        _check_ecdsa(public_key_info, signature, signed, bound)
    elif identifier in RSA_WITH_DIGEST:
        bound = _agreed(RSA_WITH_DIGEST[identifier], digest_of_message)
        _check_rsa(public_key_info, signature, signed, padding.PKCS1v15(), bound)
    elif identifier == RSA_PLAIN and digest_of_message in SHA2:
        _check_rsa(public_key_info, signature, signed, padding.PKCS1v15(), digest_of_message)
    elif identifier == RSA_PSS:
        scheme, bound = _pss(algorithm)
        _check_rsa(public_key_info, signature, signed, scheme, _agreed(bound, digest_of_message))
    else:
        raise Refused(Verdict.ALGORITHM_NOT_ALLOWED, f"алгоритм {identifier}")


def _agreed(bound: str, of_message: str | None) -> str:
    """Refuse a signature algorithm whose digest is not that of the message."""
    if of_message not in (None, bound):
        raise Refused(Verdict.ALGORITHM_NOT_ALLOWED, "алгоритмы хеширования и подписи не согласованы")
    return bound


def _check_gost(
    public_key_info: bytes, identifier: str, signature: bytes, signed: bytes, of_message: str | None
) -> None:
    with reading(DAMAGED_KEY):
        key = read_public_key(public_key_info)
    if SIGNATURE_SIZES[identifier] != key.bits:
        raise Refused(Verdict.ALGORITHM_NOT_ALLOWED, "длина ключа не та, что у алгоритма подписи")
    _agreed(HASH_OF_SIZE[key.bits], of_message)
    if not gost3410.verify(key, signed, signature):
        raise InvalidSignature


def _check_ecdsa(public_key_info: bytes, signature: bytes, signed: bytes, identifier: str) -> None:
    ecdsa_key(public_key_info).verify(signature, signed, ec.ECDSA(SHA2[identifier]()))


def ecdsa_key(public_key_info: bytes) -> ec.EllipticCurvePublicKey:
    """Read a key of an allowed curve; raises Refused: ALGORITHM_NOT_ALLOWED, or MALFORMED for a damaged key."""
    with reading(DAMAGED_KEY):
        key = serialization.load_der_public_key(public_key_info)
    if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, CURVES):
        raise Refused(Verdict.ALGORITHM_NOT_ALLOWED, "недопустимая эллиптическая кривая")
    return key


def _check_rsa(
    public_key_info: bytes,
    signature: bytes,
    signed: bytes,
    scheme: padding.PKCS1v15 | padding.PSS,
    identifier: str,
) -> None:
    rsa_key(public_key_info).verify(signature, signed, scheme, SHA2[identifier]())


def rsa_key(public_key_info: bytes) -> rsa.RSAPublicKey:
    """Read a key that is long enough; raises Refused: ALGORITHM_NOT_ALLOWED, or MALFORMED for a damaged key."""
    with reading(DAMAGED_KEY):
        key = serialization.load_der_public_key(public_key_info)
    if not isinstance(key, rsa.RSAPublicKey) or key.key_size < MINIMUM_RSA_BITS:
        raise Refused(Verdict.ALGORITHM_NOT_ALLOWED, "ключ RSA короче 2048 бит")
    return key


def _pss(algorithm: algos.SignedDigestAlgorithm) -> tuple[padding.PSS, str]:
    """Read RSASSA-PSS parameters (RFC 4055): one allowed digest throughout, trailer field 1."""
    with reading(DAMAGED_ALGORITHM):
        parameters = algorithm["parameters"]
        if not isinstance(parameters, algos.RSASSAPSSParams):
            raise Refused(Verdict.ALGORITHM_NOT_ALLOWED, "RSA-PSS без параметров означает SHA-1")
        identifier = parameters["hash_algorithm"]["algorithm"].dotted
        generator = parameters["mask_gen_algorithm"]
        function = generator["algorithm"].dotted
        inner = generator["parameters"]["algorithm"].dotted
        trailer, salt = parameters["trailer_field"].native, parameters["salt_length"].native
    if identifier not in SHA2 or inner != identifier or function != MGF1:
        raise Refused(Verdict.ALGORITHM_NOT_ALLOWED, "недопустимые параметры RSA-PSS")
    if trailer != "trailer_field_bc" or not 0 <= salt <= LONGEST_SALT:
        raise Refused(Verdict.ALGORITHM_NOT_ALLOWED, "недопустимые параметры RSA-PSS")
    return padding.PSS(padding.MGF1(SHA2[inner]()), salt), identifier
