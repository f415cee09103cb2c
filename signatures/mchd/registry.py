"""The registry of МЧД, as the cabinet asks it: one adapter, chosen by the setting MCHD_REGISTRY (a dotted path).

The registry of ФНС (m4d.nalog.gov.ru) has a page for people and no open official interface, so the product ships with an
adapter that says honestly that nobody was asked.  Whoever has an agreement with an operator writes his own.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol


class RegistryStatus(StrEnum):
    """What the registry says of a МЧД; only REVOKED ends its use."""

    UNKNOWN = "unknown"
    GOOD = "good"
    REVOKED = "revoked"
    ABSENT = "absent"

    @property
    def label(self) -> str:
        return _LABELS[self]


_LABELS = {
    RegistryStatus.UNKNOWN: "Не проверялось",
    RegistryStatus.GOOD: "Действует",
    RegistryStatus.REVOKED: "Отменена",
    RegistryStatus.ABSENT: "Нет в реестре",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """``at`` is when the source said so (aware); ``source`` names it for people."""

    status: RegistryStatus
    at: datetime
    source: str


class RegistryUnavailable(Exception):
    """The registry did not answer: the last answer stays, and it is asked again later."""


class Registry(Protocol):
    """What an adapter is: made without arguments."""

    def status(self, number: str, principal_inn: str, representative_inn: str) -> Answer | None:
        """The status of the МЧД with this GUID (lower case), None where nobody can be asked. Raises RegistryUnavailable."""


class NotAsked:
    """The default: nobody is asked."""

    def status(self, number: str, principal_inn: str, representative_inn: str) -> Answer | None:
        return None
