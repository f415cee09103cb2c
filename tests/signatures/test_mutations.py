"""Damage anywhere gives no «ok» and no exception that escapes: in the signature, the document, the certificates.

10,000 damaged pairs in a run, the same ones each time; LKOT_MUTANTS=100000 makes another number.  Damage to powers of
attorney has its own test.
"""

import os
import random
from datetime import UTC, datetime

import pytest
from asn1crypto import cms

from signatures.cms.exact import exact
from signatures.verdicts import Verdict
from signatures.verification import verify_detached
from simulators.demo_ca import sign
from tests.signatures.conftest import DOCUMENT, read
from tests.signatures.mutants import flipped, specimens

pytestmark = pytest.mark.slow
NOW = datetime.now(UTC)
MUTANTS = int(os.environ.get("LKOT_MUTANTS", "10000"))
PARTS = 4  # so that two processes share the work
SPECIMENS = {specimen.name: specimen for specimen in specimens()}


def never_ok(signature, data, trust):
    reports = verify_detached(signature, data, trust, NOW)
    assert reports
    for report in reports:
        assert isinstance(report.verdict, Verdict)
        assert not report.ok
    return reports


def test_the_shares_make_a_hundred():
    assert sum(specimen.share for specimen in SPECIMENS.values()) == 100


@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("name", SPECIMENS)
def test_damaged_files(name, part):
    specimen = SPECIMENS[name]
    assert verify_detached(specimen.signature, specimen.data, specimen.trust, NOW)[0].ok
    count = MUTANTS * specimen.share // 100 // PARTS
    for signature, data in specimen.damaged(count, seed=part):
        never_ok(signature, data, specimen.trust)


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
