"""Filters of a list page: declared once, read from the address, shown by the `filters` component."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db import models
from django.http import HttpRequest

from core.keys import key_of

EVERYTHING = "Все"

Narrow = Callable[[models.QuerySet[Any], str], models.QuerySet[Any]]


@dataclass(frozen=True, slots=True)
class Filter:
    """kind: search | choice | number | date | tick. `choices`: (value, label); only these values are taken."""

    name: str
    label: str
    kind: str
    narrow: Narrow
    choices: tuple[tuple[str, str], ...] = ()


def choice(name: str, label: str, choices: Sequence[tuple[str, str]], narrow: Narrow | str) -> Filter:
    """A closed choice; `narrow` may be a field name for plain equality."""
    return Filter(name, label, "choice", _by(narrow), tuple((str(value), text) for value, text in choices))


def search(name: str, label: str, narrow: Narrow) -> Filter:
    return Filter(name, label, "search", narrow)


def number(name: str, label: str, narrow: Narrow | str) -> Filter:
    """A whole number up to 9 digits; anything else is ignored."""
    return Filter(name, label, "number", _by(narrow))


def date(name: str, label: str, narrow: Narrow | str) -> Filter:
    """A day as «2026-11-21»; anything else is ignored."""
    return Filter(name, label, "date", _by(narrow))


def tick(name: str, label: str, narrow: Narrow) -> Filter:
    return Filter(name, label, "tick", narrow)


def typed_text(request: HttpRequest, name: str, longest: int = 200) -> str:
    """What an address carries for a text field: "" or something that is not blank, without bytes that no column takes."""
    return request.GET.get(name, "").replace("\x00", "").strip()[:longest].rstrip()


def _is_day(text: str) -> bool:
    try:
        return len(text) == 10 and dt.date.fromisoformat(text) is not None
    except ValueError:
        return False


def _by(narrow: Narrow | str) -> Narrow:
    if callable(narrow):
        return narrow
    return lambda rows, value: rows.filter(**{narrow: value})


class Filters:
    """Reads the address, narrows the queryset, and describes itself to the component."""

    KEPT = ("sort", "size")

    def __init__(self, request: HttpRequest, declared: Sequence[Filter]) -> None:
        self.request = request
        self.declared = declared
        self.values = {each.name: self._value(each) for each in declared}

    def _value(self, each: Filter) -> str:
        text = typed_text(self.request, each.name)
        if each.kind == "choice" and text not in {value for value, _ in each.choices}:
            return ""
        if each.kind == "number" and key_of(text) is None:
            return ""
        if each.kind == "date" and not _is_day(text):
            return ""
        return text

    def apply(self, rows: models.QuerySet[Any]) -> models.QuerySet[Any]:
        for each in self.declared:
            if value := self.values[each.name]:
                rows = each.narrow(rows, value)
        return rows

    @property
    def fields(self) -> list[dict[str, Any]]:
        return [
            {
                "name": each.name,
                "label": each.label,
                "kind": each.kind,
                "value": self.values[each.name],
                "choices": [
                    {"value": value, "label": text, "selected": value == self.values[each.name]}
                    for value, text in (("", EVERYTHING), *each.choices)
                ],
            }
            for each in self.declared
        ]

    @property
    def hidden(self) -> list[tuple[str, str]]:
        return [(name, self.request.GET[name]) for name in self.KEPT if self.request.GET.get(name)]

    @property
    def active(self) -> list[dict[str, str]]:
        return [
            {"label": each.label, "value": self._shown(each), "url": self._without(each.name)}
            for each in self.declared
            if self.values[each.name]
        ]

    def _shown(self, each: Filter) -> str:
        if each.kind == "date":
            return f"{dt.date.fromisoformat(self.values[each.name]):%d.%m.%Y}"
        return dict(each.choices).get(self.values[each.name], self.values[each.name]) if each.kind != "tick" else "да"

    def _without(self, name: str) -> str:
        left = [(n, v) for n, v in self.request.GET.items() if n not in {name, "at"}]
        return f"{self.request.path}?{urlencode(left)}" if left else self.request.path

    @property
    def clear_url(self) -> str:
        return f"{self.request.path}?{urlencode(self.hidden)}" if self.hidden else self.request.path
