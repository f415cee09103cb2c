"""The one big sentence on top of a diagnosis, and what to do first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from signatures.doctor.advice import GET_POWER, HEAD_SIGNS
from signatures.doctor.findings import Diagnosis
from signatures.doctor.kinds import Answer, Suitability

NOT_HERE = "Этой подписью здесь подписать не получится"


@dataclass(frozen=True, slots=True)
class Summary:
    """``kind`` is that of a notice (docs/components.md); ``reasons`` and ``steps`` are Russian sentences."""

    kind: str
    headline: str
    reasons: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()


def summary_of(diagnosis: Diagnosis, suitable: Sequence[Suitability]) -> Summary:
    trial = "Пробная подпись верна. " if diagnosis.is_trial else ""
    warned = tuple(finding.text for finding in diagnosis.warnings)
    steps = tuple(dict.fromkeys(step for finding in diagnosis.warnings for step in finding.advice))
    if diagnosis.suits:
        good = [each.kind.many for each in suitable if each.answer is Answer.YES and not each.kind.head_only]
        if good:
            kind = "careful" if warned else "done"
            return Summary(kind, f"{trial}Этой подписью можно подписывать {_listed(good)}", warned, steps)
        reasons = tuple(dict.fromkeys(each.why for each in suitable if each.answer is Answer.NO_RIGHT))
        ask = "Попросите это право у администратора организации."
        headline = f"{trial}Подпись исправна, но у вас нет права подписывать документы этой организации"
        return Summary("careful", headline, (*reasons, *warned), (ask, *steps))
    if _only_power(diagnosis):
        headline = "Подпись исправна, но подписывать ею можно только по доверенности (МЧД)"
        return Summary("careful", headline, (diagnosis.power.text, *warned), (GET_POWER, HEAD_SIGNS, *steps))
    reasons = tuple(finding.text for finding in diagnosis.obstacles)
    return Summary("stop", NOT_HERE, reasons, _first_steps(diagnosis))


def _listed(words: Sequence[str]) -> str:
    """«а, б и в»."""
    *before, last = words
    return f"{', '.join(before)} и {last}" if before else last


def _only_power(diagnosis: Diagnosis) -> bool:
    return diagnosis.needs_power and len(diagnosis.obstacles) == 1


def _first_steps(diagnosis: Diagnosis) -> tuple[str, ...]:
    """The steps of every obstacle, each once."""
    return tuple(dict.fromkeys(step for finding in diagnosis.obstacles for step in finding.advice))
