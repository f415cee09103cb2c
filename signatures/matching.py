"""Whose signature is whose turn: the owner of a certificate against the person whom the document names.

A member of a commission signs as himself, by any certificate of his (his own, or one of an organization that he heads).
What the document says of him is surname, name and patronymic, so these decide, unless his СНИЛС is known. Letter case, «ё»
and doubled spaces do not matter.
"""

from __future__ import annotations

from collections.abc import Iterable

from core.identifiers import normalize_snils
from signatures.models import SignerTurn
from signatures.reports import SignerReport
from signatures.states import TurnKind
from signatures.subjects import Subject


def name_key(name: str) -> str:
    """The name as it is compared."""
    return " ".join(name.upper().replace("Ё", "Е").split())


def turn_of(report: SignerReport, turns: Iterable[SignerTurn]) -> SignerTurn | None:
    """The first turn of a member that names the owner of the certificate; None where nobody of them is."""
    members = (turn for turn in turns if turn.kind == TurnKind.MEMBER)
    return next((turn for turn in members if _is_his(turn, report.subject)), None)


def _is_his(turn: SignerTurn, owner: Subject) -> bool:
    if turn.snils:
        return normalize_snils(owner.snils or "") == turn.snils
    return bool(owner.person) and name_key(owner.person) == name_key(turn.person)


def current_stage(turns: Iterable[SignerTurn]) -> list[SignerTurn]:
    """The turns that may be signed now: those that wait, of the earliest stage that waits for anybody."""
    waiting = [turn for turn in turns if turn.is_waiting]
    first = min((turn.stage for turn in waiting), default=0)
    return [turn for turn in waiting if turn.stage == first]
