"""What programs of the real world write, and what is said to it: each decided by the standard, none by «it parses».

RFC 5652 (CMS), RFC 5035 (signing certificate), RFC 9215 (GOST in X.509), ETSI EN 319 122-1 (CAdES).  Files under forms/
were signed by OpenSSL's GOST engine, whose keys were thrown away; the rest is made here.
"""

import base64
import hashlib
import random
from datetime import UTC, datetime

import pytest
from asn1crypto import cms, core, pem, tsp

from signatures.gost import identifiers as oid
from signatures.gost.streebog import streebog
from signatures.verification import verify_detached
from simulators.demo_ca import sign
from simulators.demo_ca.certificates import Issuer, make_revocation_list
from simulators.demo_ca.der import SET, sequence, tagged
from simulators.demo_ca.keys import GostPrivateKey
from simulators.demo_ca.signing import signed_attributes
from tests.signatures.conftest import DOCUMENT, read
from tests.signatures.crafting import NOW, built, certificate_identifiers, field, rebuilt, replaced
from tests.signatures.mutants import flipped, forms_trust


@pytest.fixture
def signature(demo):
    return sign(DOCUMENT, demo.signer)


# ---- forms of another program


@pytest.mark.parametrize(
    "name",
    ["gost512_chain.p7s", "gost256_attached.p7s", "gost256_indefinite.p7s", "gost256_keyid.p7s", "gost256.pem"],
)
def test_files_of_openssl(name):
    """The whole chain with its root inside; attached; BER of indefinite length with the content in pieces; named by key; PEM."""
    file, paper = read(f"forms/{name}"), read("forms/doc.txt")
    (report,) = verify_detached(file, paper, forms_trust(), datetime.now(UTC))
    assert report.verdict == "ok", report.detail
    (other,) = verify_detached(file, paper + b"\n", forms_trust(), datetime.now(UTC))
    assert other.verdict in {"content_digest_mismatch", "attached_content_differs"}


# ---- algorithms: absent or NULL parameters, the key's name or the signature's (RFC 9215 section 3; RFC 5754 section 2)


@pytest.mark.parametrize("parameters", [{}, {"parameters": core.Null()}], ids=["absent", "null"])
@pytest.mark.parametrize("name", [oid.KEY_256, oid.SIGNATURE_256])
def test_the_signature_algorithm(demo, verdict, name, parameters):
    assert verdict(built(demo, tamper=field("signature_algorithm", {"algorithm": name} | parameters))) == "ok"


@pytest.mark.parametrize("parameters", [{}, {"parameters": core.Null()}], ids=["absent", "null"])
def test_the_digest_algorithm(demo, verdict, parameters):
    algorithm = {"algorithm": oid.HASH_256} | parameters
    whole = built(demo, tamper=field("digest_algorithm", algorithm))
    assert verdict(rebuilt(whole, field("digest_algorithms", cms.DigestAlgorithms([algorithm])))) == "ok"


# ---- the signing certificate (RFC 5035 section 4)


def test_the_digest_of_the_signing_certificate_goes_without_saying(demo, verdict):
    """An absent hashAlgorithm means SHA-256, also beside GOST."""
    right = hashlib.sha256(demo.head.certificate.dump()).digest()
    assert verdict(built(demo, replaced("signing_certificate_v2", certificate_identifiers(cert_hash=right)))) == "ok"
    gost = streebog(demo.head.certificate.dump())
    wrong = certificate_identifiers(cert_hash=gost)
    assert verdict(built(demo, replaced("signing_certificate_v2", wrong))) == "signing_certificate_mismatch"


@pytest.mark.parametrize("algorithm", [oid.HASH_512, "sha256", "sha512"])
def test_the_digest_of_the_signing_certificate_need_not_be_that_of_the_key(demo, verdict, algorithm):
    der = demo.head.certificate.dump()
    value = streebog(der, bits=512) if algorithm == oid.HASH_512 else hashlib.new(algorithm, der).digest()
    named = certificate_identifiers(hash_algorithm={"algorithm": algorithm}, cert_hash=value)
    assert verdict(built(demo, replaced("signing_certificate_v2", named))) == "ok"


def old_signing_certificate(demo):
    digest = hashlib.sha1(demo.head.certificate.dump(), usedforsecurity=False).digest()
    return {"type": "signing_certificate", "values": [tsp.SigningCertificate({"certs": [{"cert_hash": digest}]})]}


def test_the_old_signing_certificate_attribute(demo, verdict):
    """Its SHA-1 protects nothing: alone it does not do, beside the new one it does no harm."""

    def instead(attributes):
        return [*attributes[:-1], old_signing_certificate(demo)]

    assert verdict(built(demo, instead)) == "not_cades_bes"
    assert verdict(built(demo, lambda attributes: [*attributes, old_signing_certificate(demo)])) == "ok"


