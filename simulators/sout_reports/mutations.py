"""One named defect for each rule: what a generated report must suffer to break exactly that rule.

`special_registers` knows the organizations, experts, numbers and workplaces that some of the defects need.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from lxml import etree

from core.calendar import add_workdays, add_years
from core.identifiers import inn_check_digits
from simulators.sout_reports.draft import Draft, remove
from simulators.sout_reports.parties import (
    Kind,
    OrganizationSpec,
    ReportSpec,
    make_inn,
    make_ogrn,
    make_person_inn,
    registers_of,
    sample_spec,
)

UNKNOWN_NUMBER = "999999"
SUSPENDED, SUSPENDED_LATER = "902", "903"
EXPIRED_EXPERT, LAST_DAY_EXPERT = "9190", "9191"
ID_OF_SUSPENDED, ID_OF_SUSPENDED_LATER = "900102", "900105"
INN_OF_PERSON, ID_OF_PERSON = make_person_inn("0099000001"), "900108"
ID_CANCELLED, ID_OF_OTHER_EMPLOYER, ID_ACCEPTED, ID_OF_WRONG_INN = "900106", "900107", "900104", "900103"
TAKEN_NUMBER, COURIERS_NUMBER, FOREIGN_NUMBER, FORMER_NUMBER = "9001", "9002", "9003", "9009"
OTHER_POSITION, OTHER_UNIT = "Сторож (вахтёр)", "Служба охраны"
COURIER, COURIERS_UNIT = "Курьер", "Служба доставки"
COURIERS = ("999-000-001 15", "999-000-002 16")


@dataclass(frozen=True, slots=True)
class Mutation:
    """A defect of a report: which report to make, and what to do to it."""

    code: str
    reason: str
    change: Callable[[Draft], None]
    kind: Kind = "office"
    workplaces: int = 2
    seed: int = 7
    similar: bool = False

    def spec(self, **others: Any) -> ReportSpec:
        """The spec of the report before the change; day, employer and organization may be given."""
        chosen = {"workplaces": self.workplaces, "seed": self.seed, "similar": self.similar, "previous": False}
        return sample_spec(self.kind, **chosen | others)

    def apply(self, spec: ReportSpec) -> Draft:
        """The report with its defect."""
        draft = Draft(spec)
        self.change(draft)
        return draft


def special_registers(specs: Iterable[ReportSpec]) -> dict[str, Any]:
    """The registers of the specs, and the records that the defects refer to."""
    specs = list(specs)
    spec = specs[0]
    timeline = spec.timeline
    suspended = _organization(spec, SUSPENDED, "Приостановленная", timeline.started + timedelta(days=20))
    later = _organization(spec, SUSPENDED_LATER, "Позже приостановленная", timeline.approved + timedelta(days=1))
    registers = registers_of(
        [
            *specs,
            replace(spec, organization=suspended, sout_id=ID_OF_SUSPENDED),
            replace(spec, organization=later, sout_id=ID_OF_SUSPENDED_LATER),
            replace(spec, sout_id=ID_CANCELLED),
            replace(spec, sout_id=ID_ACCEPTED),
            replace(spec, sout_id=ID_OF_WRONG_INN),
            replace(spec, sout_id=ID_OF_OTHER_EMPLOYER),
            replace(spec, sout_id=ID_OF_PERSON),
        ]
    )
    ids = {record["id"]: record for record in registers["sout_ids"]}
    ids[ID_CANCELLED]["status"] = "cancelled"
    ids[ID_OF_WRONG_INN]["employer_inn"] = wrong_inn(spec)
    ids[ID_OF_OTHER_EMPLOYER]["employer_inn"] = make_inn("009900099")
    ids[ID_OF_PERSON]["employer_inn"] = INN_OF_PERSON
    registers["experts"] += [
        _expert_until(EXPIRED_EXPERT, spec, spec.timeline.started - timedelta(days=30)),
        _expert_until(LAST_DAY_EXPERT, spec, last_day_of_certificate(spec)),
    ]
    registers["known_workplaces"] = _known_workplaces(spec)
    registers["accepted_reports"] = [{"sout_id": ID_ACCEPTED, "number": "17", "sha256": "0" * 64}]
    return registers


def wrong_inn(spec: ReportSpec) -> str:
    """The employer's ИНН with a wrong check digit."""
    inn = spec.employer.inn
    return inn[:-1] + str((int(inn_check_digits(inn)) + 1) % 10)


