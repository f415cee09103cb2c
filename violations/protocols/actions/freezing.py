"""From draft to the exact bytes that are signed, back, and away."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from accounts.rights import Right
from core.locks import lock_name
from core.moves import WrongState, lock, move
from core.versions import Stale
from signatures.actions import WantedSignature, request_signatures, withdraw_request
from signatures.cms.document import Document
from signatures.models import SigningRequest
from signatures.selectors import STREEBOG_256
from signatures.states import RequestState, TurnKind
from violations.protocols import selectors
from violations.protocols.conflicts import Conflicts
from violations.protocols.models import CommissionMember, CommissionProtocol, ProtocolRow
from violations.protocols.states import MOVES, ProtocolState
from violations.protocols.xml_out import protocol_xml

SIGN = Right.SIGN_PROTOCOLS
PURPOSE = "commission_protocol"


class NotReady(Exception):
    """The protocol cannot be signed as it is; `conflicts` say why."""

    def __init__(self, conflicts: Conflicts) -> None:
        super().__init__(", ".join(sorted(conflicts.codes())))
        self.conflicts = conflicts


@dataclass(slots=True, frozen=True)
class _Prepared:
    """A document made and hashed before anybody waits for it; `version` of the draft that it was made of."""

    uid: uuid.UUID
    version: int
    document: Document


def freeze(protocol: CommissionProtocol, *, version: int, acting: Any) -> CommissionProtocol:
    """Make the document of a complete draft, and ask for its signatures. A protocol that is frozen already is given back as it
    is.

    Raises NotReady with what is in the way, Stale when the draft was saved by somebody else, WrongState when it is
    sent or deleted.
    """
    seen = CommissionProtocol.objects.select_related("employer", "branch").get(pk=protocol.pk)
    # Streebog takes seconds for a large protocol, and the employer's lock stops every check of his reports
    prepared = _prepared(seen) if seen.state == ProtocolState.DRAFT and seen.version == version else None
    with transaction.atomic():
        lock_name("employer", seen.employer.inn)
        fresh = lock(seen)
        if fresh.state == ProtocolState.SIGNING:
            return fresh
        if fresh.state != ProtocolState.DRAFT:
            raise WrongState(fresh, "freeze")
        if fresh.version != version or prepared is None or prepared.version != fresh.version:
            raise Stale(fresh)
        _refuse_conflicts(fresh)
        return _freeze(fresh, prepared, acting)


def _prepared(protocol: CommissionProtocol) -> _Prepared:
    _refuse_conflicts(protocol)
    uid = uuid.uuid4()
    document = Document(document_of(protocol, request=uid))
    document.digest(STREEBOG_256)
    return _Prepared(uid, protocol.version, document)


def _refuse_conflicts(protocol: CommissionProtocol) -> None:
    conflicts = selectors.conflicts_of(protocol)
    if conflicts.blocking:
        raise NotReady(conflicts)


def _freeze(protocol: CommissionProtocol, prepared: _Prepared, acting: Any) -> CommissionProtocol:
    request = request_signatures(
        prepared.document,
        uid=prepared.uid,
        name=f"Протокол решения комиссии СОУТ {protocol}",
        purpose=PURPOSE,
        subject_uid=protocol.uid,
        wanted=_wanted(protocol, selectors.members_of(protocol)),
        acting=acting,
        branch=protocol.branch,
    )
    payload = {
        "number": protocol.number,
        "sha256": request.sha256,
        "size": len(prepared.document.data),
        "signer": acting.holds(SIGN),
        "commission": protocol.commission_signs,
    }
    changes = {"request": request, "version": protocol.version + 1}
    return move(
        protocol, "freeze", moves=MOVES, actor=acting, event="protocol.frozen", changes=changes, payload=payload
    )


def _wanted(protocol: CommissionProtocol, members: Sequence[CommissionMember]) -> list[WantedSignature]:
    """Members in any order, then the chairman, then the organization; or the organization alone."""
    if not protocol.commission_signs:
        return [WantedSignature(1, "За организацию")]
    commission = [
        WantedSignature(
            2 if member.chairman else 1,
            "Председатель комиссии" if member.chairman else "Член комиссии",
            TurnKind.MEMBER,
            str(member),
            may_decline=not member.chairman,
        )
        for member in members
    ]
    return [*commission, WantedSignature(3, "За организацию")]


def document_of(protocol: CommissionProtocol, *, request: uuid.UUID | None = None) -> bytes:
    """The XML of a protocol as it is saved, made today."""
    rows = ProtocolRow.objects.filter(protocol=protocol).select_related("workplace__report").order_by("pk")
    rows = rows.defer("workplace__fragment", "workplace__details", "workplace__report__header")
    return protocol_xml(
        protocol,
        rows.iterator(chunk_size=2000),
        selectors.members_of(protocol),
        address=selectors.address_of_employer(protocol),
        created=selectors.today(),
        request=request,
    )


@transaction.atomic
def return_to_draft(protocol: CommissionProtocol, *, acting: Any, why: str = "") -> CommissionProtocol:
    """Ask for no signature any more, and let the draft be changed again. `acting` None: the system.

    Raises WrongState when it is not waiting for a signature.
    """
    fresh = lock(protocol)
    asked = fresh.request
    changes = {"request": None, "version": fresh.version + 1}
    payload = {"why": why} if why else {}
    returned = move(
        fresh,
        "edit",
        moves=MOVES,
        actor=acting,
        event="protocol.returned",
        changes=changes,
        payload=payload,
        organization=fresh.employer,
    )
    _stop_asking(asked, acting, why)
    return returned


@transaction.atomic
def withdraw(protocol: CommissionProtocol, *, acting: Any) -> CommissionProtocol:
    """Put away a draft, or a protocol that waits for its signature: nobody sees it any more, its places are free for others.

    Raises WrongState when it is sent.
    """
    fresh = lock(protocol)
    asked = fresh.request
    withdrawn = move(
        fresh,
        "withdraw",
        moves=MOVES,
        actor=acting,
        event="protocol.withdrawn",
        changes={"request": None},
        payload={"number": protocol.number},
    )
    _stop_asking(asked, acting, "черновик удалён")
    return withdrawn


def _stop_asking(request: SigningRequest | None, acting: Any, why: str) -> None:
    if request is not None and request.state == RequestState.OPEN:
        withdraw_request(request, acting=acting, why=why)
