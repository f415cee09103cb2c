"""A measured figure, and whether it keeps its promise."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """`limit` None: told for information. `value` must not exceed it."""

    name: str
    value: float
    unit: str
    limit: float | None = None
    note: str = ""

    @property
    def kept(self) -> bool:
        return self.limit is None or self.value <= self.limit

    def __str__(self) -> str:
        promise = (
            "" if self.limit is None else f" (promise: at most {self.limit:g}{', NOT KEPT' if not self.kept else ''})"
        )
        note = f" — {self.note}" if self.note else ""
        return f"{self.name}: {self.value:.3g} {self.unit}{promise}{note}"
