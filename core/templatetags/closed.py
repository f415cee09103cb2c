"""Closed options: a component says which values it knows and refuses the rest."""

from collections.abc import Collection
from typing import Any


class ComponentError(ValueError):
    """A page asked a component for something it does not have. A mistake in a template, never of a user."""


def one_of(component: str, option: str, value: object, known: Collection[object]) -> None:
    """Raise ComponentError unless `value` is among the `known` values of this option."""
    if value not in known:
        allowed = ", ".join(repr(choice) for choice in known)
        raise ComponentError(f"{component}: no such {option} {value!r}, there are {allowed}")


def required(component: str, option: str, value: object) -> None:
    """Raise ComponentError when a text that people must read, such as a label, is empty."""
    if value is None or str(value).strip() == "":
        raise ComponentError(f"{component}: {option} must not be empty")


def part_of(source: Any, name: str, default: Any = None) -> Any:
    """A named part of a dictionary or an object: pages give either, as with the dot in a template."""
    return source.get(name, default) if isinstance(source, dict) else getattr(source, name, default)
