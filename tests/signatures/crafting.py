"""Signatures with something changed, before they were signed or after."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from asn1crypto import cms, tsp

from simulators.demo_ca.certificates import make_revocation_list
from simulators.demo_ca.signing import assemble, signed_attributes, signer_info
from tests.signatures.conftest import DOCUMENT

NOW = datetime.now(UTC)


def built(demo, change=None, tamper=None, content=None):
    """A signature whose attributes are changed before signing, or whose SignerInfo is changed after it."""
    attributes = signed_attributes(DOCUMENT, demo.signer, NOW)
    if change is not None:
        attributes = change(attributes)
    info = signer_info(demo.signer, attributes)
    if tamper is not None:
        tamper(info)
    return assemble(content, [demo.signer], [info])


def rebuilt(signature, change):
    """A signature file whose SignedData is changed."""
    whole = cms.ContentInfo.load(signature)
    change(whole["content"])
    return whole.dump()


def head_revoked(demo, moment):
    """A list of the issuing authority, as of a moment, that has revoked the head's certificate."""
    made = make_revocation_list(
        issuer=demo.authority.issuer(),
        number=99,
        this_update=moment,
        next_update=moment + timedelta(days=9),
        revoked=[(demo.head.certificate.serial_number, moment)],
    )
    return made.dump()


def without(name):
    return lambda attributes: [item for item in attributes if item["type"] != name]


def replaced(name, values):
    return lambda attributes: [{**item, "values": values} if item["type"] == name else item for item in attributes]


def field(name, value):
    """Set a field of a SignerInfo or SignedData."""
    return lambda structure: structure.__setitem__(name, value)


def certificate_identifiers(**parts):
    return [tsp.SigningCertificateV2({"certs": [parts]})]
