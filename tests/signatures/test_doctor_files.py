"""Files that people bring to the doctor, and the text of a trial signature."""

from __future__ import annotations

import base64
import contextlib
from datetime import UTC, datetime, timedelta

import pytest
from asn1crypto import pem
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs12

from signatures.doctor.challenge import ChallengeRefused, is_challenge, new_challenge, read_challenge
from signatures.doctor.files import FileCode, FileRefused, read_certificate_file, read_signature_file
from simulators.demo_ca import sign
from tests.signatures.conftest import DOCUMENT, read

NOW = datetime(2026, 11, 25, 21, 40, tzinfo=UTC)
RSA_KEY = rsa.generate_private_key(65537, 2048)
EC_KEY = ec.generate_private_key(ec.SECP256R1())
SECRET = serialization.BestAvailableEncryption(b"secret")
PLAIN = serialization.NoEncryption()
DER, PEM = serialization.Encoding.DER, serialization.Encoding.PEM
PKCS8, OLD = serialization.PrivateFormat.PKCS8, serialization.PrivateFormat.TraditionalOpenSSL


@pytest.mark.parametrize("name", ["a.cer", "a.pem", "A.CRT", "сертификат", ""])
def test_every_spelling_of_a_certificate(demo, name):
    der = demo.head.certificate.dump()
    base = base64.encodebytes(der)
    armored = pem.armor("CERTIFICATE", der)
    for content in (
        der,
        armored,
        armored.replace(b"\n", b"\r\n"),
        base,
        base.replace(b"\n", b"\r\n"),
        b"\xef\xbb\xbf" + base,
    ):
        assert read_certificate_file(name, content).der == der


def test_a_file_with_the_chain_gives_the_owners_certificate(demo):
    whole = [demo.authority.root, demo.authority.issuing, demo.head.certificate]
    found = read_certificate_file("a.pem", b"".join(pem.armor("CERTIFICATE", each.dump()) for each in whole))
    assert found.der == demo.head.certificate.dump()
    assert found.others == tuple(each.dump() for each in whole[:2])


def pfx():
    return pkcs12.serialize_key_and_certificates(b"a", EC_KEY, None, None, SECRET)


PRIVATE = [
    ("a.pfx", b"anything"),
    ("A.P12", b""),
    ("header.key", b"\x30\x03\x02\x01\x00"),
    ("a.cer", pfx()),
    ("a.cer", base64.encodebytes(pfx())),
    ("a.pem", RSA_KEY.private_bytes(PEM, PKCS8, PLAIN)),
    ("a.pem", RSA_KEY.private_bytes(PEM, PKCS8, SECRET)),
    ("a.pem", RSA_KEY.private_bytes(PEM, OLD, PLAIN)),
    ("a.pem", EC_KEY.private_bytes(PEM, serialization.PrivateFormat.OpenSSH, PLAIN)),
    ("a.der", RSA_KEY.private_bytes(DER, PKCS8, PLAIN)),
    ("a.der", RSA_KEY.private_bytes(DER, PKCS8, SECRET)),
    ("a.der", RSA_KEY.private_bytes(DER, OLD, PLAIN)),
    ("a.der", EC_KEY.private_bytes(DER, OLD, PLAIN)),
]


@pytest.mark.parametrize(("name", "content"), PRIVATE, ids=range(len(PRIVATE)))
@pytest.mark.parametrize("reader", [read_certificate_file, read_signature_file])
def test_a_private_key_is_refused_whatever_it_is_called(reader, name, content):
    with pytest.raises(FileRefused) as refused:
        reader(name, content)
    assert refused.value.code is FileCode.PRIVATE_KEY
    assert "не сохранён" in refused.value.text
    assert "нельзя передавать никому" in refused.value.text


def test_a_private_key_beside_the_certificate_is_refused_too(demo):
    both = pem.armor("CERTIFICATE", demo.head.certificate.dump()) + RSA_KEY.private_bytes(PEM, PKCS8, PLAIN)
    with pytest.raises(FileRefused) as refused:
        read_certificate_file("a.pem", both)
    assert refused.value.code is FileCode.PRIVATE_KEY


