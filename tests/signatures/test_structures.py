"""Files whose parts are good and whose whole is not: exchanged, moved, confused, out of range.  None is «ok», none crashes."""

import dataclasses
import random
import time
from datetime import UTC, datetime

import pytest
from asn1crypto import cms, core, keys, parser, tsp

from signatures.cms.exact import exact
from signatures.gost import identifiers as oid
from signatures.gost.curves import CURVES
from signatures.gost.keys import read_public_key
from signatures.gost.points import add, affine, multiply
from signatures.gost.streebog import streebog
from signatures.verification import verify_detached
from simulators.demo_ca import sign
from simulators.demo_ca.der import SEQUENCE, SET, sequence, tagged
from simulators.demo_ca.keys import GostPrivateKey
from simulators.demo_ca.signing import Signer, assemble, signed_attributes, signer_info
from tests.signatures.conftest import DOCUMENT, issued, read
from tests.signatures.crafting import NOW, built, field, rebuilt, replaced
from tests.signatures.mutants import specimens


def children(der):
    """The DER of each value inside a constructed one."""
    found, start = [], 0
    contents = parser.parse(der)[4]
    while start < len(contents):
        length = parser.peek(contents[start:])
        found.append(contents[start : start + length])
        start += length
    return found


def outer(body):
    """A ContentInfo around the DER of a SignedData."""
    return sequence(core.ObjectIdentifier("1.2.840.113549.1.7.2"), tagged(0xA0, body))


def body_of(signature):
    return children(children(children(signature)[1])[0])


# ---- parts exchanged between signers


@pytest.fixture
def two(demo):
    """SignerInfos of two people over one document, and both signers."""
    other = demo.authority.signer(demo.issue(title="Заместитель"))
    signers = [demo.signer, other]
    return signers, [signer_info(signer, signed_attributes(DOCUMENT, signer, NOW)) for signer in signers]


def verdicts(demo, signature, data=DOCUMENT):
    return [report.verdict.value for report in verify_detached(signature, data, demo.trust(), datetime.now(UTC))]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("signature", "signature_invalid"),
        ("signed_attrs", "signing_certificate_mismatch"),
        ("sid", "signing_certificate_mismatch"),
    ],
)
def test_parts_of_two_signers_exchanged(demo, two, name, expected):
    signers, infos = two
    assert verdicts(demo, assemble(None, signers, infos)) == ["ok", "ok"]
    first, second = (info[name].copy() for info in infos)
    infos[0][name], infos[1][name] = second, first
    assert verdicts(demo, assemble(None, signers, infos)) == [expected] * 2


def test_the_order_of_signers_means_nothing(demo, two):
    """SET OF: neither reading nor judging depends on it."""
    signers, infos = two
    parts = body_of(assemble(None, signers, infos))
    turned = outer(sequence(*parts[:-1], tagged(SET, b"".join(children(parts[-1])[::-1]))))
    assert verdicts(demo, turned) == ["ok", "ok"]


def test_one_signer_twice(demo, two):
    signers, infos = two
    assert verdicts(demo, assemble(None, signers, [infos[0], infos[0]])) == [
        "ok",
        "ok",
    ]  # refused as several at receipt


# ---- fields out of their order


@pytest.mark.parametrize("pair", [(0, 1), (1, 2), (2, 3), (3, 4), (0, 4)])
def test_fields_of_signed_data_in_another_order(demo, verdict, pair):
    parts = body_of(sign(DOCUMENT, demo.signer))
    assert verdict(outer(sequence(*parts))) == "ok"
    first, second = pair
    parts[first], parts[second] = parts[second], parts[first]
    assert verdict(outer(sequence(*parts))) != "ok"


@pytest.mark.parametrize("pair", [(0, 1), (1, 2), (2, 3), (3, 4), (4, 5)])
def test_fields_of_a_signer_in_another_order(demo, verdict, pair):
    parts = body_of(sign(DOCUMENT, demo.signer))
    fields = children(children(parts[-1])[0])
    first, second = pair
    fields[first], fields[second] = fields[second], fields[first]
    assert verdict(outer(sequence(*parts[:-1], tagged(SET, sequence(*fields))))) != "ok"


def test_a_field_too_few_or_too_many(demo, verdict):
    parts = body_of(sign(DOCUMENT, demo.signer))
    for place in range(len(parts)):
        assert verdict(outer(sequence(*parts[:place], *parts[place + 1 :]))) != "ok"
        assert verdict(outer(sequence(*parts[:place], parts[place], *parts[place:]))) != "ok"
    assert verdict(outer(sequence(*parts, core.Null()))) == "malformed"


