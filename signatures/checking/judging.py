"""Judging an upload, at once or in a worker; the document is read piece by piece."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from signatures.checking.answer import answer_of
from signatures.cms.document import Document, Progress
from signatures.cms.signed_data import attached_content, digests_asked
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
    return any(each in HASH_SIZES for each in digests_asked(signature, document))


def judge_upload(signature: bytes, document: Document, progress: Progress | None = None) -> dict[str, Any]:
    """The answer as of now. Nothing is stored; whatever the bytes are, it is an answer."""
    document.hash_through(digests_asked(signature, document), progress)
    now = timezone.now()
    return answer_of(verify_detached(signature, document, trust_store(now), now), now)
