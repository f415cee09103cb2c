"""Verification of a GOST R 34.10-2012 signature (RFC 7091 section 6.2)."""

from __future__ import annotations

from signatures.gost.curves import Curve
from signatures.gost.keys import GostPublicKey
from signatures.gost.points import multiply_pair
from signatures.gost.streebog import streebog


def verify_numbers(curve: Curve, point: tuple[int, int], digest: bytes, r: int, s: int) -> bool:
    """Check the pair (r, s) against a Streebog digest.

    ``digest`` is in the order in which Streebog prints it; the standard reads it as a
    little-endian number.  ``point`` must already be known to lie on the curve.
    """
    q = curve.q
    if not (0 < r < q and 0 < s < q):
        return False
    e = int.from_bytes(digest, "little") % q or 1
    v = pow(e, -1, q)
    z1 = s * v % q
    z2 = -r * v % q
    sum_point = multiply_pair(z1, z2, point, curve)
    return sum_point is not None and sum_point[0] % q == r


def verify_digest(key: GostPublicKey, digest: bytes, signature: bytes) -> bool:
    """Check ``signature`` (s || r, each big-endian, as in CMS, X.509, CRL and JWT)."""
    size = key.curve.size
    if len(signature) != 2 * size or len(digest) * 8 != key.bits:
        return False
    s = int.from_bytes(signature[:size], "big")
    r = int.from_bytes(signature[size:], "big")
    return verify_numbers(key.curve, key.point, digest, r, s)


def verify(key: GostPublicKey, data: bytes, signature: bytes) -> bool:
    """Hash ``data`` by the Streebog of the key's size and check the signature of it."""
    return verify_digest(key, streebog(data, bits=key.bits), signature)