def _organization(spec: ReportSpec, number: str, name: str, suspended: date) -> OrganizationSpec:
    """An organization with a record of its own, suspended from a day on; its experts are those of the spec."""
    registered = spec.organization.registered
    return replace(
        spec.organization,
        name=f"Общество с ограниченной ответственностью «{name}»",
        short_name=f"ООО «{name}»",
        registration_number=number,
        inn=make_inn(f"009900{number}"),
        ogrn=make_ogrn(f"100990000{number}"),
        experts=(),
        status_history=(
            ("active", registered, suspended - timedelta(days=1)),
            ("suspended", suspended, None),
        ),
    )


def last_day_of_certificate(spec: ReportSpec) -> date:
    """When the certificate of `LAST_DAY_EXPERT` ends: in the middle of the assessment."""
    return spec.timeline.started + timedelta(days=30)


def _expert_until(number: str, spec: ReportSpec, expires: date) -> dict[str, Any]:
    """The record of an expert, by name the second of the report, whose certificate of five years ends on a day."""
    expert = spec.organization.experts[1]
    return {
        "reg_no": number,
        "last": expert.last,
        "first": expert.first,
        "middle": expert.middle,
        "cert_no": expert.certificate,
        "cert_issued": str(add_years(expires, -5)),
        "cert_expires": str(expires),
        "annulled": None,
        "org_reg": spec.organization.registration_number,
    }


def _known_workplaces(spec: ReportSpec) -> list[dict[str, Any]]:
    """A watchman's place, one no longer in force, one of another employer, and a courier's with its workers."""
    watchman = {
        "employer_inn": spec.employer.inn,
        "number": TAKEN_NUMBER,
        "position": OTHER_POSITION,
        "subunit": OTHER_UNIT,
        "report": "41",
        "approved": str(spec.timeline.previous_approved),
        "actual": True,
    }
    courier = {"number": COURIERS_NUMBER, "position": COURIER, "subunit": COURIERS_UNIT, "snils": list(COURIERS)}
    return [
        watchman,
        {**watchman, "number": FORMER_NUMBER, "report": "40", "actual": False},
        {**watchman, "number": FOREIGN_NUMBER, "employer_inn": make_inn("009900099")},
        {**watchman, **courier},
    ]


# --- the file and its parties


def _schema(draft: Draft) -> None:
    draft.text("Enterprise/INN", "77")


def _second_report(draft: Draft) -> None:
    draft.text("SoutId", ID_ACCEPTED)


def _broken_reference(draft: Draft) -> None:
    draft.one("SubUnit", draft.places()[0]).set("Id", "U99")


def _unknown_organization(draft: Draft) -> None:
    draft.text("AttestationOrganization/RegistrationNumber", UNKNOWN_NUMBER)


def _suspended_organization(draft: Draft) -> None:
    name_organization(draft, SUSPENDED, "Приостановленная", ID_OF_SUSPENDED)


def name_organization(draft: Draft, number: str, name: str, sout_id: str) -> None:
    """Make the report one of an organization of `special_registers`, under a number given to it."""
    draft.text("SoutId", sout_id)
    draft.text("AttestationOrganization/Name", f"Общество с ограниченной ответственностью «{name}»")
    draft.text("AttestationOrganization/RegistrationNumber", number)
    draft.text("AttestationOrganization/INN", make_inn(f"009900{number}"))
    draft.text("AttestationOrganization/OGRN", make_ogrn(f"100990000{number}"))


def _unknown_expert(draft: Draft) -> None:
    draft.text("AttestationOrganization/Workers/Expert[2]/RegistrationNumber", UNKNOWN_NUMBER)


def _expired_certificate(draft: Draft) -> None:
    """The second expert, whose certificate is expired, measures everything."""
    draft.text("AttestationOrganization/Workers/Expert[2]/RegistrationNumber", EXPIRED_EXPERT)
    measured_by(draft, "E2")


