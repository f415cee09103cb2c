"""A revocation list as large as one wants: written by hand, for asn1crypto would hold every entry as objects."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from asn1crypto import core

from simulators.demo_ca.certificates import Issuer, make_revocation_list
from simulators.demo_ca.der import SEQUENCE, sequence, tagged

KEY_COMPROMISE = bytes.fromhex("300c300a0603551d1504030a0101")


def make_large_list(
    serials: Iterable[int], *, issuer: Issuer, this_update: datetime, next_update: datetime, number: int
) -> bytes:
    """The DER of a list that revokes ``serials`` at ``this_update``, each for a compromise of its key.

    A GOST signature over 10 MB takes half a minute where no library knows Streebog.
    """
    small = make_revocation_list(issuer=issuer, this_update=this_update, next_update=next_update, number=number)
    body = small["tbs_cert_list"]
    moment = body["this_update"].dump()
    entries = (tagged(SEQUENCE, core.Integer(serial).dump() + moment + KEY_COMPROMISE) for serial in serials)
    parts = [body[name].dump() for name in ("version", "signature", "issuer", "this_update", "next_update")]
    signed = sequence(*parts, tagged(SEQUENCE, b"".join(entries)), body["crl_extensions"].dump())
    return sequence(signed, small["signature_algorithm"], core.OctetBitString(issuer.key.sign(signed)))