def nodes(der, path=()):
    """The path of every constructed value, by DER that is not inside a string."""
    if not der[0] & 0x20:
        return
    yield path
    for place, child in enumerate(children(der)):
        yield from nodes(child, (*path, place))


def edited(der, path, change):
    """The DER with the list of values at a path changed, and every length above it put right."""
    inside = children(der)
    if path:
        inside[path[0]] = edited(inside[path[0]], path[1:], change)
    else:
        change(inside)
    return tagged(der[0], b"".join(inside))


# The others have the same parts, in text, or in BER without lengths to put right.
DER = [item for item in specimens() if item.name in {"gost-256", "rsa", "ecdsa", "gost-512-chain", "attached"}]
SURPLUS = core.Integer(7).dump()


def add_after(inside):
    inside.append(SURPLUS)


def add_before(inside):
    inside.insert(0, SURPLUS)


def repeat_last(inside):
    inside.append(inside[-1] if inside else SURPLUS)


@pytest.mark.parametrize("specimen", DER, ids=lambda specimen: specimen.name)
def test_something_more_in_any_part_of_the_file(specimen):
    """asn1crypto passes over what follows the last field: everywhere outside the unsigned attributes it is refused."""
    der = specimen.signature
    paths = list(nodes(der))
    assert len(paths) > 60
    for path in paths:
        for change in (add_after, add_before, repeat_last):
            crafted = edited(der, path, change)
            (report,) = verify_detached(crafted, specimen.data, specimen.trust, datetime.now(UTC))[:1]
            # What stands twice in the SET of digests, certificates or signers is the same set (and two reports).
            in_a_set = path in ((1, 0, 1), (1, 0, 3), (1, 0, 4))
            twice = in_a_set and change is repeat_last
            assert not report.ok or twice, (path, report)


@pytest.mark.parametrize("specimen", DER, ids=lambda specimen: specimen.name)
def test_something_less_in_any_part_of_the_file(specimen):
    der = specimen.signature
    for path in nodes(der):
        count = how_many(der, path)
        for place in range(count):
            crafted = edited(der, path, lambda inside, place=place: inside.pop(place))
            (report,) = verify_detached(crafted, specimen.data, specimen.trust, datetime.now(UTC))[:1]
            # An authority's certificate that is trusted anyway need not be in the file; NULL and absent are one.
            harmless = path == (1, 0, 3) or cut_of(der, path, place) == core.Null().dump()
            # Without its content the attached signature is a detached one of the same document.
            harmless = harmless or (specimen.name == "attached" and path == (1, 0, 2) and place == 1)
            assert not report.ok or harmless, (path, place)


def how_many(der, path):
    return len(children(_at(der, path)))


def cut_of(der, path, place):
    return children(_at(der, path))[place]


def _at(der, path):
    for place in path:
        der = children(der)[place]
    return der


# ---- lengths and depths


@pytest.mark.parametrize("depth", [50, 1_000, 20_000])
@pytest.mark.parametrize("tag", [SEQUENCE, SET, 0xA0])
def test_nests(demo, verdict, depth, tag):
    """As the whole, as a certificate, and among the signed attributes."""
    nest = b"\x05\x00"
    for _ in range(depth):
        nest = tagged(tag, nest)
    assert verdict(nest) == "malformed"
    parts = body_of(sign(DOCUMENT, demo.signer))
    parts[3] = tagged(0xA0, children(parts[3])[0] + nest)
    assert verdict(outer(sequence(*parts))) == "malformed"
    among = [*(cms.CMSAttribute(item).dump() for item in signed_attributes(DOCUMENT, demo.signer, NOW)), nest]

    def tamper(info):
        info["signed_attrs"] = cms.CMSAttributes.load(tagged(SET, b"".join(among)))
        info["signature"] = demo.signer.key.sign(tagged(SET, b"".join(among)))

    assert verdict(built(demo, tamper=tamper)) == "malformed"


@pytest.mark.parametrize("length", [b"\x84\x7f\xff\xff\xff", b"\x88" + b"\xff" * 8, b"\xff" + b"\x01" * 127, b"\x80"])
def test_lengths_that_lie(demo, verdict, length):
    signature = sign(DOCUMENT, demo.signer)
    for start in (0, 15, 19, 40):  # of the whole, of its content, of the body, somewhere within
        assert verdict(signature[: start + 1] + length + signature[start + 4 :]) == "malformed"


