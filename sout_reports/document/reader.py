"""Reads a report in one pass, in bounded memory, into the dataclasses of `sout_reports.document.model`.

The same functions read an element in the file and a fragment kept from it, so the check, the page and the re-check agree.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from lxml import etree

from core.xml import Defect, Kind, Paths, Record, RecordStream, XmlRefused, own_tree
from core.xml.source import Readable
from core.xml.wording import label, shown
from sout_reports.document.extension import TailParts, details_of, protocol_of
from sout_reports.document.header import HeaderParts
from sout_reports.document.model import (
    MeasurementProtocol,
    Problem,
    Refusal,
    SimilarGroup,
    Workplace,
    WorkplaceDetails,
)
from sout_reports.document.references import References
from sout_reports.document.schema import ENTERPRISE, EXTENSION, report_schema
from sout_reports.document.values import Unreadable
from sout_reports.document.workplace import KINDS, workplace_of

MOST_WORKPLACES = 250_000
MOST_CONCLUSIONS = 250_000
MB = 1024 * 1024
LONGEST_HEADER = 8 * MB  # what stands before the workplaces is held in memory
PROGRESS_STEP = MB  # bytes between two words to on_progress

Yielded = tuple[object, bytes | None]

# Codes of refusals that are not a matter of the schema. Everything else is SOUT-FMT-001 (rules.json: «XML не разбирается или
# не проходит sout_report.xsd»).
CODES = {
    Kind.EMPTY: "FILE-EMPTY",
    Kind.NOT_XML: "FILE-NOT-XML",
    Kind.ENCODING: "FILE-ENCODING",
    Kind.DOCTYPE: "FILE-DOCTYPE",
    Kind.LIMIT: "FILE-LIMIT",
}


def read_report(
    stream: Readable, *, with_fragments: bool, on_progress: Callable[[int], None] | None = None
) -> Iterator[Yielded]:
    """Yield (Header, None), then as they end (Workplace, fragment), (SimilarGroup, None), (WorkplaceDetails, fragment) and
    (MeasurementProtocol, fragment), at the end (Tail, None).

    `fragment` is the element's own XML in UTF-8, None unless `with_fragments`. `on_progress` gets the bytes of the unpacked
    document read so far, about once a megabyte. Raises Refusal, after the whole document was looked at, with every defect of
    form; after the first nothing more is yielded. Where the form is right, references inside the file are judged (SOUT-FMT-006)."""
    records = RecordStream(stream, report_schema(), on_progress=_spaced(on_progress))
    reader = _Reader(records, with_fragments=with_fragments)
    references = References()
    try:
        for record in records:
            for thing, fragment in reader.take(record):
                references.feed(thing)
                yield thing, fragment
        ending = reader.end()
    except XmlRefused as refused:
        raise refusal_of(refused) from None
    for thing, _ in ending:
        references.feed(thing)
    if references.total:
        raise Refusal(references.problems, references.total)
    yield from ending


def count_records(stream: Readable) -> int:
    """Parse and validate a report as `read_report` does, but only count its records: the floor that reading is measured by.

    Raises Refusal."""
    try:
        return sum(1 for _ in RecordStream(stream, report_schema()))
    except XmlRefused as refused:
        raise refusal_of(refused) from None


def workplace_from_fragment(
    fragment: bytes, *, ordinal: int, path: str, subunits: Mapping[str, str] | None = None
) -> Workplace:
    """Read a kept workplace. Its kind is the fragment's own element; `subunits`: id → name. Raises ValueError."""
    element = own_tree(fragment)
    declaration = report_schema().model.find(f"{ENTERPRISE}/{element.tag}")
    return workplace_of(element, declaration, path, ordinal, subunits or {})


def details_from_fragment(fragment: bytes, *, path: str) -> WorkplaceDetails:
    """Read kept details of a workplace. Raises ValueError."""
    return details_of(own_tree(fragment), path)


def protocol_from_fragment(fragment: bytes, *, ordinal: int, path: str) -> MeasurementProtocol:
    """Read a kept measurement protocol. Raises ValueError."""
    return protocol_of(own_tree(fragment), path, ordinal)


def refusal_of(refused: XmlRefused) -> Refusal:
    """The refusal in the words of the report."""
    return Refusal([_problem(defect) for defect in refused.defects], refused.total, complete=refused.complete)


def _problem(defect: Defect) -> Problem:
    # libxml2 tells the line where a start tag ends, and none past 65,535; `locate` finds the one where it begins.
    located_later = defect.kind.of_schema and bool(defect.path)
    return Problem(
        code=CODES.get(defect.kind, "SOUT-FMT-001"),
        message=defect.message,
        found=defect.found,
        expected=defect.expected,
        path=defect.path,
        line=None if located_later else defect.line,
        advice=defect.advice,
    )


