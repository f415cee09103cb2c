"""The structure of a signature file: every refusal is reached, every accepted form is accepted."""

import base64
from datetime import UTC, datetime

import pytest
from asn1crypto import cms, core, pem, tsp, x509

from signatures.cms import spare
from signatures.gost import identifiers as oid
from signatures.gost.curves import CURVES
from signatures.gost.streebog import streebog
from signatures.verification import TrustStore, verify_detached
from simulators.demo_ca import sign
from simulators.demo_ca.certificates import make_name
from simulators.demo_ca.signing import Signer, assemble, signed_attributes, signer_info
from tests.signatures.conftest import DOCUMENT, HEAD, issued, read
from tests.signatures.crafting import built, certificate_identifiers, replaced, without

NOW = datetime.now(UTC)


@pytest.fixture
def signature(demo):
    return sign(DOCUMENT, demo.signer)


# ---- forms that are accepted


@pytest.mark.parametrize("parameter_set", CURVES)
def test_all_parameter_sets(demo, verdict, parameter_set):
    person = demo.issue(title=parameter_set, parameter_set=parameter_set)
    assert verdict(sign(DOCUMENT, demo.authority.signer(person))) == "ok"


def test_der_pem_and_base64(signature, verdict):
    text = base64.encodebytes(signature)
    assert verdict(signature) == "ok"
    assert verdict(pem.armor("CMS", signature)) == "ok"
    assert verdict(pem.armor("PKCS7", signature)) == "ok"
    assert verdict(text) == "ok"
    assert verdict(text.replace(b"\n", b"\r\n")) == "ok"
    assert verdict(text.replace(b"\n", b"")) == "ok"
    assert verdict(b"\xef\xbb\xbf" + text) == "ok"


def test_attached_is_accepted_when_it_is_the_document(demo, verdict):
    attached = sign(DOCUMENT, demo.signer, attached=True)
    assert verdict(attached) == "ok"
    assert verdict(attached, DOCUMENT + b" ") == "attached_content_differs"


def test_a_signer_named_by_key_identifier(demo, verdict):
    def by_key(info):
        info["sid"] = cms.SignerIdentifier({"subject_key_identifier": demo.head.certificate.key_identifier})
        info["version"] = "v3"

    whole = cms.ContentInfo.load(built(demo, tamper=by_key))
    whole["content"]["version"] = "v3"
    assert verdict(whole.dump(force=False)) == "ok"


def test_both_names_of_the_signature_algorithm(demo, verdict):
    def full_name(info):
        info["signature_algorithm"] = {"algorithm": oid.SIGNATURE_256}

    assert verdict(built(demo, tamper=full_name)) == "ok"


def test_unsigned_attributes_are_let_through(demo, verdict):
    def noted(info):
        info["unsigned_attrs"] = cms.CMSAttributes([{"type": "1.2.3.4.5", "values": [core.Integer(1)]}])

    assert verdict(built(demo, tamper=noted)) == "ok"


def test_two_signers_are_two_reports(demo):
    other = demo.issue(title="Заместитель", parameter_set=oid.TC26_512_A)
    both = sign(DOCUMENT, demo.signer, demo.authority.signer(other))
    reports = verify_detached(both, DOCUMENT, demo.trust(), datetime.now(UTC))
    assert [report.verdict for report in reports] == ["ok", "ok"]
    assert {report.subject.title for report in reports} == {"Директор", "Заместитель"}


def test_one_of_two_signers_fails_alone(demo):
    expired = demo.issue(title="Бывший", validity=(datetime(2024, 1, 1, tzinfo=UTC), datetime(2025, 1, 1, tzinfo=UTC)))
    both = sign(DOCUMENT, demo.signer, demo.authority.signer(expired))
    reports = verify_detached(both, DOCUMENT, demo.trust(), datetime.now(UTC))
    assert sorted(report.verdict for report in reports) == ["expired", "ok"]


# ---- malformed files


def test_not_a_signature(demo, verdict):
    assert verdict(b"") == "malformed"
    assert verdict(b"   ") == "malformed"
    assert verdict(b"hello") == "malformed"
    assert verdict(b"0" * 100) == "malformed"
    assert verdict("Подпись".encode()) == "malformed"
    assert verdict(b"<xml/>") == "malformed"
    assert verdict(demo.head.certificate.dump()) == "malformed"
    assert verdict(b"\x30\x84\xff\xff\xff\xff" + b"0" * 50) == "malformed"
    assert verdict(b"\x30\x80" * 5000) == "malformed"
    assert verdict(b"\x30\x82\x13\x88" + b"\x30\x80" * 2500) == "malformed"


