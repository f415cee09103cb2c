"""Damage, the same in every run: files that are good, and ways to spoil a byte string by a seeded generator."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from signatures.cms.encoding import signature_der
from signatures.cms.refusal import Refused
from signatures.trust import TrustStore
from tests.signatures.conftest import read, store_of, trust_of_vectors

Damage = Callable[[bytes, random.Random], bytes]


def flipped(content: bytes, rng: random.Random) -> bytes:
    """One bit."""
    place = rng.randrange(len(content))
    return content[:place] + bytes([content[place] ^ 1 << rng.randrange(8)]) + content[place + 1 :]


def another_byte(content: bytes, rng: random.Random) -> bytes:
    place = rng.randrange(len(content))
    return content[:place] + bytes([content[place] ^ rng.randrange(1, 256)]) + content[place + 1 :]


def truncated(content: bytes, rng: random.Random) -> bytes:
    return content[: rng.randrange(len(content))]


def without_a_piece(content: bytes, rng: random.Random) -> bytes:
    start = rng.randrange(len(content))
    return content[:start] + content[start + rng.randrange(1, 40) :]


def with_a_piece(content: bytes, rng: random.Random) -> bytes:
    start = rng.randrange(len(content))
    return content[:start] + rng.randbytes(rng.randrange(1, 40)) + content[start:]


def swapped(content: bytes, rng: random.Random) -> bytes:
    """Two stretches of one length change places."""
    length = rng.randrange(1, 33)
    first, second = sorted(rng.randrange(len(content) - 2 * length) for _ in range(2))
    second = max(second, first + length)
    one, two = content[first : first + length], content[second : second + length]
    return content[:first] + two + content[first + length : second] + one + content[second + length :]


KINDS: list[Damage] = [*[flipped] * 10, *[another_byte] * 4, *[truncated] * 3, without_a_piece, with_a_piece, swapped]


@dataclass(frozen=True)
class Specimen:
    """A good signature file with its document; ``share`` is its part of a run, of a hundred."""

    name: str
    signature: bytes
    data: bytes
    trust: TrustStore
    share: int

    def damaged(self, count: int, seed: int) -> Iterator[tuple[bytes, bytes]]:
        """Pairs (signature, data) of which one is damaged: of twelve the document once, a certificate of the file twice."""
        rng = random.Random(f"{self.name} {seed}")
        certificates = list(self._certificates())
        made = 0
        while made < count:
            damage, target = rng.choice(KINDS), rng.randrange(12)
            signature, data = self.signature, self.data
            if target == 0:
                data = damage(data, rng)
            elif target < 3 and certificates:
                start, end = rng.choice(certificates)
                signature = signature[:start] + damage(signature[start:end], rng) + signature[end:]
            else:
                signature = damage(signature, rng)
            if (signature, data) != (self.signature, self.data) and not self._same_letter(signature, data):
                made += 1
                yield signature, data

    def _certificates(self) -> Iterator[tuple[int, int]]:
        """Where certificates of the trust list or of any X.509 version 3 stand in the file."""
        start = self.signature.find(b"\x30\x82")
        while start >= 0:
            end = start + 4 + int.from_bytes(self.signature[start + 2 : start + 4], "big")
            if self.signature[start + 4 : start + 6] == b"\x30\x82" and self.signature[start + 8 : start + 13] == (
                b"\xa0\x03\x02\x01\x02"
            ):
                yield start, end
            start = self.signature.find(b"\x30\x82", start + 1)

    def _same_letter(self, signature: bytes, data: bytes) -> bool:
        """A text form with other line ends holds the very same signature: no damage, and never kept as it came."""
        if data != self.data or self.signature[:1] == b"\x30":
            return False
        try:
            return signature_der(signature) == signature_der(self.signature)
        except Refused:
            return False


def forms_trust(**changes: object) -> TrustStore:
    """The trust of the files under forms/."""
    files = {"roots": "trust.pem", "intermediates": "sub.pem", "crls": "crls.pem"}
    given = {name: [read(f"forms/{file}")] for name, file in files.items()}
    return store_of(**(given | changes))


def specimens() -> list[Specimen]:
    """GOST of both sizes, RSA, ECDSA; with and without the chain; detached, attached, BER; DER, PEM and base64."""
    trust, text = trust_of_vectors(), read("data/doc.txt")
    forms, paper = forms_trust(), read("forms/doc.txt")
    return [
        Specimen("gost-256", read("sig/head.p7s"), text, trust, 25),
        Specimen("rsa", read("sig/head_rsa.p7s"), text, trust, 12),
        Specimen("ecdsa", read("sig/head_ec.p7s"), text, trust, 12),
        Specimen("base64", read("sig/head.p7s.b64"), text, trust, 8),
        Specimen("gost-512-chain", read("forms/gost512_chain.p7s"), paper, forms, 18),
        Specimen("attached", read("forms/gost256_attached.p7s"), paper, forms, 10),
        Specimen("indefinite", read("forms/gost256_indefinite.p7s"), paper, forms, 8),
        Specimen("pem", read("forms/gost256.pem"), paper, forms, 7),
    ]