def test_identifiers_of_the_whole_chain(demo, verdict):
    """The signer's comes first; those of his authorities may follow."""
    chain = [demo.head.certificate, demo.authority.issuing, demo.authority.root]
    identifiers = [
        {"hash_algorithm": {"algorithm": oid.HASH_256}, "cert_hash": streebog(item.dump())} for item in chain
    ]

    def named(certs):
        return replaced("signing_certificate_v2", [tsp.SigningCertificateV2({"certs": certs})])

    assert verdict(built(demo, named(identifiers))) == "ok"
    assert verdict(built(demo, named(identifiers[::-1]))) == "signing_certificate_mismatch"


def test_further_signed_attributes(demo, verdict):
    """The place of signing, a reason, something of the program's own: signed like the rest, and not judged."""

    def more(attributes):
        return [*attributes, {"type": "1.2.643.2.45.1.1.1", "values": [core.UTF8String("КриптоАРМ")]}]

    assert verdict(built(demo, more)) == "ok"


# ---- the order of signed attributes (RFC 5652 section 5.3: DER, that is sorted)


def ordered(demo, *, signed, written):
    """Attributes that are signed in one order and written in another."""
    encoded = [cms.CMSAttribute(item).dump() for item in signed_attributes(DOCUMENT, demo.signer, NOW)]

    def tamper(info):
        info["signed_attrs"] = cms.CMSAttributes.load(tagged(SET, b"".join(written(encoded))))
        info["signature"] = demo.signer.key.sign(tagged(SET, b"".join(signed(encoded))))

    return built(demo, tamper=tamper)


def backwards(encoded):
    return sorted(encoded, reverse=True)


def test_attributes_are_signed_as_they_stand(demo, verdict):
    """Bytes that came are bytes that were signed, sorted or not; whoever signed another order than he wrote is refused.

    To sort them for him would let a file with its attributes moved about pass for the one that was signed.
    """
    assert verdict(ordered(demo, signed=sorted, written=sorted)) == "ok"
    assert verdict(ordered(demo, signed=backwards, written=backwards)) == "ok"
    assert verdict(ordered(demo, signed=sorted, written=backwards)) == "signature_invalid"
    assert verdict(ordered(demo, signed=backwards, written=sorted)) == "signature_invalid"


# ---- CAdES-T, CAdES-C, CAdES X Long Type 1: taken as CAdES-BES

TIME_STAMP = "1.2.840.113549.1.9.16.2.14"
CERTIFICATE_REFERENCES = "1.2.840.113549.1.9.16.2.21"
REVOCATION_REFERENCES = "1.2.840.113549.1.9.16.2.22"
CERTIFICATE_VALUES = "1.2.840.113549.1.9.16.2.23"
REVOCATION_VALUES = "1.2.840.113549.1.9.16.2.24"
ESC_TIME_STAMP = "1.2.840.113549.1.9.16.2.25"


def unsigned_of_long_type_1(demo):
    """The shapes of ETSI EN 319 122-1, clauses 5.3 and A.1; the time stamps are CMS of the demo CA."""
    stamp = sign(b"TSTInfo", demo.signer, attached=True)
    reference = sequence(sequence(sequence(core.ObjectIdentifier(oid.HASH_256)), core.OctetString(bytes(32))))
    values = {
        TIME_STAMP: stamp,
        CERTIFICATE_REFERENCES: sequence(reference),
        REVOCATION_REFERENCES: sequence(sequence()),
        CERTIFICATE_VALUES: sequence(demo.authority.issuing.dump()),
        REVOCATION_VALUES: sequence(tagged(0xA0, sequence(*demo.authority.revocation_lists))),
        ESC_TIME_STAMP: stamp,
    }
    return [sequence(core.ObjectIdentifier(name), tagged(SET, value)) for name, value in values.items()]


def with_unsigned(demo, attributes):
    unsigned = cms.CMSAttributes.load(tagged(SET, b"".join(attributes)))
    return built(demo, tamper=field("unsigned_attrs", unsigned))


def test_unsigned_attributes_of_higher_levels(demo, verdict):
    attributes = unsigned_of_long_type_1(demo)
    assert verdict(with_unsigned(demo, attributes[:1])) == "ok"
    assert verdict(with_unsigned(demo, attributes)) == "ok"


def test_damage_in_an_unsigned_attribute_does_not_reach_the_signature(demo):
    """No signature covers them (RFC 5652 section 5.3), so damage inside is not seen; it can also change nothing.

    What is found there is never used, and the fingerprint, by which a signature is accepted once, stays the same.
    """
    attributes = b"".join(unsigned_of_long_type_1(demo))
    good = with_unsigned(demo, [attributes])
    assert good.count(attributes) == 1
    before, after = good.split(attributes)
    (report,) = verify_detached(good, DOCUMENT, demo.trust(), datetime.now(UTC))
    rng = random.Random(9)
    verdicts = set()
    for _ in range(150):
        damaged = before + flipped(attributes, rng) + after
        (other,) = verify_detached(damaged, DOCUMENT, demo.trust(), datetime.now(UTC))
        assert other.verdict in {"ok", "malformed"}
        assert not other.ok or (other.fingerprint, other.chain) == (report.fingerprint, report.chain)
        verdicts.add(other.verdict)
    assert verdicts == {"ok", "malformed"}