def test_text_forms_are_read_strictly(signature, verdict):
    text = base64.encodebytes(signature)
    armored = pem.armor("CMS", signature)
    assert verdict(text.replace(b"\n", b"\n\n")) == "malformed"
    assert verdict(text.replace(b"\n", b" ")) == "malformed"
    assert verdict(text + b"=") == "malformed"
    assert verdict(armored.replace(b"CMS", b"CERTIFICATE")) == "malformed"
    assert verdict(armored.replace(b"END CMS", b"END PKCS7")) == "malformed"
    assert verdict(base64.encodebytes(base64.encodebytes(signature))) == "malformed"


def test_a_second_spelling_of_base64_is_refused(signature, verdict):
    padded = signature + b"\0" * (-len(signature) % 3 or 3)
    text = bytearray(base64.b64encode(padded[: len(signature) // 3 * 3 + 1]))
    assert text[-2:] == b"=="
    other = bytes(text[:-3]) + bytes([text[-3] + 1]) + b"=="
    assert base64.b64decode(other) == base64.b64decode(bytes(text))
    assert verdict(other) == "malformed"


def test_trailing_bytes_are_refused(signature, verdict):
    assert verdict(signature + b"\0") == "malformed"


def test_no_signers(demo, verdict):
    assert verdict(assemble(None, [demo.signer], [])) == "no_signers"


def test_too_many_signers_or_certificates(demo, verdict):
    info = signer_info(demo.signer, signed_attributes(DOCUMENT, demo.signer, NOW))
    assert verdict(assemble(None, [demo.signer], [info] * 17)) == "malformed"
    signer = demo.signer
    crowd = Signer(
        signer.key, signer.certificate, tuple(issued(demo, serial=number).certificate for number in range(1, 34))
    )
    assert verdict(assemble(None, [crowd], [info])) == "malformed"


@pytest.mark.parametrize("field", ["whole", "signer"])
def test_versions_follow_the_standard(demo, verdict, field):
    if field == "signer":
        assert verdict(built(demo, tamper=lambda info: info.__setitem__("version", "v3"))) == "malformed"
        return
    whole = cms.ContentInfo.load(built(demo))
    whole["content"]["version"] = "v3"
    assert verdict(whole.dump()) == "malformed"


def test_an_undeclared_digest(demo, verdict):
    whole = cms.ContentInfo.load(built(demo))
    whole["content"]["digest_algorithms"] = cms.DigestAlgorithms([{"algorithm": oid.HASH_512}])
    assert verdict(whole.dump()) == "malformed"


def test_signed_content_of_another_kind(demo, verdict):
    whole = cms.ContentInfo.load(built(demo))
    whole["content"]["encap_content_info"] = {"content_type": "signed_data"}
    assert verdict(whole.dump()) == "malformed"


# ---- attributes of CAdES-BES


@pytest.mark.parametrize("name", ["content_type", "message_digest", "signing_certificate_v2"])
def test_a_missing_attribute(demo, verdict, name):
    assert verdict(built(demo, without(name))) == "not_cades_bes"


def test_no_signed_attributes_at_all(demo, verdict):
    def bare(info):
        info["signed_attrs"] = cms.CMSAttributes([])
        info["signature"] = demo.signer.key.sign(DOCUMENT)

    assert verdict(built(demo, tamper=bare)) == "not_cades_bes"


def test_signing_time_may_be_missing(demo, verdict):
    assert verdict(built(demo, without("signing_time"))) == "ok"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b"202611211951Z", "ok"),
        (b"2026112119.50", "malformed"),  # local time
        (b"000011211951Z", "malformed"),  # a year that Python has not
        (b"202613991951Z", "malformed"),
        (b"2026112119510", "malformed"),
    ],
)
def test_a_signing_time_written_in_another_way(demo, verdict, text, expected):
    """Of the length of a UTCTime, so that it takes its place in the attributes before they are signed."""
    attributes = bytes([0x31]) + cms.CMSAttributes(signed_attributes(DOCUMENT, demo.signer, NOW)).dump()[1:]
    start = attributes.index(b"\x17\x0d")
    crafted = attributes[:start] + bytes([0x18, len(text)]) + text + attributes[start + 15 :]
    assert len(crafted) == len(attributes)

    def tamper(info):
        info["signed_attrs"] = cms.CMSAttributes.load(crafted)
        info["signature"] = demo.signer.key.sign(crafted)

    assert verdict(built(demo, tamper=tamper)) == expected


