"""Judging an upload, at once or in a worker; the document is read piece by piece."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from signatures.checking.answer import answer_of
from signatures.cms.algorithms import digest_identifier
from signatures.cms.document import Document, Progress
from signatures.cms.refusal import PARSE_ERRORS, Refused
from signatures.cms.signed_data import attached_content, read_signed_data
from signatures.gost.identifiers import HASH_SIZES
from signatures.gost.streebog import fast_backend
from signatures.selectors import trust_store
from signatures.verification import verify_detached

# Without a library Streebog does some 0.4 MB in a second: more than this is no work for a page.
AT_ONCE = 256 * 1024


class NoDocument(Exception):
    """The signature is detached, and no document came with it."""


def document_of(signature: bytes, document: Document | None) -> Document:
    """The document to be judged: the one given, or the one in an attached signature. Raises NoDocument, or Refused for what is no
    signature."""
    if document is not None:
        return document
    content = attached_content(signature)
    if content is None:
        raise NoDocument
    return Document(content)


def takes_long(signature: bytes, document: Document) -> bool:
    """Whether judging is no work for a page: a large document, and a slow digest of it that the signature asks for."""
    if document.size <= AT_ONCE or fast_backend() is not None:
        return False
    return any(each in HASH_SIZES for each in _wanted(signature, document))


def _wanted(signature: bytes, document: Document) -> list[str]:
    """The digests that its signers ask for; none of what cannot be read: the verification says what is wrong."""
    try:
        signers = read_signed_data(signature, document).signers
        return [digest_identifier(signer["digest_algorithm"]) for signer in signers]
    except (Refused, *PARSE_ERRORS):
        return []


def judge_upload(signature: bytes, document: Document, progress: Progress | None = None) -> dict[str, Any]:
    """The answer as of now. Nothing is stored; whatever the bytes are, it is an answer."""
    document.hash_through(_wanted(signature, document), progress)
    now = timezone.now()
    return answer_of(verify_detached(signature, document, trust_store(now), now), now)
