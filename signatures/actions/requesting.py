"""A document begins to wait for signatures, and stops."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import Branch
from core.journal import record
from core.moves import WrongState, move
from signatures.actions.keeping import keep_document
from signatures.cms.document import Document
from signatures.models import SignerTurn, SigningRequest
from signatures.states import REQUEST_MOVES, RequestState, TurnKind

EXPIRED_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class WantedSignature:
    """Somebody who must sign: see SignerTurn. `person` is empty for who signs for the organization."""

    stage: int
    role: str
    kind: TurnKind = TurnKind.ORGANIZATION
    person: str = ""
    may_decline: bool = False
    snils: str = ""


@transaction.atomic
def request_signatures(
    document: Document,
    *,
    uid: UUID,
    name: str,
    purpose: str,
    subject_uid: UUID,
    wanted: Sequence[WantedSignature],
    acting: Any,
    branch: Branch | None = None,
    until: datetime | None = None,
    opinion_of: SignerTurn | None = None,
) -> SigningRequest:
    """Freeze the bytes and ask for the signatures. The bytes name the request by its `uid` (or are unique otherwise); `branch`
    is that of what is signed; `until` the end of the term, that of the settings by default; `opinion_of` as in SigningRequest.

    Raises IntegrityError where another request has the same bytes or `subject_uid` waits for signatures already.
    """
    kept = keep_document(document, name=name, purpose=purpose, acting=acting, file=None)
    now = timezone.now()
    request = SigningRequest.objects.create(
        uid=uid,
        organization=acting.organization,
        branch=branch,
        purpose=purpose,
        subject_uid=subject_uid,
        opinion_of=opinion_of,
        document=kept,
        sha256=hashlib.sha256(document.data).hexdigest(),
        created_at=now,
        created_by=acting.user,
        expires_at=until or now + timedelta(days=settings.SIGNING_REQUEST_DAYS),
    )
    SignerTurn.objects.bulk_create(SignerTurn(request=request, **asdict(each)) for each in wanted)
    payload = {"purpose": purpose, "sha256": kept.sha256, "signers": len(wanted), "until": request.expires_at}
    record("signing.requested", request, actor=acting, **payload)
    return request


@transaction.atomic
def withdraw_request(request: SigningRequest, *, acting: Any, why: str = "") -> SigningRequest:
    """The document is not to be signed any more; signatures that were given stay in the archive, opinions beside it that wait are
    withdrawn too.

    Raises WrongState where it waits for none.
    """
    withdrawn = move(
        request,
        "withdraw",
        moves=REQUEST_MOVES,
        actor=acting,
        event="signing.withdrawn",
        changes={"closed_at": timezone.now()},
        payload={"purpose": request.purpose, "why": why},
    )
    withdraw_opinions(SigningRequest.objects.filter(opinion_of__request=request), acting=acting, why=why)
    return withdrawn


def withdraw_opinions(rows: QuerySet[SigningRequest], *, acting: Any, why: str) -> None:
    """Those of `rows` that wait. Call it under the lock of the request that they stand beside."""
    for opinion in rows.filter(state=RequestState.OPEN):
        with suppress(WrongState):  # signed, or withdrawn by hand, at this very moment
            withdraw_request(opinion, acting=acting, why=why)


def expire_overdue() -> int:
    """Close the requests whose term has passed; how many. The app that asked is told by `signing.expired`."""
    closed = 0
    for request in SigningRequest.objects.overdue().order_by("expires_at")[:EXPIRED_AT_ONCE]:
        try:
            move(
                request,
                "expire",
                moves=REQUEST_MOVES,
                actor=None,
                event="signing.expired",
                changes={"closed_at": timezone.now()},
                payload={"purpose": request.purpose, "subject_uid": str(request.subject_uid)},
                organization=request.organization,
            )
            closed += 1
        except WrongState:
            continue  # the last signature came at this very moment
    return closed
