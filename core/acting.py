"""What core needs to know of the person and organization a request is made for. `accounts.acting.Acting` fulfils it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol


class Granter(Protocol):
    """A person who can give a right, as the no-right page names him."""

    full_name: str


class ActingLike(Protocol):
    """`user`, `organization` and `branch` are model instances of accounts; rights are string codes."""

    user: Any
    organization: Any
    branch: Any
    rights: frozenset[str]

    def is_still_in_force(self) -> bool: ...

    def holds(self, right: str) -> bool: ...

    def can_be_given(self, right: str) -> bool: ...

    def granters(self, right: str) -> Sequence[Granter]: ...

    def label(self, right: str) -> str: ...