@pytest.mark.parametrize("name", ["content_type", "signing_time", "message_digest", "signing_certificate_v2"])
def test_a_repeated_attribute(demo, verdict, name):
    def twice(attributes):
        return attributes + [item for item in attributes if item["type"] == name]

    assert verdict(built(demo, twice)) == "malformed"


def test_two_values_of_an_attribute(demo, verdict):
    digest = streebog(DOCUMENT)
    assert verdict(built(demo, replaced("message_digest", [digest, bytes(32)]))) == "malformed"


def test_another_content_type(demo, verdict):
    assert verdict(built(demo, replaced("content_type", ["signed_data"]))) == "malformed"


def test_the_signing_certificate_is_another(demo, verdict):
    other = streebog(demo.issue(title="Другой").certificate.dump())
    wrong = certificate_identifiers(hash_algorithm={"algorithm": oid.HASH_256}, cert_hash=other)
    assert verdict(built(demo, replaced("signing_certificate_v2", wrong))) == "signing_certificate_mismatch"
    nobody = [tsp.SigningCertificateV2({"certs": []})]
    assert verdict(built(demo, replaced("signing_certificate_v2", nobody))) == "signing_certificate_mismatch"


def test_issuer_and_serial_of_the_signing_certificate(demo, verdict):
    certificate = demo.head.certificate

    def named(serial, issuer):
        names = [x509.GeneralName("directory_name", issuer)]
        return certificate_identifiers(
            hash_algorithm={"algorithm": oid.HASH_256},
            cert_hash=streebog(certificate.dump()),
            issuer_serial={"issuer": names, "serial_number": serial},
        )

    right = named(certificate.serial_number, certificate.issuer)
    assert verdict(built(demo, replaced("signing_certificate_v2", right))) == "ok"
    for wrong in (
        named(certificate.serial_number + 1, certificate.issuer),
        named(certificate.serial_number, certificate.subject),
    ):
        assert verdict(built(demo, replaced("signing_certificate_v2", wrong))) == "signing_certificate_mismatch"


# ---- algorithms


def test_the_digest_of_the_attribute_must_be_allowed(demo, verdict):
    weak = certificate_identifiers(hash_algorithm={"algorithm": "sha1"}, cert_hash=bytes(20))
    assert verdict(built(demo, replaced("signing_certificate_v2", weak))) == "digest_not_allowed"


def test_the_digest_of_the_document_must_be_allowed(demo, verdict):
    def sha1(info):
        info["digest_algorithm"] = {"algorithm": "sha1"}

    assert verdict(built(demo, tamper=sha1)) == "digest_not_allowed"


@pytest.mark.parametrize("algorithm", ["1.2.643.2.2.3", oid.SIGNATURE_512, "sha256_ecdsa", "dsa", "ed25519"])
def test_the_signature_algorithm_must_be_allowed_and_fit(demo, verdict, algorithm):
    def other(info):
        info["signature_algorithm"] = {"algorithm": algorithm}

    assert verdict(built(demo, tamper=other)) == "algorithm_not_allowed"


def test_the_digest_must_be_that_of_the_key(demo, verdict):
    """A 256-bit key with SHA-256: both are allowed, together they are not."""
    import hashlib

    def change(attributes):
        return replaced("message_digest", [hashlib.sha256(DOCUMENT).digest()])(attributes)

    def tamper(info):
        info["digest_algorithm"] = {"algorithm": "sha256"}

    whole = cms.ContentInfo.load(built(demo, change, tamper))
    whole["content"]["digest_algorithms"] = cms.DigestAlgorithms([{"algorithm": "sha256"}])
    assert verdict(whole.dump()) == "algorithm_not_allowed"


def test_parameters_where_there_are_none(demo, verdict):
    def with_parameters(info):
        info["signature_algorithm"] = {"algorithm": oid.KEY_256, "parameters": core.Integer(1)}

    assert verdict(built(demo, tamper=with_parameters)) == "malformed"


def test_the_value_of_the_signature(demo, verdict):
    for wrong in (bytes(64), b"", b"\xff" * 64, b"\x01" * 63):
        assert (
            verdict(built(demo, tamper=lambda info, value=wrong: info.__setitem__("signature", value)))
            == "signature_invalid"
        )


def test_another_document(signature, verdict):
    assert verdict(signature, DOCUMENT + b"\n") == "content_digest_mismatch"
    assert verdict(signature, b"") == "content_digest_mismatch"


# ---- certificates in the file


