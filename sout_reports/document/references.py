"""References inside a file (rule SOUT-FMT-006): every identifier once, every reference to one that is there and of its kind.

libxml2 checks `xs:IDREF` not at all and a repeated `xs:ID` only in a full parse, so it is done here, over what the reader
yields. Source: schemas/sout_report.xsd, attributes Id and ParentId.
"""

from __future__ import annotations

from collections.abc import Iterable

from sout_reports.document.model import (
    Expert,
    Header,
    MeasurementProtocol,
    Problem,
    SubUnit,
    Tail,
    Tool,
    Workplace,
    WorkplaceDetails,
)

CODE = "SOUT-FMT-006"
LISTED_MOST = 1000
EXPERT, PERSON, TOOL, SUBUNIT = "эксперта", "эксперта или работника", "средства измерений", "подразделения"
_ADVICE = "Исправьте файл в программе, где он составлен, и выгрузите отчёт заново."


class References:
    """Feed it everything that the reader yields; `problems` (at most a thousand) and `total` tell what is wrong."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.total = 0
        self._ids: dict[str, frozenset[str]] = {}

    def feed(self, thing: object) -> None:
        match thing:
            case Workplace():
                self._workplace(thing)
            case WorkplaceDetails():
                self._check(EXPERT, thing.experts, thing.path)
            case MeasurementProtocol():
                self._protocol(thing)
            case Header():
                self._header(thing)
            case Tail():
                for conclusion in thing.conclusions:
                    self._check(EXPERT, [conclusion.expert] if conclusion.expert else [], conclusion.path)

    def _header(self, header: Header) -> None:
        people = header.organization.experts
        tools = (*header.organization.tools, *header.invited_tools)
        self._ids = {
            EXPERT: frozenset(each.id for each in people if each.is_expert),
            PERSON: frozenset(each.id for each in people),
            TOOL: frozenset(each.id for each in tools),
            SUBUNIT: frozenset(each.id for each in header.subunits),
        }
        seen: set[str] = set()
        named: list[Expert | Tool | SubUnit] = [*people, *tools, *header.subunits]
        for each in named:
            if each.id in seen:
                self._note(
                    f"Идентификатор «{_short(each.id)}» встречается в файле повторно.",
                    each.id,
                    "не встречается",
                    each.path,
                )
            seen.add(each.id)
        for unit in header.subunits:
            self._check(SUBUNIT, [unit.parent_id] if unit.parent_id else [], unit.path)

    def _workplace(self, place: Workplace) -> None:
        if place.subunit_id is not None and place.subunit_id not in self._ids[SUBUNIT]:
            self._check(SUBUNIT, [place.subunit_id], f"{place.path}/SubUnit")
        if place.experts:
            self._check(EXPERT, place.experts, place.path)
        for factor in place.factors:
            self._check(EXPERT, factor.experts, factor.path)
            for measurement in factor.measurements:
                self._check(TOOL, measurement.tools, measurement.path)
                self._check(PERSON, measurement.workers, measurement.path)

    def _protocol(self, protocol: MeasurementProtocol) -> None:
        self._check(TOOL, protocol.tools, protocol.path)
        self._check(PERSON, protocol.executors, protocol.path)
        self._check(EXPERT, [protocol.expert] if protocol.expert else [], protocol.path)

    def _check(self, kind: str, references: Iterable[str], path: str) -> None:
        known = self._ids[kind]
        for reference in references:
            if reference not in known:
                message = f"Ссылка на идентификатор {kind} «{_short(reference)}», которого нет в файле."
                self._note(message, reference, f"идентификатор {kind} из этого файла", path)

    def _note(self, message: str, found: str, expected: str, path: str) -> None:
        self.total += 1
        if len(self.problems) < LISTED_MOST:
            self.problems.append(
                Problem(code=CODE, message=message, found=_short(found), expected=expected, path=path, advice=_ADVICE)
            )


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:60]}…"
