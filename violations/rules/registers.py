"""What the rules may ask the outside world: state registers and the workplaces already in force.

One provider answers from a file (`context_file`), one from the database; the predicates exist once, in the rules.
Whoever asks keeps a batch at `BATCH` keys or fewer.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Protocol, TypeVar

BATCH = 5000
ACTIVE = "active"

PlaceKey = tuple[str, str]
"""Normalized position and normalized sub-unit: what makes two workplaces «the same place»."""

Key = TypeVar("Key")


@dataclass(slots=True, frozen=True)
class StatusPeriod:
    """A status of an organization from `since` to `till`, both inclusive; `till` None: until now."""

    status: str
    since: date
    till: date | None

    def covers(self, day: date) -> bool:
        return self.since <= day and (self.till is None or day <= self.till)


@dataclass(slots=True, frozen=True)
class OrganizationEntry:
    """A record of the register of organizations that make the assessment (426-ФЗ art. 21 p. 4)."""

    registration_number: str
    name: str
    inn: str
    ogrn: str
    statuses: tuple[StatusPeriod, ...]

    def status_on(self, day: date) -> str | None:
        """The status on a day; None before the record and in a gap of its history."""
        return next((period.status for period in self.statuses if period.covers(day)), None)


@dataclass(slots=True, frozen=True)
class ExpertEntry:
    """A record of the register of experts (426-ФЗ art. 21 p. 5)."""

    registration_number: str
    name: str
    certificate_number: str
    certificate_issued: date | None
    certificate_expires: date | None
    annulled: date | None

    def holds_on(self, day: date) -> bool:
        """Was the certificate valid on a day? It is through its last day, and no longer on the day of annulment."""
        started = self.certificate_issued is None or self.certificate_issued <= day
        lasts = self.certificate_expires is None or day <= self.certificate_expires
        return started and lasts and (self.annulled is None or day < self.annulled)


@dataclass(slots=True, frozen=True)
class SoutIdEntry:
    """An identification number of an assessment (ИН СОУТ), given before the work begins."""

    number: str
    organization_registration_number: str
    employer_inn: str
    issued: date | None
    status: str


@dataclass(slots=True, frozen=True)
class KnownWorkplace:
    """A workplace in force of the employer, from an accepted report that no newer one has replaced.

    `report` is the label to show, `report_uid` the identity of the report in the system (None when known from a file).
    `snils` are eleven digits each.
    """

    number: str
    position: str
    subunit: str
    report: str
    report_uid: str | None
    approved: date | None
    snils: tuple[str, ...] = ()


@dataclass(slots=True, frozen=True)
class AcceptedReport:
    """The report already accepted under an ИН СОУТ. `sha256` of the unpacked document, lower-case hex."""

    number: str
    sha256: str
    report_uid: str | None = None


class Registers(Protocol):
    """The questions. Answers leave out what is not known; keys come back as they were asked."""

    def organization(self, registration_number: str) -> OrganizationEntry | None:
        """The record of an organization by its number, written without leading zeros."""

    def experts(self, numbers: Collection[str]) -> dict[str, ExpertEntry]:
        """Records of experts by their registration numbers."""

    def sout_id(self, number: str) -> SoutIdEntry | None:
        """An ИН СОУТ by its number, written without leading zeros."""

    def is_corrected(self, known: KnownWorkplace, replaces_report: str) -> bool:
        """Is the workplace of the report that a correction names as the one it replaces?"""

    def workplaces_by_number(self, inn: str, numbers: Collection[str]) -> dict[str, list[KnownWorkplace]]:
        """Workplaces in force of the employer `inn` by normalized number (`normalize_number`)."""

    def workplaces_by_place(self, inn: str, places: Collection[PlaceKey]) -> dict[PlaceKey, list[KnownWorkplace]]:
        """Workplaces in force of the employer `inn` by normalized position and sub-unit (`normalize_text`)."""

    def accepted_report(self, sout_id: str) -> AcceptedReport | None:
        """The report accepted under this ИН СОУТ and not superseded."""


def batches(keys: Iterable[Key], size: int = BATCH) -> Iterator[list[Key]]:
    """Cut keys into lists of at most `size`."""
    iterator = iter(keys)
    while batch := list(islice(iterator, size)):
        yield batch
