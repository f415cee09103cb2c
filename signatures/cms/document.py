"""The bytes that are signed, and their digests: each is computed once.

Streebog without a library takes some five seconds for a megabyte, and one acceptance asks for it several times: for every
signer of the file, and for the row that is kept.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from signatures.cms.algorithms import digest


class Document:
    """What a signature is of.  ``data`` is never changed; ``known`` are digests by OID that were computed before."""

    __slots__ = ("_digests", "data")

    def __init__(self, data: bytes, known: Mapping[str, bytes] | None = None) -> None:
        self.data = data
        self._digests: dict[str, bytes] = dict(known or {})

    @property
    def sha256(self) -> str:
        """In hexadecimal: by this a document is known."""
        return hashlib.sha256(self.data).hexdigest()

    def digest(self, identifier: str) -> bytes:
        """The digest by an OID that ``algorithms.digest_identifier`` let through."""
        if identifier not in self._digests:
            self._digests[identifier] = digest(identifier, self.data)
        return self._digests[identifier]


def as_document(given: bytes | Document) -> Document:
    """Bytes become a document without digests."""
    return given if isinstance(given, Document) else Document(given)
