"""ЕСИА's REST interface over the demo cast: persons, roles, organizations, employees, branches."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from core.identifiers import format_snils
from simulators.esia.memory import Issued
from simulators.people import Cast, DemoOrganization, Employment, Person

Reply = tuple[int, dict[str, Any]]

PERSON_PATH = re.compile(r"/rs/prns/(\d+)(?:/(ctts|roles|orgs))?")
ORGANIZATION_PATH = re.compile(r"/rs/orgs/(\d+)(?:/(emps|brhs)(?:/(\d+))?)?")
PAGE_SIZE = 100
NOT_ALLOWED = (403, {"code": "ESIA-005029", "message": "SecurityErrorEnum.scopeNotAllowed"})
FORBIDDEN = (403, {"code": "ESIA-005001", "message": "SecurityErrorEnum.forbidden"})
NOT_FOUND = (404, {"code": "ESIA-005004", "message": "notFound"})
FIELD_OF_SCOPE = {
    "org_shortname": "shortName",
    "org_fullname": "fullName",
    "org_type": "type",
    "org_ogrn": "ogrn",
    "org_inn": "inn",
    "org_kpp": "kpp",
    "org_leg": "leg",
}


def answer(cast: Cast, path: str, query: Mapping[str, str], token: Issued) -> Reply:
    """(status, JSON) of a GET."""
    if (found := PERSON_PATH.fullmatch(path)) is not None:
        return _person(cast, int(found[1]), found[2], path, query, token)
    if (found := ORGANIZATION_PATH.fullmatch(path)) is not None:
        one = int(found[3]) if found[3] else None
        return _organization(cast, int(found[1]), found[2], one, path, query, token)
    return NOT_FOUND


def _names(token: Issued) -> set[str]:
    return {scope.split("?")[0].rsplit("/", 1)[-1] for scope in token.scopes}


def _person(cast: Cast, oid: int, part: str | None, path: str, query: Mapping[str, str], token: Issued) -> Reply:
    if oid != token.oid or oid not in cast.people:
        return FORBIDDEN
    person, names = cast.people[oid], _names(token)
    if part is None:
        return (200, _person_body(person, names)) if names & {"openid", "fullname"} else NOT_ALLOWED
    if part == "ctts":
        contacts = [_email(person)] if names & {"email", "contacts"} else []
        return (200, _collection(path, contacts, query, "id", dict)) if contacts else NOT_ALLOWED
    if "usr_org" not in names:
        return NOT_ALLOWED
    places = [(cast.organizations[each.organization], each) for each in cast.employments_of(oid)]
    if part == "orgs":
        return 200, _whole([f"/rs/orgs/{organization.oid}" for organization, _place in places])
    return 200, _whole([_role(organization, place) for organization, place in places])


def _person_body(person: Person, names: set[str]) -> dict[str, Any]:
    body = {
        "stateFacts": ["EntityRoot"],
        "firstName": person.first_name,
        "lastName": person.last_name,
        "middleName": person.middle_name,
        "trusted": person.trusted,
        "updatedOn": 1751000000,
        "status": "BLOCKED" if person.blocked else "REGISTERED",
        "verifying": False,
        "rIdDoc": 3571,
        "containsUpCfmCode": False,
        "eTag": f"{person.oid:040X}",
    }
    scoped = {"snils": format_snils(person.snils), "inn": person.inn, "gender": person.gender}
    return body | {name: value for name, value in scoped.items() if name in names}


def _email(person: Person) -> dict[str, Any]:
    number = person.oid * 10 + 1
    return {
        "stateFacts": ["Identifiable"],
        "id": number,
        "type": "EML",
        "vrfStu": "VERIFIED",
        "value": person.email,
        "eTag": "A",
    }


def _role(organization: DemoOrganization, place: Employment) -> dict[str, Any]:
    role: dict[str, Any] = {
        "oid": organization.oid,
        "prnOid": place.person,
        "fullName": organization.full_name,
        "shortName": organization.short_name,
        "ogrn": organization.ogrn,
        "type": organization.entity,
        "chief": place.chief,
        "admin": place.admin,
        "active": not place.blocked,
        "hasRightOfSubstitution": place.chief,
        "hasApprovalTabAccess": False,
        "isLiquidated": False,
    }
    if place.branch is not None:
        names = {branch.oid: branch.name for branch in organization.branches}
        role |= {"branchOid": place.branch, "branchName": names[place.branch]}
    return role


def _organization(
    cast: Cast, oid: int, part: str | None, one: int | None, path: str, query: Mapping[str, str], token: Issued
) -> Reply:
    organization = cast.organizations.get(oid)
    if organization is None:
        return NOT_FOUND
    granted = {scope.split("?")[0].rsplit("/", 1)[-1] for scope in token.scopes if scope.endswith(f"?org_oid={oid}")}
    if not granted:
        return NOT_ALLOWED
    if part is None:
        return 200, _organization_body(cast, organization, granted)
    if part == "brhs" and one is None:
        if "org_brhs" not in granted:
            return NOT_ALLOWED
        branches = [_branch(each.oid, each.name, each.kpp) for each in organization.branches]
        return 200, _collection(path, branches, query, "oid", dict)
    if part != "emps":
        return NOT_FOUND
    if "org_emps" not in granted:
        return NOT_ALLOWED
    whole = "person" in query.get("embed", "")
    if one is not None:
        return next(
            ((200, _employee(cast, each, whole=whole)) for each in cast.staff_of(oid) if each.person == one), NOT_FOUND
        )
    return 200, _collection(
        path, _staff(cast, oid, query), query, "prnOid", lambda each: _employee(cast, each, whole=whole)
    )


# How the list of employees is searched and sorted is this simulator's own: the real parameters could not be checked.
SORT_KEYS: dict[str, Callable[[Person, Employment], str]] = {
    "name": lambda person, place: person.full_name.upper().replace("Ё", "Е"),
    "inn": lambda person, place: person.inn,
    "snils": lambda person, place: person.snils,
    "position": lambda person, place: place.position.upper(),
}


def _staff(cast: Cast, oid: int, query: Mapping[str, str]) -> list[Employment]:
    """Those of the branch `brhOid` where given, whose name, ИНН, СНИЛС or position holds `q`, in the order `sortBy`."""
    branch, wanted = query.get("brhOid", ""), query.get("q", "").upper().replace("Ё", "Е")
    key = SORT_KEYS.get(query.get("sortBy", ""))
    staff = [each for each in cast.staff_of(oid) if not branch or str(each.branch) == branch]
    if wanted:
        staff = [
            each for each in staff if any(wanted in of(cast.people[each.person], each) for of in SORT_KEYS.values())
        ]
    if key is not None:
        staff.sort(key=lambda each: key(cast.people[each.person], each), reverse=query.get("sortOrder") == "desc")
    return staff


def _organization_body(cast: Cast, organization: DemoOrganization, granted: set[str]) -> dict[str, Any]:
    data = {
        "shortName": organization.short_name,
        "fullName": organization.full_name,
        "type": organization.entity,
        "ogrn": organization.ogrn,
        "inn": organization.inn,
        "kpp": organization.kpp,
        "leg": organization.leg,
    }
    body: dict[str, Any] = {
        "stateFacts": ["Identifiable"],
        "oid": organization.oid,
        "staffCount": len(cast.staff_of(organization.oid)),
        "branchesCount": len(organization.branches),
        "isLiquidated": False,
        "eTag": "C",
    }
    return body | {FIELD_OF_SCOPE[scope]: data[FIELD_OF_SCOPE[scope]] for scope in granted & FIELD_OF_SCOPE.keys()}


def _branch(oid: int, name: str, kpp: str) -> dict[str, Any]:
    return {"stateFacts": ["Identifiable"], "oid": oid, "name": name, "kpp": kpp, "leg": "30002", "eTag": "D"}


def _employee(cast: Cast, place: Employment, *, whole: bool) -> dict[str, Any]:
    person = cast.people[place.person]
    row: dict[str, Any] = {
        "stateFacts": ["Identifiable"],
        "prnOid": person.oid,
        "position": place.position,
        "chief": place.chief,
        "blocked": place.blocked,
        "eTag": "F",
        "person": f"/rs/prns/{person.oid}",
    }
    if place.branch is not None:
        row["branchOid"] = place.branch
    if whole:
        row["person"] = {
            "stateFacts": ["EntityRoot"],
            "oid": person.oid,
            "firstName": person.first_name,
            "lastName": person.last_name,
            "middleName": person.middle_name,
            "trusted": person.trusted,
            "snils": format_snils(person.snils),
            "inn": person.inn,
        }
    return row


def _whole(elements: Sequence[Any]) -> dict[str, Any]:
    return {"stateFacts": ["hasSize"], "size": len(elements), "elements": list(elements)}


def _collection(
    path: str, rows: Sequence[Any], query: Mapping[str, str], key: str, shown: Callable[[Any], dict[str, Any]]
) -> dict[str, Any]:
    """ЕСИА's collection: links unless ?embed=(elements…); pageIndex from 1, pageSize. `shown` makes a row's element."""
    size = _number(query.get("pageSize"), PAGE_SIZE)
    index = _number(query.get("pageIndex"), 1)
    page = rows[(index - 1) * size : index * size]
    embedded = query.get("embed", "").startswith("(elements")
    body: dict[str, Any] = {"stateFacts": ["hasSize"], "size": len(rows), "eTag": "E"}
    if len(rows) > size:
        facts = ["Paginated"] + ["FirstPage"] * (index == 1) + ["LastPage"] * (index * size >= len(rows))
        body |= {"stateFacts": facts, "pageIndex": index, "pageSize": size}
    elements = [shown(row) for row in page]
    return body | {"elements": [each if embedded else f"{path}/{each[key]}" for each in elements]}


def _number(text: str | None, default: int) -> int:
    return max(1, int(text)) if text is not None and text.isdecimal() else default
