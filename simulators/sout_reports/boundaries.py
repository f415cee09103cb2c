"""Reports that only just pass: for each rule the nearest thing to its defect that is none."""

from __future__ import annotations

from datetime import date, timedelta

from lxml import etree

from core.calendar import add_workdays, add_years
from core.identifiers import format_snils
from simulators.sout_reports import mutations
from simulators.sout_reports.draft import Draft, remove
from simulators.sout_reports.mutations import Mutation, name_organization

CALL_CENTRE = 183  # seed of a desk and an operator with light and intensity
LAW_OF_2020 = date(2020, 1, 1)


def _newer_version(draft: Draft) -> None:
    draft.text("FileInfo/SchemeVersion", "1.0.99")


def _correction(draft: Draft) -> None:
    draft.text("SoutId", mutations.ID_ACCEPTED)
    draft.text("Extension/ReportInfo/SubmissionKind", "Correction")


def _nested_unit(draft: Draft) -> None:
    draft.one("Enterprise/SubUnits/SubUnit[2]").set("ParentId", "U1")


def _leading_zero(draft: Draft) -> None:
    number = draft.one("AttestationOrganization/RegistrationNumber")
    number.text = f"0{number.text}"


def _suspended_next_day(draft: Draft) -> None:
    name_organization(draft, mutations.SUSPENDED_LATER, "Позже приостановленная", mutations.ID_OF_SUSPENDED_LATER)


def _measured_by_worker(draft: Draft) -> None:
    mutations.measured_by(draft, "W1")


def _last_day_of_certificate(draft: Draft) -> None:
    """The second expert measures on the last day of his certificate and does nothing else."""
    draft.text("AttestationOrganization/Workers/Expert[2]/RegistrationNumber", mutations.LAST_DAY_EXPERT)
    draft.measured_on(draft.card("LabourSeverity"), "LabourSeverity", mutations.last_day_of_certificate(draft.spec))
    mutations.measured_by(draft, "E2")
    protocol = draft.one("Extension/MeasurementProtocols/MeasurementProtocol")
    factor = draft.one("Factors/LabourSeverity", draft.card())
    for parent in (protocol, factor):
        draft.one("Expert", parent).set("Id", "E1")


def _before_the_law(draft: Draft) -> None:
    draft.drop("SoutId")
    draft.drop("Extension/ReportInfo/SoutIdIssueDate")
    for name, days in (("ContractDate", 20), ("OrderDate", 10), ("WorkStartDate", 1)):
        draft.text(f"Extension/ReportInfo/{name}", LAW_OF_2020 - timedelta(days=days))


def _zero_before_sout_id(draft: Draft) -> None:
    draft.text("SoutId", f"0{draft.spec.sout_id}")


def _on_the_day_of_the_number(draft: Draft) -> None:
    card, day = draft.card("LabourSeverity"), draft.timeline.number_issued
    draft.measured_on(card, "LabourSeverity", day)
    draft.text("Extension/ReportInfo/WorkStartDate", day)


def _no_ogrn(draft: Draft) -> None:
    draft.text("Enterprise/OGRN", "Отсутствует")


def _sole_trader(draft: Draft) -> None:
    """An employer of twelve digits, who has no КПП."""
    draft.text("SoutId", mutations.ID_OF_PERSON)
    draft.text("Enterprise/INN", mutations.INN_OF_PERSON)
    draft.drop("Enterprise/KPP")


def _chairman_alone(draft: Draft) -> None:
    for member in draft.root.findall("Committee/Member"):
        remove(member)


def _same_place(draft: Draft) -> None:
    """The number is in force for the very place, written otherwise: case, ё, quotes, spaces."""
    write_place(draft, " сторож, вахтер", "СЛУЖБА  «Охраны»")
    draft.renumber(draft.card(), mutations.TAKEN_NUMBER)


def write_place(draft: Draft, position: str, unit: str) -> None:
    card = draft.card()
    draft.one("Position", card).text = position
    draft.one("SubUnit", card).text = unit


def _number_of_former_place(draft: Draft) -> None:
    draft.renumber(draft.card(), mutations.FORMER_NUMBER)


