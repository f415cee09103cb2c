"""Whose signature is whose turn: the owner of a certificate against the person whom the document names.

A member of a commission signs as himself, by any certificate of his (his own, or one of an organization that he heads).
What the document says of him is surname, name and patronymic, so these decide, unless his СНИЛС is known. Letter case, «ё»
and doubled spaces do not matter.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from core.identifiers import normalize_snils
from signatures.models import SignerTurn
from signatures.reports import SignerReport
from signatures.states import TurnKind
from signatures.subjects import Subject


def name_key(name: str) -> str:
    """The name as it is compared."""
    return " ".join(name.upper().replace("Ё", "Е").split())


def turn_of(report: SignerReport, turns: Iterable[SignerTurn]) -> SignerTurn | None:
    """The turn of a member that names the owner of the certificate, by СНИЛС before by name; None where nobody of them is."""
    return next(iter(sorted(turns_like(report, turns), key=lambda turn: not turn.snils)), None)


def turns_like(report: SignerReport, turns: Iterable[SignerTurn]) -> list[SignerTurn]:
    """Every turn of a member that may be that of the certificate's owner: namesakes have several."""
    return [turn for turn in turns if turn.kind == TurnKind.MEMBER and _is_his(turn, report.subject)]


def _is_his(turn: SignerTurn, owner: Subject) -> bool:
    if turn.snils:
        return normalize_snils(owner.snils or "") == turn.snils
    return has_name(turn, owner.person)


def has_name(turn: SignerTurn, person: str) -> bool:
    """Whether the turn is of somebody of this name."""
    return bool(person) and name_key(person) == name_key(turn.person)


def is_named(turn: SignerTurn, user: Any) -> bool:
    """Whether the turn is this person's, as far as the document tells."""
    if turn.kind != TurnKind.MEMBER:
        return False
    return turn.snils == user.snils if turn.snils else has_name(turn, user.full_name)


def current_stage(turns: Iterable[SignerTurn]) -> list[SignerTurn]:
    """The turns that may be signed now: those that wait, of the earliest stage that waits for anybody."""
    waiting = [turn for turn in turns if turn.is_waiting]
    first = min((turn.stage for turn in waiting), default=0)
    return [turn for turn in waiting if turn.stage == first]
