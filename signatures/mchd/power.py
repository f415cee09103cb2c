"""What a МЧД says, as plain values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody whom the paper names; ``snils`` eleven digits, ``inn`` twelve, each empty where the paper has none.

    ``jointly``: of a head, that he acts only together with the other heads of the organization.
    """

    snils: str
    inn: str
    last_name: str
    first_name: str
    middle_name: str = ""
    position: str = ""
    jointly: bool = False

    @property
    def full_name(self) -> str:
        return " ".join(part for part in (self.last_name, self.first_name, self.middle_name) if part)

    def is_owner(self, *, snils: str | None, inn: str | None) -> bool:
        """Whether these are his numbers: each that the paper states is the same, and it states at least one."""
        if not self.snils and not self.inn:
            return False
        return (not self.snils or self.snils == snils) and (not self.inn or self.inn == inn)


@dataclass(frozen=True, slots=True)
class Principal:
    """Who gives the power: an organization (``inn`` ten digits), or a sole trader (``ogrn`` is his ОГРНИП).

    ``heads`` may act for it without a power of attorney; of a sole trader himself.
    """

    name: str
    inn: str
    ogrn: str
    is_sole_trader: bool
    heads: tuple[Person, ...]


@dataclass(frozen=True, slots=True)
class Granted:
    """One power: its code of the classifier and its words. ``is_restricted``: conditions are attached to it."""

    code: str
    text: str
    is_restricted: bool = False


@dataclass(frozen=True, slots=True)
class Power:
    """A МЧД. ``number`` is the lower-case GUID; in force from ``issued`` to ``until``, both days included, in Moscow.

    ``joint``: the representatives act only together.  ``text``: powers in words, which no machine can compare.
    """

    number: str
    inner_number: str
    issued: date
    until: date
    principals: tuple[Principal, ...]
    representatives: tuple[Person, ...]
    powers: tuple[Granted, ...]
    joint: bool
    text: str = ""

    def principal(self, inn: str, ogrn: str) -> Principal | None:
        """The organization or sole trader with exactly these numbers; a paper without the ОГРН is taken by the ИНН."""
        return next((each for each in self.principals if each.inn == inn and each.ogrn in ("", ogrn)), None)
