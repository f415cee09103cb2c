"""The Extension: details of workplaces, measurement protocols, and the report-wide parts."""

from __future__ import annotations

from lxml import etree

from core.xml import Record
from sout_reports.document.model import (
    ExpertConclusion,
    MeasurementProtocol,
    ReportInfo,
    SummaryRow,
    Tail,
    WorkplaceDetails,
)
from sout_reports.document.schema import SUMMARY
from sout_reports.document.values import count_in, day_of, optional_day, optional_text, text_of

_CLASS_ATTRIBUTES = {
    "Class1": "1", "Class2": "2", "Class31": "3.1", "Class32": "3.2", "Class33": "3.3", "Class34": "3.4", "Class4": "4",
}  # fmt: skip


def details_of(element: etree._Element, path: str) -> WorkplaceDetails:
    """WorkPlaceDetails as the rules see it. Raises Unreadable."""
    parts = {child.tag: child for child in element}
    return WorkplaceDetails(
        number=element.get("WorkPlaceId", ""),
        previous_number=parts["PreviousNumber"].text or None if "PreviousNumber" in parts else None,
        previous_conditions=optional_text(parts.get("PreviousWorkingConditions")),
        previous_approved=optional_day(parts.get("PreviousApprovalDate")),
        experts=tuple(each.get("Id", "") for each in element.iterchildren("CardExpert")),
        path=path,
    )


def protocol_of(element: etree._Element, path: str, ordinal: int) -> MeasurementProtocol:
    """A measurement protocol as the rules see it. Raises Unreadable."""
    parts: dict[str, etree._Element] = {}
    measured_on = []
    tools = []
    executors = []
    for child in element:
        tag = child.tag
        if tag == "MeasurementDate":
            measured_on.append(day_of(child))
        elif tag == "Tool":
            tools.append(child.get("Id", ""))
        elif tag == "Executor":
            executors.append(child.get("Id", ""))
        else:
            parts[tag] = child
    return MeasurementProtocol(
        ordinal=ordinal,
        number=text_of(parts["Number"]),
        date=day_of(parts["Date"]),
        workplace_number=parts["WorkPlaceId"].text or "",
        factor=int(text_of(parts["Factor"])),
        factor_name=text_of(parts["FactorName"]),
        conditions=text_of(parts["WorkingConditions"]),
        measured_on=tuple(measured_on),
        tools=tuple(tools),
        executors=tuple(executors),
        expert=parts["Expert"].get("Id"),
        path=path,
    )


class TailParts:
    """Collects the report-wide parts of the Extension."""

    def __init__(self) -> None:
        self._tail = Tail()
        self._conclusions: list[ExpertConclusion] = []

    @property
    def conclusions(self) -> int:
        """How many expert conclusions came so far."""
        return len(self._conclusions)

    def take(self, record: Record) -> None:
        """Take what is worth keeping of a record. Raises Unreadable."""
        self._tail.has_extension = True
        tag = record.element.tag
        if tag == "ReportInfo":
            self._tail.info = _info(record)
        elif tag == "Conclusion":
            self._conclusions.append(_conclusion(record))
        elif record.parent == SUMMARY and tag == "Table1":
            self._tail.summary = _summary(record)

    def tail(self) -> Tail:
        """All of it."""
        self._tail.conclusions = tuple(self._conclusions)
        return self._tail


def _info(record: Record) -> ReportInfo:
    parts = {child.tag: child for child in record.element}
    return ReportInfo(
        report_number=optional_text(parts.get("ReportNumber")),
        submission_kind=text_of(parts["SubmissionKind"]),
        replaces_report=optional_text(parts.get("ReplacesReport")),
        assessment_kind=text_of(parts["AssessmentKind"]),
        methodology=text_of(parts["Methodology"]),
        contract_date=day_of(parts["ContractDate"]),
        sout_id_issued=optional_day(parts.get("SoutIdIssueDate")),
        work_started=day_of(parts["WorkStartDate"]),
        order_date=day_of(parts["OrderDate"]),
        employer_notified=optional_day(parts.get("EmployerNotificationDate")),
        path=record.path,
    )


def _conclusion(record: Record) -> ExpertConclusion:
    parts = {child.tag: child for child in record.element}
    return ExpertConclusion(
        kind=text_of(parts["Kind"]),
        number=text_of(parts["Number"]),
        date=day_of(parts["Date"]),
        expert=parts["Expert"].get("Id"),
        path=record.path,
    )


def _summary(record: Record) -> tuple[SummaryRow, ...]:
    rows = []
    for ordinal, row in enumerate(record.element.iterchildren("Row"), 1):
        rows.append(
            SummaryRow(
                kind=row.get("Kind", ""),
                total=count_in(row, "Total"),
                assessed=count_in(row, "Assessed"),
                by_class={name: count_in(row, attribute) for attribute, name in _CLASS_ATTRIBUTES.items()},
                path=f"{record.path}/Row[{ordinal}]",
            )
        )
    return tuple(rows)