class _Reader:
    """Turns records into what `read_report` yields."""

    def __init__(self, records: RecordStream, *, with_fragments: bool) -> None:
        self._records = records
        self._findings = records.findings
        self._with_fragments = with_fragments
        self._header: HeaderParts | None = HeaderParts()
        self._tail = TailParts()
        self._subunits: dict[str, str] = {}
        self._workplaces = 0
        self._groups = 0
        self._protocols = 0

    def take(self, record: Record) -> list[Yielded]:
        """What comes out for a record. A value that cannot be held is noted as a defect; then nothing comes out any more.

        Raises XmlRefused where there are too many records."""
        try:
            return self._take(record)
        except Unreadable as problem:
            self._findings.add(_out_of_range(problem, [record, *self._header_records()]))
            return []

    def end(self) -> list[Yielded]:
        """What comes out after the last record. Raises XmlRefused."""
        try:
            return [*self._begin(), (self._tail.tail(), None)]
        except Unreadable as problem:
            raise self._findings.refuse(_out_of_range(problem, self._header_records())) from None

    def _header_records(self) -> list[Record]:
        return [] if self._header is None else self._header.records

    def _take(self, record: Record) -> list[Yielded]:
        if record.parent == ENTERPRISE:
            if record.element.tag in KINDS:
                return [*self._begin(), self._workplace(record)]
            if record.element.tag == "SimilarWorkPlacesGroup":
                return [*self._begin(), (self._group(record), None)]
        elif record.parent.startswith(EXTENSION):
            return [*self._begin(), *self._extension(record)]
        if self._header is not None:
            self._header.take(record)
            if self._records.fed > LONGEST_HEADER:
                raise self._findings.refuse(_too_long_header())
        return []

    def _begin(self) -> list[Yielded]:
        """The header, once, before the first thing that is not of it."""
        if self._header is None:
            return []
        header = self._header.header()
        self._header = None
        for unit in header.subunits:
            self._subunits.setdefault(unit.id, unit.name)
        return [(header, None)]

    def _workplace(self, record: Record) -> Yielded:
        self._workplaces += 1
        if self._workplaces > MOST_WORKPLACES:
            raise self._findings.refuse(_too_many("рабочие места", MOST_WORKPLACES))
        place = workplace_of(record.element, record.declaration, record.path, self._workplaces, self._subunits)
        return place, self._fragment(record)

    def _group(self, record: Record) -> SimilarGroup:
        self._groups += 1
        return SimilarGroup(self._groups, tuple(each.text or "" for each in record.element), record.path)

    def _extension(self, record: Record) -> list[Yielded]:
        self._tail.take(record)
        tag = record.element.tag
        if tag == "WorkPlaceDetails":
            return [(details_of(record.element, record.path), self._fragment(record))]
        if tag == "MeasurementProtocol":
            self._protocols += 1
            return [(protocol_of(record.element, record.path, self._protocols), self._fragment(record))]
        if self._tail.conclusions > MOST_CONCLUSIONS:
            raise self._findings.refuse(_too_many("заключения эксперта", MOST_CONCLUSIONS))
        return []

    def _fragment(self, record: Record) -> bytes | None:
        if not self._with_fragments:
            return None
        kept: bytes = etree.tostring(record.element, encoding="utf-8", with_tail=False)
        return kept


def _too_many(what: str, most: int) -> Defect:
    return Defect(
        Kind.LIMIT,
        f"В отчёте слишком много записей: {what}.",
        found=f"больше {most}",
        expected=f"не больше {most}",
        advice="Проверьте, что отчёт выгружен верно.",
    )


def _too_long_header() -> Defect:
    return Defect(
        Kind.LIMIT,
        "До сведений о рабочих местах в отчёте слишком много данных.",
        found=f"больше {LONGEST_HEADER // MB} МБ",
        expected=f"не больше {LONGEST_HEADER // MB} МБ",
        advice="Проверьте сведения об организации, работодателе и его подразделениях: нет ли повторов.",
    )


def _out_of_range(problem: Unreadable, records: Sequence[Record]) -> Defect:
    """The defect of a value that the schema allows and the system cannot hold; it stands in one of the records."""
    tops = {record.element: record for record in records}
    top: etree._Element | None = problem.element
    while top is not None and top not in tops:
        top = top.getparent()
    assert top is not None  # the value was read from one of these records
    record = tops[top]
    path = Paths(record.element, record.path, record.declaration).of(problem.element)
    return Defect(
        Kind.RANGE,
        f"Значение элемента «{problem.element.tag}» в записи {label(record.declaration)} система не может принять.",
        found=shown(problem.found),
        expected=problem.expected,
        path=f"{path}/@{problem.attribute}" if problem.attribute else path,
    )


def _spaced(on_progress: Callable[[int], None] | None) -> Callable[[int], None] | None:
    if on_progress is None:
        return None
    told: list[Any] = [0]

    def tell(read: int) -> None:
        if read - told[0] >= PROGRESS_STEP:
            told[0] = read
            on_progress(read)

    return tell
