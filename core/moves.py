"""Moves: the life of a document is one readable table `{verb: (from, to)}` in the app's states.py.

A move locks the row, checks the source state, saves and journals, in one transaction, so that two people pressing the
same button make one effect: the second finds the row already gone from its source state.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, TypeVar

from django.db import models, transaction

from core.journal import record

Moves = Mapping[str, tuple[Collection[str], str]]
Row = TypeVar("Row", bound=models.Model)


class WrongState(Exception):
    """The row is not in a state from which this verb starts. `state` is where it stands now."""

    def __init__(self, row: models.Model, verb: str, *, column: str = "state") -> None:
        self.row = row
        self.verb = verb
        self.state = getattr(row, column, "")
        super().__init__(f"{row._meta.label} is «{self.state}»: «{verb}» does not start there")


def lock(row: Row) -> Row:
    """The same row, re-read and locked until the end of the transaction."""
    manager = type(row)._default_manager
    return manager.select_for_update(of=("self",), no_key=True).get(pk=row.pk)


def move(
    row: Row,
    verb: str,
    *,
    moves: Moves,
    actor: Any,
    event: str,
    changes: Mapping[str, Any] | None = None,
    payload: Mapping[str, Any] | None = None,
    organization: Any = None,
    column: str = "state",
) -> Row:
    """Carry `row` through `verb`; `changes` are fields saved together with the state. Returns the locked, saved row.
    `column` is where the life told by `moves` is kept: a row may live two, each with a table of its own.

    Raises WrongState where the row stands elsewhere (nothing is changed then), KeyError for an unknown verb.
    """
    sources, target = moves[verb]
    with transaction.atomic():
        fresh = lock(row)
        source = getattr(fresh, column)
        if source not in sources:
            raise WrongState(fresh, verb, column=column)
        setattr(fresh, column, target)
        for name, value in (changes or {}).items():
            setattr(fresh, name, value)
        fresh.save(update_fields=[column, *(changes or {})])
        details = {"from": str(source), "to": str(target), **(payload or {})}
        record(event, fresh, actor=actor, organization=organization, **details)
    return fresh
