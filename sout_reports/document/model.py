"""What a report of the special assessment of working conditions (СОУТ) says, as flat plain dataclasses.

The reader fills them from the XML (`schemas/sout_report.xsd`), the rules and the pages read them. No Django, no lxml.
Every object that a finding can point at carries `path`: its XPath with ordinals inside the document, for instance
`/Attestation/Enterprise/WorkPlaceAttested[3]/Factors[1]/Noise`; exact lines are looked up from it afterwards
(`sout_reports.document.locate`). An element that the schema lets repeat in its place always carries its ordinal, any other
never does (the whole convention: `core.xml.paths`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

Day = date  # where a field is itself called date


class WorkplaceKind(StrEnum):
    """The element that carries the workplace."""

    DECLARED = "WorkPlaceDeclared"  # no harmful factor identified: class 2 without measurement (426-ФЗ art. 10 p. 4)
    IMPOSSIBLE = "WorkPlaceImpossibleMeasurements"  # measuring is dangerous: class 4 (426-ФЗ art. 12 p. 9)
    SIMILAR = "SimilarWorkPlace"  # results spread from the measured places of its group
    ATTESTED = "WorkPlaceAttested"  # measured, has a card


@dataclass(slots=True, frozen=True)
class ProtocolRef:
    """A factor's reference to its measurement protocol."""

    number: str
    date: date | None
    path: str


@dataclass(slots=True, frozen=True)
class Measurement:
    """One place or indicator where something was measured: when, with which tools, by whom (ids inside the file)."""

    date: date | None
    tools: tuple[str, ...]
    workers: tuple[str, ...]
    path: str


@dataclass(slots=True, frozen=True)
class Factor:
    """A factor assessed on the card, line 030. `number` 1…14 in the order of the form; 15 and 16 are the two
    specificities kept outside the fourteen (pressure, divers)."""

    number: int
    element: str
    conditions: str  # «-», 1, 2, 3.1 … 4
    conditions_ppe: str | None
    date: date | None
    protocols: tuple[ProtocolRef, ...]
    experts: tuple[str, ...]
    measurements: tuple[Measurement, ...]
    by_visual_category_only: bool  # light environment whose every measuring place has VisualWorkCategory3359
    path: str


@dataclass(slots=True, frozen=True)
class Guarantee:
    """A row of line 040: PayIncrease, CompensatoryLeave, HalfDay, Milk, DieteticTherapy, EarlyRetirement, MedicalInspection."""

    kind: str
    actual: bool
    needed: bool
    reason: str


@dataclass(slots=True)
class Workplace:
    """A workplace as its element states it. Counts are people. `ordinal` counts all workplaces in file order from 1."""

    ordinal: int
    kind: WorkplaceKind
    path: str
    number: str  # exactly as written in the file
    position: str
    subunit_id: str | None
    subunit: str  # name; the text of SubUnit, or the name of the referenced sub-unit
    profession: str | None
    profession_classifier: str | None
    card_number: str | None
    card_date: date | None
    workers: int
    women: int | None
    teenagers: int | None
    disabled: int | None
    conditions: str | None  # final class as written; None where the element has none (Declared, Impossible)
    conditions_ppe: str | None
    snils: tuple[str, ...]  # as written, «отсутствует» left out
    included_in_declaration: bool
    experts: tuple[str, ...]
    factors: tuple[Factor, ...]
    guarantees: tuple[Guarantee, ...]


NO_CLASS = "-"
# A place without a measured class: Declared is 2 (426-ФЗ art. 10 p. 4), ImpossibleMeasurements is 4 (art. 12 p. 9).
CLASS_BY_KIND = {WorkplaceKind.DECLARED: "2", WorkplaceKind.IMPOSSIBLE: "4"}


def final_class(kind: WorkplaceKind, conditions: str | None, conditions_ppe: str | None) -> str | None:
    """The class that counts: with protective equipment where it is stated, else without, else the one that the law gives the
    kind; «-» states nothing. None for a card without a class."""
    for stated in (conditions_ppe, conditions):
        if stated and stated != NO_CLASS:
            return stated
    return CLASS_BY_KIND.get(kind)


@dataclass(slots=True, frozen=True)
class Person:
    last: str
    first: str
    middle: str

    @property
    def full(self) -> str:
        return " ".join(part for part in (self.last, self.first, self.middle) if part)


@dataclass(slots=True, frozen=True)
class CommitteeMember:
    name: Person
    position: str
    path: str


@dataclass(slots=True, frozen=True)
class Expert:
    """An expert (or other worker, then `registration_number` is None and `is_expert` False) of the SOUT organization."""

    id: str
    is_expert: bool
    registration_number: str | None
    name: Person
    position: str
    certificate_number: str | None
    certificate_issued: date | None
    path: str


