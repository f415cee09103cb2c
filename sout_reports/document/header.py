"""What stands before the workplaces: the title, section I, the employer."""

from __future__ import annotations

from lxml import etree

from core.xml import Record
from sout_reports.document.model import (
    CommitteeMember,
    Employer,
    Expert,
    Header,
    Person,
    SoutOrganization,
    SubUnit,
    Tool,
)
from sout_reports.document.schema import ENTERPRISE, REPORT
from sout_reports.document.values import count_of, day_of, number_within, optional_day, optional_text, text_of

LONGEST_SOUT_ID = 20


class HeaderParts:
    """Collects the small records of the beginning, then makes a Header of them."""

    def __init__(self) -> None:
        self.records: list[Record] = []
        self._report: dict[str, etree._Element] = {}
        self._enterprise: dict[str, etree._Element] = {}
        self._invited_tools: list[Tool] = []
        self._subunits: list[SubUnit] = []
        self._emails: list[str] = []

    def take(self, record: Record) -> None:
        """Keep a record that stands before the workplaces. Raises Unreadable."""
        tag = record.element.tag
        if record.parent == REPORT and tag == "Laboratory":
            self._invited_tools += _tools(record.element, record.path)
        elif tag == "SubUnits":
            self._subunits += _units(record)
        elif tag == "E-mail":
            self._emails.append(text_of(record.element))
        elif not record.declaration.repeats:  # only such elements outlive the next record
            self.records.append(record)
            kept = self._report if record.parent == REPORT else self._enterprise
            kept[tag] = record.element

    def header(self) -> Header:
        """The header of a report whose beginning was valid. Raises Unreadable."""
        report = self._report
        file = _children(report["FileInfo"])
        committee = report["Committee"]
        return Header(
            scheme_version=text_of(file["SchemeVersion"]),
            data_source=text_of(file["DataSource"]),
            created=optional_day(file.get("CreatedDate")),
            sent=optional_day(file.get("DateSent")),
            sout_id=number_within(report.get("SoutId"), LONGEST_SOUT_ID),
            approved=day_of(report["Date"]),
            workplaces_total=count_of(report["WorkPlacesQuantity"]),
            workplaces_assessed=count_of(report["WorkPlacesAttested"]),
            region=text_of(report["Region"]),
            contract=text_of(report.get("Contract")),
            conclusion=text_of(report.get("ExpertConclusion")),
            chairman=_member(committee[0], f"{REPORT}/Committee/Chairman"),
            members=tuple(
                _member(each, f"{REPORT}/Committee/Member[{ordinal}]")
                for ordinal, each in enumerate(committee.iterchildren("Member"), 1)
            ),
            organization=_organization(report["AttestationOrganization"]),
            invited_tools=tuple(self._invited_tools),
            employer=_employer(self._enterprise, self._emails[0]),
            subunits=tuple(self._subunits),
        )


def _children(element: etree._Element) -> dict[str, etree._Element]:
    """The first child of each name."""
    found: dict[str, etree._Element] = {}
    for child in element:
        found.setdefault(child.tag, child)
    return found


def person_of(name: etree._Element) -> Person:
    """A person from an element of FullNameType."""
    parts = _children(name)
    return Person(text_of(parts["LastName"]), text_of(parts["FirstName"]), text_of(parts.get("MiddleName")))


def _member(element: etree._Element, path: str) -> CommitteeMember:
    parts = _children(element)
    return CommitteeMember(person_of(parts["Name"]), text_of(parts["Position"]), path)


def _organization(element: etree._Element) -> SoutOrganization:
    path = f"{REPORT}/AttestationOrganization"
    parts = _children(element)
    laboratory = parts["Laboratory"]
    counts = {"Expert": 0, "Worker": 0}
    experts = []
    for each in parts["Workers"]:
        counts[each.tag] += 1
        experts.append(_expert(each, f"{path}/Workers/{each.tag}[{counts[each.tag]}]"))
    return SoutOrganization(
        name=text_of(parts["Name"]),
        registration_number=text_of(parts["RegistrationNumber"]),
        registration_date=day_of(parts["RegistrationDate"]),
        inn=text_of(parts["INN"]),
        ogrn=text_of(parts["OGRN"]),
        path=path,
        experts=tuple(experts),
        tools=tuple(_tools(laboratory, f"{path}/Laboratory")),
        accreditation_number=optional_text(_children(laboratory).get("CertificateNumber")),
    )


def _expert(element: etree._Element, path: str) -> Expert:
    parts = _children(element)
    certificate = _children(parts["Certificate"]) if "Certificate" in parts else {}
    return Expert(
        id=element.get("Id", ""),
        is_expert=element.tag == "Expert",
        registration_number=optional_text(parts.get("RegistrationNumber")),
        name=person_of(parts["Name"]),
        position=text_of(parts["Position"]),
        certificate_number=optional_text(certificate.get("CertificateNumber")),
        certificate_issued=optional_day(certificate.get("CertificateIssueDate")),
        path=path,
    )


def _tools(laboratory: etree._Element, path: str) -> list[Tool]:
    tools = []
    for ordinal, each in enumerate(laboratory.iterchildren("MeasuringTool"), 1):
        parts = _children(each)
        tools.append(
            Tool(
                id=each.get("Id", ""),
                name=text_of(parts["Name"]),
                serial=text_of(parts["SerialNumber"]),
                calibration_expires=optional_day(parts.get("CalibrationExpiryDate")),
                path=f"{path}/MeasuringTool[{ordinal}]",
            )
        )
    return tools


def _employer(parts: dict[str, etree._Element], email: str) -> Employer:
    return Employer(
        name=text_of(parts["Name"]),
        short_name=(parts["Name"].get("ShortName") or "").strip(),
        inn=text_of(parts["INN"]),
        ogrn=text_of(parts["OGRN"]),
        kpp=optional_text(parts.get("KPP")),
        okved=tuple(text_of(code) for code in parts["OKVED"].iterchildren("Kod")),
        address=text_of(parts["DeJureAddress"]),
        director=text_of(parts["Director"]),
        email=email,
        path=ENTERPRISE,
        okpo=text_of(parts["OKPO"]),
        okogu=text_of(parts["OKOGU"]),
        okato=text_of(parts["OKATO"]),
    )


def _units(record: Record) -> list[SubUnit]:
    units = []
    for ordinal, each in enumerate(record.element.iterchildren("SubUnit"), 1):
        name = text_of(_children(each)["Name"])
        path = f"{record.path}/SubUnit[{ordinal}]"
        units.append(SubUnit(each.get("Id", ""), name, each.get("ParentId"), path))
    return units
