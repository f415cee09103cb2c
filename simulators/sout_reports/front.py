"""What stands in a report before its workplaces."""

from __future__ import annotations

from simulators.sout_reports.catalogue import TOOLS
from simulators.sout_reports.markup import Markup
from simulators.sout_reports.parties import EmployerSpec, ExpertSpec, OrganizationSpec, ReportSpec

SCHEME_VERSION = "1.0.24"
# Five people: the commission is odd (426-ФЗ art. 9 p. 1).
COMMISSION = (
    ("Морозова", "Елена", "Викторовна", "Главный инженер"),
    ("Васильев", "Андрей", "Петрович", "Специалист по охране труда"),
    ("Крылова", "Светлана", "Олеговна", "Начальник отдела кадров"),
    ("Никитин", "Роман", "Сергеевич", "Начальник юридического отдела"),
    ("Павлова", "Ольга", "Ивановна", "Председатель профсоюзного комитета"),
)
# Sections of accreditation: all factors (their numbering differs from line 030).
SCOPE = (1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 13, 14, 15)


def write_front(xml: Markup, spec: ReportSpec, total: int) -> None:
    """File, number, dates, counts, commission and organization. `total`: all workplaces of the employer."""
    timeline = spec.timeline
    xml.open("FileInfo")
    xml.leaf("SchemeVersion", SCHEME_VERSION)
    xml.leaf("DataSource", "Генератор отчётов СОУТ")
    xml.leaf("CreatedDate", str(spec.day))
    xml.leaf("DateSent", str(spec.day))
    xml.close("FileInfo")
    xml.leaf("SoutId", spec.sout_id)
    xml.leaf("Date", str(timeline.approved))
    xml.leaf("WorkPlacesQuantity", total)
    xml.leaf("WorkPlacesAttested", spec.workplaces)
    xml.leaf("Region", spec.employer.region)
    xml.leaf("Contract", f"Договор № {contract_number(spec)} от {timeline.contracted:%d.%m.%Y}")
    xml.leaf("ExpertConclusion", f"Заключение № {spec.sout_id}-ЗЭ от {timeline.concluded:%d.%m.%Y}")
    xml.open("Committee")
    for ordinal, (last, first, middle, position) in enumerate(COMMISSION):
        element = "Member" if ordinal else "Chairman"
        xml.open(element)
        _write_name(xml, last, first, middle)
        xml.leaf("Position", position)
        xml.close(element)
    xml.close("Committee")
    _write_organization(xml, spec)


def contract_number(spec: ReportSpec) -> str:
    return f"СОУТ-{spec.sout_id}/{spec.timeline.contracted:%y}"


def write_employer(xml: Markup, employer: EmployerSpec, units: list[str]) -> None:
    """The employer's requisites and the sub-units, whose ids are U1, U2 … in the order given."""
    xml.leaf("Name", employer.name, ShortName=employer.short_name)
    xml.leaf("OGRN", employer.ogrn)
    xml.leaf("INN", employer.inn)
    xml.leaf("KPP", employer.kpp)
    xml.leaf("OKPO", employer.okpo)
    xml.leaf("OKOGU", employer.okogu)
    xml.open("OKVED")
    xml.leaf("Classifier", 1)
    for code in employer.okved:
        xml.leaf("Kod", code)
    xml.close("OKVED")
    xml.leaf("OKATO", employer.okato)
    xml.leaf("DeJureAddress", employer.address)
    xml.leaf("PostAddress", employer.address)
    xml.leaf("Phone", employer.phone)
    xml.leaf("E-mail", employer.email)
    xml.leaf("Director", employer.director)
    xml.open("SubUnits")
    for ordinal, unit in enumerate(units, 1):
        xml.open("SubUnit", Id=f"U{ordinal}")
        xml.leaf("Name", unit)
        xml.close("SubUnit")
    xml.close("SubUnits")


def _write_organization(xml: Markup, spec: ReportSpec) -> None:
    organization = spec.organization
    xml.open("AttestationOrganization")
    xml.leaf("Name", organization.name, ShortName=organization.short_name)
    xml.leaf("RegistrationNumber", organization.registration_number)
    xml.leaf("RegistrationDate", str(organization.registered))
    xml.leaf("OGRN", organization.ogrn)
    xml.leaf("INN", organization.inn)
    xml.leaf("Address", organization.address)
    xml.leaf("Phone", organization.phone)
    xml.leaf("E-mail", organization.email)
    xml.leaf("Director", organization.director)
    xml.open("Workers")
    for ordinal, expert in enumerate(organization.experts[:2], 1):
        _write_expert(xml, f"E{ordinal}", expert)
    xml.open("Worker", Id="W1")
    _write_name(xml, "Гусев", "Антон", "Павлович")
    xml.leaf("Position", "Инженер по измерениям")
    xml.close("Worker")
    xml.close("Workers")
    _write_laboratory(xml, organization, str(spec.timeline.verification_ends))
    xml.close("AttestationOrganization")


def _write_expert(xml: Markup, identifier: str, expert: ExpertSpec) -> None:
    xml.open("Expert", Id=identifier)
    xml.leaf("RegistrationNumber", expert.number)
    _write_name(xml, expert.last, expert.first, expert.middle)
    xml.leaf("Position", "Эксперт по СОУТ")
    xml.open("Certificate")
    xml.leaf("CertificateNumber", expert.certificate)
    xml.leaf("CertificateIssueDate", str(expert.issued))
    xml.close("Certificate")
    xml.close("Expert")


def _write_laboratory(xml: Markup, organization: OrganizationSpec, verification_ends: str) -> None:
    xml.open("Laboratory")
    xml.leaf("Name", f"Испытательная лаборатория {organization.short_name}")
    xml.leaf("CertificateNumber", organization.accreditation)
    xml.leaf("CertificateIssueDate", str(organization.accredited))
    xml.open("AccreditationScope")
    for section in SCOPE:
        xml.leaf("Scope", section)
    xml.close("AccreditationScope")
    for key, name, serial, fund_number in TOOLS:
        xml.open("MeasuringTool", Id=f"T_{key}")
        xml.leaf("SerialNumber", serial)
        xml.leaf("CalibrationExpiryDate", verification_ends)
        xml.leaf("Name", name)
        xml.leaf("FundNumber", fund_number)
        xml.close("MeasuringTool")
    xml.close("Laboratory")


def _write_name(xml: Markup, last: str, first: str, middle: str) -> None:
    xml.open("Name")
    xml.leaf("LastName", last)
    xml.leaf("FirstName", first)
    xml.leaf("MiddleName", middle)
    xml.close("Name")
