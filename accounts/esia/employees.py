"""The employees of an organization, a page at a time, as ЕСИА lists them. One request a page, one for a chosen person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from accounts.esia.config import esia
from accounts.esia.problems import EsiaProblem
from accounts.esia.rest import elements_of, number_of, snils_of, text_of
from accounts.esia.said import EmployeePage, EmployeeSaid
from accounts.esia.transport import get_json

SORTS = ("name", "inn", "snils", "position")
INDEX_MAX = 100_000


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of the list is asked for. `sort` is one of SORTS; `branch_oid` None: the whole organization."""

    index: int = 1
    size: int = 10
    sort: str = "name"
    descending: bool = False
    search: str = ""
    branch_oid: int | None = None


def can(part: str) -> bool:
    """Whether ЕСИА is known to search («search»), sort («sort») or narrow to a branch («branch»): see settings.ESIA."""
    return part in esia().employee_query


def read_page(org_oid: int, wanted: Wanted, access_token: str) -> EmployeePage:
    """Raises EsiaProblem. The list may change between two pages: then the total does, and an index past it gives no rows."""
    names = esia().employee_query
    query = {"embed": "(elements.person)", "pageIndex": str(wanted.index), "pageSize": str(wanted.size)}
    asked = {
        "sort": wanted.sort,
        "order": "desc" if wanted.descending else "asc",
        "search": wanted.search,
        "branch": str(wanted.branch_oid or ""),
    }
    query |= {names[part]: value for part, value in asked.items() if part in names and value}
    body = get_json(f"/rs/orgs/{org_oid}/emps?{urlencode(query)}", access_token)
    total = body.get("size")
    if not isinstance(total, int) or isinstance(total, bool) or total < 0:
        raise EsiaProblem("garbage", "a list of employees without its size")
    employees = tuple(_employee(element) for element in elements_of(body))
    if len(employees) > wanted.size:
        raise EsiaProblem("garbage", "a page of employees is longer than asked for")
    return EmployeePage(employees, total, wanted.index, wanted.size)


def read_employee(org_oid: int, oid: int, access_token: str) -> EmployeeSaid | None:
    """One employee by his ЕСИА id; None where he is not on the list any more. Raises EsiaProblem."""
    try:
        body = get_json(f"/rs/orgs/{org_oid}/emps/{oid}?embed=(person)", access_token)
    except EsiaProblem as problem:
        if problem.kind == "absent":
            return None
        raise
    employee = _employee(body)
    if employee.oid != oid:
        raise EsiaProblem("garbage", "ЕСИА answers about another employee")
    return employee


def _employee(element: Mapping[str, Any]) -> EmployeeSaid:
    person = element.get("person")
    if not isinstance(person, dict):
        raise EsiaProblem("garbage", "an employee without a person")
    return EmployeeSaid(
        oid=number_of(element, "prnOid"),
        last_name=text_of(person, "lastName", 150),
        first_name=text_of(person, "firstName", 150),
        middle_name=text_of(person, "middleName", 150),
        inn=text_of(person, "inn", 20),
        snils=snils_of(person),
        position=text_of(element, "position", 500),
        blocked=element.get("blocked") is True,
        branch_oid=number_of(element, "branchOid") if element.get("branchOid") is not None else None,
    )
