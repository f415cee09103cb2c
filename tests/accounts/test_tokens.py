"""Tokens, signers and verifiers without a process: every bit counts, and odd input is a problem, never a traceback."""

import base64
import json
import stat
import sys
import time

import pytest

from accounts.esia.config import esia
from accounts.esia.problems import PROBLEMS, EsiaProblem, problem_of_answer
from accounts.esia.rest import number_of
from accounts.esia.signers import CommandSigner
from accounts.esia.tokens import decode, verify_pair
from accounts.esia.verifiers import CertificateVerifier
from simulators.esia.client_keys import DevelopmentSigner, DevelopmentVerifier
from simulators.esia.faults import GOST, RS256, Faults
from simulators.esia.keys import ensure_keys
from simulators.esia.tokens import TokenMaker
from simulators.people import ZMZ_HEAD, demo_cast


@pytest.fixture(scope="module")
def keys(tmp_path_factory):
    from django.conf import settings

    return ensure_keys(settings.STATE_DIR)


def answer(keys, algorithm=GOST):
    maker = TokenMaker(keys, Faults(algorithm=algorithm))
    return maker.answer(demo_cast().people[ZMZ_HEAD], "LKOT", ["openid"], "state")


@pytest.mark.parametrize("algorithm", [GOST, RS256])
def test_a_right_pair(keys, algorithm):
    verified = verify_pair(answer(keys, algorithm))
    assert verified.oid == ZMZ_HEAD


@pytest.mark.parametrize("name", ["id_token", "access_token"])
def test_any_flipped_bit_is_refused(keys, name):
    """Bits of the head, the payload and the signature, evenly spread; RS256, because it is quick."""
    tokens = answer(keys, RS256)
    token = tokens[name]
    for place in range(0, len(token), 37):
        for bit in (0x01, 0x20):
            spoilt = token[:place] + chr(ord(token[place]) ^ bit) + token[place + 1 :]
            with pytest.raises(EsiaProblem) as refusal:
                verify_pair(tokens | {name: spoilt})
            assert refusal.value.kind == "bad_token"


@pytest.mark.parametrize("name", ["id_token", "access_token"])
@pytest.mark.parametrize("place", [0, 30, 200, -86, -1])
def test_a_flipped_letter_of_a_gost_token(keys, name, place):
    tokens = answer(keys)
    letters = list(tokens[name])
    letters[place] = "B" if letters[place] != "B" else "C"
    with pytest.raises(EsiaProblem):
        verify_pair(tokens | {name: "".join(letters)})


def encoded(value) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


@pytest.mark.parametrize(
    "token",
    [
        "",
        "a.b",
        "a.b.c.d",
        "....",
        "кириллица.b.c",
        f"{encoded([1])}.{encoded({})}.AA",
        f"{encoded({'alg': 5, 'sbt': 'id'})}.{encoded({})}.AA",
        f"{encoded({'alg': 'none', 'sbt': 'id'})}.{encoded({})}.",
        f"{encoded({'alg': 'HS256', 'sbt': 'id'})}.{encoded({})}.AA",
        f"{encoded({'alg': 'RS256', 'sbt': 'id'})}.{encoded({})}.AA",
        f"{encoded({'alg': 'GOST3410_2012_256', 'sbt': 'id'})}.{encoded({})}.AA",
        "[" * 100_000 + ".b.c",
    ],
)
def test_odd_tokens(keys, token):
    with pytest.raises(EsiaProblem) as refusal:
        decode(token, sbt="id", config=esia())
    assert refusal.value.kind == "bad_token"


class Yes:
    """A verifier that believes everything: what is left are the claims."""

    def verify(self, algorithm, message, signature):
        return True


@pytest.mark.parametrize(
    "changes",
    [
        {"exp": None},
        {"exp": "tomorrow"},
        {"exp": True},
        {"nbf": None},
        {"iss": "http://esia.gosuslugi.ru"},
        {"aud": ["LKOT"]},
        {"urn:esia:sbj": None},
        {"urn:esia:sbj": {"urn:esia:sbj:oid": "1000000001"}},
        {"urn:esia:sbj": {"urn:esia:sbj:oid": True, "urn:esia:sbj:is_tru": True}},
    ],
)
def test_odd_claims(monkeypatch, changes):
    monkeypatch.setattr("accounts.esia.config._plugged", lambda path: Yes())
    now = int(time.time())
    subject = {"urn:esia:sbj:oid": 1, "urn:esia:sbj:is_tru": True}
    claims = {
        "iss": "http://esia.gosuslugi.ru/",
        "exp": now + 60,
        "nbf": now,
        "aud": "LKOT",
        "client_id": "LKOT",
        "urn:esia:sbj": subject,
        "urn:esia:sbj_id": 1,
    }

    def pair(payload):
        return {
            f"{name}_token": f"{encoded({'alg': 'RS256', 'sbt': name})}.{encoded(payload)}.AA"
            for name in ("id", "access")
        }

    assert verify_pair(pair(claims)).oid == 1
    with pytest.raises(EsiaProblem) as refusal:
        verify_pair(pair(claims | changes))
    assert refusal.value.kind == "bad_token"


