"""GOST R 34.11-2012 («Стрибог»), 256 and 512 bits, source: RFC 6986.

Pure Python; where the OpenSSL behind hashlib offers the algorithm (a GOST provider is loaded in
its configuration), hashlib does the same work faster.  The answer never depends on the choice.
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Callable, Iterable
from operator import xor
from struct import Struct
from typing import Protocol

from signatures.gost.streebog_tables import CONSTANTS, MATRIX, PI

BLOCK = 64
MASK = 2**512 - 1
WORDS = Struct("<8Q")

# RFC 6986 section 10.1.2, message M1 under the 256-bit function: a back end must know it.
PROBE = b"012345678901234567890123456789012345678901234567890123456789012"
PROBE_DIGEST = "9d151eefd8590b89daa6ba6cb74af9275dd051026bb149a452fd84e5e57b5500"


def _linear(byte: int, position: int) -> int:
    """Multiply one substituted byte, standing at ``position`` of a word, by the matrix A."""
    product = 0
    for bit in range(8):
        if byte >> bit & 1:
            product ^= MATRIX[63 - (8 * position + bit)]
    return product


# S, P and L folded into one table for each byte of a word: eight look-ups give a word of the answer.
T0, T1, T2, T3, T4, T5, T6, T7 = (tuple(_linear(PI[byte], word) for byte in range(256)) for word in range(8))
ROUND_CONSTANTS = tuple(WORDS.unpack(constant.to_bytes(BLOCK, "little")) for constant in CONSTANTS)


def _lps(words: Iterable[int]) -> list[int]:
    """Apply the transformations S, P and L to a state of eight 64-bit words."""
    state = WORDS.pack(*words)
    columns = zip(
        state[0:8],
        state[8:16],
        state[16:24],
        state[24:32],
        state[32:40],
        state[40:48],
        state[48:56],
        state[56:64],
        strict=True,
    )
    return [T0[a] ^ T1[b] ^ T2[c] ^ T3[d] ^ T4[e] ^ T5[f] ^ T6[g] ^ T7[h] for a, b, c, d, e, f, g, h in columns]


def _compress(counter: int, state: int, block: int) -> int:
    """Return g_N(h, m), section 8 of the RFC."""
    key = _lps(_words(state ^ counter))
    text: Iterable[int] = _words(block)
    for constant in ROUND_CONSTANTS:
        text = _lps(map(xor, text, key))
        key = _lps(map(xor, key, constant))
    last = int.from_bytes(WORDS.pack(*map(xor, text, key)), "little")
    return last ^ state ^ block


def _words(number: int) -> tuple[int, ...]:
    return WORDS.unpack(number.to_bytes(BLOCK, "little"))


class StreebogPython:
    """The hash of RFC 6986 without any library, fed piece by piece; ``bits`` is 256 or 512.

    Has what hashlib's objects have of it: ``update``, ``digest`` (may be asked in between) and ``hexdigest``.
    Raises ValueError for other sizes.
    """

    def __init__(self, bits: int = 256) -> None:
        if bits not in (256, 512):
            raise ValueError(f"Streebog has 256 or 512 bits, not {bits}")
        self.digest_size = bits // 8
        self._state = int.from_bytes((b"\x01" if bits == 256 else b"\x00") * BLOCK, "little")
        self._counter = 0
        self._checksum = 0
        self._rest = b""

    def update(self, data: bytes) -> None:
        data = self._rest + data if self._rest else data
        whole = len(data) // BLOCK * BLOCK
        state, counter, checksum = self._state, self._counter, self._checksum
        for offset in range(0, whole, BLOCK):
            block = int.from_bytes(data[offset : offset + BLOCK], "little")
            state = _compress(counter, state, block)
            counter = (counter + 8 * BLOCK) & MASK
            checksum = (checksum + block) & MASK
        self._state, self._counter, self._checksum = state, counter, checksum
        self._rest = data[whole:]

    def digest(self) -> bytes:
        block = int.from_bytes(self._rest + b"\x01", "little")
        state = _compress(self._counter, self._state, block)
        state = _compress(0, state, (self._counter + 8 * len(self._rest)) & MASK)
        state = _compress(0, state, (self._checksum + block) & MASK)
        return state.to_bytes(BLOCK, "little")[-self.digest_size :]

    def hexdigest(self) -> str:
        return self.digest().hex()


def streebog_python(data: bytes, bits: int = 256) -> bytes:
    """Hash ``data`` without any library; ``bits`` is 256 or 512."""
    whole = StreebogPython(bits)
    whole.update(data)
    return whole.digest()


def _hash_by_openssl(data: bytes, bits: int) -> bytes:
    return hashlib.new(f"md_gost12_{bits}", data).digest()


@functools.cache
def fast_backend() -> Callable[[bytes, int], bytes] | None:
    """Return hashlib's Streebog if OpenSSL has one that is right, else None."""
    try:
        answer = _hash_by_openssl(PROBE, 256).hex()
    except ValueError:
        return None
    return _hash_by_openssl if answer == PROBE_DIGEST else None


def streebog(data: bytes, bits: int = 256) -> bytes:
    """Return the Streebog digest of ``data``, 32 or 64 bytes long by ``bits``."""
    if bits not in (256, 512):
        raise ValueError(f"Streebog has 256 or 512 bits, not {bits}")
    backend = fast_backend() or streebog_python
    return backend(data, bits)


class Hash(Protocol):
    """What ``new`` gives: hashlib's own object, or ours."""

    def update(self, data: bytes, /) -> None: ...

    def digest(self) -> bytes: ...


def new(bits: int = 256) -> Hash:
    """A hash to be fed piece by piece, by the same choice of back end as ``streebog``; raises ValueError for other sizes."""
    if bits not in (256, 512):
        raise ValueError(f"Streebog has 256 or 512 bits, not {bits}")
    return hashlib.new(f"md_gost12_{bits}") if fast_backend() is not None else StreebogPython(bits)
