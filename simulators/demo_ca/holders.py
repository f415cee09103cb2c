"""Who of the demo holds which certificates, suitable and clearly unsuitable ones."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any

from core.identifiers import is_ogrnip
from simulators.demo_ca.authority import DemoAuthority, PersonCertificate
from simulators.demo_ca.people import Sort, issue_person_certificate
from simulators.people import ZMZ_HEAD, demo_cast, ogrn_of, organization_inn

LONG_AGO = (datetime(2024, 1, 15, tzinfo=UTC), datetime(2025, 4, 15, tzinfo=UTC))
SOON_DAYS = 12
# What the signature doctor can explain beside that, held by the demo's main person alone.
ODD = (Sort(revoked=True), Sort(unknown_issuer=True), Sort(qualified=False), Sort(server_only=True))
STRANGER_NAME = "ООО «Чужая организация»"
STRANGER_INN = organization_inn(770199001)
STRANGER_OGRN = ogrn_of("102770099001")


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
    """Issue (once) what this person has: for each office or a personal one, an expired and a stranger's one.

    The demo's main person has one of every sort that a person may meet: about to expire, revoked, of an unknown authority …
    """
    issue = _issuing(authority, holder)
    found = [issue(**_office(office)) for office in offices] or [issue()]
    if offices:
        found.append(issue(**_office(offices[0]), validity=LONG_AGO))
    stranger = Office(STRANGER_NAME, STRANGER_INN, STRANGER_OGRN, "Директор")
    found.append(issue(**_office(stranger)))
    if offices and holder.snils == demo_cast().people[ZMZ_HEAD].snils:
        found.append(issue(**_office(offices[0]), validity=_nearly_over()))
        found.extend(issue(**_office(offices[0]), sort=sort) for sort in ODD)
    return found


def office_certificate(authority: DemoAuthority, holder: Holder, office: Office) -> PersonCertificate:
    """The good one of these alone: each of the others takes its time to be issued."""
    return _issuing(authority, holder)(**_office(office))


def _issuing(authority: DemoAuthority, holder: Holder) -> Callable[..., PersonCertificate]:
    return functools.partial(
        issue_person_certificate,
        authority,
        surname=holder.surname,
        given_name=holder.given_name,
        snils=holder.snils,
        inn=holder.inn,
    )


def _nearly_over() -> tuple[datetime, datetime]:
    """The same all day long, so that one certificate is issued in a day."""
    ends = datetime.combine(datetime.now(UTC).date() + timedelta(days=SOON_DAYS), time(12), UTC)
    return ends - timedelta(days=456), ends


def _office(office: Office) -> dict[str, Any]:
    """The parts of the subject name that an office adds: a sole trader is named by himself."""
    if is_ogrnip(office.ogrn):
        return {"ogrnip": office.ogrn, "inn": office.inn, "title": office.title}
    return {"innle": office.inn, "ogrn": office.ogrn, "organization": office.name, "title": office.title}
