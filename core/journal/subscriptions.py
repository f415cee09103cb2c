"""Reactions: what another app does when an event happens. Registered by reactions.py of that app."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from core.journal.models import Event

Reaction = Callable[["Event"], None]
_by_verb: dict[str, list[str]] = {}
_by_name: dict[str, Reaction] = {}


def reaction(verb: str) -> Callable[[Reaction], Reaction]:
    """Subscribe a function to a verb. It runs in a worker, at least once for each event: it must bear a repetition."""

    def subscribe(function: Reaction) -> Reaction:
        name = f"{function.__module__}.{function.__qualname__}"
        _by_name[name] = function
        names = _by_verb.setdefault(verb, [])
        if name not in names:
            names.append(name)
        return function

    return subscribe


def reactions_to(verb: str) -> list[str]:
    return list(_by_verb.get(verb, ()))


def find(name: str) -> Reaction | None:
    return _by_name.get(name)
