"""The Extension: dates of the procedure, details and protocols of workplaces, summary sheet, plan of measures."""

from __future__ import annotations

from collections import Counter
from uuid import UUID

from simulators.sout_reports import limits
from simulators.sout_reports.assessment import Assessment, Occasion
from simulators.sout_reports.cards import advice, guarantees
from simulators.sout_reports.front import contract_number
from simulators.sout_reports.markup import Markup
from simulators.sout_reports.parties import ReportSpec
from simulators.sout_reports.plan import Place

ROWS = ("WorkPlaces", "Workers", "Women", "Teenagers", "Disabled")
# Columns 19–24 of table 2 and the guarantees they repeat.
SHEET_GUARANTEES = {
    "Pay": "PayIncrease",
    "Leave": "CompensatoryLeave",
    "ShortTime": "HalfDay",
    "Milk": "Milk",
    "Diet": "DieteticTherapy",
    "Pension": "EarlyRetirement",
}
SumByClass = Counter[tuple[str, str]]
"""(row of table 1, class) → count."""


def write_report_info(xml: Markup, spec: ReportSpec) -> None:
    timeline = spec.timeline
    xml.open("ReportInfo")
    xml.leaf("ReportNumber", spec.report_number or f"Н-{spec.sout_id}-{timeline.approved.year}")
    xml.leaf("SubmissionKind", spec.submission_kind)
    if spec.replaces_report:
        xml.leaf("ReplacesReport", spec.replaces_report)
    xml.leaf("AssessmentKind", "Planned")
    xml.leaf("Methodology", "817н")
    xml.leaf("ContractNumber", contract_number(spec))
    xml.leaf("ContractDate", str(timeline.contracted))
    xml.leaf("SoutIdIssueDate", str(timeline.number_issued))
    xml.leaf("WorkStartDate", str(timeline.started))
    xml.leaf("OrderNumber", "112-ОТ")
    xml.leaf("OrderDate", str(timeline.ordered))
    xml.leaf("EmployerNotificationDate", str(timeline.notified))
    xml.leaf("OKTMO", spec.employer.oktmo)
    xml.close("ReportInfo")


def write_details(xml: Markup, spec: ReportSpec, place: Place) -> None:
    """WorkPlaceDetails: the previous assessment, the shift, identified factors, effect of protection."""
    template = place.template
    xml.open("WorkPlaceDetails", WorkPlaceId=place.number)
    xml.leaf("CardGuid", str(UUID(int=place.guid, version=4)))
    if place.has_previous:
        xml.leaf("PreviousNumber", place.number)
        xml.leaf("PreviousWorkingConditions", place.final)
        xml.leaf("PreviousApprovalDate", str(spec.timeline.previous_approved))
    xml.leaf("ShiftHours", template.shift)
    xml.leaf("WeeklyHours", template.shift * 5)
    xml.leaf("IdentificationExclusion", _exclusion(place))
    if template.pension:
        xml.leaf("EarlyPensionBasis", template.pension)
    for assessment in place.assessments:
        xml.open("IdentifiedFactor")
        xml.leaf("Code", assessment.code)
        xml.leaf("FactorName", assessment.name)
        xml.leaf("Source", template.equipment)
        xml.leaf("DurationHours", assessment.points[0].hours)
        xml.close("IdentifiedFactor")
    for assessment in place.assessments:
        xml.open("FactorPPE")
        xml.leaf("Factor", assessment.number)
        xml.leaf("Efficiency", "+" if assessment.conditions_ppe else "не оценивалась")
        if assessment.conditions_ppe:
            xml.leaf("ReducedDegrees", 1)
        xml.close("FactorPPE")
    if place.is_measured:
        xml.leaf("CardExpert", Id="E1")
    xml.close("WorkPlaceDetails")


def _exclusion(place: Place) -> int:
    """The point of 426-ФЗ art. 10 p. 6 by which factors are not identified but measured; 0: none."""
    if place.template.pension:
        return 1
    return 3 if place.has_previous and limits.is_harmful(place.final) else 0