@dataclass(slots=True, frozen=True)
class Tool:
    """A measuring instrument of the own or an invited laboratory."""

    id: str
    name: str
    serial: str
    calibration_expires: date | None
    path: str


@dataclass(slots=True, frozen=True)
class SubUnit:
    id: str
    name: str
    parent_id: str | None
    path: str


@dataclass(slots=True, frozen=True)
class SoutOrganization:
    """Section I: the organization that made the assessment."""

    name: str
    registration_number: str
    registration_date: date | None
    inn: str
    ogrn: str
    path: str
    experts: tuple[Expert, ...]
    tools: tuple[Tool, ...]
    accreditation_number: str | None


@dataclass(slots=True, frozen=True)
class Employer:
    name: str
    short_name: str
    inn: str
    ogrn: str
    kpp: str | None
    okved: tuple[str, ...]
    address: str
    director: str
    email: str
    path: str
    okpo: str = ""
    okogu: str = ""
    okato: str = ""


@dataclass(slots=True, frozen=True)
class Header:
    """Everything that stands before the workplaces. `invited_tools`: tools of invited laboratories."""

    scheme_version: str
    data_source: str
    created: date | None
    sent: date | None
    sout_id: str | None
    approved: date
    workplaces_total: int
    workplaces_assessed: int
    region: str
    contract: str
    conclusion: str
    chairman: CommitteeMember
    members: tuple[CommitteeMember, ...]
    organization: SoutOrganization
    invited_tools: tuple[Tool, ...]
    employer: Employer
    subunits: tuple[SubUnit, ...]


@dataclass(slots=True, frozen=True)
class SimilarGroup:
    """A group of analogous workplaces, by their numbers as written."""

    ordinal: int
    numbers: tuple[str, ...]
    path: str


@dataclass(slots=True, frozen=True)
class ReportInfo:
    """Extension/ReportInfo: the procedure's dates and kind."""

    report_number: str | None
    submission_kind: str  # Primary | RepeatedMissing | Correction
    replaces_report: str | None
    assessment_kind: str
    methodology: str
    contract_date: date | None
    sout_id_issued: date | None
    work_started: date | None
    order_date: date | None
    employer_notified: date | None
    path: str


@dataclass(slots=True, frozen=True)
class WorkplaceDetails:
    """Extension/WorkPlaceDetails of one workplace number."""

    number: str
    previous_number: str | None
    previous_conditions: str | None
    previous_approved: date | None
    experts: tuple[str, ...]  # CardExpert ids, for files whose cards name none
    path: str


@dataclass(slots=True, frozen=True)
class MeasurementProtocol:
    """Extension/MeasurementProtocols/MeasurementProtocol."""

    ordinal: int
    number: str
    date: date | None
    workplace_number: str
    factor: int
    factor_name: str
    conditions: str
    measured_on: tuple[Day, ...]
    tools: tuple[str, ...]
    executors: tuple[str, ...]
    expert: str | None
    path: str


@dataclass(slots=True, frozen=True)
class ExpertConclusion:
    kind: str
    number: str
    date: date | None
    expert: str | None
    path: str


@dataclass(slots=True, frozen=True)
class SummaryRow:
    """A row of table 1 of the summary sheet (section V). `by_class` keys: «1», «2», «3.1» … «4»."""

    kind: str  # WorkPlaces | Workers | Women | Teenagers | Disabled
    total: int
    assessed: int
    by_class: dict[str, int]
    path: str


@dataclass(slots=True)
class Tail:
    """What stands after the workplaces and is small: the Extension's report-wide parts."""

    has_extension: bool = False
    info: ReportInfo | None = None
    conclusions: tuple[ExpertConclusion, ...] = ()
    summary: tuple[SummaryRow, ...] = ()


@dataclass(slots=True, frozen=True)
class Problem:
    """Why a file is refused: one defect of form. `path` as above, `line` 1-based inside the unpacked document (None until located).
    `message` is a whole Russian sentence; `found` and `expected` are short."""

    code: str  # SOUT-FMT-001, SOUT-FMT-006, or a container code such as FILE-ZIP-BOMB
    message: str
    found: str = ""
    expected: str = ""
    path: str = ""
    line: int | None = None
    advice: str = ""
    basis: str = ""  # the norm, where a rule of the book refuses


@dataclass(slots=True, eq=False)
class Refusal(Exception):
    """The file cannot be read as a report. `problems` holds at most 1,000; `total` counts all, unless `complete` is False:
    then there are so many (100,000) that counting was given up."""

    problems: list[Problem] = field(default_factory=list)
    total: int = 0
    complete: bool = True
