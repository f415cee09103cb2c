"""Which number to propose for a workplace: the one it had before, else the next that nobody has.

Source: the cabinet's requirement that the numbers of a workplace at the first and later assessments are the same; rule
SOUT-UNIQ-003 says what «the same workplace» is.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import CharField, F, Func, IntegerField, Max, QuerySet
from django.db.models.functions import Cast

from registries.models import WorkplaceInForce
from registries.workplace_keys import NUMBER_OF_THE_FORM, normalize_number, number_sort_key
from sout_reports.models import Workplace, WorkplaceWorker
from violations.protocols.models import ProtocolRow
from violations.protocols.rows import ANALOGOUS_MARK, is_marked_analogous, place_key, report_name
from violations.protocols.states import OPEN
from violations.rules.registers import PlaceKey, batches
from violations.rules.sout.uniqueness import COMMON_SHARE

LARGEST = 99_999_999  # rule SOUT-UNIQ-004
# Above so many places one does not look for workers who moved to a place of another name: that search has no index.
MOVED_LOOKED_FOR = 200


@dataclass(slots=True, frozen=True)
class Numbered:
    """A workplace that needs a number. `snils` are eleven digits each."""

    workplace_id: int
    report_id: int
    report_uid: UUID
    number: str
    position: str
    subunit: str
    previous_number: str
    in_group: bool
    snils: frozenset[str] = frozenset()
    approved_on: date | None = None

    @property
    def place(self) -> PlaceKey:
        return place_key(self.position, self.subunit)


@dataclass(slots=True, frozen=True)
class Proposal:
    """A number with the Russian reason for it."""

    number: str
    reason: str


@dataclass(slots=True, frozen=True)
class Held:
    """A number in force, with what is compared."""

    number: str
    key: str
    place: PlaceKey
    position: str
    report_uid: UUID | None
    label: str
    snils: frozenset[str]
    approved_on: date | None


def read_numbered(workplaces: QuerySet[Workplace]) -> list[Numbered]:
    """The workplaces in the order of their reports, with their workers; the cards' XML stays in the database."""
    values = list(
        workplaces.order_by("report_id", "ordinal").values_list(
            "pk",
            "report_id",
            "report__uid",
            "current_number",
            "position",
            "subunit",
            "previous_number",
            "similar_group",
            "report__approved_on",
        )
    )
    workers: dict[int, set[str]] = defaultdict(set)
    for batch in batches([value[0] for value in values]):
        for workplace, snils in WorkplaceWorker.objects.filter(workplace__in=batch).values_list(
            "workplace_id", "snils"
        ):
            workers[workplace].add(snils)
    return [
        Numbered(
            pk, report, uid, number, position, subunit, previous, group is not None, frozenset(workers[pk]), approved
        )
        for pk, report, uid, number, position, subunit, previous, group, approved in values
    ]


def propose(places: Sequence[Numbered], *, employer_inn: str) -> dict[int, Proposal]:
    """A proposal for each workplace, by its id; no number is proposed twice."""
    if not places:
        return {}
    search = _Search(places, employer_inn)
    proposals: dict[int, Proposal] = {}
    for place in places:
        proposals[place.workplace_id] = search.former(place) or search.next_free(place)
    return proposals