def write_protocol(xml: Markup, spec: ReportSpec, place: Place, assessment: Assessment, occasion: Occasion) -> None:
    xml.open("MeasurementProtocol")
    xml.leaf("Number", occasion.protocol)
    xml.leaf("Date", str(occasion.protocol_date))
    xml.leaf("WorkPlaceId", place.number)
    xml.leaf("Factor", assessment.number)
    xml.leaf("Code", assessment.code)
    xml.leaf("FactorName", assessment.name)
    xml.leaf("MeasurementDate", str(occasion.day))
    xml.leaf("PlaceAddress", spec.employer.address)
    xml.leaf("LaboratoryCertificate", spec.organization.accreditation)
    xml.leaf("MethodDocument", assessment.method)
    xml.leaf("NormativeDocument", assessment.norm)
    for tool in assessment.tools:
        xml.leaf("Tool", Id=f"T_{tool}")
    for point in assessment.points:
        xml.open("Point")
        xml.leaf("PointName", point.place)
        xml.leaf("Parameter", point.parameter)
        xml.leaf("Unit", point.unit)
        xml.leaf("Value", point.value)
        if point.uncertainty is not None:
            xml.leaf("Uncertainty", point.uncertainty)
        xml.leaf("NormKind", point.norm_kind)
        if point.least is not None:
            xml.leaf("NormMin", point.least)
        if point.most is not None:
            xml.leaf("NormMax", point.most)
        xml.leaf("ExposureHours", point.hours)
        xml.leaf("WorkingConditions", point.conditions)
        xml.close("Point")
    xml.leaf("WorkingConditions", assessment.conditions)
    verdict = "не соответствует" if limits.is_harmful(assessment.conditions) else "соответствует"
    xml.leaf("Conclusion", f"Фактический уровень фактора {verdict} нормативу, класс {assessment.conditions}")
    xml.leaf("Executor", Id=occasion.measured_by)
    xml.leaf("Expert", Id=occasion.expert)
    xml.close("MeasurementProtocol")


def write_conclusions(xml: Markup, spec: ReportSpec) -> None:
    xml.open("ExpertConclusions")
    for kind, suffix, day in (
        ("Identification", "И", spec.timeline.identified),
        ("Final", "ЗЭ", spec.timeline.concluded),
    ):
        xml.open("Conclusion")
        xml.leaf("Kind", kind)
        xml.leaf("Number", f"{spec.sout_id}-{suffix}")
        xml.leaf("Date", str(day))
        xml.leaf("Expert", Id="E1")
        xml.close("Conclusion")
    xml.close("ExpertConclusions")


def write_table_1(xml: Markup, counted: SumByClass, extra: int) -> None:
    """The five rows by class. `extra` workplaces of the employer are not assessed, with two workers each."""
    not_assessed = {"WorkPlaces": extra, "Workers": 2 * extra}
    xml.open("Table1")
    for row in ROWS:
        by_class = {f"Class{name.replace('.', '')}": counted[row, name] for name in limits.CLASSES}
        assessed = sum(by_class.values())
        xml.leaf("Row", Kind=row, Total=assessed + not_assessed.get(row, 0), Assessed=assessed, **by_class)
    xml.close("Table1")


def write_row(xml: Markup, place: Place) -> None:
    """The place's row of table 2."""
    by_factor = {item.number: item.conditions for item in place.assessments}
    # the sheet repeats the card, and an analogous place has that of its group
    established = {name for name, ground in guarantees(place) if ground} if place.assessments else set()
    xml.open(
        "Row",
        WorkPlaceId=place.number,
        **{f"F{number}": by_factor.get(number, "-") for number in range(1, 15)},
        Final=place.final,
        FinalPPE=place.final_ppe or "-",
        **{column: "да" if name in established else "нет" for column, name in SHEET_GUARANTEES.items()},
    )
    xml.leaf("Position", place.template.position)
    xml.close("Row")


def write_measures(xml: Markup, place: Place) -> None:
    """What the plan of measures (section VI) has for a measured place."""
    for name, purpose, due, engaged in advice(place, place.template.unit):
        xml.open("Item")
        xml.leaf("SubUnit", place.template.unit)
        xml.leaf("WorkPlaceId", place.number)
        xml.leaf("Position", place.template.position)
        xml.leaf("Arrangement", name)
        xml.leaf("Purpose", purpose)
        xml.leaf("DueDate", due)
        xml.leaf("EngagedUnits", engaged)
        xml.close("Item")
