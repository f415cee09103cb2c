"""«Подписать и отправить»: the signature is accepted, the decision applied and the flags cleared in one transaction.

Whoever comes second, from another tab or as another person, waits at the employer's lock, finds the protocol sent, and is
shown that: there is one effect.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from core.journal import record
from core.locks import lock_name
from core.moves import WrongState, lock, move
from registries.workplace_keys import normalize_number
from signatures.actions import sign_request
from signatures.cms.document import Document
from signatures.models import Signature, SignerTurn, SigningRequest
from signatures.refusals import SignatureRefused
from signatures.reports import SignerReport
from signatures.selectors import document_to_sign, hash_ahead
from signatures.verdicts import Verdict
from sout_reports.actions import Decision, renumber, take_numbers
from sout_reports.models import SoutReport, Workplace
from violations.flags.actions import recheck_report
from violations.flags.selectors import flagged_about
from violations.protocols import selectors
from violations.protocols.actions.freezing import SIGN, return_to_draft
from violations.protocols.conflicts import Conflicts
from violations.protocols.models import CommissionProtocol
from violations.protocols.rows import DecisionRow, rows_of
from violations.protocols.states import MOVES, ProtocolState


@dataclass(slots=True, frozen=True)
class Sent:
    """The protocol is sent; `again`: it had been before, this attempt changed nothing."""

    protocol: CommissionProtocol
    again: bool


@dataclass(slots=True, frozen=True)
class Collected:
    """Members of the commission have signed; others have still to."""

    protocol: CommissionProtocol
    turns: tuple[SignerTurn, ...]


@dataclass(slots=True, frozen=True)
class Returned:
    """The registers changed since the document was made: it is a draft again, `conflicts` say why."""

    protocol: CommissionProtocol
    conflicts: Conflicts


Outcome = Sent | Collected | Returned


class _Conflicting(Exception):
    """Unrolls what was done so far, the accepted signature with it."""

    def __init__(self, conflicts: Conflicts) -> None:
        super().__init__()
        self.conflicts = conflicts


def sign_and_send(protocol: CommissionProtocol, signature: bytes, *, acting: Any) -> Outcome:
    """Accept a detached signature of the protocol's document; with the last one the decision is applied.

    Raises signatures.refusals.SignatureRefused (nothing is stored then but a line in the journal), WrongState when the protocol
    waits for no signature.
    """
    try:
        return _sign_and_send(protocol, _hashed(protocol, signature), signature, acting)
    except SignatureRefused as refused:
        with transaction.atomic():
            record("protocol.signature_refused", protocol, actor=acting, code=str(refused.code))
        raise


@dataclass(slots=True, frozen=True)
class _Hashed:
    """The document of a request with the digests that its acceptance asks for."""

    request_id: int
    document: Document


def _hashed(protocol: CommissionProtocol, signature: bytes) -> _Hashed | None:
    """Hashed before anybody has to wait, where the signature asks for a digest that the request does not know (512 bits): the
    employer's lock stops every check of his reports. None where nothing waits for a signature."""
    waiting = CommissionProtocol.objects.filter(pk=protocol.pk, state=ProtocolState.SIGNING)
    row = waiting.select_related("request__document").first()
    if row is None or row.request is None:
        return None
    document = document_to_sign(row.request)
    hash_ahead(signature, document)
    return _Hashed(row.request.pk, document)


def _sign_and_send(protocol: CommissionProtocol, hashed: _Hashed | None, signature: bytes, acting: Any) -> Outcome:
    with transaction.atomic():
        lock_name("employer", protocol.employer.inn)
        fresh = lock(protocol)
        if fresh.state == ProtocolState.APPLIED:
            return Sent(fresh, again=True)
        if fresh.state != ProtocolState.SIGNING or fresh.request is None:
            raise WrongState(fresh, "apply")
        if hashed is None or hashed.request_id != fresh.request.pk:
            # made anew since the signature came in: it cannot be of these bytes
            raise SignatureRefused.by_report(SignerReport(verdict=Verdict.CONTENT_DIGEST_MISMATCH))
        try:
            with transaction.atomic():
                return _take(fresh, fresh.request, hashed.document, signature, acting)
        except _Conflicting as found:
            returned = return_to_draft(fresh, acting=acting, why="номера заняты после подготовки документа")
            return Returned(returned, found.conflicts)


def _take(
    protocol: CommissionProtocol, request: SigningRequest, document: Document, signature: bytes, acting: Any
) -> Outcome:
    signed = sign_request(request, signature, document, acting=acting, may_represent=acting.holds(SIGN))
    if not signed.is_complete:
        return Collected(protocol, signed.turns)
    conflicts = selectors.conflicts_of(protocol)
    if conflicts.blocking:
        raise _Conflicting(conflicts)
    accepted = signed.turns[-1].signature
    assert accepted is not None  # a CHECK of the table
    return Sent(_apply(protocol, accepted, acting), again=False)


def _apply(protocol: CommissionProtocol, signature: Signature, acting: Any) -> CommissionProtocol:
    rows = rows_of(protocol)
    reports = _renumber(protocol, rows, acting)
    neighbours = _neighbours(protocol, rows, reports)
    cleared = 0
    reason = f"Протокол решения комиссии СОУТ {protocol}"
    for report in [*reports, *neighbours]:
        cleared += recheck_report(report, actor=acting, protocol=protocol, reason=reason).cleared
    now = timezone.now()
    payload = {
        "number": protocol.number,
        "date": protocol.date,
        "sha256": protocol.document_sha256,
        "workplaces": len(rows),
        "reports": [report.number for report in reports],
        "cleared": cleared,
    }
    changes = {"signature": signature, "applied_at": now, "applied_by": acting.user}
    return move(
        protocol, "apply", moves=MOVES, actor=acting, event="protocol.applied", changes=changes, payload=payload
    )


def _renumber(protocol: CommissionProtocol, rows: Sequence[DecisionRow], acting: Any) -> list[SoutReport]:
    """The overlay, over all reports of the protocol in the order of their numbers."""
    decisions: dict[int, list[Decision]] = defaultdict(list)
    for row in rows:
        # a liquidated place keeps the number it had
        number = row.old_number if row.liquidated else row.new_number
        decisions[row.report_id].append(Decision(row.workplace_id, number, row.liquidated))
    reports = list(SoutReport.objects.filter(pk__in=decisions).order_by("number"))
    renumber(
        {report: decisions[report.pk] for report in reports},
        protocol_uid=protocol.uid,
        protocol_number=protocol.number,
        protocol_date=protocol.date,
        actor=acting,
    )
    return reports


def _neighbours(
    protocol: CommissionProtocol, rows: Sequence[DecisionRow], reports: Collection[SoutReport]
) -> list[SoutReport]:
    """Other reports of the employer with a flag about a number or a place that this protocol touched.

    Flagged places, of the protocol's own reports too, take the numbers that came free: until now they bore them against
    somebody else's right.
    """
    keys = {normalize_number(number) for row in rows for number in (row.old_number, row.new_number) if number}
    touched = flagged_about(protocol.employer.inn, numbers=keys, places={row.place for row in rows})
    for report, places in touched.items():
        take_numbers(report, Workplace.objects.filter(pk__in=places))
    return [report for report in touched if report not in reports]
