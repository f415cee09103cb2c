"""Judging an upload, at once or in a worker; the document is read piece by piece."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from signatures.checking.answer import answer_of
from signatures.cms.algorithms import digest_identifier
from signatures.cms.document import Document, Progress
from signatures.cms.refusal import PARSE_ERRORS, Refused
from signatures.cms.signed_data import attached_content, read_signed_data
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


def takes_long(document: Document) -> bool:
    return document.size > AT_ONCE and fast_backend() is None


def judge_upload(signature: bytes, document: Document, progress: Progress | None = None) -> dict[str, Any]:
    """The answer as of now. Nothing is stored; whatever the bytes are, it is an answer."""
    try:
        signers = read_signed_data(signature, document).signers
        wanted = [digest_identifier(signer["digest_algorithm"]) for signer in signers]
    except (Refused, *PARSE_ERRORS):
        wanted = []  # the verification says what is wrong
    document.hash_through(wanted, progress)
    now = timezone.now()
    return answer_of(verify_detached(signature, document, trust_store(now), now), now)
