"""A document of bytes and a document of a stream are the same to every check."""

from datetime import UTC, datetime
from io import BytesIO

import pytest

from signatures.cms import document as module
from signatures.cms.algorithms import SHA2, digest
from signatures.cms.document import PIECE, SHA_256, Document
from signatures.gost.identifiers import HASH_SIZES
from signatures.verification import verify_detached
from simulators.demo_ca import sign
from tests.signatures.conftest import DOCUMENT

DATA = bytes(index * 31 % 251 for index in range(3 * PIECE // 100 + 17))


def streamed(data=DATA, **more):
    return Document.of_stream(BytesIO(data), size=len(data), **more)


def test_the_digests_of_a_stream_are_those_of_its_bytes():
    whole = streamed()
    for identifier in (*HASH_SIZES, *SHA2):
        assert whole.digest(identifier) == digest(identifier, DATA)
    assert whole.data == DATA


def test_several_digests_take_one_pass_and_tell_how_far_it_is(monkeypatch):
    monkeypatch.setattr(module, "PIECE", 1000)
    told = []
    document = streamed()
    document.hash_through([SHA_256, *HASH_SIZES], told.append)
    assert told[-1] == len(DATA)
    assert told == sorted(told)
    assert len(told) == -(-len(DATA) // 1000)
    document.hash_through([SHA_256, *HASH_SIZES], told.append)
    assert told[-1] == len(DATA)
    assert len(told) == -(-len(DATA) // 1000), "known digests are not computed again"


def test_digests_computed_ahead_are_taken():
    ahead = Document.of_stream(BytesIO(b"something else"), size=14, digests={SHA_256: b"stated"})
    assert ahead.digest(SHA_256) == b"stated"
    assert Document(b"bytes", digests={SHA_256: b"stated"}).digest(SHA_256) == b"stated"


@pytest.mark.parametrize("make", [Document, streamed])
def test_an_attached_signature_is_compared_with_every_byte(make):
    document = make(DATA)
    assert document.equals(DATA)
    assert not document.equals(DATA[:-1] + b"!")
    assert not document.equals(DATA[:-1])


@pytest.mark.parametrize("detached", [True, False])
def test_a_streamed_document_is_verified_like_its_bytes(demo, detached):
    signature = sign(DOCUMENT, demo.signer, attached=not detached)
    moment = datetime.now(UTC)
    for document, verdict in ((streamed(DOCUMENT), "ok"), (streamed(DOCUMENT + b" "), None)):
        (by_stream,) = verify_detached(signature, document, demo.trust(), moment)
        (by_bytes,) = verify_detached(signature, document.data, demo.trust(), moment)
        assert by_stream.verdict == by_bytes.verdict
        assert verdict is None or by_stream.verdict == verdict
