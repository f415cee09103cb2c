"""What was kept beside a signature, read back: the document's bytes, the chain, the revocation lists."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.files.storage import default_storage

from signatures.archive.reasons import Finding, Reason
from signatures.cms.document import Document
from signatures.cms.encoding import load_certificate
from signatures.cms.exact import Certificate
from signatures.cms.revocation import RevocationList as ParsedList
from signatures.models import RevocationList, Signature, SignedDocument

LISTS_AT_HAND = 8  # a list may have ten megabytes


class Unusable(Exception):
    """What was kept cannot be read back; `finding` says what of it."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.text)
        self.finding = finding


@contextmanager
def kept_document(kept: SignedDocument) -> Iterator[Document]:
    """The bytes as they lie now, not compared with anything yet; a file is read piece by piece. Raises Unusable."""
    if kept.file is None:
        yield Document(bytes(kept.body or b""))
        return
    if kept.file.dropped_at is not None:
        raise Unusable(Finding(Reason.DOCUMENT_MISSING))
    try:
        stream = default_storage.open(kept.file.storage_name, "rb")
    except FileNotFoundError as error:
        raise Unusable(Finding(Reason.DOCUMENT_MISSING)) from error
    with stream:
        yield Document.of_stream(stream, size=stream.size)


def kept_chain(row: Signature) -> list[Certificate]:
    """From the signer to the root. Raises Unusable."""
    try:
        found = [load_certificate(base64.b64decode(link["der"], validate=True)) for link in row.chain]
    except (ValueError, TypeError, KeyError, binascii.Error) as error:
        raise Unusable(Finding(Reason.CHAIN_DAMAGED)) from error
    if not found:
        raise Unusable(Finding(Reason.CHAIN_DAMAGED))
    return found


def kept_lists(row: Signature) -> list[tuple[str, str]]:
    """(SHA-256, number) of the lists that were asked. Raises Unusable where the column holds something else."""
    try:
        return [(str(used["sha256"]), str(used.get("number", ""))) for used in row.revocation]
    except (TypeError, KeyError, AttributeError) as error:
        raise Unusable(Finding(Reason.FACTS_CHANGED, "списки отзыва")) from error


class ListShelf:
    """Revocation lists by their digest. Each is read and its signature checked once while it is at hand; the oldest go, so
    that memory stays bounded."""

    def __init__(self) -> None:
        self._at_hand: OrderedDict[str, ParsedList | Finding] = OrderedDict()

    def of(self, row: Signature) -> tuple[list[ParsedList], list[Finding]]:
        """The lists that were asked at the receipt, and what is wrong with those that cannot be asked again. Raises Unusable."""
        lists: list[ParsedList] = []
        findings: list[Finding] = []
        for sha256, number in kept_lists(row):
            found = self._get(sha256, number)
            if isinstance(found, Finding):
                findings.append(found)
            else:
                lists.append(found)
        return lists, findings

    def _get(self, sha256: str, number: str) -> ParsedList | Finding:
        if sha256 not in self._at_hand:
            self._at_hand[sha256] = _read_list(sha256, number)
            if len(self._at_hand) > LISTS_AT_HAND:
                self._at_hand.popitem(last=False)
        self._at_hand.move_to_end(sha256)
        return self._at_hand[sha256]


def _read_list(sha256: str, number: str) -> ParsedList | Finding:
    """Nothing that the row says of the list is believed: its bytes are compared, its signature is checked by the chain."""
    named = f"№ {number}" if number else sha256[:16]
    der = RevocationList.objects.filter(sha256=sha256).values_list("der", flat=True).first()
    if not der:
        return Finding(Reason.REVOCATION_LIST_MISSING, named)
    content = bytes(der)
    if hashlib.sha256(content).hexdigest() != sha256:
        return Finding(Reason.REVOCATION_LIST_CHANGED, named)
    try:
        return ParsedList(content)
    except ValueError:
        return Finding(Reason.REVOCATION_LIST_CHANGED, named)
