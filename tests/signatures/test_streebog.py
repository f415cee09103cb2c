"""Streebog against RFC 6986 and against OpenSSL's GOST engine."""

import json
import random
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from signatures.gost import provider
from signatures.gost import streebog as module
from signatures.gost.streebog import allow_fast_backend, fast_backend, streebog, streebog_python
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
    allow_fast_backend(True)


@pytest.fixture
def without_provider(monkeypatch, fresh_choice):
    monkeypatch.setattr(module, "provider_streebog", lambda: None)


def test_a_fast_back_end_is_used_when_it_is_right(monkeypatch, without_provider):
    asked = []

    def by_hashlib(data, bits):
        asked.append((len(data), bits))
        return streebog_python(data, bits)

    monkeypatch.setattr(module, "_hash_by_hashlib", by_hashlib)
    assert streebog(M2, 512).hex() == PUBLISHED[3][2]
    lengths = (63, 0, 64, 127, 200)
    assert asked == [(length, bits) for bits in (256, 512) for length in lengths] + [(72, 512)]


def zeros(data, bits):
    return b"\0" * (bits // 8)


def short(data, bits):
    return streebog_python(data, bits)[:-1]


def wrong_at_512(data, bits):
    return streebog_python(data, 256) * (bits // 256)


def wrong_at_an_edge(data, bits):
    return streebog_python(data[: len(data) // 64 * 64] if len(data) == 127 else data, bits)


def broken(data, bits):
    raise OSError("no")


@pytest.mark.parametrize("backend", [zeros, short, wrong_at_512, wrong_at_an_edge, broken])
def test_a_wrong_back_end_is_left_alone(monkeypatch, fresh_choice, backend):
    monkeypatch.setattr(module, "_hash_by_hashlib", backend)
    monkeypatch.setattr(module, "provider_streebog", lambda: backend)
    assert fast_backend() is None
    assert streebog(M1, 256).hex() == PUBLISHED[0][2]


def test_the_provider_comes_after_a_wrong_hashlib(monkeypatch, fresh_choice):
    monkeypatch.setattr(module, "_hash_by_hashlib", zeros)
    monkeypatch.setattr(module, "provider_streebog", lambda: streebog_python)
    assert fast_backend() is streebog_python


def test_it_can_be_switched_off(monkeypatch, fresh_choice):
    monkeypatch.setattr(module, "_hash_by_hashlib", streebog_python)
    assert fast_backend() is streebog_python
    allow_fast_backend(False)
    assert fast_backend() is None
    assert streebog(M1, 256).hex() == PUBLISHED[0][2]


def test_a_machine_without_openssl(monkeypatch):
    monkeypatch.setattr(provider, "LIBRARY", "libcrypto-that-is-not-there.so")
    assert provider.provider_streebog() is None
    monkeypatch.undo()
    monkeypatch.setitem(provider.FUNCTIONS, "no_such_function", (int, []))
    assert provider.provider_streebog() is None


def test_a_machine_without_the_provider(monkeypatch):
    monkeypatch.setattr(provider, "PROVIDER", b"provider-that-is-not-there")
    assert provider.provider_streebog() is None


# ---- the provider where it is installed (Debian: libengine-gost-openssl)


@pytest.fixture(scope="module")
def by_provider():
    found = provider.provider_streebog()
    if found is None:
        pytest.skip("OpenSSL's GOST provider is not installed here")
    return found


def test_the_provider_agrees_with_python_at_every_length(by_provider):
    rng = random.Random(34)
    for length in [*range(0, 200, 3), 1000, 4096]:
        message = rng.randbytes(length)
        for bits in (256, 512):
            assert by_provider(message, bits) == streebog_python(message, bits)
    assert by_provider(bytearray(M1), 256).hex() == PUBLISHED[0][2]


def test_the_provider_serves_several_threads(by_provider):
    messages = [bytes([number]) * (1000 + number) for number in range(64)]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda message: by_provider(message, 512), messages * 4))
    assert answers == [by_provider(message, 512) for message in messages] * 4


THE_PROCESS_STAYS_AS_IT_WAS = """
import hashlib, os, ssl, warnings
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

def state():
    context = ssl.create_default_context()
    key = ec.generate_private_key(ec.SECP256R1())
    key.public_key().verify(key.sign(b"m", ec.ECDSA(hashes.SHA256())), b"m", ec.ECDSA(hashes.SHA256()))
    try:
        streebog = hashlib.new("md_gost12_256", b"").hexdigest()
    except ValueError:
        streebog = None
    return (
        sorted(hashlib.algorithms_available), [cipher["name"] for cipher in context.get_ciphers()], streebog,
        {name: hashlib.new(name, b"m").hexdigest() for name in ("md5", "sha1", "sha256", "sha3_512", "blake2b")},
        hashlib.pbkdf2_hmac("sha256", b"p", b"s", 10).hex(), hashlib.scrypt(b"p", salt=b"s", n=16, r=1, p=1).hex(),
    )

before = state()
from signatures.gost.streebog import fast_backend, streebog
digest = streebog(b"child").hex()
assert state() == before, "the process is not what it was"
child = os.fork()
if child == 0:
    os._exit(0 if streebog(b"child").hex() == digest and state() == before else 1)
assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
print(digest, fast_backend() is not None)
"""


def test_nothing_else_of_the_process_changes():
    """hashlib, ssl and cryptography before and after the search, and in a forked child."""
    done = subprocess.run(
        [sys.executable, "-c", THE_PROCESS_STAYS_AS_IT_WAS], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split()[0] == streebog_python(b"child").hex()


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
    monkeypatch.setattr(module, "_hash_by_hashlib", streebog_python)
    monkeypatch.setattr(module.hashlib, "new", lambda name: module.StreebogPython(int(name[-3:])))
    running = module.new(512)
    running.update(M2)
    assert running.digest().hex() == PUBLISHED[3][2]


def test_other_sizes_are_refused_piece_by_piece():
    for make in (module.new, module.StreebogPython):
        with pytest.raises(ValueError, match="256 or 512"):
            make(224)