# ---- revocation lists in the file


def with_lists(signature, *lists):
    choices = [cms.RevocationInfoChoice.load(der) for der in lists]
    return rebuilt(signature, field("crls", cms.RevocationInfoChoices(choices)))


def test_lists_in_the_file_must_be_signed_by_somebody_we_see(demo, verdict, signature):
    good = demo.authority.revocation_lists
    assert verdict(with_lists(signature, *good)) == "ok"
    rng = random.Random(5)
    for _ in range(60):
        assert verdict(with_lists(signature, good[0]).replace(good[0], flipped(good[0], rng))) in {
            "malformed",
            "embedded_certificate_invalid",
        }
    times = {"this_update": NOW, "next_update": NOW.replace(year=2045)}
    foreign = Issuer(demo.authority.issuing.subject, GostPrivateKey.generate())
    forged = make_revocation_list(issuer=foreign, number=1, **times).dump()
    assert verdict(with_lists(signature, *good, forged)) == "embedded_certificate_invalid"


def test_lists_in_the_file_are_no_source_of_revocation(demo, verdict, signature):
    """Whoever made the file chose them: an old one would hide what was revoked since."""
    whole = with_lists(signature, *demo.authority.revocation_lists)
    assert verdict(whole, trust=demo.trust(crls=[])) == "no_revocation_data"


def test_lists_in_the_file_are_few_and_short(demo, verdict, signature):
    good = demo.authority.revocation_lists[1]
    issuer, times = demo.authority.issuer(), {"this_update": NOW, "next_update": NOW.replace(year=2045)}
    many = [make_revocation_list(issuer=issuer, number=number, **times).dump() for number in range(5)]
    assert verdict(with_lists(signature, *many[:4])) == "ok"
    assert verdict(with_lists(signature, *many)) == "embedded_certificate_invalid"
    revoked = [(serial, NOW) for serial in range(1, 14_000)]
    long = make_revocation_list(issuer=issuer, number=9, revoked=revoked, **times).dump()
    assert verdict(with_lists(signature, good, long)) == "malformed"


def test_another_kind_of_revocation_data(demo, verdict, signature):
    """OCSP answers are not supported: RFC 5940."""
    other = tagged(0xA1, core.ObjectIdentifier("1.3.6.1.5.5.7.16.2").dump() + sequence())
    assert verdict(with_lists(signature, other)) == "malformed"


# ---- text forms


@pytest.mark.parametrize("label", ["CMS", "PKCS7", "PKCS #7 SIGNED DATA", "SIGNATURE"])
@pytest.mark.parametrize("line_end", [b"\n", b"\r\n"])
def test_labels_of_pem(signature, verdict, label, line_end):
    assert verdict(pem.armor(label, signature).replace(b"\n", line_end)) == "ok"


@pytest.mark.parametrize("width", [60, 64, 76, 10_000])
def test_widths_of_base64(signature, verdict, width):
    text = base64.b64encode(signature)
    lines = [text[start : start + width] for start in range(0, len(text), width)]
    for line_end in (b"\n", b"\r\n"):
        assert verdict(line_end.join(lines)) == "ok"
        assert verdict(line_end.join([*lines, b""])) == "ok"
        assert verdict(line_end.join([*lines, b"", b""])) == "ok"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-be"])
def test_text_that_an_editor_saved(signature, verdict, encoding):
    """With its mark of the order of bytes; «Юникод» of the Notepad is UTF-16."""
    mark = "\ufeff" if encoding == "utf-16-be" else ""
    for text in (base64.encodebytes(signature), pem.armor("CMS", signature)):
        assert verdict((mark + text.decode()).encode(encoding)) == "ok"
    assert verdict(("\ufeff" + "Подпись").encode("utf-16-le")) == "malformed"
    assert verdict(b"\xff\xfe" + b"A") == "malformed"
    assert verdict(b"\xff\xfe\x00\xd8") == "malformed"


def test_what_is_no_form_of_a_signature(signature, verdict):
    """Bytes after the DER, hexadecimal digits, an S/MIME letter, a text before the boundary: refused, with the advice."""
    text = pem.armor("CMS", signature)
    for file in (
        signature + b"\n",
        signature + b"\r\n",
        signature + b"\0",
        signature.hex().encode(),
        b"MIME-Version: 1.0\nContent-Type: application/pkcs7-mime\n\n" + base64.encodebytes(signature),
        b"Signature of me\n" + text,
        text + text,
    ):
        assert verdict(file) == "malformed"
