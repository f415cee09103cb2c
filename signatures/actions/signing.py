"""A signature comes for a request: whose turn it is, and what is left."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from core.moves import lock, move
from signatures.actions.keeping import keep_signature
from signatures.actions.requesting import withdraw_opinions
from signatures.cms.document import Document
from signatures.cms.encoding import signature_der
from signatures.cms.refusal import Refused
from signatures.matching import current_stage, has_name, turn_of, turns_like
from signatures.models import SignerTurn, SigningRequest
from signatures.opinions import Dissent, dissents
from signatures.refusals import AcceptanceCode, SignatureRefused
from signatures.reports import SignerReport
from signatures.selectors import CheckedSignature, check_signature, other_document, verified_reports
from signatures.states import REQUEST_MOVES, TURN_MOVES, RequestState, TurnKind
from signatures.verdicts import Verdict

LONGEST_REASON = 5000


@dataclass(frozen=True, slots=True)
class Signed:
    """What a signature brought: the turns it closed, and whether nobody has to sign any more."""

    request: SigningRequest
    turns: tuple[SignerTurn, ...]

    @property
    def is_complete(self) -> bool:
        return self.request.state == RequestState.COMPLETED


@transaction.atomic
def sign_request(
    request: SigningRequest,
    signature: bytes,
    document: Document,
    *,
    acting: Any,
    may_represent: bool,
    moment: datetime | None = None,
) -> Signed:
    """Accept a signature file (DER, PEM, base64) of the request's document.

    `document`: see signatures.selectors.document_to_sign; its bytes are compared with the request's. `may_represent`: whether
    the right of who acts lets him sign for the organization. A file of several members' signatures is taken apart; those that
    were taken before are passed over, for people add theirs to a file. Who has a dissenting opinion signs it first. Raises
    SignatureRefused; then nothing is stored.
    """
    moment = moment or timezone.now()
    fresh = lock(request)
    if fresh.state != RequestState.OPEN:
        raise SignatureRefused.by_receipt(AcceptanceCode.REQUEST_CLOSED)
    if not fresh.is_open(moment):
        raise SignatureRefused.by_receipt(AcceptanceCode.REQUEST_EXPIRED)
    if document.sha256 != fresh.sha256:
        # made anew since the signature came in: it cannot be of these bytes
        raise SignatureRefused.by_report(SignerReport(verdict=Verdict.CONTENT_DIGEST_MISMATCH))
    try:
        closed = _take(fresh, signature, document, acting, may_represent, moment)
    except SignatureRefused as refused:
        raise _named(refused, signature, fresh, acting) from refused
    if not fresh.turns.filter(state="waiting").exists():
        fresh = move(
            fresh,
            "complete",
            moves=REQUEST_MOVES,
            actor=acting,
            event="signing.completed",
            changes={"closed_at": timezone.now()},
            payload={"purpose": fresh.purpose, "sha256": fresh.sha256},
        )
    return Signed(fresh, tuple(closed))


def _take(
    request: SigningRequest,
    signature: bytes,
    document: Document,
    acting: Any,
    may_represent: bool,
    moment: datetime,
) -> list[SignerTurn]:
    turns = list(SignerTurn.objects.filter(request=request))
    if current_stage(turns)[0].kind == TurnKind.ORGANIZATION:
        return [_of_organization(request, turns, signature, document, acting, may_represent, moment)]
    both = _for_organization_too(turns, signature, document, acting, moment) if may_represent else None
    closed = _of_members(request, turns, signature, document, acting, moment, both)
    waiting = current_stage(turns)
    if both is not None and waiting and waiting[0].kind == TurnKind.ORGANIZATION:
        closed.append(_decide(request, waiting[0], "sign", acting, moment, signature=closed[0].signature))
    return closed


def _for_organization_too(
    turns: list[SignerTurn], signature: bytes, document: Document, acting: Any, moment: datetime
) -> CheckedSignature | None:
    """The chairman who may sign for the organization signs once: by its certificate, or by his own under a power of attorney,
    which is kept then. None while others are to sign between the two, and where his signature is for himself alone."""
    waiting = [turn for turn in turns if turn.is_waiting]
    if [turn.kind for turn in waiting] != [TurnKind.MEMBER, TurnKind.ORGANIZATION]:
        return None
    try:
        return check_signature(signature, document, acting=acting, moment=moment)
    except SignatureRefused:
        return None


def _of_organization(
    request: SigningRequest,
    turns: list[SignerTurn],
    signature: bytes,
    document: Document,
    acting: Any,
    may_represent: bool,
    moment: datetime,
) -> SignerTurn:
    if not may_represent:
        raise SignatureRefused.by_receipt(AcceptanceCode.NO_RIGHT_TO_SIGN)
    checked = check_signature(signature, document, acting=acting, moment=moment)
    return _close(request, current_stage(turns)[0], "sign", checked, document, acting, moment)


def _of_members(
    request: SigningRequest,
    turns: list[SignerTurn],
    signature: bytes,
    document: Document,
    acting: Any,
    moment: datetime,
    both: CheckedSignature | None,
) -> list[SignerTurn]:
    """Stage by stage, as far as the signatures of the file go; one that is nobody's turn refuses the whole file."""
    waiting = _new_ones(request, verified_reports(signature, document, moment))
    opinions = _known_by_opinions(request, turns)
    der = _der(signature)
    closed: list[SignerTurn] = []
    while waiting:
        found = [(report, turn) for report in waiting if (turn := turn_of(report, current_stage(turns))) is not None]
        if not found:
            raise _nobodys(waiting[0], turns, opinions)
        report, turn = found[0]
        _refuse_unsigned_opinion(report, turn, turns, opinions)
        waiting.remove(report)
        checked = both or CheckedSignature(der, report)
        verb = "object" if turn.pk in opinions else "sign"
        decided = _close(request, turn, verb, checked, document, acting, moment)
        turns[turns.index(turn)] = decided
        closed.append(decided)
    return closed


