"""Handlers by kind. An app above registers its handler; core only knows the name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from core.jobs.models import Job
    from core.jobs.run import Run

Handler = Callable[["Run"], None]
OnFailure = Callable[["Job"], None]
Sweep = Callable[[], int]


@dataclass(frozen=True, slots=True)
class Kind:
    """queue: where the message goes. on_failure: told in the closing transaction when the last attempt failed.
    sweep: removes staged rows that no live attempt owns, returns how many."""

    name: str
    queue: str
    handler: Handler
    on_failure: OnFailure | None
    sweep: Sweep | None


_kinds: dict[str, Kind] = {}


class UnknownKind(LookupError):
    """No app registered this kind of job."""


def job(
    name: str, *, queue: str = "default", on_failure: OnFailure | None = None, sweep: Sweep | None = None
) -> Callable[[Handler], Handler]:
    """Register the handler of a kind of job. The handler gets a Run and ends by `run.finish(...)`."""

    def register(handler: Handler) -> Handler:
        _kinds[name] = Kind(name, queue, handler, on_failure, sweep)
        return handler

    return register


def kind(name: str) -> Kind:
    try:
        return _kinds[name]
    except KeyError:
        raise UnknownKind(name) from None


def every_kind() -> list[Kind]:
    return list(_kinds.values())
