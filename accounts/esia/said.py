"""What ЕСИА says, as plain values: read by `rest`, taken in by `accounts.actions`. No Django here."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RoleSaid:
    """An element of /rs/prns/{oid}/roles. `entity` is LEGAL, BUSINESS or AGENCY."""

    org_oid: int
    full_name: str
    short_name: str
    ogrn: str
    entity: str
    chief: bool
    admin: bool
    active: bool
    is_liquidated: bool
    branch_oid: int | None = None
    branch_name: str = ""


@dataclass(frozen=True, slots=True)
class PersonSaid:
    """/rs/prns/{oid} with its verified e-mail and roles. `snils` is eleven digits, or "" where ЕСИА's is malformed."""

    oid: int
    last_name: str
    first_name: str
    middle_name: str
    snils: str
    inn: str
    email: str
    roles: tuple[RoleSaid, ...]


@dataclass(frozen=True, slots=True)
class EmployeeSaid:
    """An element of /rs/orgs/{oid}/emps with its person. `position` "" where ЕСИА names none; `blocked` in its profile."""

    oid: int
    last_name: str
    first_name: str
    middle_name: str
    inn: str
    snils: str
    position: str
    blocked: bool
    branch_oid: int | None = None

    @property
    def full_name(self) -> str:
        return " ".join(part for part in (self.last_name, self.first_name, self.middle_name) if part)


@dataclass(frozen=True, slots=True)
class EmployeePage:
    """One page of the list: `total` of the whole list, `index` from 1."""

    employees: tuple[EmployeeSaid, ...]
    total: int
    index: int
    size: int


@dataclass(frozen=True, slots=True)
class BranchSaid:
    oid: int
    name: str
    kpp: str


@dataclass(frozen=True, slots=True)
class OrganizationSaid:
    """/rs/orgs/{oid} with its branches. A sole trader has no КПП."""

    oid: int
    full_name: str
    short_name: str
    inn: str
    kpp: str
    ogrn: str
    entity: str
    branches: tuple[BranchSaid, ...] = ()