def measured_by(draft: Draft, worker: str) -> None:
    """All measurements are made by one worker of the file."""
    for element in draft.root.iter("WorkerForMeasurement", "Executor"):
        element.set("Id", worker)


def _no_number(draft: Draft) -> None:
    draft.drop("SoutId")


def _unknown_sout_id(draft: Draft) -> None:
    draft.text("SoutId", UNKNOWN_NUMBER)


def _early_measurement(draft: Draft) -> None:
    card = draft.card("LabourSeverity")
    draft.measured_on(card, "LabourSeverity", draft.timeline.number_issued - timedelta(days=1))


def _wrong_inn(draft: Draft) -> None:
    draft.text("SoutId", ID_OF_WRONG_INN)
    draft.text("Enterprise/INN", wrong_inn(draft.spec))


def _wrong_ogrn(draft: Draft) -> None:
    ogrn = draft.spec.employer.ogrn
    draft.text("Enterprise/OGRN", ogrn[:-1] + str((int(ogrn[-1]) + 1) % 10))


def _no_kpp(draft: Draft) -> None:
    draft.drop("Enterprise/KPP")


def _even_commission(draft: Draft) -> None:
    draft.drop("Committee/Member")


# --- workplaces


def _taken_number(draft: Draft) -> None:
    draft.renumber(draft.card(), TAKEN_NUMBER)


def _repeated_number(draft: Draft) -> None:
    first, second, *_ = draft.places()
    draft.renumber(second, first.findtext("Id") or "")


def _changed_number(draft: Draft) -> None:
    draft.set_previous(draft.places()[0], "777", draft.timeline.previous_approved)


def _latin_letter(draft: Draft) -> None:
    place = draft.places()[0]
    draft.renumber(place, f"{place.findtext('Id')}A")  # a Latin letter


def _repeated_card(draft: Draft) -> None:
    first, second, *_ = draft.places("WorkPlaceDeclared", "WorkPlaceAttested")
    draft.one("SOUTCardNumber", second).text = first.findtext("SOUTCardNumber")


def _wrong_snils(draft: Draft) -> None:
    snils = draft.one("Snils", draft.card())
    text = snils.text or ""
    snils.text = text[:-1] + str((int(text[-1]) + 1) % 10)


def _repeated_snils(draft: Draft) -> None:
    """One more worker, under the number of the first."""
    card = draft.card()
    first = draft.one("Snils", card)
    second = etree.Element("Snils")
    second.text = (first.text or "").replace(" ", "-")
    first.addnext(second)
    for extra in card.findall("Snils")[2:]:
        remove(extra)
    for name in ("WorkersQuantity", "WomansQuantity"):
        draft.one(name, card).text = "2"
    draft.recount()


def _too_many_women(draft: Draft) -> None:
    card = draft.card()
    draft.one("WomansQuantity", card).text = str(int(card.findtext("WorkersQuantity") or 0) + 1)
    draft.recount()


def _fewer_stated(draft: Draft) -> None:
    draft.text("WorkPlacesAttested", draft.spec.workplaces - 1)


def _one_measured(draft: Draft) -> None:
    *_, last = draft.places("WorkPlaceAttested")
    draft.make_similar(last)


def _wrong_final_class(draft: Draft) -> None:
    card = draft.card()
    draft.set_final_class(card, "2" if card.findtext("WorkingConditions") != "2" else "3.1")


def _protocol_of_other_class(draft: Draft) -> None:
    card = draft.card("LabourSeverity")
    stated = card.findtext("Factors/LabourSeverity/WorkingConditions")
    protocol = draft.protocol(card, "LabourSeverity")
    draft.one("WorkingConditions", protocol).text = "2" if stated != "2" else "3.1"


def _no_class(draft: Draft) -> None:
    draft.set_class(draft.card("LabourSeverity"), "LabourSeverity", "-")


def _no_protocol(draft: Draft) -> None:
    card = draft.card("LabourSeverity")
    remove(draft.protocol(card, "LabourSeverity"))
    remove(draft.one("Factors/LabourSeverity/Protocol", card))
    protocols = draft.one("Extension/MeasurementProtocols")
    if not len(protocols):
        remove(protocols)