class _Search:
    """One search for one set of places: what is in force is read once, what was given away is remembered."""

    def __init__(self, places: Sequence[Numbered], employer_inn: str) -> None:
        self._inn = employer_inn
        self._alike = Counter(place.place for place in places)
        self._reports = sorted({place.report_id for place in places})
        self._twins = self._in_force_at({place.place for place in places})
        previous = {normalize_number(place.previous_number) for place in places if place.previous_number}
        self._holders = self._in_force_under(previous)
        keys = {held.key for same in self._twins.values() for held in same} | previous
        self._used = self._used_in_reports(keys, {place.workplace_id for place in places})
        self._moved = self._in_force_with_workers(places) if len(places) <= MOVED_LOOKED_FOR else []
        self._given: set[str] = set()
        self._free: Iterator[int] = self._free_numbers()

    def former(self, place: Numbered) -> Proposal | None:
        """Continuity: the number that the file names as the former one, or that the same place has in force."""
        stated = place.previous_number
        if stated and self._may_take(place, stated):
            holder = self._holders.get(normalize_number(stated))
            if holder is None or holder.place == place.place or holder.report_uid == place.report_uid:
                return self._give(stated, "номер при предыдущей СОУТ по сведениям отчёта")
        for held in self._surely_former(place):
            if self._may_take(place, held.number):
                workers = "; работники те же" if _common(place, held) >= COMMON_SHARE else ""
                return self._give(
                    held.number,
                    f"номер этого места в действующем отчёте {held.label}: должность и подразделение те же{workers}",
                )
        return None

    def _surely_former(self, place: Numbered) -> list[Held]:
        """The same place in earlier reports, the best first: told by its workers, else only where there is nothing to confuse.

        Of three loaders of one warehouse nobody knows which was № 12, unless the workers tell.
        """
        twins = [held for held in self._twins.get(place.place, ()) if _is_earlier(held, place)]
        same = [held for held in twins if _common(place, held) >= COMMON_SHARE]
        if same:
            return sorted(same, key=lambda each: (-_common(place, each), number_sort_key(each.number)))
        return twins if len(twins) == 1 and self._alike[place.place] == 1 else []

    def next_free(self, place: Numbered) -> Proposal:
        """The next number that nobody of the employer has; an analogous place keeps its mark."""
        mark = ANALOGOUS_MARK if place.in_group or is_marked_analogous(place.number) else ""
        number = next(self._free, None)
        if number is None:
            return Proposal("", "свободных номеров от 1 до 99999999 не осталось")
        moved = next((held for held in self._moved if _common(place, held) >= COMMON_SHARE), None)
        hint = f"; те же работники — на действующем месте № {moved.number} «{moved.position}»" if moved else ""
        return self._give(f"{number}{mark}", f"следующий свободный номер{hint}"[:300])

    def _may_take(self, place: Numbered, number: str) -> bool:
        key = normalize_number(number)
        if key == normalize_number(place.number) or not NUMBER_OF_THE_FORM.fullmatch(number):
            return False
        return key not in self._given and (place.report_id, key) not in self._used

    def _give(self, number: str, reason: str) -> Proposal:
        self._given.add(normalize_number(number))
        return Proposal(number, reason)

    def _in_force_at(self, wanted: Collection[PlaceKey]) -> dict[PlaceKey, list[Held]]:
        found: dict[PlaceKey, list[Held]] = defaultdict(list)
        for batch in batches(sorted({position for position, _ in wanted})):
            for row in WorkplaceInForce.objects.filter(employer_inn=self._inn, position_key__in=batch):
                if (row.position_key, row.unit_key) in wanted:
                    found[row.position_key, row.unit_key].append(_held(row))
        return found

    def _in_force_under(self, keys: Collection[str]) -> dict[str, Held]:
        found: dict[str, Held] = {}
        for batch in batches(sorted(keys)):
            rows = WorkplaceInForce.objects.filter(employer_inn=self._inn, number_key__in=batch)
            found.update((row.number_key, _held(row)) for row in rows)
        return found

    def _in_force_with_workers(self, places: Sequence[Numbered]) -> list[Held]:
        workers = sorted({snils for place in places for snils in place.snils})
        if not workers:
            return []
        rows = WorkplaceInForce.objects.filter(employer_inn=self._inn, snils__overlap=workers)
        own = {place.report_uid for place in places}
        return [_held(row) for row in rows.order_by("pk") if row.report_uid not in own]

    def _used_in_reports(self, keys: Collection[str], leaving: Collection[int]) -> set[tuple[int, str]]:
        """(report, number key) of places that keep their number."""
        used = set()
        for batch in batches(sorted({number_sort_key(key) for key in keys})):
            rows = Workplace.objects.filter(report_id__in=self._reports, number_order__in=batch, liquidated_on=None)
            for pk, report, number in rows.values_list("pk", "report_id", "current_number"):
                if pk not in leaving:
                    used.add((report, normalize_number(number)))
        return used

    def _free_numbers(self) -> Iterator[int]:
        """Above everything known; the gaps below only when there is nothing above."""
        sources = self._known_numbers()
        start = max((_largest(rows, column) for rows, column in sources), default=0) + 1
        yield from range(start, LARGEST + 1)
        known = {number for rows, column in sources for number in _all_numbers(rows, column)}
        yield from (number for number in range(1, start) if number not in known)

    def _known_numbers(self) -> list[tuple[QuerySet[Any], str]]:
        """In force, of the reports at hand (as filed and as renumbered), and promised by protocols that are not sent yet."""
        reports = Workplace.objects.filter(report_id__in=self._reports)
        promised = ProtocolRow.objects.filter(protocol__employer__inn=self._inn, protocol__state__in=OPEN)
        return [
            (WorkplaceInForce.objects.filter(employer_inn=self._inn), "number_key"),
            (reports, "current_number"),
            (reports, "number"),
            (promised, "new_number"),
        ]


def _held(row: WorkplaceInForce) -> Held:
    return Held(
        number=row.number,
        key=row.number_key,
        place=(row.position_key, row.unit_key),
        position=row.position,
        report_uid=row.report_uid,
        label=report_name(row.report_label),
        snils=frozenset(row.snils),
        approved_on=row.approved_on,
    )


def _is_earlier(held: Held, place: Numbered) -> bool:
    """Does the number come from an assessment before this one? What was imported without a day was there before."""
    if held.report_uid == place.report_uid:
        return False
    if held.approved_on is None or place.approved_on is None:
        return held.report_uid is None
    return held.approved_on < place.approved_on


def _common(place: Numbered, held: Held) -> float:
    """Share of the longer of the two lists of workers that is common, 0…1."""
    longer = max(len(place.snils), len(held.snils))
    return len(place.snils & held.snils) / longer if longer else 0.0


def _digits(column: str) -> Cast:
    """The number as an integer; NULL where it is not of the form."""
    head = Func(F(column), template="SUBSTRING(%(expressions)s FROM '^([0-9]{1,8})[АA]?$')", output_field=CharField())
    return Cast(head, IntegerField())


def _largest(rows: QuerySet[Any], column: str) -> int:
    return int(rows.aggregate(most=Max(_digits(column)))["most"] or 0)


def _all_numbers(rows: QuerySet[Any], column: str) -> Iterator[int]:
    values = rows.annotate(digits=_digits(column)).exclude(digits=None).values_list("digits", flat=True)
    return iter(values.iterator(chunk_size=10_000))
