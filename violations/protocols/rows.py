"""The rows of a protocol as proposals and conflicts see them: plain values, read in one query."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import QuerySet

from registries.workplace_keys import normalize_number, normalize_text
from sout_reports.states import State
from violations.protocols.models import CommissionProtocol, ProtocolRow
from violations.rules.registers import PlaceKey

ANALOGOUS_MARK = "А"  # Cyrillic: the instruction to the report, section II, column 1


@dataclass(slots=True)
class DecisionRow:
    """One row with what is known of its workplace today. Numbers as written; `old_number` as the row has it."""

    pk: int
    workplace_id: int
    report_id: int
    report_uid: UUID
    report_number: int
    report_in_force: bool
    approved_on: date | None
    position: str
    subunit: str
    current_number: str
    gone: bool
    in_group: bool
    old_number: str
    new_number: str
    liquidated: bool

    @property
    def place(self) -> PlaceKey:
        return place_key(self.position, self.subunit)

    @property
    def leaves_its_number(self) -> bool:
        """Does the decision set the present number free?"""
        return self.liquidated or normalize_number(self.new_number) != normalize_number(self.current_number)


def place_key(position: str, subunit: str) -> PlaceKey:
    """What makes two workplaces the same place (rule SOUT-UNIQ-001)."""
    return (normalize_text(position), normalize_text(subunit))


def report_name(label: str) -> str:
    """«№ 7», as reports of the system are labelled in the register; imported labels come without the sign."""
    return label if label.startswith("№") else f"№ {label}"


def is_marked_analogous(number: str) -> bool:
    return normalize_number(number).endswith(ANALOGOUS_MARK)


def rows_of(protocol: CommissionProtocol) -> list[DecisionRow]:
    """All rows of a protocol in their order."""
    return read_rows(ProtocolRow.objects.filter(protocol=protocol).order_by("pk"))


COLUMNS = (
    "pk",
    "workplace_id",
    "workplace__report_id",
    "workplace__report__uid",
    "workplace__report__number",
    "workplace__report__state",
    "workplace__report__approved_on",
    "workplace__position",
    "workplace__subunit",
    "workplace__current_number",
    "workplace__liquidated_on",
    "workplace__similar_group",
    "old_number",
    "new_number",
    "liquidated",
)


def read_rows(rows: QuerySet[ProtocolRow]) -> list[DecisionRow]:
    """Rows with what is known of their workplaces; the cards' XML, which is heavy, is left where it lies."""
    return [_row(*values) for values in rows.values_list(*COLUMNS)]


def _row(
    pk: int, workplace: int, report: int, uid: UUID, number: int, state: str, approved: date | None, position: str, subunit: str,
    current: str, liquidated_on: date | None, group: int | None, old: str, new: str, liquidated: bool,
) -> DecisionRow:  # fmt: skip
    return DecisionRow(
        pk=pk,
        workplace_id=workplace,
        report_id=report,
        report_uid=uid,
        report_number=number,
        report_in_force=state == State.ACCEPTED,
        approved_on=approved,
        position=position,
        subunit=subunit,
        current_number=current,
        gone=liquidated_on is not None,
        in_group=group is not None,
        old_number=old,
        new_number=new,
        liquidated=liquidated,
    )
