"""GOST R 34.10-2012: published examples, all parameter sets, keys that are not keys."""

import json

import pytest

from signatures.gost import gost3410
from signatures.gost import identifiers as oid
from signatures.gost.curves import CURVES, Curve
from signatures.gost.keys import GostPublicKey, read_public_key
from signatures.gost.points import multiply
from simulators.demo_ca.keys import GostPrivateKey
from tests.signatures.conftest import VECTORS

# RFC 7091 section 7.1: curve, key, digest and signature of 256 bits.
EXAMPLE_256 = {
    "curve": Curve(
        name="RFC 7091, 7.1",
        size=32,
        p=0x8000000000000000000000000000000000000000000000000000000000000431,
        a=7,
        b=0x5FBFF498AA938CE739B8E022FBAFEF40563F6E6A3472FC2A514C0CE9DAE23B7E,
        q=0x8000000000000000000000000000000150FE8A1892976154C59CFC193ACCF5B3,
        x=2,
        y=0x8E2A8A0E65147D4BD6316030E16D19C85C97F0A9CA267122B96ABBCEA7E8FC8,
    ),
    "secret": 0x7A929ADE789BB9BE10ED359DD39A72C11B60961F49397EEE1D19CE9891EC3B28,
    "point": (
        0x7F2B49E270DB6D90D8595BEC458B50C58585BA1D4E9B788F6689DBD8E56FD80B,
        0x26F1B489D6701DD185C8413A977B3CBBAF64D1C593D26627DFFB101A87FF77DA,
    ),
    "e": 0x2DFBC1B372D89A1188C09C52E0EEC61FCE52032AB1022E8E67ECE6672B043EE5,
    "r": 0x41AA28D2F1AB148280CD9ED56FEDA41974053554A42767B83AD043FD39DC0493,
    "s": 0x01456C64BA4642A1653C235A98A60249BCD6D3F746B631DF928014F6C5BF9C40,
}
# RFC 7091 section 7.2: 512 bits.
EXAMPLE_512 = {
    "curve": Curve(
        name="RFC 7091, 7.2",
        size=64,
        p=int(
            "4531ACD1FE0023C7550D267B6B2FEE80922B14B2FFB90F04D4EB7C09B5D2D15D"
            "F1D852741AF4704A0458047E80E4546D35B8336FAC224DD81664BBF528BE6373",
            16,
        ),
        a=7,
        b=int(
            "1CFF0806A31116DA29D8CFA54E57EB748BC5F377E49400FDD788B649ECA1AC43"
            "61834013B2AD7322480A89CA58E0CF74BC9E540C2ADD6897FAD0A3084F302ADC",
            16,
        ),
        q=int(
            "4531ACD1FE0023C7550D267B6B2FEE80922B14B2FFB90F04D4EB7C09B5D2D15D"
            "A82F2D7ECB1DBAC719905C5EECC423F1D86E25EDBE23C595D644AAF187E6E6DF",
            16,
        ),
        x=int(
            "24D19CC64572EE30F396BF6EBBFD7A6C5213B3B3D7057CC825F91093A68CD762"
            "FD60611262CD838DC6B60AA7EEE804E28BC849977FAC33B4B530F1B120248A9A",
            16,
        ),
        y=int(
            "2BB312A43BD2CE6E0D020613C857ACDDCFBF061E91E5F2C3F32447C259F39B2C"
            "83AB156D77F1496BF7EB3351E1EE4E43DC1A18B91B24640B6DBB92CB1ADD371E",
            16,
        ),
    ),
    "secret": int(
        "0BA6048AADAE241BA40936D47756D7C93091A0E8514669700EE7508E508B1020"
        "72E8123B2200A0563322DAD2827E2714A2636B7BFD18AADFC62967821FA18DD4",
        16,
    ),
    "point": (
        int(
            "115DC5BC96760C7B48598D8AB9E740D4C4A85A65BE33C1815B5C320C854621DD"
            "5A515856D13314AF69BC5B924C8B4DDFF75C45415C1D9DD9DD33612CD530EFE1",
            16,
        ),
        int(
            "37C7C90CD40B0F5621DC3AC1B751CFA0E2634FA0503B3D52639F5D7FB72AFD61"
            "EA199441D943FFE7F0C70A2759A3CDB84C114E1F9339FDF27F35ECA93677BEEC",
            16,
        ),
    ),
    "e": int(
        "3754F3CFACC9E0615C4F4A7C4D8DAB531B09B6F9C170C533A71D147035B0C591"
        "7184EE536593F4414339976C647C5D5A407ADEDB1D560C4FC6777D2972075B8C",
        16,
    ),
    "r": int(
        "2F86FA60A081091A23DD795E1E3C689EE512A3C82EE0DCC2643C78EEA8FCACD3"
        "5492558486B20F1C9EC197C90699850260C93BCBCD9C5C3317E19344E173AE36",
        16,
    ),
    "s": int(
        "1081B394696FFE8E6585E7A9362D26B6325F56778AADBC081C0BFBE933D52FF5"
        "823CE288E8C4F362526080DF7F70CE406A6EEB1F56919CB92A9853BDE73E5B4A",
        16,
    ),
}
EXAMPLES = [EXAMPLE_256, EXAMPLE_512]


