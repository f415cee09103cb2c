"""CLS: classes of working conditions, by factor and in the end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from sout_reports.document.model import Factor, Workplace, WorkplaceKind
from sout_reports.factors import FACTORS
from violations.rules.findings import Defect, at_workplace
from violations.rules.rulebook import Scope
from violations.rules.severity import ClearedBy, Severity
from violations.rules.sout.book import rule
from violations.rules.sout.tallies import FactorTally, ProtocolTally, Tally, WorkplaceTally

NOT_SET = "-"
CLASSES = ("1", "2", "3.1", "3.2", "3.3", "3.4", "4")
RANK = {name: rank for rank, name in enumerate(CLASSES)}
# 15 and 16 stand outside the form's factors: they count in the final class, but have no class of their own element.
LAST_FACTOR_OF_THE_FORM = 14
LOCAL_VIBRATION, MICROCLIMATE = 8, 11
# Of these classes two factors raise the final one by a degree; three factors of 3.1 give 3.2.
RAISING = ("3.2", "3.3", "3.4")


@rule(
    "SOUT-CLS-001",
    "Итоговый класс (подкласс) не соответствует классам по факторам",
    Severity.VIOLATION,
    "п. 93 Методики 33н (аналог в 817н)",
    ClearedBy.CORRECTION,
    scope=Scope.WORKPLACE,
    checks="Итоговый класс карты сверяется с классами по факторам: худший фактор, три фактора 3.1 дают 3.2, два "
    "фактора 3.2 и выше повышают класс на ступень.",
)
def final_class_follows(workplace: Workplace, tally: Tally) -> Iterator[Defect]:
    """The final class of a card is none of those that its factors allow (`final_candidates`).

    Only measured workplaces have factors. Not asked where a class is missing: SOUT-CLS-005 says so already.

    Source: Methodology 33н p. 93 (its counterpart in 817н).
    """
    if workplace.kind is not WorkplaceKind.ATTESTED or _unset_classes(workplace):
        return
    worst: dict[int, str] = {}
    for factor in workplace.factors:
        if factor.conditions != NOT_SET:
            worst[factor.number] = _worst((factor.conditions, worst.get(factor.number, factor.conditions)))
    allowed = final_candidates(worst)
    if workplace.conditions not in allowed:
        expected = " или ".join(sorted(allowed, key=RANK.__getitem__))
        yield at_workplace(
            workplace,
            f"Итоговый класс {workplace.conditions} не следует из классов по факторам: должен быть {expected}.",
            found=str(workplace.conditions),
            expected=expected,
            at="WorkingConditions",
        )


def final_candidates(by_factor: Mapping[int, str]) -> frozenset[str]:
    """The final classes that classes by factor (number → class, none «-») allow.

    The final class is the worst of the factors; three factors of 3.1 make it 3.2 at least; two factors of 3.2 and worse
    raise it by a degree. The last clause is read in two ways and both are accepted: two factors of the same sub-class
    (2 × 3.2 → 3.3), or any two of 3.2–3.4 (3.3 + 3.2 → 3.4). Where local vibration and microclimate are both harmful
    their combination may already be counted in the vibration, so microclimate may be left out of the count. No factors
    at all: class 2 (426-ФЗ art. 10 p. 4).
    """
    candidates = _both_readings(list(by_factor.values()))
    climate = by_factor.get(MICROCLIMATE, NOT_SET)
    if _is_harmful(by_factor.get(LOCAL_VIBRATION, NOT_SET)) and _is_harmful(climate):
        others = [name for number, name in by_factor.items() if number != MICROCLIMATE]
        candidates |= {_worst((name, climate)) for name in _both_readings(others)}
    return frozenset(candidates)


def _both_readings(classes: Sequence[str]) -> set[str]:
    if not classes:
        return {"2"}
    base = _worst(classes)
    if classes.count("3.1") >= 3:
        base = _worst((base, "3.2"))
    same = _worst((base, *(_raised(name) for name in RAISING if classes.count(name) >= 2)))
    literal = base
    # the literal reading raises the worst factor, which class 4 is above any raising
    if sum(classes.count(name) for name in RAISING) >= 2 and base != CLASSES[-1]:
        literal = _worst((base, _raised(_worst(classes))))
    return {same, literal}


def _worst(classes: Sequence[str]) -> str:
    return max(classes, key=RANK.__getitem__)


def _raised(name: str) -> str:
    return CLASSES[RANK[name] + 1]


def _is_harmful(name: str) -> bool:
    return RANK.get(name, -1) >= RANK["3.1"]


@rule(
    "SOUT-CLS-003",
    "Класс в карте не соответствует классу в протоколе",
    Severity.VIOLATION,
    "п. 16 Методики; строка 030",
    ClearedBy.CORRECTION,
    scope=Scope.TALLY,
    checks="Класс по фактору в карте сверяется с классом в протоколе измерений, на который карта ссылается по номеру.",
)
def card_follows_protocol(tally: Tally) -> Iterator[Defect]:
    """The class of a factor on the card is not the class of the protocol that the factor refers to by number.

    Only protocols present in the Extension are compared. Where several share a number, those of the same workplace and
    factor are looked at, else those of the same factor. One finding a factor.

    Source: Methodology p. 16; line 030 of the card.
    """
    for workplace in tally.workplaces:
        for factor in workplace.factors:
            differing = _differing(tally, workplace, factor)
            if differing is None:
                continue
            number, protocol = differing
            yield at_workplace(
                workplace,
                f"Класс по фактору «{FACTORS[factor.number].full}» в карте ({factor.conditions}) отличается "
                f"от класса в протоколе № {number} ({protocol.conditions}).",
                found=factor.conditions,
                expected=f"{protocol.conditions} (протокол № {number})",
                at=f"{factor.at}/WorkingConditions",
                part=str(factor.number),
            )


def _differing(tally: Tally, workplace: WorkplaceTally, factor: FactorTally) -> tuple[str, ProtocolTally] | None:
    """The first protocol of the factor that states another class, with its number."""
    for number in factor.protocols:
        for protocol in _own(tally.protocols_with(number), workplace, factor):
            if protocol.conditions != factor.conditions:
                return number, protocol
    return None


def _own(protocols: Sequence[ProtocolTally], workplace: WorkplaceTally, factor: FactorTally) -> Sequence[ProtocolTally]:
    if len(protocols) < 2:
        return protocols
    same_factor = [protocol for protocol in protocols if protocol.factor == factor.number]
    same_place = [protocol for protocol in same_factor if protocol.workplace_number == workplace.number]
    return same_place or same_factor or protocols


@rule(
    "SOUT-CLS-005",
    "Не установлен итоговый класс (подкласс)",
    Severity.VIOLATION,
    "ч. 8 ст. 12, ст. 14 426-ФЗ",
    ClearedBy.CORRECTION,
    scope=Scope.WORKPLACE,
    checks="На карте указан итоговый класс и класс каждого приведённого фактора: прочерк не допускается.",
)
def class_is_set(workplace: Workplace, tally: Tally) -> Iterator[Defect]:
    """On a card (WorkPlaceAttested) the final class, or the class of a factor that is present, is «-».

    Light environment whose every measuring place has VisualWorkCategory3359 is excepted: by that category no class is
    given.

    Source: 426-ФЗ art. 12 p. 8, art. 14.
    """
    for factor in _unset_classes(workplace):
        if factor is None:
            what, at, part = "итоговый класс (подкласс) условий труда", "WorkingConditions", ""
        else:
            what = f"класс (подкласс) по фактору «{FACTORS[factor.number].full}»"
            at, part = factor.path.removeprefix(workplace.path + "/"), str(factor.number)
            if factor.number <= LAST_FACTOR_OF_THE_FORM:
                at += "/WorkingConditions"
        yield at_workplace(
            workplace, f"В карте не установлен {what}.", found=NOT_SET, expected="1, 2, 3.1–3.4 или 4", at=at, part=part
        )


def _unset_classes(workplace: Workplace) -> list[Factor | None]:
    """Factors of a card without a class; None stands for the final class."""
    if workplace.kind is not WorkplaceKind.ATTESTED:
        return []
    unset: list[Factor | None] = [None] if workplace.conditions == NOT_SET else []
    for factor in workplace.factors:
        if factor.conditions == NOT_SET and not factor.by_visual_category_only:
            unset.append(factor)
    return unset
