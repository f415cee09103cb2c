"""What the cast of the demo is made of, and how its numbers get right check digits."""

from __future__ import annotations

from dataclasses import dataclass, field

from accounts.rights import Right
from core.identifiers import inn_check_digits, ogrn_check_digit, snils_check_digits


@dataclass(frozen=True, slots=True)
class Person:
    """`snils` eleven digits, `inn` twelve. `story`: one line for the one who picks whom to sign in as."""

    oid: int
    last_name: str
    first_name: str
    middle_name: str
    snils: str
    inn: str
    email: str
    story: str = ""
    story_english: str = ""
    gender: str = "M"
    trusted: bool = True
    blocked: bool = False

    @property
    def full_name(self) -> str:
        return f"{self.last_name} {self.first_name} {self.middle_name}"


@dataclass(frozen=True, slots=True)
class DemoBranch:
    oid: int
    name: str
    kpp: str


@dataclass(frozen=True, slots=True)
class DemoOrganization:
    """`entity` is ЕСИА's type; `leg` the code of the legal form (ОКОПФ); `sout_number` the number in the register;
    `inspectorate` the kind of a supervising body, a value of accounts.models.Inspectorate."""

    oid: int
    entity: str
    full_name: str
    short_name: str
    inn: str
    kpp: str
    ogrn: str
    leg: str
    region: str
    address: str
    branches: tuple[DemoBranch, ...] = ()
    sout_number: str = ""
    inspectorate: str = ""


@dataclass(frozen=True, slots=True)
class Employment:
    """A person's place in an organization as ЕСИА's profile has it."""

    person: int
    organization: int
    position: str
    chief: bool = False
    admin: bool = False
    blocked: bool = False
    branch: int | None = None


@dataclass(frozen=True, slots=True)
class DemoGrant:
    """Access given before the story begins."""

    person: int
    organization: int
    rights: tuple[Right, ...]
    ground: str
    branch: int | None = None


@dataclass(frozen=True, slots=True)
class Cast:
    people: dict[int, Person] = field(default_factory=dict)
    organizations: dict[int, DemoOrganization] = field(default_factory=dict)
    employments: tuple[Employment, ...] = ()
    grants: tuple[DemoGrant, ...] = ()

    def employments_of(self, person: int) -> list[Employment]:
        return [each for each in self.employments if each.person == person]

    def staff_of(self, organization: int) -> list[Employment]:
        return [each for each in self.employments if each.organization == organization]


def snils_of(nine: int) -> str:
    """Eleven digits from the first nine."""
    number = f"{nine:09d}"
    return number + snils_check_digits(number)


def person_inn(ten: int) -> str:
    """Twelve digits from the first ten."""
    number = f"{ten:010d}"
    return number + inn_check_digits(number + "00")


def organization_inn(nine: int) -> str:
    """Ten digits from the first nine."""
    number = f"{nine:09d}"
    return number + inn_check_digits(number + "0")


def ogrn_of(beginning: str) -> str:
    """ОГРН from its first 12 digits, ОГРНИП from its first 14."""
    return beginning + ogrn_check_digit(beginning + "0")