# ---- numbers


@pytest.mark.parametrize(
    "serial", [0, -1, -(2**64), 2**160 - 1, 2**160, 2**4000], ids=lambda serial: f"{serial.bit_length()}"
)
def test_serial_numbers(demo, serial):
    """RFC 5280, 4.1.2.2 wants them positive and of twenty octets at most; zero is let pass, as everywhere."""
    signer = issued(demo, serial=serial)
    (verdict,) = verdicts(demo, sign(DOCUMENT, signer))
    assert verdict == ("ok" if 0 <= serial < 2**160 else "malformed")


def out_of_range(curve):
    size, q = curve.size, curve.q

    def value(s, r):
        return s.to_bytes(size, "big") + r.to_bytes(size, "big")

    full = 2 ** (8 * size) - 1
    return [
        value(0, 1),
        value(1, 0),
        value(0, 0),
        value(q, 1),
        value(1, q),
        value(full, full),
        value(q - 1, q - 1),
        b"",
    ]


@pytest.mark.parametrize("parameter_set", [oid.CRYPTOPRO_B, oid.TC26_256_A, oid.TC26_512_C])
def test_values_of_the_signature_out_of_range(demo, verdict, parameter_set):
    """r and s of 0, of the order of the curve and above; and s + q, which would be a second spelling."""
    signer = issued(demo, key=GostPrivateKey.generate(parameter_set))
    curve, info = signer.key.curve, signer_info(signer, signed_attributes(DOCUMENT, signer, NOW))
    good = info["signature"].native
    assert verdict(assemble(None, [signer], [info])) == "ok"
    s, r = (int.from_bytes(half, "big") for half in (good[: curve.size], good[curve.size :]))
    shifted = [
        (s + shift_s).to_bytes(curve.size + 1, "big")[1:] + (r + shift_r).to_bytes(curve.size + 1, "big")[1:]
        for shift_s, shift_r in ((curve.q, 0), (0, curve.q))
    ]
    turned = [(curve.q - s).to_bytes(curve.size, "big") + good[curve.size :], good[curve.size :] + good[: curve.size]]
    for wrong in [*out_of_range(curve), *shifted, *turned, good[::-1], good + b"\0", b"\0" + good]:
        info["signature"] = wrong
        assert verdict(assemble(None, [signer], [info])) == "signature_invalid"


# ---- keys


@dataclasses.dataclass(frozen=True)
class Pretended(GostPrivateKey):
    """A key whose certificate holds another point, or says another thing of it."""

    info: bytes = b""

    def public_key_info(self):
        return self.info


def of_point(key, point):
    """The SubjectPublicKeyInfo of a key, with another point in it."""
    coordinates = b"".join(number.to_bytes(key.curve.size, "little") for number in point)
    return key.public_key_info()[: -len(coordinates)] + coordinates


