"""What apps above know of a person that concerns his right to sign: they register it, «Администрирование» shows it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from accounts.models import User


@dataclass(frozen=True, slots=True)
class PersonFact:
    """A few words and the tone of their badge."""

    text: str
    tone: str


Facts = Callable[[Any, Iterable[User]], Mapping[int, list[PersonFact]]]
_sources: list[Facts] = []


def register_person_facts(source: Facts) -> None:
    """Called from AppConfig.ready. ``source(acting, users)`` answers {user id: facts} in a constant number of queries."""
    if source not in _sources:
        _sources.append(source)


def facts_of(acting: Any, users: Iterable[User]) -> dict[int, list[PersonFact]]:
    people = list(users)
    found: dict[int, list[PersonFact]] = {}
    if not people:
        return found
    for source in _sources:
        for pk, facts in source(acting, people).items():
            found.setdefault(pk, []).extend(facts)
    return found
