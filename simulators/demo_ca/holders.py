"""Who of the demo holds which certificates, suitable and clearly unsuitable ones."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from simulators.demo_ca.authority import DemoAuthority, PersonCertificate
from simulators.demo_ca.people import issue_person_certificate
from simulators.people import demo_cast, ogrn_of, organization_inn

LONG_AGO = (datetime(2024, 1, 15, tzinfo=UTC), datetime(2025, 4, 15, tzinfo=UTC))
STRANGER_NAME = "ООО «Чужая организация»"
STRANGER_INN = organization_inn(770199001)
STRANGER_OGRN = ogrn_of("102770099001")
LENGTH_OF_OGRNIP = 15


@dataclass(frozen=True, slots=True)
class Holder:
    """A person as his certificates name him; ``inn`` may be empty."""

    surname: str
    given_name: str
    snils: str
    inn: str


@dataclass(frozen=True, slots=True)
class Office:
    """The organization a person signs for, and his post there."""

    name: str
    inn: str
    ogrn: str
    title: str


def holder_of_cast(snils: str) -> tuple[Holder, list[Office]] | None:
    """The person of the demo cast with this СНИЛС, and the organizations he heads or administers."""
    cast = demo_cast()
    for person in cast.people.values():
        if person.snils != snils:
            continue
        holder = Holder(person.last_name, f"{person.first_name} {person.middle_name}", person.snils, person.inn)
        offices = []
        for employment in cast.employments_of(person.oid):
            organization = cast.organizations[employment.organization]
            if employment.chief or employment.admin:
                offices.append(
                    Office(organization.short_name, organization.inn, organization.ogrn, employment.position)
                )
        return holder, offices
    return None


def holder_of_request(user: Any, acting: Any) -> tuple[Holder, list[Office]]:
    """Any other signed-in person: his data from the cabinet, his office where he has administrative access."""
    given_name = " ".join(part for part in (user.first_name, user.middle_name) if part)
    holder = Holder(user.last_name or "Безымянный", given_name or "Человек", user.snils, user.inn)
    if acting is None or not acting.is_admin:
        return holder, []
    organization = acting.organization
    return holder, [Office(organization.name, organization.inn, organization.ogrn, "Руководитель")]


def certificates_of(authority: DemoAuthority, holder: Holder, offices: list[Office]) -> list[PersonCertificate]:
    """Issue (once) what this person has: for each office or a personal one, an expired and a stranger's one."""
    issue = functools.partial(
        issue_person_certificate,
        authority,
        surname=holder.surname,
        given_name=holder.given_name,
        snils=holder.snils,
        inn=holder.inn,
    )
    found = [issue(**_office(office)) for office in offices] or [issue()]
    if offices:
        found.append(issue(**_office(offices[0]), validity=LONG_AGO))
    stranger = Office(STRANGER_NAME, STRANGER_INN, STRANGER_OGRN, "Директор")
    found.append(issue(**_office(stranger)))
    return found


def _office(office: Office) -> dict[str, Any]:
    """The parts of the subject name that an office adds: a sole trader is named by himself."""
    if len(office.ogrn) == LENGTH_OF_OGRNIP:
        return {"ogrnip": office.ogrn, "inn": office.inn, "title": office.title}
    return {"innle": office.inn, "ogrn": office.ogrn, "organization": office.name, "title": office.title}