def low_order_points(curve):
    """Points of the small subgroup of a curve with a cofactor: q times any point of the curve."""
    rng, found = random.Random(4), set()
    while len(found) < 3:
        x = rng.randrange(curve.p)
        square = (x**3 + curve.a * x + curve.b) % curve.p
        y = pow(square, (curve.p + 1) // 4, curve.p)
        if y * y % curve.p == square and (point := multiply(curve.q, (x, y), curve)):
            found.add(point)
    return sorted(found)


@pytest.mark.parametrize("parameter_set", [oid.TC26_256_A, oid.TC26_512_C])
def test_points_of_low_order(demo, verdict, parameter_set):
    curve = CURVES[parameter_set]
    points = low_order_points(curve)
    assert all(curve.contains(point) for point in points)
    assert all(affine(add((*point, 1), (*point, 1), curve), curve) in (None, *points) for point in points)
    key = GostPrivateKey.generate(parameter_set)
    for point in points:
        with pytest.raises(ValueError, match="low order"):
            read_public_key(of_point(key, point))
        pretended = Pretended(key.parameter_set, key.secret, of_point(key, point))
        assert verdict(sign(DOCUMENT, issued(demo, key=pretended))) == "malformed"


@pytest.mark.parametrize("parameter_set", [oid.CRYPTOPRO_A, oid.TC26_512_A])
def test_points_that_are_not_on_the_curve(demo, verdict, parameter_set):
    key = GostPrivateKey.generate(parameter_set)
    curve = key.curve
    x, y = multiply(key.secret, (curve.x, curve.y), curve)
    for point in ((0, 0), (x, y ^ 1), (y, x), (x, y + curve.p) if y + curve.p < 2 ** (8 * curve.size) else (1, 1)):
        pretended = Pretended(key.parameter_set, key.secret, of_point(key, point))
        assert verdict(sign(DOCUMENT, issued(demo, key=pretended))) == "malformed"


def test_the_parameters_of_another_curve(demo, verdict):
    """The point of one curve under the name of another; NULL, or nothing, in place of a name."""
    key = GostPrivateKey.generate(oid.TC26_256_A)
    info, name = key.public_key_info(), sequence(core.ObjectIdentifier(oid.TC26_256_A))
    algorithm = sequence(core.ObjectIdentifier(oid.KEY_256), name)
    rest = info[info.index(algorithm) + len(algorithm) :]
    for other in (
        sequence(core.ObjectIdentifier(oid.CRYPTOPRO_A)),
        sequence(core.ObjectIdentifier(oid.TC26_512_A)),
        sequence(core.ObjectIdentifier("1.2.643.2.2.35.0")),  # the test set of RFC 4357
        sequence(),
        core.Null().dump(),
        b"",
    ):
        crafted = sequence(sequence(core.ObjectIdentifier(oid.KEY_256), other), rest)
        pretended = Pretended(key.parameter_set, key.secret, crafted)
        assert verdict(sign(DOCUMENT, issued(demo, key=pretended))) == "malformed"
    pretended = Pretended(key.parameter_set, key.secret, sequence(algorithm, rest))
    assert verdict(sign(DOCUMENT, issued(demo, key=pretended))) == "ok"


# ---- algorithms confused with one another

ALGORITHMS = [
    oid.KEY_256,
    oid.SIGNATURE_512,
    "sha256_rsa",
    "rsassa_pkcs1v15",
    "rsassa_pss",
    "sha256_ecdsa",
    "sha512_ecdsa",
]


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@pytest.mark.parametrize("name", ["head_rsa", "head_ec", "head"])
def test_a_key_under_the_algorithm_of_another(vector_trust, name, algorithm):
    signature, data = read(f"sig/{name}.p7s"), read("data/doc.txt")
    whole = cms.ContentInfo.load(signature)
    (info,) = whole["content"]["signer_infos"]
    own = info["signature_algorithm"]["algorithm"].native
    info["signature_algorithm"] = {"algorithm": algorithm}
    (report,) = verify_detached(whole.dump(), data, vector_trust, datetime.now(UTC))
    same = (name, algorithm) in {
        ("head_rsa", "sha256_rsa"),
        ("head_rsa", "rsassa_pkcs1v15"),
        ("head_ec", "sha256_ecdsa"),
        ("head", oid.KEY_256),
    }
    assert (report.verdict == "ok") == same, (own, report.verdict)
    assert report.verdict in {"ok", "malformed", "algorithm_not_allowed", "signature_invalid"}


def test_an_rsa_key_in_the_place_of_a_gost_one(demo, verdict):
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    key = GostPrivateKey.generate()
    for bits in (1024, 2048):
        public = rsa.generate_private_key(65537, bits).public_key()
        form = serialization.PublicFormat.SubjectPublicKeyInfo
        der = public.public_bytes(serialization.Encoding.DER, form)
        assert keys.PublicKeyInfo.load(der).algorithm == "rsa"
        signer = issued(demo, key=Pretended(key.parameter_set, key.secret, der))
        assert verdict(sign(DOCUMENT, signer)) == "malformed"
        info = signer_info(signer, signed_attributes(DOCUMENT, signer, NOW))
        info["signature_algorithm"] = {"algorithm": "sha256_rsa"}
        assert verdict(assemble(None, [signer], [info])) == "algorithm_not_allowed"  # the digest is GOST's


# ---- what was signed


def test_a_signature_of_something_else(demo, verdict):
    """Of the document itself, of its digest, of the attributes under their tag in the file."""
    info = signer_info(demo.signer, signed_attributes(DOCUMENT, demo.signer, NOW))
    attributes = exact(info["signed_attrs"])
    for other in (DOCUMENT, streebog(DOCUMENT), tagged(0xA0, b"")[:1] + attributes[1:], attributes + b"\0"):
        wrong = demo.signer.key.sign(other)
        if other == bytes([SET]) + attributes[1:]:
            continue
        assert verdict(built(demo, tamper=field("signature", wrong))) == "signature_invalid"


def test_the_digest_by_another_function(demo, verdict):
    """The long digest of the document under the name of the short one, and half of it."""
    for wrong in (streebog(DOCUMENT, bits=512), streebog(DOCUMENT, bits=512)[:32], b"", streebog(DOCUMENT)[::-1]):
        assert verdict(built(demo, replaced("message_digest", [wrong]))) == "content_digest_mismatch"


def test_an_attribute_without_a_value(demo, verdict):
    for name in ("content_type", "message_digest", "signing_time", "signing_certificate_v2"):
        assert verdict(built(demo, replaced(name, []))) == "malformed"


# ---- certificates


def test_two_certificates_of_one_number(demo, verdict):
    """Another key under the signer's issuer and serial number, before the right certificate and after it."""
    right = issued(demo, serial=4711)
    wrong = issued(demo, serial=4711)
    info = signer_info(right, signed_attributes(DOCUMENT, right, NOW))
    after = Signer(right.key, right.certificate, (wrong.certificate,))
    before = Signer(right.key, wrong.certificate, (right.certificate,))
    assert verdict(assemble(None, [after], [info])) in {"ok", "signing_certificate_mismatch"}
    assert verdict(assemble(None, [before], [info])) in {"ok", "signing_certificate_mismatch"}
    forged = issued(
        demo, serial=4711, issuer=dataclasses.replace(demo.authority.issuer(), key=GostPrivateKey.generate())
    )
    crowd = Signer(right.key, right.certificate, (forged.certificate,))
    assert verdict(assemble(None, [crowd], [info])) in {"embedded_certificate_invalid", "signing_certificate_mismatch"}


def test_the_same_certificate_twice(demo, verdict):
    whole = sign(DOCUMENT, demo.signer)

    def twice(body):
        body["certificates"].append(body["certificates"][0].copy())

    assert verdict(rebuilt(whole, twice)) == "ok"


# ---- files that are to keep the process busy


@pytest.mark.parametrize("what", ["signed", "unsigned", "digests", "certificates", "identifiers", "signers"])
def test_a_crowd_of_anything_is_refused_at_once(demo, verdict, what):
    attributes = signed_attributes(DOCUMENT, demo.signer, NOW)
    attribute = sequence(core.ObjectIdentifier("1.2.3"), tagged(SET, b"\x05\x00"))
    info = signer_info(demo.signer, attributes)
    if what == "signed":
        crowd = [cms.CMSAttribute(item).dump() for item in attributes]
        numbered = (sequence(core.ObjectIdentifier(f"1.2.{n}"), tagged(SET, b"\x05\x00")) for n in range(1, 60_000))
        info["signed_attrs"] = cms.CMSAttributes.load(tagged(SET, b"".join([*crowd, *numbered])))
    elif what == "unsigned":
        info["unsigned_attrs"] = cms.CMSAttributes.load(tagged(SET, attribute * 60_000))
    elif what == "identifiers":
        one = children(attributes[-1]["values"][0].dump())[0]
        crowd = tsp.SigningCertificateV2.load(sequence(sequence(*[children(one)[0]] * 5_000)))
        info = signer_info(demo.signer, [*attributes[:-1], {"type": "signing_certificate_v2", "values": [crowd]}])
    parts = body_of(assemble(None, [demo.signer], [info]))
    if what == "digests":
        parts[1] = tagged(SET, b"".join(children(parts[1])) * 60_000)
    elif what == "certificates":
        parts[3] = tagged(0xA0, children(parts[3])[0] * 2_000)
    elif what == "signers":
        parts[4] = tagged(SET, children(parts[4])[0] * 5_000)
    started = time.process_time()
    answer = verdict(outer(sequence(*parts)))
    assert time.process_time() - started < 3
    assert answer == ("ok" if what == "identifiers" else "malformed")


def test_a_certificate_of_unusual_length(demo, verdict):
    from simulators.demo_ca.certificates import make_name

    assert verdict(sign(DOCUMENT, issued(demo, subject=make_name({"cn": "Т" * 5_000, "snils": "11223344595"})))) == "ok"
    assert verdict(sign(DOCUMENT, issued(demo, subject=make_name({"cn": "Т" * 20_000})))) == "malformed"
