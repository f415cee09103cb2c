"""GOST R 34.10-2012 public keys as they stand in a certificate.

SubjectPublicKeyInfo (RFC 9215 section 4): the algorithm is the key size, its parameters name the
curve, and the BIT STRING holds an OCTET STRING with X || Y, both little-endian.
"""

from __future__ import annotations

from dataclasses import dataclass

from asn1crypto import core

from signatures.gost.curves import CURVES, Curve
from signatures.gost.identifiers import KEY_SIZES
from signatures.gost.points import double


class GostParameters(core.Sequence):
    """``GostR3410-2012-PublicKeyParameters``; the digest and cipher sets do not matter here."""

    _fields = [
        ("public_key_parameter_set", core.ObjectIdentifier),
        ("digest_parameter_set", core.ObjectIdentifier, {"optional": True}),
        ("encryption_parameter_set", core.ObjectIdentifier, {"optional": True}),
    ]


class GostAlgorithm(core.Sequence):
    """The AlgorithmIdentifier of a GOST key."""

    _fields = [("algorithm", core.ObjectIdentifier), ("parameters", GostParameters)]


class GostPublicKeyInfo(core.Sequence):
    """SubjectPublicKeyInfo of a GOST key."""

    _fields = [("algorithm", GostAlgorithm), ("public_key", core.OctetBitString)]


@dataclass(frozen=True, slots=True)
class GostPublicKey:
    """A point of a named curve; ``bits`` is 256 or 512."""

    bits: int
    curve: Curve
    point: tuple[int, int]


def read_public_key(public_key_info: bytes) -> GostPublicKey:
    """Read a DER SubjectPublicKeyInfo.

    Raises ValueError when the algorithm or the curve is unknown, the sizes disagree or the point
    is not on the curve or of low order; also whatever asn1crypto raises on bytes that are no such structure
    (TypeError, KeyError among them).
    """
    info = GostPublicKeyInfo.load(public_key_info, strict=True)
    algorithm = info["algorithm"]["algorithm"].native
    bits = KEY_SIZES.get(algorithm)
    if bits is None:
        raise ValueError(f"not a GOST R 34.10-2012 key: {algorithm}")
    name = info["algorithm"]["parameters"]["public_key_parameter_set"].native
    curve = CURVES.get(name)
    if curve is None or curve.size * 8 != bits:
        raise ValueError(f"parameter set {name} does not fit a key of {bits} bits")
    coordinates = core.OctetString.load(info["public_key"].native, strict=True).native
    if len(coordinates) != 2 * curve.size:
        raise ValueError("wrong length of a GOST public key")
    x = int.from_bytes(coordinates[: curve.size], "little")
    y = int.from_bytes(coordinates[curve.size :], "little")
    if not curve.contains((x, y)):
        raise ValueError("the public key is not a point of its curve")
    # Two of the curves have a cofactor of 4 (RFC 7836): by a point of the small subgroup anything can be signed.
    if not double(double((x, y, 1), curve), curve)[2]:
        raise ValueError("the public key is a point of low order")
    return GostPublicKey(bits=bits, curve=curve, point=(x, y))
