"""How grave a finding is, and who clears it, in the words of the catalogue and of the cabinet."""

from __future__ import annotations

from enum import StrEnum


class Severity(StrEnum):
    """The catalogue's four weights. `BLOCK` and `VIOLATION` make a report «Не соответствует требованиям»."""

    BLOCK = "БЛОК"
    VIOLATION = "НАРУШ"
    WARNING = "ПРЕД"
    RISK = "РИСК"

    @property
    def label(self) -> str:
        return _SEVERITY_LABELS[self]

    @property
    def is_violation(self) -> bool:
        """Does one finding of this weight keep a report from conforming?"""
        return self in (Severity.BLOCK, Severity.VIOLATION)


class ClearedBy(StrEnum):
    """The ways a flag is cleared. A rule names one or several; any of them is enough."""

    COMMISSION = "К"
    CORRECTION = "И"
    EXPLANATION = "П"
    AUTOMATIC = "А"

    @property
    def who(self) -> str:
        return _WHO[self]

    @property
    def how(self) -> str:
        return _HOW[self]


_SEVERITY_LABELS = {
    Severity.BLOCK: "Отказ в приёме",
    Severity.VIOLATION: "Нарушение",
    Severity.WARNING: "Предупреждение",
    Severity.RISK: "Индикатор риска",
}
_WHO = {
    ClearedBy.COMMISSION: "Работодатель",
    ClearedBy.CORRECTION: "Организация, проводившая СОУТ",
    ClearedBy.EXPLANATION: "Работодатель и инспектор",
    ClearedBy.AUTOMATIC: "Система",
}
_HOW = {
    ClearedBy.COMMISSION: "Работодатель подписывает и отправляет протокол решения комиссии по проведению СОУТ.",
    ClearedBy.CORRECTION: "Организация, проводившая СОУТ, направляет исправленный отчёт.",
    ClearedBy.EXPLANATION: "Работодатель даёт пояснение, решение принимает инспектор.",
    ClearedBy.AUTOMATIC: "Система снимает признак сама, когда его основание отпадает.",
}


def how_cleared(ways: tuple[ClearedBy, ...]) -> str:
    """Who clears a flag and how, for a page: the sentences of all ways joined by «либо»."""
    first, *others = (way.how.rstrip(".") for way in ways)
    return "; либо ".join([first, *(text[0].lower() + text[1:] for text in others)]) + "."


def who_clears(ways: tuple[ClearedBy, ...]) -> str:
    """Who can clear a flag, in one line. Not joined by commas: «Организация, проводившая СОУТ» has one of its own."""
    first, *others = (way.who for way in ways)
    return " либо ".join([first, *(who[0].lower() + who[1:] for who in others)])
