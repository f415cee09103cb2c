"""GOST R 34.11-2012 («Стрибог»), 256 and 512 bits, source: RFC 6986.

Pure Python; where OpenSSL offers the algorithm (its GOST provider is installed, or is loaded by the
configuration of the OpenSSL behind hashlib), that does the same work faster.  The answer never depends
on the choice: a back end is trusted when it gives the published answers and ours at the edges of a block.
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Callable
from struct import Struct
from typing import Protocol

from signatures.gost.provider import ProviderStreebog, provider_streebog
from signatures.gost.streebog_tables import CONSTANTS, MATRIX, PI

BLOCK = 64
MASK = 2**512 - 1
WORDS = Struct("<8Q")

Backend = Callable[[bytes, int], bytes]

# RFC 6986 section 10.1, message M1: a back end must know its digests, and agree with Python at these lengths.
PROBE = b"012345678901234567890123456789012345678901234567890123456789012"
PROBE_DIGESTS = {
    256: "9d151eefd8590b89daa6ba6cb74af9275dd051026bb149a452fd84e5e57b5500",
    512: "1b54d01a4af5b9d5cc3d86d68d285462b19abc2475222f35c085122be4ba1ffa"
    "00ad30f8767b3a82384c6574f024c311e2a481332b08ef7f41797891c1646f48",
}
PROBE_LENGTHS = (0, 64, 127, 200)


def _linear(byte: int, position: int) -> int:
    """Multiply one substituted byte, standing at ``position`` of a word, by the matrix A."""
    product = 0
    for bit in range(8):
        if byte >> bit & 1:
            product ^= MATRIX[63 - (8 * position + bit)]
    return product


# S, P and L folded into one table for each byte of a word: eight look-ups give a word of the answer.
T0, T1, T2, T3, T4, T5, T6, T7 = (tuple(_linear(PI[byte], word) for byte in range(256)) for word in range(8))


def _lps(state: int) -> int:
    """Apply the transformations S, P and L to a state, a little-endian number of 64 octets."""
    octets = state.to_bytes(BLOCK, "little")
    columns = zip(
        octets[0:8],
        octets[8:16],
        octets[16:24],
        octets[24:32],
        octets[32:40],
        octets[40:48],
        octets[48:56],
        octets[56:64],
        strict=True,
    )
    words = [T0[a] ^ T1[b] ^ T2[c] ^ T3[d] ^ T4[e] ^ T5[f] ^ T6[g] ^ T7[h] for a, b, c, d, e, f, g, h in columns]
    return int.from_bytes(WORDS.pack(*words), "little")


def _compress(counter: int, state: int, block: int) -> int:
    """Return g_N(h, m), section 8 of the RFC."""
    key = _lps(state ^ counter)
    text = block
    for constant in CONSTANTS:
        text = _lps(text ^ key)
        key = _lps(key ^ constant)
    return text ^ key ^ state ^ block


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


def _hash_by_hashlib(data: bytes, bits: int) -> bytes:
    return hashlib.new(f"md_gost12_{bits}", data).digest()


def _is_right(backend: Backend) -> bool:
    """Ask for answers that are known, of both functions."""
    samples = [bytes(range(length)) for length in PROBE_LENGTHS]
    return all(
        backend(PROBE, bits).hex() == published
        and all(backend(sample, bits) == streebog_python(sample, bits) for sample in samples)
        for bits, published in PROBE_DIGESTS.items()
    )


_allowed = True


@functools.cache
def fast_backend() -> Backend | None:
    """Return OpenSSL's Streebog if there is one that is right, else None; found once in a process."""
    if not _allowed:
        return None
    for backend in (_hash_by_hashlib, provider_streebog()):
        try:
            if backend is not None and _is_right(backend):
                return backend
        except (ValueError, OSError):  # hashlib does not know it; the provider refused to work
            continue
    return None


def allow_fast_backend(allowed: bool) -> None:
    """Switch the search for OpenSSL's Streebog off, or on again (the default)."""
    global _allowed  # noqa: PLW0603 - a choice of the whole process
    _allowed = allowed
    fast_backend.cache_clear()


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
    backend = fast_backend()
    if backend is _hash_by_hashlib:
        return hashlib.new(f"md_gost12_{bits}")
    return backend.pieces(bits) if isinstance(backend, ProviderStreebog) else StreebogPython(bits)
