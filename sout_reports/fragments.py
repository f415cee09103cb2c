"""Kept XML of single elements. Small ones stay as they are: setting up a compressor would cost more than it saves."""

from __future__ import annotations

import zlib

WORTH_COMPRESSING = 2048  # bytes
LEVEL = 1  # a card shrinks about sixfold already; higher levels cost more time than they save space


def pack(fragment: bytes) -> bytes:
    """What goes into the column: zlib, or the XML itself, which begins with «<» as no zlib stream does."""
    return fragment if len(fragment) < WORTH_COMPRESSING else zlib.compress(fragment, LEVEL)


def unpack(kept: bytes | memoryview) -> bytes:
    """The element's XML. Raises zlib.error for what `pack` did not make."""
    content = bytes(kept)
    return content if content.startswith(b"<") else zlib.decompress(content)
