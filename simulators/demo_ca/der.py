"""The few DER pieces that are easier to write by hand than to describe to asn1crypto."""

from __future__ import annotations

from asn1crypto import core

SEQUENCE = 0x30
SET = 0x31
LONG_LENGTH = 128


def tagged(tag: int, content: bytes) -> bytes:
    """One value: tag, definite length, content."""
    size = len(content)
    if size < LONG_LENGTH:
        length = bytes([size])
    else:
        digits = size.to_bytes((size.bit_length() + 7) // 8, "big")
        length = bytes([LONG_LENGTH | len(digits)]) + digits
    return bytes([tag]) + length + content


def sequence(*items: bytes | core.Asn1Value) -> bytes:
    """A SEQUENCE of values given as DER or as asn1crypto objects."""
    return tagged(SEQUENCE, b"".join(item if isinstance(item, bytes) else item.dump() for item in items))
