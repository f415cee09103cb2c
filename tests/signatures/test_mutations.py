"""Damage anywhere gives no «ok» and no exception that escapes: in the signature, the document, the certificate."""

import random
from datetime import UTC, datetime

import pytest
from asn1crypto import cms

from signatures.cms.exact import exact
from signatures.verdicts import Verdict
from signatures.verification import verify_detached
from simulators.demo_ca import sign
from tests.signatures.conftest import DOCUMENT, read

pytestmark = pytest.mark.slow
NOW = datetime.now(UTC)


def flipped(content, rng):
    place = rng.randrange(len(content))
    return content[:place] + bytes([content[place] ^ 1 << rng.randrange(8)]) + content[place + 1 :]


def another_byte(content, rng):
    place = rng.randrange(len(content))
    return content[:place] + bytes([content[place] ^ rng.randrange(1, 256)]) + content[place + 1 :]


def truncated(content, rng):
    return content[: rng.randrange(len(content))]


def without_a_piece(content, rng):
    start = rng.randrange(len(content))
    return content[:start] + content[start + rng.randrange(1, 40) :]


def with_a_piece(content, rng):
    start = rng.randrange(len(content))
    return content[:start] + rng.randbytes(rng.randrange(1, 40)) + content[start:]


# How many of each kind for one file; three files make 2,040 damaged signatures.
KINDS = [(flipped, 330), (another_byte, 200), (truncated, 90), (without_a_piece, 30), (with_a_piece, 30)]


def never_ok(signature, data, trust):
    reports = verify_detached(signature, data, trust, NOW)
    assert reports
    for report in reports:
        assert isinstance(report.verdict, Verdict)
        assert not report.ok
    return reports


@pytest.mark.parametrize("name", ["head.p7s", "head_rsa.p7s", "head_ec.p7s"])
def test_damaged_signatures(name, vector_trust):
    signature, data = read(f"sig/{name}"), read("data/doc.txt")
    assert verify_detached(signature, data, vector_trust, NOW)[0].ok
    rng = random.Random(20261121)
    for damage, count in KINDS:
        for _ in range(count):
            never_ok(damage(signature, rng), data, vector_trust)


def test_damaged_text_forms(vector_trust):
    """Base64 with line ends: a flipped letter, a flipped line end, a lost tail."""
    signature, data = read("sig/head.p7s.b64"), read("data/doc.txt")
    rng = random.Random(7)
    for _ in range(250):
        never_ok(flipped(signature, rng), data, vector_trust)
    for length in range(0, len(signature.rstrip()), 97):
        never_ok(signature[:length], data, vector_trust)


def test_damaged_documents(vector_trust):
    signature, data = read("sig/head.p7s"), read("data/doc.txt")
    for place in range(len(data)):
        for bit in (1, 128):
            damaged = data[:place] + bytes([data[place] ^ bit]) + data[place + 1 :]
            (report,) = never_ok(signature, damaged, vector_trust)
            assert report.verdict == "content_digest_mismatch"
    for length in range(len(data)):
        never_ok(signature, data[:length], vector_trust)


def test_damaged_certificates_in_the_file(demo):
    """Only the embedded certificates are damaged: the signer's and his authority's."""
    signature = sign(DOCUMENT, demo.signer)
    body = cms.ContentInfo.load(signature)["content"]
    rng = random.Random(3)
    trust = demo.trust()
    assert verify_detached(signature, DOCUMENT, trust, datetime.now(UTC))[0].ok
    for choice in body["certificates"]:
        certificate = exact(choice)
        start = signature.index(certificate)
        for _ in range(150):
            damaged = flipped(certificate, rng)
            never_ok(signature[:start] + damaged + signature[start + len(certificate) :], DOCUMENT, trust)


def test_noise(vector_trust):
    rng = random.Random(11)
    for size in (0, 1, 2, 10, 100, 3000):
        for _ in range(20):
            never_ok(rng.randbytes(size), b"document", vector_trust)
            never_ok(b"\x30" + rng.randbytes(size), b"document", vector_trust)
