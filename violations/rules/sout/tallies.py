"""What stays of a report after its workplaces have streamed by: compact tallies that report-wide rules read.

About half a kilobyte a workplace and a fifth of that a measured factor, so that 50,000 workplaces of an office stay well
under 80 MB. `Tally` is fed by the checker; for a re-check after a commission protocol it is made from stored rows:

    tally = Tally(employer_inn="7726014581", workplaces=[WorkplaceTally(ordinal=1, …)], groups=[SimilarGroup(…)])
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from core.identifiers import normalize_snils
from sout_reports.document.model import (
    Factor,
    Header,
    MeasurementProtocol,
    SimilarGroup,
    Tail,
    Tool,
    Workplace,
    WorkplaceDetails,
    WorkplaceKind,
)


class Deed(StrEnum):
    """How an expert took part in the assessment."""

    MEASURED = "измерения"
    ASSESSED = "оценка фактора"
    SIGNED = "карта СОУТ"
    CONCLUDED = "заключение"


class Place(NamedTuple):
    """Where something happened: the element's path and the workplace, when there is one."""

    path: str
    workplace: str | None
    workplace_ordinal: int | None


class FactorTally(NamedTuple):
    """A factor of a card. `at` is its path below the workplace: «Factors/Noise»."""

    number: int
    conditions: str
    protocols: tuple[str, ...]
    at: str


class ProtocolTally(NamedTuple):
    """A measurement protocol of the Extension that some card refers to."""

    workplace_number: str
    factor: int
    conditions: str


@dataclass(slots=True)
class WorkplaceTally:
    """A workplace, by plain values. `snils` are eleven digits each.

    `number` is the number in force; `file_number` the one in the file when a commission protocol has changed it.
    Everything after `position` and `subunit` may be left out in a re-check of the uniqueness rules but `card_number`,
    `snils` and `previous_number` (WorkPlaceDetails/PreviousNumber).
    """

    ordinal: int
    kind: WorkplaceKind
    path: str
    number: str
    position: str
    subunit: str
    card_number: str | None = None
    card_date: date | None = None
    snils: tuple[str, ...] = ()
    workers: int = 0
    conditions: str | None = None
    conditions_ppe: str | None = None
    previous_number: str | None = None
    file_number: str | None = None
    has_details: bool = False
    factors: tuple[FactorTally, ...] = ()

    @classmethod
    def of(cls, workplace: Workplace) -> WorkplaceTally:
        """Keep what report-wide rules need of a workplace as it streams by."""
        return cls(
            ordinal=workplace.ordinal,
            kind=workplace.kind,
            path=workplace.path,
            number=workplace.number,
            position=sys.intern(workplace.position),
            subunit=sys.intern(workplace.subunit),
            card_number=workplace.card_number,
            card_date=workplace.card_date,
            snils=tuple(normalize_snils(text) for text in workplace.snils),
            workers=workplace.workers,
            conditions=workplace.conditions,
            conditions_ppe=workplace.conditions_ppe,
            factors=tuple(_factor_tally(workplace, factor) for factor in workplace.factors),
        )


def _factor_tally(workplace: Workplace, factor: Factor) -> FactorTally:
    at = factor.path.removeprefix(workplace.path + "/")
    return FactorTally(factor.number, factor.conditions, tuple(ref.number for ref in factor.protocols), sys.intern(at))


class Participation(NamedTuple):
    deed: Deed
    place: Place


