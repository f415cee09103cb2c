"""Who stands in a report and when things happened: employer, organization, experts, dates. All invented."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

from core.calendar import add_workdays, is_workday
from core.identifiers import inn_check_digits, ogrn_check_digit

Kind = Literal["office", "plant", "clinic"]
DEFAULT_DAY = date(2026, 11, 20)


def make_inn(nine_digits: str) -> str:
    """An organization's ИНН with its check digit."""
    return nine_digits + inn_check_digits(nine_digits + "0")


def make_person_inn(ten_digits: str) -> str:
    """A person's ИНН with its two check digits."""
    return ten_digits + inn_check_digits(ten_digits + "00")


def make_ogrn(twelve_digits: str) -> str:
    """An ОГРН with its check digit."""
    return twelve_digits + ogrn_check_digit(twelve_digits + "0")


@dataclass(frozen=True, slots=True)
class EmployerSpec:
    """The employer as the title page has him. Region «00» of the default ИНН belongs to nobody."""

    name: str
    short_name: str
    inn: str
    ogrn: str
    kpp: str
    okved: tuple[str, ...]
    region: str
    address: str
    director: str
    email: str
    phone: str = "+7 (495) 000-00-11"
    okpo: str = "00000019"
    okogu: str = "4210014"
    okato: str = "45296559000"
    oktmo: str = "45915000"


@dataclass(frozen=True, slots=True)
class ExpertSpec:
    """An expert with the certificate of the register."""

    number: str
    last: str
    first: str
    middle: str
    certificate: str
    issued: date
    expires: date


@dataclass(frozen=True, slots=True)
class OrganizationSpec:
    """The organization that makes the assessment. The first two experts sign; at least two are needed."""

    name: str
    short_name: str
    registration_number: str
    registered: date
    inn: str
    ogrn: str
    address: str
    director: str
    email: str
    accreditation: str
    accredited: date
    experts: tuple[ExpertSpec, ...]
    phone: str = "+7 (495) 000-00-00"
    # [{"status": "active", "since": …, "till": …}] for `registers_of`; empty: active since `registered`
    status_history: tuple[tuple[str, date, date | None], ...] = ()


EMPLOYERS: dict[str, EmployerSpec] = {
    "office": EmployerSpec(
        name="Общество с ограниченной ответственностью «Северный проект»",
        short_name="ООО «Северный проект»",
        inn=make_inn("009900001"),
        ogrn=make_ogrn("100990000001"),
        kpp="009901001",
        okved=("71.12", "62.01"),
        region="77",
        address="101000, г. Москва, ул. Примерная, д. 28А",
        director="Белов Иван Сергеевич",
        email="ot@sever.example",
    ),
    "plant": EmployerSpec(
        name="Акционерное общество «Зареченский станкостроительный завод»",
        short_name="АО «ЗСЗ»",
        inn=make_inn("009900002"),
        ogrn=make_ogrn("100990000002"),
        kpp="009901001",
        okved=("28.41", "25.62", "24.51"),
        region="66",
        address="620000, Свердловская область, г. Заречный, ул. Заводская, д. 3",
        director="Егоров Олег Юрьевич",
        email="ohrana@zsz.example",
        okogu="4210011",
        okato="65473000000",
        oktmo="65737000",
    ),
    "clinic": EmployerSpec(
        name="Государственное бюджетное учреждение здравоохранения «Городская больница № 70»",
        short_name="ГБУЗ «ГБ № 70»",
        inn=make_inn("009900003"),
        ogrn=make_ogrn("100990000003"),
        kpp="009901001",
        okved=("86.10", "86.21"),
        region="52",
        address="603000, г. Нижний Новгород, ул. Больничная, д. 47",
        director="Лебедев Павел Андреевич",
        email="gb70@zdrav.example",
        okogu="2300229",
        okato="22401000000",
        oktmo="22701000",
    ),
}


def default_organization(day: date = DEFAULT_DAY) -> OrganizationSpec:
    """An organization whose record and experts' certificates are good on `day` and a year before it."""
    issued, expires = day - timedelta(days=900), day + timedelta(days=900)
    return OrganizationSpec(
        name="Общество с ограниченной ответственностью «Центр оценки труда»",
        short_name="ООО «ЦОТ»",
        registration_number="901",
        registered=date(2016, 4, 11),
        inn=make_inn("009900004"),
        ogrn=make_ogrn("100990000004"),
        address="109000, г. Москва, ул. Лабораторная, д. 4",
        director="Захаров Олег Николаевич",
        email="info@sout.example",
        accreditation="RA.RU.21ЦТ01",
        accredited=date(2016, 9, 1),
        experts=(
            ExpertSpec("9018", "Соколова", "Ирина", "Петровна", "003 0009018", issued, expires),
            ExpertSpec("9075", "Орлов", "Денис", "Михайлович", "003 0009075", issued, expires),
        ),
    )


