"""Columns of a list page."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Column:
    """`sort`: the model field (not null, indexed together with the key) that this column sorts by, or a computed one of a list
    that never grows long; None: not sortable."""

    key: str
    label: str
    sort: str | None = None
    numeric: bool = False
