"""Signatures of certificates that were found good are not computed again.

An authority's certificate stands in every chain, and GOST in Python takes its milliseconds.  Whether a
signature is good depends on nothing but the bytes given here, all of which are the key of the memory;
trust, dates and revocation are judged anew each time.  Refusals are not kept: they raise.
"""

from __future__ import annotations

import functools

from asn1crypto import algos

from signatures.cms.algorithms import check_signature
from signatures.cms.exact import exact

# 256 of at most 8 KB: a hostile file cannot make the process grow.
KEPT = 256
LONGEST = 8192


def check_once(public_key_info: bytes, algorithm: algos.SignedDigestAlgorithm, signature: bytes, signed: bytes) -> None:
    """``check_signature`` of a certificate, from memory where these very bytes were good before; raises the same."""
    if len(public_key_info) + len(signature) + len(signed) > LONGEST:
        check_signature(public_key_info, algorithm, signature, signed)
    else:
        _checked(public_key_info, exact(algorithm), signature, signed)


@functools.lru_cache(maxsize=KEPT)
def _checked(public_key_info: bytes, algorithm: bytes, signature: bytes, signed: bytes) -> None:
    check_signature(public_key_info, algos.SignedDigestAlgorithm.load(algorithm, strict=True), signature, signed)


def forget() -> None:
    """Empty the memory: for measurements."""
    _checked.cache_clear()
