"""From draft to the exact bytes that are signed, back, and away."""

from __future__ import annotations

import hashlib
from typing import Any

from django.db import transaction

from accounts.rights import Right
from core.locks import lock_name
from core.moves import WrongState, lock, move
from core.versions import Stale
from violations.protocols import selectors
from violations.protocols.conflicts import Conflicts
from violations.protocols.models import CommissionProtocol, ProtocolRow
from violations.protocols.states import MOVES, ProtocolState
from violations.protocols.xml_out import protocol_xml

SIGN = Right.SIGN_PROTOCOLS


class NotReady(Exception):
    """The protocol cannot be signed as it is; `conflicts` say why."""

    def __init__(self, conflicts: Conflicts) -> None:
        super().__init__(", ".join(sorted(conflicts.codes())))
        self.conflicts = conflicts


@transaction.atomic
def freeze(protocol: CommissionProtocol, *, version: int, acting: Any) -> CommissionProtocol:
    """Make and keep the document of a complete draft. A protocol that is frozen already is given back as it is.

    Raises NotReady with what is in the way, Stale when the draft was saved by somebody else, WrongState when it is
    sent or deleted.
    """
    lock_name("employer", protocol.employer.inn)
    fresh = lock(protocol)
    if fresh.state == ProtocolState.SIGNING:
        return fresh
    if fresh.state != ProtocolState.DRAFT:
        raise WrongState(fresh, "freeze")
    if fresh.version != version:
        raise Stale(fresh)
    conflicts = selectors.conflicts_of(fresh)
    if conflicts.blocking:
        raise NotReady(conflicts)
    document = document_of(fresh)
    digest = hashlib.sha256(document).hexdigest()
    changes = {"document": document, "document_sha256": digest, "version": fresh.version + 1}
    payload = {"number": fresh.number, "sha256": digest, "size": len(document), "signer": acting.holds(SIGN)}
    return move(fresh, "freeze", moves=MOVES, actor=acting, event="protocol.frozen", changes=changes, payload=payload)


def document_of(protocol: CommissionProtocol) -> bytes:
    """The XML of a protocol as it is saved, made today."""
    rows = ProtocolRow.objects.filter(protocol=protocol).select_related("workplace__report").order_by("pk")
    rows = rows.defer("workplace__fragment", "workplace__details", "workplace__report__header")
    members = selectors.members_of(protocol)
    address = selectors.address_of_employer(protocol)
    return protocol_xml(protocol, rows.iterator(chunk_size=2000), members, address=address, created=selectors.today())


@transaction.atomic
def return_to_draft(protocol: CommissionProtocol, *, acting: Any, why: str = "") -> CommissionProtocol:
    """Drop the document and let the draft be changed again. Raises WrongState when it is not waiting for a signature."""
    fresh = lock(protocol)
    changes = {"document": None, "document_sha256": "", "version": fresh.version + 1}
    payload = {"why": why} if why else {}
    return move(fresh, "edit", moves=MOVES, actor=acting, event="protocol.returned", changes=changes, payload=payload)


def withdraw(protocol: CommissionProtocol, *, acting: Any) -> CommissionProtocol:
    """Put away a draft, or a protocol that waits for its signature: nobody sees it any more, its places are free for others.

    Raises WrongState when it is sent.
    """
    return move(
        protocol,
        "withdraw",
        moves=MOVES,
        actor=acting,
        event="protocol.withdrawn",
        changes={"document": None, "document_sha256": ""},
        payload={"number": protocol.number},
    )
