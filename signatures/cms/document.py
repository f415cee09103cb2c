"""The bytes that are signed, and their digests: each is computed once.

Streebog without a library takes some five seconds for a megabyte, and one acceptance asks for it several times: for every
signer of the file, and for the row that is kept.  A large document is never in memory: it is read through piece by piece.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from typing import IO

from signatures.cms.algorithms import digest, new_digest

PIECE = 256 * 1024  # bytes; what progress is told by
SHA_256 = "2.16.840.1.101.3.4.2.1"

Progress = Callable[[int], None]


class Document:
    """What a signature is of: bytes, or a seekable stream of them that the caller keeps open.  It is never changed.

    ``digests``: those that are known already, by OID; whoever states them answers for them.
    """

    __slots__ = ("_data", "_digests", "_stream", "size")

    def __init__(self, data: bytes, *, digests: Mapping[str, bytes] | None = None) -> None:
        self._data: bytes | None = data
        self._stream: IO[bytes] | None = None
        self.size = len(data)
        self._digests: dict[str, bytes] = dict(digests or {})

    @classmethod
    def of_stream(cls, stream: IO[bytes], *, size: int, digests: Mapping[str, bytes] | None = None) -> Document:
        """A document that is read piece by piece; ``size`` in bytes."""
        made = cls(b"", digests=digests)
        made._data, made._stream, made.size = None, stream, size
        return made

    @property
    def data(self) -> bytes:
        """All bytes at once; of a stream they are read anew each time."""
        if self._data is not None:
            return self._data
        assert self._stream is not None
        self._stream.seek(0)
        return self._stream.read()

    @property
    def sha256(self) -> str:
        """In hexadecimal: by this a document is known."""
        return self.digest(SHA_256).hex()

    def digest(self, identifier: str) -> bytes:
        """The digest by an OID that ``algorithms.digest_identifier`` let through."""
        if identifier not in self._digests:
            if self._data is not None:
                self._digests[identifier] = digest(identifier, self._data)
            else:
                self.hash_through([identifier])
        return self._digests[identifier]

    def hash_through(self, identifiers: Iterable[str], progress: Progress | None = None) -> None:
        """Compute several digests in one pass, in bounded memory; ``progress`` is told the bytes that are done."""
        running = {each: new_digest(each) for each in identifiers if each not in self._digests}
        if not running:
            return
        done = 0
        for piece in self._pieces():
            for each in running.values():
                each.update(piece)
            done += len(piece)
            if progress is not None:
                progress(done)
        self._digests |= {identifier: each.digest() for identifier, each in running.items()}

    def _pieces(self) -> Iterable[bytes]:
        if self._data is not None:
            return (self._data[start : start + PIECE] for start in range(0, len(self._data), PIECE))
        stream = self._stream
        assert stream is not None
        stream.seek(0)
        return iter(lambda: stream.read(PIECE), b"")

    def equals(self, content: bytes) -> bool:
        """Whether the document is exactly these bytes, as an attached signature holds them."""
        if self._data is not None:
            return self._data == content
        return len(content) == self.size and hashlib.sha256(content).digest() == self.digest(SHA_256)


def as_document(given: bytes | Document) -> Document:
    """Bytes become a document without digests."""
    return given if isinstance(given, Document) else Document(given)
