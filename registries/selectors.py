"""Questions about registers that change nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Model

from registries.models import Expert, LoadedRegister, SoutId, SoutOrganization, WorkplaceInForce
from registries.reading import REGISTERS
from registries.states import ORGANIZATION_STATUSES

COUNTED_UP_TO = 100_000  # workplaces in force may be millions, and nobody reads the last digits
TABLES: dict[str, type[Model]] = {
    "organizations": SoutOrganization,
    "experts": Expert,
    "sout_ids": SoutId,
    "known_workplaces": WorkplaceInForce,
}
STATUS_WORDS = ORGANIZATION_STATUSES


@dataclass(frozen=True, slots=True)
class RegisterFacts:
    """`count` is cut at COUNTED_UP_TO, then `is_more`; `loaded_at`: of the last file that held this register."""

    name: str
    title: str
    count: int
    is_more: bool
    loaded_at: datetime | None
    entries: int


def register_facts() -> list[RegisterFacts]:
    """What is loaded, register by register; five queries."""
    loaded = {each.register: each for each in LoadedRegister.objects.all()}
    facts = []
    for name, title in REGISTERS.items():
        count = TABLES[name]._default_manager.values("pk")[: COUNTED_UP_TO + 1].count()
        last = loaded.get(name)
        facts.append(
            RegisterFacts(
                name=name,
                title=title,
                count=min(count, COUNTED_UP_TO),
                is_more=count > COUNTED_UP_TO,
                loaded_at=last.loaded_at if last is not None else None,
                entries=last.entries if last is not None else 0,
            )
        )
    return facts


def status_on(periods: list[tuple[str, date, date | None]], day: date) -> tuple[str, date | None]:
    """(status, since when) on a day; ("", None) where no period holds it. The later of two that overlap counts."""
    holding = [each for each in periods if each[1] <= day and (each[2] is None or day <= each[2])]
    if not holding:
        return "", None
    status, since, _ = max(holding, key=lambda each: each[1])
    return status, since