def test_the_certificate_is_missing(demo, verdict):
    whole = cms.ContentInfo.load(built(demo))
    whole["content"]["certificates"] = cms.CertificateSet([])
    assert verdict(whole.dump()) == "signer_certificate_missing"
    assert verdict(read("sig/head_nocert.p7s"), read("data/doc.txt")) == "signer_certificate_missing"


def test_a_spare_certificate_must_be_vouched_for(demo, verdict):
    """An embedded certificate outside the chain is covered by no signature: it must at least have a good one of its own."""
    info = signer_info(demo.signer, signed_attributes(DOCUMENT, demo.signer, NOW))

    def with_spare(der):
        spare = cms.CertificateChoices("certificate", x509.Certificate.load(der))
        whole = cms.ContentInfo.load(assemble(None, [demo.signer], [info]))
        whole["content"]["certificates"].append(spare)
        return whole.dump()

    known = demo.issue(title="Посторонний").certificate.dump()
    assert verdict(with_spare(known)) == "ok"
    damaged = known[:-1] + bytes([known[-1] ^ 1])
    assert verdict(with_spare(damaged)) == "embedded_certificate_invalid"
    stranger = pem.unarmor(read("certs/head.crt"))[2]
    assert verdict(with_spare(stranger)) == "embedded_certificate_invalid"


def test_spare_certificates_are_few_and_each_key_is_tried_once(demo, verdict, monkeypatch):
    """Certificates that nothing covers cost nobody half a minute, however many a file brings."""
    info = signer_info(demo.signer, signed_attributes(DOCUMENT, demo.signer, NOW))

    def with_spares(count):
        whole = cms.ContentInfo.load(assemble(None, [demo.signer], [info]))
        for number in range(count):
            der = demo.issue(title=f"Посторонний {number}").certificate.dump()
            whole["content"]["certificates"].append(cms.CertificateChoices("certificate", x509.Certificate.load(der)))
        return whole.dump()

    tried = []
    real = spare._issued_certificate
    monkeypatch.setattr(
        spare, "_issued_certificate", lambda item, issuer: tried.append((item, issuer)) or real(item, issuer)
    )
    assert verdict(with_spares(spare.MAXIMUM_SPARE)) == "ok"
    pairs = [(item.dump(), issuer.dump()) for item, issuer in tried]
    assert len(pairs) == len(set(pairs))
    del tried[:]
    (report,) = verify_detached(with_spares(spare.MAXIMUM_SPARE + 1), DOCUMENT, demo.trust(), datetime.now(UTC))
    assert report.verdict == "embedded_certificate_invalid"
    assert f"лишних сертификатов и списков больше {spare.MAXIMUM_SPARE}" in report.explanation
    assert tried == [], "no work is done for them"


def test_a_number_that_stands_twice_in_the_name(demo, verdict, monkeypatch):
    """There is no telling which of two СНИЛС the authority checked."""
    from simulators.demo_ca import certificates
    from simulators.demo_ca.keys import GostPrivateKey

    monkeypatch.setitem(certificates.NAME_PARTS, "second_snils", "1.2.643.100.3")
    name = certificates.make_name({"cn": "Двойной", "snils": HEAD["snils"], "second_snils": "08765430300"})
    key = GostPrivateKey.generate()
    twice = certificates.make_certificate(
        subject=name,
        key=key,
        issuer=demo.authority.issuer(),
        not_before=datetime(2026, 1, 1, tzinfo=UTC),
        not_after=datetime(2040, 1, 1, tzinfo=UTC),
        serial=77,
    )
    assert verdict(sign(DOCUMENT, Signer(key, twice, (demo.authority.issuing,)))) == "malformed"


def test_lengths_that_end_in_0x80(demo, verdict):
    """asn1crypto takes such a length for the indefinite form and encodes anew: see signatures.cms.exact."""
    shortest = issued(demo, subject=make_name({"cn": "T", "snils": HEAD["snils"]})).certificate.dump()
    for place in (3, 7):  # the last octet of the outer length and of the body's length
        wanted = 1 + (0x80 - shortest[place]) % 256
        for size in range(max(1, wanted - 8), wanted + 2):  # a long name has longer headers too
            signer = issued(demo, subject=make_name({"cn": "T" * size, "snils": HEAD["snils"]}))
            if signer.certificate.dump()[place] == 0x80:
                assert verdict(sign(DOCUMENT, signer)) == "ok"
                break
        else:
            pytest.fail("no certificate of this length")


def test_a_demand_for_qualified_can_be_lifted(demo, verdict):
    trust = demo.trust(require_qualified=False)
    assert isinstance(trust, TrustStore)
    assert verdict(sign(DOCUMENT, demo.signer), trust=trust) == "ok"
