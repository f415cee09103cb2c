"""Whose signature is whose turn: the owner of a certificate against the person whom the document names.

A member of a commission signs as himself, by any certificate of his (his own, or one of an organization that he heads): what
the document says of him is surname, name and patronymic, so these decide. Letter case, «ё» and doubled spaces do not.
"""

from __future__ import annotations

from collections.abc import Iterable

from signatures.models import SignerTurn
from signatures.reports import SignerReport
from signatures.states import TurnKind


def name_key(name: str) -> str:
    """The name as it is compared."""
    return " ".join(name.upper().replace("Ё", "Е").split())


def turn_of(report: SignerReport, turns: Iterable[SignerTurn]) -> SignerTurn | None:
    """The first turn of a member that names the owner of the certificate; None where nobody of them is."""
    owner = name_key(report.subject.person)
    members = (turn for turn in turns if turn.kind == TurnKind.MEMBER)
    return next((turn for turn in members if owner and name_key(turn.person) == owner), None)


def current_stage(turns: Iterable[SignerTurn]) -> list[SignerTurn]:
    """The turns that may be signed now: those that wait, of the earliest stage that waits for anybody."""
    waiting = [turn for turn in turns if turn.is_waiting]
    first = min((turn.stage for turn in waiting), default=0)
    return [turn for turn in waiting if turn.stage == first]