def test_the_development_signer_keeps_its_keys_to_itself(keys):
    assert len(DevelopmentSigner().raw(b"x")) == 64
    assert len(DevelopmentSigner().certificate_hash()) == 64
    for path in keys.folder.glob("*.key"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert not DevelopmentVerifier().verify("HS256", b"", b"")


PRINT = "import sys; sys.stdin.buffer.read(); sys.stdout.buffer.write(bytes(range({length})))"


def test_the_command_signer(settings):
    command = [sys.executable, "-c", PRINT.format(length=64)]
    settings.ESIA = settings.ESIA | {"signer_command": command, "certificate_hash": "ab" * 32}
    assert CommandSigner().raw(b"message") == bytes(range(64))
    assert CommandSigner().certificate_hash() == "AB" * 32
    settings.ESIA = settings.ESIA | {"signer_mirrored": True}
    assert CommandSigner().raw(b"message") == bytes(reversed(range(64)))
    settings.ESIA = settings.ESIA | {"signer_command": [sys.executable, "-c", PRINT.format(length=10)]}
    assert CommandSigner().pkcs7(b"message") == bytes(range(10))
    for command in (
        [sys.executable, "-c", PRINT.format(length=10)],
        ["/nowhere"],
        [sys.executable, "-c", "raise SystemExit(1)"],
        [],
    ):
        settings.ESIA = settings.ESIA | {"signer_command": command}
        with pytest.raises(EsiaProblem) as refusal:
            CommandSigner().raw(b"message")
        assert refusal.value.kind == "signer"
    settings.ESIA = settings.ESIA | {"certificate_hash": ""}
    with pytest.raises(EsiaProblem, match="ESIA_CERTIFICATE_HASH"):
        CommandSigner().certificate_hash()


def test_what_the_signer_says_before_it_fails_is_logged(settings, caplog):
    command = [sys.executable, "-c", "import sys; sys.exit('x' * 5000 + ' no license')"]
    settings.ESIA = settings.ESIA | {"signer_command": command}
    with pytest.raises(EsiaProblem, match="ended with code 1"):
        CommandSigner().pkcs7(b"message")
    (record,) = caplog.records
    assert record.levelname == "ERROR"
    assert "code 1" in record.getMessage()
    assert record.getMessage().endswith("no license")
    assert len(record.getMessage()) < 1000


@pytest.mark.parametrize("folder", ["", "/nowhere"])
def test_no_certificates_of_esia_are_a_page_too(settings, folder):
    settings.ESIA = settings.ESIA | {"token_certificates": folder}
    with pytest.raises(EsiaProblem) as refusal:
        CertificateVerifier().verify("RS256", b"", b"")
    assert refusal.value.kind == "verifier"


def test_a_file_that_is_no_certificate_hides_no_other(settings, tmp_path, keys, caplog):
    for path in DevelopmentVerifier().folder().glob("*.crt"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "0.crt").write_bytes(b"no certificate")
    settings.ESIA = settings.ESIA | {"token_verifier": "", "token_certificates": str(tmp_path)}
    assert verify_pair(answer(keys, RS256)).oid == ZMZ_HEAD
    assert "0.crt" in caplog.text


@pytest.mark.parametrize(
    ("error", "description", "kind", "code"),
    [
        ("access_denied", "ESIA-007004: denied", "denied", "007004"),
        ("access_denied", "", "denied", ""),
        ("invalid_scope", "ESIA-007194: x", "not_employee", "007194"),
        ("invalid_request", "ESIA-007055: x", "unconfirmed", "007055"),
        ("server_error", "<script>", "refused", ""),
        ("", "", "refused", ""),
    ],
)
def test_codes_of_esia(error, description, kind, code):
    problem = problem_of_answer(error, description)
    assert (problem.kind, problem.code) == (kind, code)


@pytest.mark.parametrize("sent", ["x\n2026-11-25 INFO all is well", "Иванов", "a" * 41, "112-233-445 95"])
def test_what_a_browser_sends_as_error_is_not_repeated(sent):
    problem = problem_of_answer(sent, "ESIA-007055: x")
    assert str(problem) == "007055"


def test_every_problem_says_what_happened_and_what_to_do():
    for text in PROBLEMS.values():
        assert text.title
        assert text.what.endswith(".")
        assert text.do.endswith(".")
        assert 400 <= text.status < 600


@pytest.mark.parametrize("value", ["9" * 5000, str(2**63), 2**63, "0", "", "1e3", "²", True, None, 1.0])
def test_what_is_no_id_is_a_problem(value):
    with pytest.raises(EsiaProblem) as refusal:
        number_of({"oid": value}, "oid")
    assert refusal.value.kind == "garbage"


def test_an_id_may_come_as_a_text():
    assert number_of({"oid": str(2**63 - 1)}, "oid") == 2**63 - 1
