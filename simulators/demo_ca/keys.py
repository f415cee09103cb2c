"""Private GOST R 34.10-2012 keys for development."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass

from asn1crypto import core, pem

from signatures.gost.curves import CURVES, Curve
from signatures.gost.identifiers import (
    CRYPTOPRO_XCHA,
    HASH_OF_SIZE,
    KEY_256,
    KEY_512,
    SIGNATURE_256,
    SIGNATURE_512,
    TC26_512_A,
    TC26_512_B,
)
from signatures.gost.points import multiply
from signatures.gost.streebog import streebog
from simulators.demo_ca.der import sequence

CRYPTOPRO_ARC = "1.2.643.2.2."
NAME_THE_DIGEST = (TC26_512_A, TC26_512_B)
PKCS8_LABEL = "PRIVATE KEY"


@dataclass(frozen=True)
class GostPrivateKey:
    """A number below the order of the curve that ``parameter_set`` (an OID) names."""

    parameter_set: str
    secret: int

    @classmethod
    def generate(cls, parameter_set: str = CRYPTOPRO_XCHA) -> GostPrivateKey:
        order = CURVES[parameter_set].q
        return cls(parameter_set, secrets.randbelow(order - 1) + 1)

    @property
    def curve(self) -> Curve:
        return CURVES[self.parameter_set]

    @property
    def bits(self) -> int:
        return self.curve.size * 8

    @property
    def hash_identifier(self) -> str:
        return HASH_OF_SIZE[self.bits]

    @property
    def key_identifier(self) -> str:
        return KEY_256 if self.bits == 256 else KEY_512

    @property
    def signature_identifier(self) -> str:
        return SIGNATURE_256 if self.bits == 256 else SIGNATURE_512

    def _algorithm(self) -> bytes:
        parameters = [core.ObjectIdentifier(self.parameter_set)]
        # RFC 9215 section 4.2: with the other sets the digest goes without saying.
        if self.parameter_set.startswith(CRYPTOPRO_ARC) or self.parameter_set in NAME_THE_DIGEST:
            parameters.append(core.ObjectIdentifier(self.hash_identifier))
        return sequence(core.ObjectIdentifier(self.key_identifier), sequence(*parameters))

    def public_key_info(self) -> bytes:
        """DER SubjectPublicKeyInfo."""
        point = self._multiple_of_base(self.secret)
        coordinates = b"".join(number.to_bytes(self.curve.size, "little") for number in point)
        return sequence(self._algorithm(), core.OctetBitString(core.OctetString(coordinates).dump()))

    def _multiple_of_base(self, scalar: int) -> tuple[int, int]:
        point = multiply(scalar, (self.curve.x, self.curve.y), self.curve)
        if point is None:
            raise ArithmeticError("a number below the order of the base point gave the point at infinity")
        return point

    def key_name(self) -> bytes:
        """The subject key identifier: SHA-1 of the public key info."""
        return hashlib.sha1(self.public_key_info(), usedforsecurity=False).digest()

    def sign(self, data: bytes) -> bytes:
        """Sign by RFC 7091 section 6.1; returns s || r, big-endian."""
        order = self.curve.q
        e = int.from_bytes(streebog(data, bits=self.bits), "little") % order or 1
        while True:
            k = secrets.randbelow(order - 1) + 1
            r = self._multiple_of_base(k)[0] % order
            s = (r * self.secret + k * e) % order
            if r and s:
                return s.to_bytes(self.curve.size, "big") + r.to_bytes(self.curve.size, "big")

    def to_pem(self) -> bytes:
        """PKCS#8 as the GOST engine of OpenSSL reads it: the secret is a little-endian OCTET STRING."""
        secret = core.OctetString(self.secret.to_bytes(self.curve.size, "little"))
        body = sequence(core.Integer(0), self._algorithm(), core.OctetString(secret.dump()))
        return pem.armor(PKCS8_LABEL, body)

    @classmethod
    def from_pem(cls, text: bytes) -> GostPrivateKey:
        _label, _headers, der = pem.unarmor(text)
        body = core.Sequence.load(der)
        parameter_set = body[1][1][0].native
        secret = core.OctetString.load(body[2].native).native
        return cls(parameter_set, int.from_bytes(secret, "little"))