def _new_ones(request: SigningRequest, reports: list[SignerReport]) -> list[SignerReport]:
    """Without those that were taken before; where nobody new has signed, all of them, to be refused by name."""
    kept = SignerTurn.objects.filter(request=request, signature__isnull=False)
    known = set(kept.values_list("signature__fingerprint", flat=True))
    return [report for report in reports if report.fingerprint not in known] or reports


def _known_by_opinions(request: SigningRequest, turns: list[SignerTurn]) -> dict[int, Dissent]:
    """The opinions beside the document, by turn. Who has signed one is known by the СНИЛС of that certificate from then on: the
    document is signed by the same person, not by a namesake."""
    opinions = {each.turn.pk: each for each in dissents(request)}
    for turn in turns:
        if turn.pk in opinions and not turn.snils:
            turn.snils = opinions[turn.pk].signed_by_snils
    return opinions


def _refuse_unsigned_opinion(
    report: SignerReport, turn: SignerTurn, turns: list[SignerTurn], opinions: dict[int, Dissent]
) -> None:
    """Where a turn is known by name alone, an opinion that waits at a namesake's may be his."""
    his = [turn] if turn.snils else turns_like(report, turns)
    if any(each.pk in opinions and opinions[each.pk].signature is None for each in his):
        raise SignatureRefused.by_receipt(AcceptanceCode.OPINION_WAITS, report.subject.person)


def _der(signature: bytes) -> bytes:
    try:
        return signature_der(signature)
    except Refused as refused:
        raise SignatureRefused.by_report(SignerReport(verdict=refused.verdict, detail=refused.detail)) from refused


def _nobodys(report: SignerReport, turns: list[SignerTurn], opinions: dict[int, Dissent]) -> SignatureRefused:
    """Why the owner of this certificate cannot sign now."""
    owner = report.subject.person or "не назван"
    his = turn_of(report, turns)
    if his is None and any(turn.pk in opinions and has_name(turn, report.subject.person) for turn in turns):
        return SignatureRefused.by_receipt(AcceptanceCode.OPINION_OF_ANOTHER, owner)
    if his is None or not current_stage(turns):
        return SignatureRefused.by_receipt(AcceptanceCode.NOT_ASKED, owner)
    if his.is_waiting:
        return SignatureRefused.by_receipt(AcceptanceCode.NOT_YET, owner)
    return SignatureRefused.by_receipt(AcceptanceCode.TURN_OVER, owner)


def _close(
    request: SigningRequest,
    turn: SignerTurn,
    verb: str,
    checked: CheckedSignature,
    document: Document,
    acting: Any,
    moment: datetime,
) -> SignerTurn:
    kept = keep_signature(
        checked,
        document=document,
        name=request.document.name,
        purpose=request.purpose,
        acting=acting,
        moment=moment,
    )
    return _decide(request, turn, verb, acting, moment, signature=kept)


def _decide(
    request: SigningRequest, turn: SignerTurn, verb: str, acting: Any, moment: datetime, **changes: Any
) -> SignerTurn:
    return move(
        turn,
        verb,
        moves=TURN_MOVES,
        actor=acting,
        event="signing.turn_closed",
        changes={"decided_at": moment, "decided_by": acting.user, **changes},
        payload={"purpose": request.purpose, "subject_uid": str(request.subject_uid), "role": turn.role},
    )


@transaction.atomic
def decline_turn(request: SigningRequest, turn_id: int, *, acting: Any, why: str) -> SignerTurn:
    """Note that a member does not sign, and why; the others go on without him. His opinion that waits is withdrawn.

    Raises SignerTurn.DoesNotExist for a turn of another request or of a later stage, that cannot be declined or is decided already;
    SignatureRefused where the request takes no signatures any more; ValueError without a reason.
    """
    if not why.strip():
        raise ValueError("a refusal to sign has a reason")
    fresh = lock(request)
    if not fresh.is_open():
        raise SignatureRefused.by_receipt(AcceptanceCode.REQUEST_CLOSED)
    turns = {turn.pk: turn for turn in current_stage(SignerTurn.objects.filter(request=fresh))}
    turn = turns.get(turn_id)
    if turn is None or not turn.may_decline:
        raise SignerTurn.DoesNotExist
    withdraw_opinions(SigningRequest.objects.filter(opinion_of=turn), acting=acting, why="отказ от подписи")
    return _decide(fresh, turn, "decline", acting, timezone.now(), said=why.strip()[:LONGEST_REASON])


def _named(refused: SignatureRefused, signature: bytes, request: SigningRequest, acting: Any) -> SignatureRefused:
    """The same refusal; a signature of another document of this organization is told by that document's name."""
    if refused.code != Verdict.CONTENT_DIGEST_MISMATCH:
        return refused
    other = other_document(signature, request, acting=acting)
    return refused if other is None else SignatureRefused.by_receipt(AcceptanceCode.OTHER_REQUEST, other)
