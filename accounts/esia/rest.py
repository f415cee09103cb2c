"""ЕСИА's REST answers read into plain values. What has not the promised shape is a «garbage» problem, never a traceback."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from accounts.esia.problems import EsiaProblem
from accounts.esia.said import BranchSaid, OrganizationSaid, PersonSaid, RoleSaid
from accounts.esia.tokens import Verified
from accounts.esia.transport import get_json
from core.identifiers import SNILS_LENGTH, normalize_snils

REGISTERED = "REGISTERED"
ENTITIES = ("LEGAL", "BUSINESS", "AGENCY")
ROLES_MAX = 1000
NUMBER_DIGITS = 19  # as many as 2^63 has; Python refuses to read thousands of them


def read_person(verified: Verified) -> PersonSaid:
    """The person with contacts and roles, three requests. Raises EsiaProblem("not_found") for a blocked account."""
    path = f"/rs/prns/{verified.oid}"
    person = get_json(path, verified.access_token)
    if person.get("status", REGISTERED) != REGISTERED:
        raise EsiaProblem("not_found", "the account is not registered")
    contacts = get_json(f"{path}/ctts?embed=(elements)", verified.access_token)
    return PersonSaid(
        oid=verified.oid,
        last_name=text_of(person, "lastName", 150),
        first_name=text_of(person, "firstName", 150),
        middle_name=text_of(person, "middleName", 150),
        snils=snils_of(person),
        inn=text_of(person, "inn", 20),
        email=_verified_email(contacts),
        roles=read_roles(verified),
    )


def read_roles(verified: Verified) -> tuple[RoleSaid, ...]:
    """The person's roles in organizations, one request. ЕСИА gives the elements whole here, without `embed`."""
    roles = get_json(f"/rs/prns/{verified.oid}/roles", verified.access_token)
    return tuple(_role(element) for element in elements_of(roles))


def read_organization(verified: Verified, org_oid: int) -> OrganizationSaid:
    """The organization of the silent authorization with its branches, two requests.

    Raises EsiaProblem("not_employee") where the token does not carry the scopes of this organization.
    """
    if not any(scope.endswith(f"?org_oid={org_oid}") for scope in verified.scopes):
        raise EsiaProblem("not_employee", "the token has no scope of the organization")
    path = f"/rs/orgs/{org_oid}"
    organization = get_json(path, verified.access_token)
    branches = get_json(f"{path}/brhs?embed=(elements)", verified.access_token)
    if number_of(organization, "oid") != org_oid:
        raise EsiaProblem("garbage", "ЕСИА answers about another organization")
    inn, ogrn = text_of(organization, "inn", 20), text_of(organization, "ogrn", 20)
    if not inn or not ogrn:
        raise EsiaProblem("garbage", "the organization has no ИНН or no ОГРН")
    return OrganizationSaid(
        oid=org_oid,
        full_name=text_of(organization, "fullName", 1000),
        short_name=text_of(organization, "shortName", 500),
        inn=inn,
        kpp=text_of(organization, "kpp", 20),
        ogrn=ogrn,
        entity=_entity(organization),
        branches=tuple(
            BranchSaid(oid=number_of(branch, "oid"), name=text_of(branch, "name", 500), kpp=text_of(branch, "kpp", 20))
            for branch in elements_of(branches)
        ),
    )


def _role(element: Mapping[str, Any]) -> RoleSaid:
    return RoleSaid(
        org_oid=number_of(element, "oid"),
        full_name=text_of(element, "fullName", 1000),
        short_name=text_of(element, "shortName", 500),
        ogrn=text_of(element, "ogrn", 20),
        entity=_entity(element),
        chief=element.get("chief") is True,
        admin=element.get("admin") is True,
        # absent means in force: only an explicit false blocks
        active=element.get("active") is not False,
        is_liquidated=element.get("isLiquidated") is True,
        branch_oid=number_of(element, "branchOid") if element.get("branchOid") is not None else None,
        branch_name=text_of(element, "branchName", 500),
    )


def elements_of(collection: Mapping[str, Any]) -> list[dict[str, Any]]:
    elements = collection.get("elements")
    if not isinstance(elements, list) or len(elements) > ROLES_MAX:
        raise EsiaProblem("garbage", "a collection without elements")
    if not all(isinstance(element, dict) for element in elements):
        raise EsiaProblem("garbage", "elements of a collection are not objects")
    return elements


def _verified_email(contacts: Mapping[str, Any]) -> str:
    for contact in elements_of(contacts):
        if contact.get("type") == "EML" and contact.get("vrfStu") == "VERIFIED":
            return text_of(contact, "value", 254)
    return ""


def snils_of(person: Mapping[str, Any]) -> str:
    """Eleven digits; ЕСИА writes «112-233-445 95». A malformed one is left out: it could identify nobody."""
    digits = normalize_snils(text_of(person, "snils", 40))
    return digits if len(digits) == SNILS_LENGTH and digits.isascii() and digits.isdigit() else ""


def _entity(element: Mapping[str, Any]) -> str:
    value = element.get("type", "LEGAL")
    return value if value in ENTITIES else "LEGAL"


def number_of(element: Mapping[str, Any], name: str) -> int:
    value = element.get(name)
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= NUMBER_DIGITS:
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value < 2**63:
        raise EsiaProblem("garbage", f"{name} is not a number")
    return value


def text_of(element: Mapping[str, Any], name: str, longest: int) -> str:
    """A string without surrounding spaces and NUL, cut to the column; "" where ЕСИА leaves it out."""
    value = element.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise EsiaProblem("garbage", f"{name} is not a text")
    storable = value.encode("utf-8", "replace").decode("utf-8")  # JSON may hold half a surrogate pair
    return storable.replace("\x00", "").strip()[:longest]
