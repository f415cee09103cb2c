"""Streebog against RFC 6986 and against OpenSSL's GOST engine."""

import json

import pytest

from signatures.gost import streebog as module
from signatures.gost.streebog import fast_backend, streebog, streebog_python
from tests.signatures.conftest import VECTORS

M1 = b"012345678901234567890123456789012345678901234567890123456789012"
M2 = "Се ветри, Стрибожи внуци, веютъ с моря стрелами на храбрыя плъкы Игоревы".encode("cp1251")
PUBLISHED = [
    (M1, 256, "9d151eefd8590b89daa6ba6cb74af9275dd051026bb149a452fd84e5e57b5500"),
    (
        M1,
        512,
        "1b54d01a4af5b9d5cc3d86d68d285462b19abc2475222f35c085122be4ba1ffa"
        "00ad30f8767b3a82384c6574f024c311e2a481332b08ef7f41797891c1646f48",
    ),
    (M2, 256, "9dd2fe4e90409e5da87f53976d7405b0c0cac628fc669a741d50063c557e8f50"),
    (
        M2,
        512,
        "1e88e62226bfca6f9994f1f2d51569e0daf8475a3b0fe61a5300eee46d961376"
        "035fe83549ada2b8620fcd7c496ce5b33f0cb9dddc2b6460143b03dabac9fb28",
    ),
]


@pytest.mark.parametrize(("message", "bits", "digest"), PUBLISHED)
def test_published_examples(message, bits, digest):
    assert streebog_python(message, bits).hex() == digest


def test_another_implementation_agrees_at_every_edge_of_a_block():
    rows = json.loads((VECTORS / "streebog.json").read_text())["digests"]
    assert {row["length"] for row in rows} >= {0, 63, 64, 65}
    for row in rows:
        message = bytes(i * 7 % 256 for i in range(row["length"]))
        assert streebog_python(message, 256).hex() == row["256"]
        assert streebog_python(message, 512).hex() == row["512"]


def test_the_back_end_does_not_change_the_answer():
    for message, bits, digest in PUBLISHED:
        assert streebog(message, bits).hex() == digest


@pytest.fixture
def fresh_choice():
    fast_backend.cache_clear()
    yield
    fast_backend.cache_clear()


def test_a_fast_back_end_is_used_when_it_is_right(monkeypatch, fresh_choice):
    asked = []

    def by_openssl(data, bits):
        asked.append(bits)
        return streebog_python(data, bits)

    monkeypatch.setattr(module, "_hash_by_openssl", by_openssl)
    assert streebog(M2, 512).hex() == PUBLISHED[3][2]
    assert asked == [256, 512]


def test_a_wrong_back_end_is_left_alone(monkeypatch, fresh_choice):
    monkeypatch.setattr(module, "_hash_by_openssl", lambda data, bits: b"\0" * (bits // 8))
    assert streebog(M1, 256).hex() == PUBLISHED[0][2]


def test_other_sizes_are_refused():
    with pytest.raises(ValueError, match="256 or 512"):
        streebog(b"", 224)


# ---- piece by piece


@pytest.mark.parametrize(("message", "bits", "digest"), PUBLISHED)
@pytest.mark.parametrize("size", [1, 7, 63, 64, 65])
def test_published_examples_piece_by_piece(message, bits, digest, size):
    for running in (module.StreebogPython(bits), module.new(bits)):
        for start in range(0, len(message), size):
            running.update(message[start : start + size])
            running.digest()  # asked in between, it changes nothing
        assert running.digest().hex() == digest


def test_pieces_at_every_edge_of_a_block_give_the_answer_of_the_whole():
    rows = json.loads((VECTORS / "streebog.json").read_text())["digests"]
    for row in rows:
        message = bytes(i * 7 % 256 for i in range(row["length"]))
        for bits in (256, 512):
            running = module.StreebogPython(bits)
            running.update(b"")
            running.update(message[: row["length"] // 2])
            running.update(message[row["length"] // 2 :])
            assert running.hexdigest() == row[str(bits)]


def test_a_fast_back_end_is_fed_piece_by_piece_too(monkeypatch, fresh_choice):
    monkeypatch.setattr(module, "_hash_by_openssl", streebog_python)
    monkeypatch.setattr(module.hashlib, "new", lambda name: module.StreebogPython(int(name[-3:])))
    running = module.new(512)
    running.update(M2)
    assert running.digest().hex() == PUBLISHED[3][2]


def test_other_sizes_are_refused_piece_by_piece():
    for make in (module.new, module.StreebogPython):
        with pytest.raises(ValueError, match="256 or 512"):
            make(224)
