"""The bytes of a parsed value exactly as they stood in the file.

asn1crypto's ``dump()`` encodes anew where the last octet of a header is 0x80, taking a length such as
0x180 for the indefinite form.  That hits one certificate in a hundred: a GOST key then raises
KeyError (its algorithm is unknown to the library), attributes are sorted, and damage can be mended
on the way.  A signature is over the bytes that came, so every byte string that is hashed, compared
or verified is taken by the means of this module.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from asn1crypto import core, keys, x509


def exact(value: core.Asn1Value) -> bytes:
    """Return header and contents of a parsed value; empty for an absent one.

    A value that was not parsed (the default of an absent field) is encoded.
    """
    if isinstance(value, core.Choice):
        value = value.chosen
    if isinstance(value, core.Void):
        return b""
    if value._header is None:
        made: bytes = value.dump()
        return made
    whole: bytes = value._header + value.contents + value._trailer
    return whole


def check_filled(*structures: core.Sequence) -> None:
    """Raise ValueError where a SEQUENCE holds more than its fields.

    asn1crypto passes over what follows the last field, and over what follows the value within an explicit tag.
    """
    for structure in structures:
        fields = [structure[name] for name, *_ in structure._fields]
        # A field with a default that is absent has no header: it takes no room in the file.
        room = sum(len(exact(field)) for field in fields if isinstance(field, core.Choice) or field._header is not None)
        if room != len(structure.contents):
            raise ValueError(f"more in a {type(structure).__name__} than its fields")


def moment_of(value: core.Asn1Value) -> datetime | None:
    """Read an optional time; raises ValueError for a local one and for the year 0000, which asn1crypto reads in its own way."""
    moment = value.native
    if moment is None:
        return None
    if not isinstance(moment, datetime) or moment.utcoffset() is None:
        raise ValueError("a time that is no moment")
    return moment


class _Exact:
    """Makes ``dump()`` of a parsed structure give what was parsed, also to the path validator."""

    def dump(self: Any, force: bool = False) -> bytes:
        if self._header is None:
            raise TypeError("this class is for parsing: build with asn1crypto's own")
        return exact(self)


class PublicKeyInfo(_Exact, keys.PublicKeyInfo):
    """SubjectPublicKeyInfo with an exact ``dump()``."""


def _with(fields: list[tuple[Any, ...]], **specs: type[core.Asn1Value]) -> list[tuple[Any, ...]]:
    """The fields of a structure with other classes for some of them."""
    return [(name, specs.get(name, spec), *options) for name, spec, *options in fields]


class TbsCertificate(_Exact, x509.TbsCertificate):
    """TBSCertificate with an exact ``dump()``."""

    _fields = _with(x509.TbsCertificate._fields, subject_public_key_info=PublicKeyInfo)


class Certificate(_Exact, x509.Certificate):
    """A certificate whose ``dump()`` and those of its body and key are exact.  Only for parsing, not for building."""

    _fields = _with(x509.Certificate._fields, tbs_certificate=TbsCertificate)
    _subject_der: bytes | None = None

    @property
    def subject_der(self) -> bytes:
        """The exact subject name, kept: a verification compares it for every certificate of a trust list of thousands."""
        if self._subject_der is None:
            self._subject_der = exact(self.subject)
        return self._subject_der