def _number_of_other_employer(draft: Draft) -> None:
    draft.renumber(draft.card(), mutations.FOREIGN_NUMBER)


def _letter_only(draft: Draft) -> None:
    place = draft.places()[0]
    draft.renumber(draft.card(), f"{place.findtext('Id')}А")


def _zero_before_previous(draft: Draft) -> None:
    place = draft.places()[0]
    draft.set_previous(place, f"0{place.findtext('Id')}", draft.timeline.previous_approved)


def make_couriers(draft: Draft, *numbers: str) -> None:
    """The card is the couriers' place, with these workers."""
    write_place(draft, mutations.COURIER, mutations.COURIERS_UNIT)
    card = draft.card()
    first, *others = card.findall("Snils")
    for element in others:
        remove(element)
    for number in reversed(numbers[1:]):
        another = etree.Element("Snils")
        another.text = number
        first.addnext(another)
    first.text = numbers[0]
    for name in ("WorkersQuantity", "WomansQuantity"):
        draft.one(name, card).text = str(len(numbers))
    draft.recount()


def _third_of_workers(draft: Draft) -> None:
    make_couriers(draft, mutations.COURIERS[0], "999-000-003 17", "999-000-004 18")


def _greatest_number(draft: Draft) -> None:
    first, second = draft.places()
    draft.renumber(first, "99999999")
    draft.renumber(second, "1А")


def _unchanged(draft: Draft) -> None:
    """The generated report as it is."""


def _number_without_check(draft: Draft) -> None:
    draft.one("Snils", draft.card()).text = "001-001-998 00"


def _sum_of_101(draft: Draft) -> None:
    draft.one("Snils", draft.card()).text = format_snils("00102998601")


def _two_places_one_person(draft: Draft) -> None:
    declared, card = draft.places()
    draft.one("Snils", declared).text = card.findtext("Snils")


def _all_women(draft: Draft) -> None:
    card = draft.card()
    draft.one("WomansQuantity", card).text = card.findtext("WorkersQuantity")
    draft.recount()


def _all_assessed(draft: Draft) -> None:
    draft.text("WorkPlacesQuantity", draft.spec.workplaces)
    rows = draft.one("Extension/SummarySheet/Table1")
    for row in rows:
        row.set("Total", row.get("Assessed", ""))


def state_literally(draft: Draft) -> None:
    card = draft.card("LightEnvironment", "LabourIntensity")
    draft.set_class(card, "LightEnvironment", "3.2")
    draft.set_class(card, "LabourIntensity", "3.3")
    draft.set_final_class(card, "3.4")


def _protocols_share_number(draft: Draft) -> None:
    card = draft.card("LightEnvironment", "LabourIntensity")
    number = card.findtext("Factors/LightEnvironment/Protocol/Number")
    draft.one("Number", draft.protocol(card, "LabourIntensity")).text = number
    draft.one("Factors/LabourIntensity/Protocol/Number", card).text = number


def _category_without_class(draft: Draft) -> None:
    card = draft.card("LightEnvironment")
    draft.set_class(card, "LightEnvironment", "-")
    place = draft.one("Factors/LightEnvironment/MeasuringPlace", card)
    room = draft.one("RoomType", place)
    category = etree.Element("VisualWorkCategory3359")
    category.text = "12"
    room.addprevious(category)
    remove(room)
    draft.one("WorkingConditions", place).text = "-"


def _no_extension(draft: Draft) -> None:
    draft.drop("Extension")


def _last_day_of_verification(draft: Draft) -> None:
    measured = draft.one("Extension/MeasurementProtocols/MeasurementProtocol/MeasurementDate").text
    for expires in draft.root.iterfind("AttestationOrganization/Laboratory/MeasuringTool/CalibrationExpiryDate"):
        expires.text = measured


def _class_with_protection(draft: Draft) -> None:
    card = draft.card("LabourSeverity")
    for element in (draft.one("WorkingConditions", card), draft.one("Factors/LabourSeverity/WorkingConditions", card)):
        lowered = etree.Element("WorkingConditionsPPE")
        lowered.text = "2"
        element.addnext(lowered)
    draft.one(f"Extension/SummarySheet/Table2/Row[@WorkPlaceId='{card.findtext('Id')}']").set("FinalPPE", "2")
    draft.recount()