def _expired_instrument(draft: Draft) -> None:
    card = draft.card()
    tool = draft.one(".//MeasuringTool", card).get("Id")
    measured = draft.one("Extension/MeasurementProtocols/MeasurementProtocol/MeasurementDate").text or ""
    expired = date.fromisoformat(measured) - timedelta(days=1)
    draft.text(f"AttestationOrganization/Laboratory/MeasuringTool[@Id='{tool}']/CalibrationExpiryDate", expired)


def _wrong_sheet(draft: Draft) -> None:
    row = draft.one("Extension/SummarySheet/Table1/Row")
    source = next(name for name in ("Class31", "Class32", "Class33", "Class2") if int(row.get(name, 0)))
    for name, step in ((source, -1), ("Class1", 1)):
        row.set(name, str(int(row.get(name, 0)) + step))


def _sent_late(draft: Draft) -> None:
    late = add_workdays(draft.timeline.approved, 11)
    draft.text("FileInfo/DateSent", late)


def _six_years(draft: Draft) -> None:
    place = draft.places()[0]
    draft.set_previous(place, place.findtext("Id") or "", draft.timeline.previous_approved - timedelta(days=365))


MUTATIONS: dict[str, Mutation] = {
    mutation.code: mutation
    for mutation in (
        Mutation("SOUT-FMT-001", "inn-of-two-digits", _schema),
        Mutation("SOUT-FMT-003", "second-report-under-one-number", _second_report),
        Mutation("SOUT-FMT-006", "subunit-that-is-not-there", _broken_reference),
        Mutation("SOUT-ORG-001", "unknown-number", _unknown_organization),
        Mutation("SOUT-ORG-002", "suspended-in-the-middle", _suspended_organization),
        Mutation("SOUT-EXP-001", "unknown-number", _unknown_expert),
        Mutation("SOUT-EXP-002", "expired-certificate", _expired_certificate),
        Mutation("SOUT-ID-001", "no-number", _no_number),
        Mutation("SOUT-ID-002", "unknown-number", _unknown_sout_id),
        Mutation("SOUT-ID-003", "measured-a-day-before", _early_measurement),
        Mutation("SOUT-EMP-001", "wrong-check-digit", _wrong_inn),
        Mutation("SOUT-EMP-002", "wrong-check-digit", _wrong_ogrn),
        Mutation("SOUT-EMP-004", "no-kpp", _no_kpp),
        Mutation("SOUT-COM-001", "four-people", _even_commission),
        Mutation("SOUT-UNIQ-001", "number-of-another-place", _taken_number),
        Mutation("SOUT-UNIQ-002", "declared-and-measured", _repeated_number),
        Mutation("SOUT-UNIQ-003", "another-previous-number", _changed_number),
        Mutation("SOUT-UNIQ-004", "latin-letter", _latin_letter),
        Mutation("SOUT-UNIQ-005", "one-card-two-places", _repeated_card),
        Mutation("SOUT-SNILS-001", "wrong-check-digits", _wrong_snils),
        Mutation("SOUT-SNILS-002", "same-person-twice", _repeated_snils),
        Mutation("SOUT-WP-001", "more-women-than-workers", _too_many_women),
        Mutation("SOUT-WP-003", "one-fewer-stated", _fewer_stated),
        Mutation("SOUT-ANA-001", "one-of-two-measured", _one_measured, workplaces=4, seed=95, similar=True),
        Mutation("SOUT-CLS-001", "final-class-too-low", _wrong_final_class),
        Mutation("SOUT-CLS-003", "protocol-of-another-class", _protocol_of_other_class),
        Mutation("SOUT-CLS-005", "factor-without-class", _no_class),
        Mutation("SOUT-PRT-001", "no-reference", _no_protocol),
        Mutation("SOUT-PRT-004", "expired-the-day-before", _expired_instrument),
        Mutation("SOUT-SVD-001", "one-place-in-another-class", _wrong_sheet),
        Mutation("SOUT-TRM-001", "eleventh-working-day", _sent_late),
        Mutation("SOUT-TRM-002", "six-years", _six_years),
    )
}
"""Rule → its defect."""