def answer(example, **changes):
    given = example | changes
    digest = given["e"].to_bytes(given["curve"].size, "little")
    return gost3410.verify_numbers(given["curve"], given["point"], digest, given["r"], given["s"])


@pytest.mark.parametrize("example", EXAMPLES, ids=["256", "512"])
def test_published_examples(example):
    curve = example["curve"]
    assert multiply(example["secret"], (curve.x, curve.y), curve) == example["point"]
    assert answer(example)


@pytest.mark.parametrize("example", EXAMPLES, ids=["256", "512"])
def test_anything_changed_is_refused(example):
    q = example["curve"].q
    for name in ("e", "r", "s"):
        assert not answer(example, **{name: example[name] ^ 1})
    for name in ("r", "s"):
        for value in (0, q, example[name] + q):
            assert not answer(example, **{name: value})
    assert not answer(example, r=example["s"], s=example["r"])


def test_a_digest_of_zero_counts_as_one():
    """RFC 7091 section 6.2, step 3."""
    key = GostPrivateKey.generate(oid.TC26_256_A)
    public = read_public_key(key.public_key_info())
    q = key.curve.q
    k = 12345
    r = multiply(k, (key.curve.x, key.curve.y), key.curve)[0] % q
    s = (r * key.secret + k) % q
    for digest in (bytes(32), q.to_bytes(32, "little"), (1).to_bytes(32, "little")):
        assert gost3410.verify_numbers(public.curve, public.point, digest, r, s)


def test_there_are_twelve_parameter_sets():
    assert len(CURVES) == 12
    for curve in set(CURVES.values()):
        assert curve.contains((curve.x, curve.y))
        assert multiply(curve.q, (curve.x, curve.y), curve) is None


@pytest.mark.parametrize("row", json.loads((VECTORS / "parameter_sets.json").read_text())["signatures"])
def test_signatures_of_another_implementation(row):
    key = read_public_key(bytes.fromhex(row["public_key_info"]))
    assert key.curve is CURVES[row["parameter_set"]]
    signature = bytes.fromhex(row["signature"])
    assert gost3410.verify(key, b"cross-check", signature)
    assert not gost3410.verify(key, b"cross-checK", signature)
    assert not gost3410.verify(key, b"cross-check", signature[:-1])


def test_every_parameter_set_has_a_vector():
    rows = json.loads((VECTORS / "parameter_sets.json").read_text())["signatures"]
    assert {row["parameter_set"] for row in rows} == set(CURVES)


@pytest.mark.parametrize("parameter_set", CURVES)
def test_keys_go_into_a_file_and_back(parameter_set):
    key = GostPrivateKey.generate(parameter_set)
    assert GostPrivateKey.from_pem(key.to_pem()) == key
    public = read_public_key(key.public_key_info())
    assert gost3410.verify(public, b"message", key.sign(b"message"))


def test_bad_keys_are_refused():
    good = GostPrivateKey.generate(oid.TC26_256_A).public_key_info()
    off_the_curve = good[:-1] + bytes([good[-1] ^ 1])
    other_set = good.replace(bytes.fromhex("06092a850307010201"), bytes.fromhex("06092a850307010209"))
    for der in (off_the_curve, other_set, good[:-1], good + b"\0", b"", b"\x30\x00"):
        with pytest.raises((ValueError, TypeError, KeyError)):
            read_public_key(der)


def test_a_short_curve_does_not_serve_a_long_key():
    key = GostPrivateKey.generate(oid.TC26_256_A).public_key_info()
    claimed = key.replace(bytes.fromhex("06082a85030701010101"), bytes.fromhex("06082a85030701010102"))
    assert claimed != key
    with pytest.raises(ValueError, match="does not fit"):
        read_public_key(claimed)


def test_a_digest_of_another_size_is_refused():
    key = GostPublicKey(bits=256, curve=EXAMPLE_256["curve"], point=EXAMPLE_256["point"])
    assert not gost3410.verify_digest(key, bytes(64), bytes(64))
