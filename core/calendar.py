"""The production calendar: which days are worked, and terms counted in working days and in years.

Law is dated data: the days stand in `core/data/production_calendar.json` (holidays of art. 112 of the Labour Code with
the rule that a holiday on a weekend moves the day off to the next working day, and the Government's yearly transfers).
A year whose transfers are not loaded is counted by the rule alone and is `is_preliminary`: a term that touches it must
be shown as preliminary. Regional days off are not known here.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path

DATA = Path(__file__).parent / "data" / "production_calendar.json"
SATURDAY = 5
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Holiday:
    """A holiday of every year since `since`. `moves_weekend`: on a weekend it gives the next working day off."""

    month: int
    day: int
    since: date
    moves_weekend: bool


@dataclass(frozen=True, slots=True)
class YearDays:
    """What departs from «Monday to Friday are worked» in one year."""

    off: frozenset[date]
    worked: frozenset[date]


@dataclass(frozen=True)
class ProductionCalendar:
    """The calendar as loaded. `transfers`: year → {day off given up: day off got instead}."""

    version: str
    holidays: tuple[Holiday, ...]
    transfers: dict[int, dict[date, date]]
    _years: dict[int, YearDays] = field(default_factory=dict, repr=False)

    def is_workday(self, day: date) -> bool:
        days = self._days_of(day.year)
        if day in days.worked:
            return True
        return day.weekday() < SATURDAY and day not in days.off

    def is_preliminary(self, year: int) -> bool:
        return year not in self.transfers

    def _days_of(self, year: int) -> YearDays:
        days = self._years.get(year)
        if days is None:
            days = self._years[year] = self._count_year(year)
        return days

    def _count_year(self, year: int) -> YearDays:
        moved = self.transfers.get(year, {})
        in_force = [(date(year, h.month, h.day), h) for h in self.holidays]
        in_force = [(day, holiday) for day, holiday in in_force if holiday.since <= day]
        holidays = {day for day, _ in in_force}
        off = holidays | set(moved.values())
        for day, holiday in in_force:
            # art. 112 p. 2: such a day off moves to the next working day, unless the decree took it elsewhere
            if day.weekday() >= SATURDAY and holiday.moves_weekend and day not in moved:
                next_day = _next(day)
                while next_day < date.max and (next_day.weekday() >= SATURDAY or next_day in off):
                    next_day = _next(next_day)
                off.add(next_day)
        return YearDays(off=frozenset(off), worked=frozenset(set(moved) - holidays))


def load(path: Path = DATA) -> ProductionCalendar:
    """Read a calendar file.

    Raises ValueError when a transfer leads to a day that is off anyway, or out of its year: a misprint in the data must
    not become a wrong term.
    """
    raw = json.loads(path.read_text(encoding="utf-8"))
    holidays = tuple(
        Holiday(h["month"], h["day"], date.fromisoformat(h["since"]), h["moves_weekend"]) for h in raw["holidays"]
    )
    transfers: dict[int, dict[date, date]] = {}
    for name, entry in raw["years"].items():
        year = int(name)
        pairs = [(date.fromisoformat(t["from"]), date.fromisoformat(t["to"])) for t in entry["transfers"]]
        for source, target in pairs:
            if {source.year, target.year} != {year} or source.weekday() < SATURDAY or target.weekday() >= SATURDAY:
                raise ValueError(f"{path.name}: {name}: no day off can move from {source} to {target}")
        transfers[year] = dict(pairs)
    return ProductionCalendar(version=raw["version"], holidays=holidays, transfers=transfers)


@lru_cache(maxsize=1)
def calendar() -> ProductionCalendar:
    """The calendar of the data file, read once."""
    return load()


def version() -> str:
    """The edition of the calendar: kept beside every term that was counted by it."""
    return calendar().version


def is_workday(day: date) -> bool:
    """Is `day` a working day of the five-day week?"""
    return calendar().is_workday(day)


def is_preliminary(year: int) -> bool:
    """Are the transfers of `year` not loaded yet, so that its working days are only known by the rule?"""
    return calendar().is_preliminary(year)


def add_workdays(start: date, days: int) -> date:
    """The last day of a term of `days` working days, counted from the day after `start` (art. 14 of the Labour Code).

    `days` 0 gives `start` itself; a term that leaves the calendar ends on its last day, 31.12.9999. Raises ValueError for a
    negative number.
    """
    if days < 0:
        raise ValueError("a term cannot be negative")
    day = start
    while days and day < date.max:
        day = _next(day)
        if is_workday(day):
            days -= 1
    return day


def _next(day: date) -> date:
    return day + ONE_DAY if day < date.max else day


def workdays_between(start: date, end: date) -> int:
    """How many working days there are after `start` up to and including `end`; 0 when `end` is not later."""
    count = 0
    day = start
    while day < end:
        day += ONE_DAY
        count += is_workday(day)
    return count


def add_years(day: date, years: int) -> date:
    """The same date `years` later; 29 February becomes 28 February in a common year (art. 192 p. 3 of the Civil Code).

    What leaves the calendar is its last day, 31.12.9999.
    """
    if day.year + years > date.max.year:
        return date.max
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)