@dataclass(slots=True)
class Tally:
    """The report as report-wide rules see it.

    From stored rows `employer_inn`, `workplaces` and `groups` are enough for the uniqueness rules; `header` is needed
    by all others. `own_report_uid` is the report's identity in the system, so that it is not compared with itself.
    `measured`: the first measurement of each day; `took_part`: expert's id → day → how he first took part in it;
    `tools`: instrument's id → its ordinal in the file and itself.
    """

    employer_inn: str
    workplaces: list[WorkplaceTally] = field(default_factory=list)
    groups: list[SimilarGroup] = field(default_factory=list)
    own_report_uid: str | None = None
    header: Header | None = None
    tail: Tail = field(default_factory=Tail)
    received_on: date | None = None
    sha256: str | None = None
    measured: dict[date, Place] = field(default_factory=dict)
    took_part: dict[str, dict[date, Participation]] = field(default_factory=dict)
    tools: dict[str, tuple[int, Tool]] = field(default_factory=dict)
    first_expiry: date = date.max
    _by_number: dict[str, WorkplaceTally] = field(default_factory=dict)
    _repeated: set[str] = field(default_factory=set)
    _protocols: dict[str, list[ProtocolTally]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for workplace in self.workplaces:
            self._index(workplace)

    @classmethod
    def of(cls, header: Header, *, received_on: date | None, own_report_uid: str | None) -> Tally:
        """An empty tally of a report that begins with `header`."""
        all_tools = (*header.organization.tools, *header.invited_tools)
        expiries = [tool.calibration_expires for tool in all_tools if tool.calibration_expires is not None]
        return cls(
            employer_inn=header.employer.inn,
            header=header,
            own_report_uid=own_report_uid,
            received_on=received_on,
            took_part={expert.id: {} for expert in header.organization.experts if expert.is_expert},
            tools={tool.id: (ordinal, tool) for ordinal, tool in enumerate(all_tools, 1)},
            first_expiry=min(expiries, default=date.max),
        )

    def with_number(self, number: str) -> WorkplaceTally | None:
        """The first workplace of the file with this number as written."""
        return self._by_number.get(number)

    @property
    def repeated_numbers(self) -> set[str]:
        """Numbers, as written, that more than one workplace bears."""
        return self._repeated

    def protocols_with(self, number: str) -> Sequence[ProtocolTally]:
        """The Extension's protocols with this number; only numbers that a card refers to are kept."""
        return self._protocols.get(number, ())

    @property
    def report(self) -> Header:
        """The header, for rules that cannot be asked without one."""
        if self.header is None:
            raise ValueError("a tally without the report's header serves the uniqueness rules only")
        return self.header

    def add_workplace(self, workplace: Workplace) -> None:
        tally = WorkplaceTally.of(workplace)
        self.workplaces.append(tally)
        self._index(tally)
        self._take_part(workplace.experts, workplace.card_date, Deed.SIGNED, tally.path, tally)
        for factor in workplace.factors:
            self._add_factor(factor, tally)
        for factor_tally in tally.factors:
            for number in factor_tally.protocols:
                self._protocols.setdefault(number, [])

    def add_group(self, group: SimilarGroup) -> None:
        self.groups.append(group)

    def add_details(self, details: WorkplaceDetails) -> None:
        """To the first bearer of the number; of repeated details the first count, as in `sout_reports.staging`."""
        workplace = self._by_number.get(details.number)
        if workplace is None or workplace.has_details:
            return
        workplace.has_details = True
        workplace.previous_number = details.previous_number
        self._take_part(details.experts, workplace.card_date, Deed.SIGNED, details.path, workplace)

    def add_protocol(self, protocol: MeasurementProtocol) -> None:
        workplace = self._by_number.get(protocol.workplace_number)
        for day in protocol.measured_on:
            self._measured_on(day, protocol.executors, protocol.path, workplace)
        if protocol.expert:
            self._take_part((protocol.expert,), protocol.date, Deed.CONCLUDED, protocol.path, workplace)
        kept = self._protocols.get(protocol.number)
        if kept is not None:
            number = workplace.number if workplace else protocol.workplace_number
            kept.append(ProtocolTally(number, protocol.factor, sys.intern(protocol.conditions)))

    def add_tail(self, tail: Tail) -> None:
        self.tail = tail
        for conclusion in tail.conclusions:
            if conclusion.expert:
                self._take_part((conclusion.expert,), conclusion.date, Deed.CONCLUDED, conclusion.path, None)

    def _index(self, workplace: WorkplaceTally) -> None:
        if self._by_number.setdefault(workplace.number, workplace) is not workplace:
            self._repeated.add(workplace.number)

    def _add_factor(self, factor: Factor, workplace: WorkplaceTally) -> None:
        if factor.date is not None:
            self._measured_on(factor.date, (), factor.path, workplace)
        for measurement in factor.measurements:
            day = measurement.date or factor.date
            if day is not None:
                self._measured_on(day, measurement.workers, measurement.path, workplace)
        if factor.experts:
            for day in _assessed_on(factor):
                self._take_part(factor.experts, day, Deed.ASSESSED, factor.path, workplace)

    def _measured_on(self, day: date, workers: Sequence[str], path: str, workplace: WorkplaceTally | None) -> None:
        if day not in self.measured:
            self.measured[day] = _place(path, workplace)
        if workers:
            self._take_part(workers, day, Deed.MEASURED, path, workplace)

    def _take_part(
        self, people: Sequence[str], day: date | None, deed: Deed, path: str, workplace: WorkplaceTally | None
    ) -> None:
        if day is None:
            return
        for person in people:
            days = self.took_part.get(person)
            if days is not None and day not in days:
                days[day] = Participation(deed, _place(path, workplace))


def _place(path: str, workplace: WorkplaceTally | None) -> Place:
    if workplace is None:
        return Place(path, None, None)
    return Place(path, workplace.number, workplace.ordinal)


def _assessed_on(factor: Factor) -> set[date]:
    """The days an expert answers for a factor: of the protocols that state its class, else of the measurements."""
    stated = {ref.date for ref in factor.protocols if ref.date}
    return stated or {measurement.date for measurement in factor.measurements if measurement.date}
