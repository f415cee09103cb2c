"""Which workplaces a report holds: made one unit at a time, each from its own seed, so nothing is kept."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from core.identifiers import format_snils, snils_check_digits
from simulators.sout_reports import limits
from simulators.sout_reports.assessment import ORDER_IN_CARD, Assessment, Occasion
from simulators.sout_reports.catalogue import TEMPLATES, Template
from simulators.sout_reports.parties import ReportSpec

GROUP_SHARE = 0.22
GROUP_SIZES = (2, 3, 4, 6, 11)
DISABLED_SHARE = 0.03
PROTECTED_SHARE = 0.25
NOISE = 4
# СНИЛС from 900-000-000 on are not given out; the step is prime to the modulus, so that numbers do not repeat.
FIRST_SNILS, SNILS_MODULUS, SNILS_STEP = 900_000_000, 99_999_989, 61_803_399
TEAM_LIMIT = 8


def chance(seed: int | str) -> Random:
    """Chance that a seed repeats."""
    return Random(seed)  # noqa: S311 - it invents people and values, it keeps no secret


@dataclass(slots=True)
class Unit:
    """One workplace, or a group of analogous ones with consecutive numbers."""

    index: int
    template: Template
    first_number: int
    size: int

    @property
    def is_group(self) -> bool:
        return self.size > 1

    @property
    def is_declared(self) -> bool:
        return self.template.recipe is None

    @property
    def numbers(self) -> list[str]:
        letter = "А" if self.is_group else ""
        return [f"{self.first_number + offset}{letter}" for offset in range(self.size)]

    @property
    def measured(self) -> int:
        """How many of its places are measured: of a group 20 per cent, not less than two."""
        return max(2, -(-self.size // 5)) if self.is_group else 1


@dataclass(slots=True)
class Worker:
    snils: str
    is_woman: bool
    is_disabled: bool


@dataclass(slots=True)
class Place:
    """A workplace in full. Declared places have no assessments; analogous ones not `is_measured` share their group's."""

    unit: Unit
    number: str
    card_number: str
    is_measured: bool
    workers: list[Worker]
    assessments: list[Assessment]
    final: str
    final_ppe: str | None
    occasions: dict[int, Occasion] = field(default_factory=dict)
    guid: int = 0
    has_previous: bool = False

    @property
    def template(self) -> Template:
        return self.unit.template

    @property
    def effective(self) -> str:
        """The final class that guarantees follow."""
        return self.final_ppe or self.final

    @property
    def counts(self) -> dict[str, int]:
        """People by the rows of the summary sheet."""
        return {
            "WorkPlaces": 1,
            "Workers": len(self.workers),
            "Women": sum(worker.is_woman for worker in self.workers),
            "Teenagers": 0,
            "Disabled": sum(worker.is_disabled for worker in self.workers),
        }

    @property
    def in_declaration(self) -> bool:
        """Measured, nothing harmful, no ground of 426-ФЗ art. 10 p. 6 against it."""
        harmful = any(limits.is_harmful(assessment.conditions) for assessment in self.assessments)
        return not (harmful or self.template.pension or self.template.shorter_time)


class Plan:
    """The units and places of a spec."""

    def __init__(self, spec: ReportSpec) -> None:
        self.spec = spec
        self._days = spec.timeline.measuring_days()
        self._shift = chance(f"{spec.seed} {spec.employer.inn}").randrange(SNILS_MODULUS)

    def units(self) -> Iterator[Unit]:
        """In the order of numbers."""
        templates = TEMPLATES[self.spec.kind]
        rng = chance(0)
        left, index = self.spec.workplaces, 0
        while left:
            rng.seed(self._seed_of(index))
            template = rng.choice(templates)
            size = 1
            if template.recipe and self.spec.similar and left >= 4 and rng.random() < GROUP_SHARE:
                size = rng.choice([size for size in GROUP_SIZES if size <= left])
            yield Unit(index, template, self.spec.first_number + self.spec.workplaces - left, size)
            left -= size
            index += 1

    def places(self, unit: Unit) -> list[Place]:
        rng = chance(self._seed_of(unit.index) + 1)
        assessments = unit.template.recipe(rng, unit.template.shift) if unit.template.recipe else []
        assessments.sort(key=lambda assessment: ORDER_IN_CARD.index(assessment.number))
        final = limits.final_class({assessment.number: assessment.conditions for assessment in assessments})
        final_ppe = self._protect(rng, assessments, final)
        numbers = unit.numbers
        places = []
        for offset, number in enumerate(numbers):
            place = Place(
                unit=unit,
                number=number,
                card_number=numbers[0],
                is_measured=not unit.is_declared and offset < unit.measured,
                workers=self._workers(rng, unit.template, unit.first_number + offset),
                assessments=assessments,
                final=final,
                final_ppe=final_ppe,
                guid=rng.getrandbits(128),
                has_previous=self.spec.previous and rng.random() < 0.5,
            )
            if place.is_measured:
                self._measure(rng, place)
            places.append(place)
        return places

    def _seed_of(self, index: int) -> int:
        return (self.spec.seed * 1_000_003 + index) * 2

    def _workers(self, rng: Random, template: Template, number: int) -> list[Worker]:
        return [
            Worker(
                snils=self._snils(number * TEAM_LIMIT + ordinal),
                is_woman=rng.random() < 0.5 if template.women is None else template.women,
                is_disabled=rng.random() < DISABLED_SHARE,
            )
            for ordinal in range(rng.randint(*template.team))
        ]

    def _snils(self, ordinal: int) -> str:
        digits = f"{FIRST_SNILS + (self._shift + ordinal * SNILS_STEP) % SNILS_MODULUS:09d}"
        return format_snils(digits + snils_check_digits(digits))

    def _measure(self, rng: Random, place: Place) -> None:
        day: date = rng.choice(self._days)
        for assessment in place.assessments:
            place.occasions[assessment.number] = Occasion(
                day=day,
                protocol=f"{place.number}-{assessment.number}/{self.spec.sout_id}",
                protocol_date=day + timedelta(days=7),
                measured_by=rng.choice(("E1", "E2", "W1")),
                expert=rng.choice(("E1", "E2")),
            )

    def _protect(self, rng: Random, assessments: list[Assessment], final: str) -> str | None:
        """On some noisy places means of protection lower noise by a degree; the final class with them, if so."""
        noisy = [item for item in assessments if item.number == NOISE and item.conditions == "3.1"]
        if self.spec.kind != "plant" or not noisy or rng.random() >= PROTECTED_SHARE:
            return None
        noisy[0].conditions_ppe = "2"
        lowered = {item.number: item.conditions_ppe or item.conditions for item in assessments}
        return min(limits.final_class(lowered), final, key=limits.CLASSES.index)