def request_file():
    return x509.CertificateSigningRequestBuilder().subject_name(x509.Name([])).sign(EC_KEY, hashes.SHA256())


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", FileCode.EMPTY),
        (b" \r\n", FileCode.EMPTY),
        (b"%PDF-1.7 ...", FileCode.DOCUMENT),
        (b"PK\x03\x04....", FileCode.DOCUMENT),
        (b"<?xml version='1.0'?><a/>", FileCode.DOCUMENT),
        (request_file().public_bytes(PEM), FileCode.REQUEST),
        (request_file().public_bytes(DER), FileCode.UNKNOWN),
        (b"nonsense", FileCode.UNKNOWN),
        (b"\x30\x80\x00\x00", FileCode.UNKNOWN),
        (b"\x30\x84\xff\xff\xff\xff", FileCode.UNKNOWN),
        ("Сертификат".encode("utf-16"), FileCode.UNKNOWN),
        (b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", FileCode.UNKNOWN),
        (b"-----BEGIN CERTIFICATE-----\n", FileCode.UNKNOWN),
        (read("sig/head.p7s"), FileCode.SIGNATURE),
        (read("sig/head.p7s.b64"), FileCode.SIGNATURE),
        (read("crl/root.crl"), FileCode.UNKNOWN),
    ],
    ids=range(16),
)
def test_what_is_no_certificate(content, code):
    with pytest.raises(FileRefused) as refused:
        read_certificate_file("a.cer", content)
    assert refused.value.code is code
    assert refused.value.text.endswith(".")


def test_flipped_and_cut_certificates_are_read_or_refused(demo):
    der = demo.head.certificate.dump()
    for whole in (der, pem.armor("CERTIFICATE", der)):
        for place in range(0, len(whole), 7):
            changed = bytearray(whole)
            changed[place] ^= 0x80
            for content in (bytes(changed), whole[:place]):
                with contextlib.suppress(FileRefused):
                    read_certificate_file("a.cer", content)


def test_signatures(demo):
    signature = sign(DOCUMENT, demo.signer)
    for content in (signature, base64.encodebytes(signature), read("sig/head.p7s.b64")):
        assert read_signature_file("a.sig", content) == content
    der = demo.head.certificate.dump()
    for content in (der, pem.armor("CERTIFICATE", der), base64.encodebytes(der)):
        with pytest.raises(FileRefused) as refused:
            read_signature_file("a.sig", content)
        assert refused.value.code is FileCode.CERTIFICATE
    with pytest.raises(FileRefused, match="unknown"):
        read_signature_file("a.sig", b"nonsense")


# ---- the trial text


def test_a_trial_text_is_fresh_and_no_document():
    first, second = (new_challenge("session", NOW) for _ in range(2))
    assert first.content != second.content
    text = first.content.decode()
    assert text.startswith("ПРОБНАЯ ПОДПИСЬ. ЭТО НЕ ДОКУМЕНТ.")
    assert "26.11.2026, 00:40" in text
    assert first.code in text
    assert is_challenge(first.content)
    assert not is_challenge(DOCUMENT)


def test_the_same_text_comes_back_for_its_code():
    challenge = new_challenge("session", NOW)
    assert read_challenge(challenge.code, "session", NOW + timedelta(minutes=90)) == challenge


@pytest.mark.parametrize(
    ("code", "session", "moment", "words"),
    [
        ("{code}", "another", NOW, "другому сеансу"),
        ("{code}", "session", NOW + timedelta(hours=3), "устарел"),
        ("{code}", "session", NOW - timedelta(hours=1), "устарел"),
        ("x{code}", "session", NOW, "другому сеансу"),
        ("{code}.1", "session", NOW, "повреждён"),
        ("a.b.c", "session", NOW, "другому сеансу"),
        ("ё.ё.ё", "session", NOW, "повреждён"),
        ("nonsense", "session", NOW, "повреждён"),
    ],
)
def test_codes_that_are_no_good(code, session, moment, words):
    given = code.format(code=new_challenge("session", NOW).code)
    with pytest.raises(ChallengeRefused, match=words):
        read_challenge(given, session, moment)
