"""Is a certificate's key one that a signature may be made by: the allow-list of ``algorithms``, asked without a signature."""

from __future__ import annotations

from asn1crypto import core

from signatures.cms.algorithms import RSA_PLAIN, RSA_PSS, ecdsa_key, rsa_key
from signatures.cms.exact import Certificate, exact
from signatures.cms.refusal import Refused
from signatures.gost.identifiers import KEY_SIZES
from signatures.gost.keys import GostPublicKeyInfo, read_public_key
from signatures.verdicts import Verdict

EC_KEY = "1.2.840.10045.2.1"


def describe_key(certificate: Certificate) -> str:
    """«ГОСТ Р 34.10-2012, 256 бит, набор параметров …», «RSA, 2048 бит».

    Raises Refused(ALGORITHM_NOT_ALLOWED), or what a parser raises where the key is damaged (see ``refusal.reading``).
    """
    info = certificate["tbs_certificate"]["subject_public_key_info"].dump()
    identifier = _algorithm(info)
    if identifier in KEY_SIZES:
        parameters = GostPublicKeyInfo.load(info)["algorithm"]["parameters"]["public_key_parameter_set"].native
        return f"ГОСТ Р 34.10-2012, {read_public_key(info).bits} бит, набор параметров {parameters}"
    if identifier in (RSA_PLAIN, RSA_PSS):
        return f"RSA, {rsa_key(info).key_size} бит"
    if identifier == EC_KEY:
        return f"ECDSA, {ecdsa_key(info).key_size} бит"
    raise Refused(Verdict.ALGORITHM_NOT_ALLOWED, f"ключ с алгоритмом {identifier}")


def _algorithm(public_key_info: bytes) -> str:
    """The OID of the key's algorithm; its parameters are of a kind that asn1crypto may not know."""
    (algorithm, *_rest) = core.SequenceOf.load(public_key_info, spec=core.Any)
    (identifier, *_parameters) = core.SequenceOf.load(exact(algorithm), spec=core.Any)
    found: str = identifier.parse(core.ObjectIdentifier).dotted
    return found
