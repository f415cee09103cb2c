"""Two tabs do not overwrite each other silently: a form carries the version that it showed, and a save checks it."""

from __future__ import annotations

from typing import Any, TypeVar

from django.db import models

from core.keys import key_of
from core.moves import lock

Row = TypeVar("Row", bound=models.Model)


class Stale(Exception):
    """Somebody saved the row after the page was shown. `saved` is what is saved now."""

    def __init__(self, saved: Any) -> None:
        super().__init__(f"{saved._meta.label} {saved.pk}")
        self.saved = saved


def take(row: Row, version: int) -> Row:
    """The row locked until the end of the transaction. Raises Stale unless its `version` is the one that was shown."""
    fresh = lock(row)
    if fresh.version != version:  # type: ignore[attr-defined]  # asked of rows that have a version
        raise Stale(fresh)
    return fresh


def put(row: models.Model, changes: dict[str, Any]) -> list[str]:
    """Save what differs, with the next version; the names of the changed fields. Nothing differs: nothing is written."""
    changed = [name for name, value in changes.items() if getattr(row, name) != value]
    if changed:
        for name in changed:
            setattr(row, name, changes[name])
        row.version += 1  # type: ignore[attr-defined]  # as above
        row.save(update_fields=[*changed, "version"])
    return changed


def posted_version(text: str) -> int:
    """The version that a form carried; -1, which no row has, for anything else."""
    version = key_of(text)
    return -1 if version is None else version
