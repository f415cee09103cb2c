"""Powers of attorney (МЧД): whether the owner of a personal certificate has one, and who may sign by it.

Both functions are the only place of the doctor that knows of powers: what the acceptance itself asks (``signatures.powers``).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from signatures import powers
from signatures.authority import Authority, AuthorityCode, person_signs, who_may_sign
from signatures.reports import SignerReport
from signatures.subjects import Subject

if TYPE_CHECKING:
    from signatures.doctor.findings import Whose


@dataclass(frozen=True, slots=True)
class Power:
    """A power of attorney in force.  ``text``: one Russian sentence about it (number, until when), or why there is none."""

    found: bool = False
    text: str = ""
    until: date | None = None


NO_POWER = Power(text="Доверенности на вас в кабинете нет.")
PowerOf = Callable[[Subject], Power]


def power_for(acting: Any, subject: Subject, moment: datetime) -> Power:
    """The power by which the owner of a certificate signs for the acting organization at ``moment``, or why there is none."""
    report = SignerReport(subject=subject)
    answer, paper = powers.authority_of(report, acting=acting, moment=moment)
    if paper is not None:
        return Power(found=True, text=f"{paper}.", until=paper.until)
    is_none = answer.ok or powers.is_personal(answer, report)
    return NO_POWER if is_none else Power(text=answer.explanation)


def no_power(subject: Subject) -> Power:
    """Nobody has a power: the default of the pure functions."""
    return NO_POWER


def authority_of(report: SignerReport, whose: Whose, power: Power) -> Authority:
    """May the owner sign: the answer of the acceptance itself."""
    answer = who_may_sign(report, organization_inn=whose.inn, organization_ogrn=whose.ogrn, person_snils=whose.snils)
    if power.found and powers.is_personal(answer, report):
        return person_signs(report, whose.snils) or Authority(AuthorityCode.OK, power.text)
    return answer