@dataclass(frozen=True, slots=True)
class Timeline:
    """The days of one assessment, counted back from the day the report is sent."""

    sent: date

    @property
    def approved(self) -> date:
        return self.sent - timedelta(days=8)

    @property
    def notified(self) -> date:
        return add_workdays(self.approved, 1)

    @property
    def summarized(self) -> date:
        return self.approved - timedelta(days=13)

    @property
    def concluded(self) -> date:
        return self.approved - timedelta(days=14)

    @property
    def cards(self) -> date:
        return self.approved - timedelta(days=17)

    @property
    def protection_assessed(self) -> date:
        return self.approved - timedelta(days=25)

    @property
    def started(self) -> date:
        return self.approved - timedelta(days=77)

    @property
    def identified(self) -> date:
        return self.started + timedelta(days=4)

    @property
    def ordered(self) -> date:
        return self.started - timedelta(days=6)

    @property
    def number_issued(self) -> date:
        return self.started - timedelta(days=5)

    @property
    def contracted(self) -> date:
        return self.number_issued - timedelta(days=4)

    @property
    def previous_approved(self) -> date:
        return self.approved - timedelta(days=5 * 365 - 20)

    @property
    def verification_ends(self) -> date:
        return self.sent + timedelta(days=150)

    def measuring_days(self) -> list[date]:
        """Working days on which measurements are made: five weeks, a week after the start."""
        days = (self.started + timedelta(days=7 + n) for n in range(34))
        return [day for day in days if is_workday(day)]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportSpec:
    """What report to write. The same spec gives the same bytes.

    `workplaces` is their number, `first_number` the first of their numbers, `seed` chooses people and values. `day` is
    when the report is sent; all other dates follow from it. `similar` lets groups of analogous places be made,
    `previous` gives half of the places a previous assessment under the same number. `report_number`, `submission_kind`
    and `replaces_report` go to Extension/ReportInfo.
    """

    employer: EmployerSpec
    organization: OrganizationSpec
    kind: Kind = "office"
    workplaces: int = 25
    seed: int = 1
    day: date = DEFAULT_DAY
    sout_id: str = "900001"
    first_number: int = 1
    similar: bool = True
    previous: bool = True
    report_number: str | None = None
    submission_kind: str = "Primary"
    replaces_report: str | None = None

    def __post_init__(self) -> None:
        if self.workplaces < 1:
            raise ValueError("a report holds at least one workplace")

    @property
    def timeline(self) -> Timeline:
        return Timeline(self.day)


def sample_spec(kind: Kind = "office", **others: Any) -> ReportSpec:
    """A spec with the default employer of the kind and the default organization, unless others are given."""
    others.setdefault("employer", EMPLOYERS[kind])
    others.setdefault("organization", default_organization(others.get("day", DEFAULT_DAY)))
    return ReportSpec(kind=kind, **others)


def registers_of(specs: Iterable[ReportSpec], known_workplaces: Iterable[dict[str, Any]] = ()) -> dict[str, Any]:
    """The registers in which the reports of these specs are in order, in the format of a context file."""
    specs = list(specs)
    organizations = {spec.organization.registration_number: spec.organization for spec in specs}
    return {
        "as_of": str(max(spec.day for spec in specs)),
        "organizations": [_organization_record(organization) for organization in organizations.values()],
        "experts": [
            _expert_record(expert, organization.registration_number)
            for organization in organizations.values()
            for expert in organization.experts
        ],
        "sout_ids": list({spec.sout_id: _sout_id_record(spec) for spec in specs}.values()),
        "known_workplaces": list(known_workplaces),
    }


def _organization_record(organization: OrganizationSpec) -> dict[str, Any]:
    history = organization.status_history or (("active", organization.registered, None),)
    return {
        "reg": organization.registration_number,
        "reg_date": str(organization.registered),
        "name": organization.name,
        "inn": organization.inn,
        "ogrn": organization.ogrn,
        "status_history": [
            {"status": status, "since": str(since), "till": str(till) if till else None}
            for status, since, till in history
        ],
        "accreditation": {
            "number": organization.accreditation,
            "issued": str(organization.accredited),
            "expires": None,
        },
    }


def _expert_record(expert: ExpertSpec, registration_number: str) -> dict[str, Any]:
    return {
        "reg_no": expert.number,
        "last": expert.last,
        "first": expert.first,
        "middle": expert.middle,
        "cert_no": expert.certificate,
        "cert_issued": str(expert.issued),
        "cert_expires": str(expert.expires),
        "annulled": None,
        "org_reg": registration_number,
    }


def _sout_id_record(spec: ReportSpec) -> dict[str, Any]:
    return {
        "id": spec.sout_id,
        "org_reg": spec.organization.registration_number,
        "employer_inn": spec.employer.inn,
        "contract_date": str(spec.timeline.contracted),
        "issued": str(spec.timeline.number_issued),
        "status": "active",
    }
