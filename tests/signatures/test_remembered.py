"""What is remembered of a verification, and what is not; what is written down of a slip."""

import logging
from datetime import UTC, datetime

import pytest
from cryptography.exceptions import InvalidSignature

from signatures.cms import algorithms, remembered
from signatures.cms.refusal import Refused, reading
from signatures.gost import gost3410
from signatures.verification import verify_detached
from simulators.demo_ca import sign
from tests.signatures.conftest import DOCUMENT, issued


@pytest.fixture
def checked(monkeypatch):
    """How many GOST signatures were computed."""
    calls = []
    real = gost3410.verify
    monkeypatch.setattr(algorithms.gost3410, "verify", lambda *given: calls.append(1) or real(*given))
    remembered.forget()
    return calls


def test_certificates_are_verified_once_and_signatures_each_time(demo, checked):
    signature, trust = sign(DOCUMENT, demo.signer), demo.trust()
    counts = []
    for _ in range(3):
        (report,) = verify_detached(signature, DOCUMENT, trust, datetime.now(UTC))
        assert report.ok
        counts.append(len(checked))
    # First the signature, two certificates and two revocation lists; the lists remember for themselves.
    assert counts == [5, 6, 7]


def test_another_person_of_the_same_authority(demo, checked):
    trust = demo.trust()
    assert verify_detached(sign(DOCUMENT, demo.signer), DOCUMENT, trust, datetime.now(UTC))[0].ok
    before = len(checked)
    assert verify_detached(sign(DOCUMENT, issued(demo, serial=99)), DOCUMENT, trust, datetime.now(UTC))[0].ok
    assert len(checked) == before + 2


def parts(certificate):
    body = certificate["tbs_certificate"]
    return certificate["signature_algorithm"], certificate["signature_value"].native, body.dump()


def test_every_byte_is_part_of_the_memory(demo):
    key = demo.authority.issuing["tbs_certificate"]["subject_public_key_info"].dump()
    root_key = demo.authority.root["tbs_certificate"]["subject_public_key_info"].dump()
    algorithm, signature, signed = parts(demo.head.certificate)
    remembered.check_once(key, algorithm, signature, signed)
    for changed in (
        (root_key, algorithm, signature, signed),
        (key, algorithm, signature[:-1] + bytes([signature[-1] ^ 1]), signed),
        (key, algorithm, signature, signed + b"\0"),
        (key, algorithm, signature + signed[:1], signed[1:]),
    ):
        for _ in range(2):  # a refusal is not remembered as anything
            with pytest.raises(InvalidSignature):
                remembered.check_once(*changed)


def test_long_ones_are_not_kept(demo, monkeypatch):
    monkeypatch.setattr(remembered, "LONGEST", 100)
    remembered.forget()
    key = demo.authority.issuing["tbs_certificate"]["subject_public_key_info"].dump()
    remembered.check_once(key, *parts(demo.head.certificate))
    assert remembered._checked.cache_info().currsize == 0


def test_trust_is_judged_anew(demo):
    signature = sign(DOCUMENT, demo.signer)
    assert verify_detached(signature, DOCUMENT, demo.trust(), datetime.now(UTC))[0].ok
    (report,) = verify_detached(signature, DOCUMENT, demo.trust(roots=[]), datetime.now(UTC))
    assert report.verdict == "no_trusted_chain"


# ---- slips


def test_a_slip_of_our_own_is_written_down(caplog):
    """The file is refused all the same, and what it held is not in the log."""

    def careless():
        return {}["112-233-445 95"]

    careless.__globals__["__name__"], name = "signatures.probe", __name__
    try:
        with caplog.at_level(logging.ERROR), pytest.raises(Refused) as refused, reading():
            careless()
    finally:
        careless.__globals__["__name__"] = name
    assert refused.value.verdict == "malformed"
    (record,) = caplog.records
    said = record.getMessage()
    caplog.clear()  # or this test would fail as every other does
    assert "KeyError at " in said
    assert said.count("test_remembered.py:") == 2
    assert "445" not in said


@pytest.mark.parametrize("error", [ValueError, RecursionError, UnicodeDecodeError])
def test_damage_is_not(caplog, error):
    with pytest.raises(Refused), reading():
        raise error(*(("utf-8", b"", 0, 1, "") if error is UnicodeDecodeError else ("damaged",)))
    assert not caplog.records


def test_a_librarys_stumble_is_damage(caplog):
    with pytest.raises(Refused), reading():
        int(None)  # this module is not one of ``signatures``: it plays the library
    assert not caplog.records


def test_what_is_no_damage_goes_on():
    with pytest.raises(OSError, match="disk"), reading():
        raise OSError("disk")
