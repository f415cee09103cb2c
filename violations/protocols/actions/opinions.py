"""A member of the commission disagrees with the protocol: his opinion is written down, and signed by him."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from core.journal import record
from signatures import actions
from signatures.models import SignerTurn, SigningRequest
from signatures.refusals import SignatureRefused
from signatures.selectors import document_to_sign
from violations.protocols.models import CommissionProtocol

OPINION = "commission_opinion"


def write_opinion(turn: SignerTurn, text: str, *, acting: Any) -> SigningRequest:
    """A document of its own that waits for this member's signature. Raises signatures.opinions.OpinionRefused."""
    return actions.write_opinion(turn, text, purpose=OPINION, acting=acting)


def sign_opinion(
    protocol: CommissionProtocol, opinion: SigningRequest, signature: bytes, *, acting: Any
) -> actions.Signed:
    """Accept the member's signature of his opinion, whoever brings it; the protocol still waits for his other one.

    Raises SignatureRefused; nothing is stored then but a line in the journal of the protocol.
    """
    try:
        return actions.sign_request(opinion, signature, document_to_sign(opinion), acting=acting, may_represent=False)
    except SignatureRefused as refused:
        with transaction.atomic():
            record("protocol.signature_refused", protocol, actor=acting, code=str(refused.code))
        raise