def _tenth_workday(draft: Draft) -> None:
    draft.text("FileInfo/DateSent", add_workdays(draft.timeline.approved, 10))


def _five_years(draft: Draft) -> None:
    place = draft.places()[0]
    draft.set_previous(place, place.findtext("Id") or "", add_years(draft.timeline.approved, -5))


BOUNDARIES = (
    Mutation("SOUT-FMT-001", "version-newer-than-known", _newer_version),
    Mutation("SOUT-FMT-003", "correction-of-the-accepted-report", _correction),
    Mutation("SOUT-FMT-006", "unit-inside-a-unit", _nested_unit),
    Mutation("SOUT-ORG-001", "leading-zero", _leading_zero),
    Mutation("SOUT-ORG-002", "suspended-the-day-after-approval", _suspended_next_day),
    Mutation("SOUT-EXP-001", "worker-who-is-no-expert", _measured_by_worker),
    Mutation("SOUT-EXP-002", "last-day-of-the-certificate", _last_day_of_certificate),
    Mutation("SOUT-ID-001", "work-began-in-2019", _before_the_law),
    Mutation("SOUT-ID-002", "leading-zero", _zero_before_sout_id),
    Mutation("SOUT-ID-003", "on-the-very-day", _on_the_day_of_the_number),
    Mutation("SOUT-EMP-001", "twelve-digits", _sole_trader),
    Mutation("SOUT-EMP-002", "the-word-absent", _no_ogrn),
    Mutation("SOUT-EMP-004", "twelve-digits-and-no-kpp", _sole_trader),
    Mutation("SOUT-COM-001", "chairman-alone", _chairman_alone),
    Mutation("SOUT-UNIQ-001", "same-place-written-otherwise", _same_place),
    Mutation("SOUT-UNIQ-001", "place-no-longer-in-force", _number_of_former_place),
    Mutation("SOUT-UNIQ-001", "place-of-another-employer", _number_of_other_employer),
    Mutation("SOUT-UNIQ-002", "only-the-letter-differs", _letter_only),
    Mutation("SOUT-UNIQ-003", "previous-number-with-zero", _zero_before_previous),
    Mutation("SOUT-UNIQ-003", "a-third-of-the-workers", _third_of_workers),
    Mutation("SOUT-UNIQ-004", "greatest-number-and-letter", _greatest_number),
    Mutation("SOUT-UNIQ-005", "one-card-of-a-group", _unchanged, workplaces=4, seed=95, similar=True),
    Mutation("SOUT-SNILS-001", "number-without-check-digits", _number_without_check),
    Mutation("SOUT-SNILS-001", "sum-of-102", _sum_of_101),
    Mutation("SOUT-SNILS-002", "one-person-two-places", _two_places_one_person),
    Mutation("SOUT-WP-001", "all-are-women", _all_women),
    Mutation("SOUT-WP-003", "all-are-assessed", _all_assessed),
    Mutation("SOUT-ANA-001", "two-of-two-measured", _unchanged, workplaces=4, seed=95, similar=True),
    Mutation("SOUT-CLS-001", "literal-reading-of-the-norm", state_literally, seed=CALL_CENTRE),
    Mutation("SOUT-CLS-003", "protocols-share-a-number", _protocols_share_number, seed=CALL_CENTRE),
    Mutation("SOUT-CLS-005", "visual-category-has-no-class", _category_without_class, seed=CALL_CENTRE),
    Mutation("SOUT-PRT-001", "file-without-extension", _no_extension),
    Mutation("SOUT-PRT-004", "last-day-of-verification", _last_day_of_verification),
    Mutation("SOUT-SVD-001", "class-with-protection-counts", _class_with_protection),
    Mutation("SOUT-TRM-001", "tenth-working-day", _tenth_workday),
    Mutation("SOUT-TRM-002", "five-years-to-the-day", _five_years),
)
