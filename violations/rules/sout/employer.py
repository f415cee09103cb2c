"""EMP: the identifiers of the employer and of the organization."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from core.identifiers import inn_problem, ogrn_problem
from sout_reports.document.model import Employer, SoutOrganization
from violations.rules.findings import Defect
from violations.rules.rulebook import Scope
from violations.rules.severity import ClearedBy, Severity
from violations.rules.sout.book import rule
from violations.rules.sout.tallies import Tally

# The element came into the format on 26.11.2019; reports of the next year on must have it.
KPP_SINCE = date(2020, 1, 1)
INN_OF_ORGANIZATION = 10


def _parties(tally: Tally) -> tuple[tuple[str, Employer | SoutOrganization], ...]:
    """Whose identifiers a report states, in the order of their ordinals."""
    return (("работодателя", tally.report.employer), ("организации, проводящей СОУТ,", tally.report.organization))


@rule(
    "SOUT-EMP-001",
    "ИНН работодателя (организации) содержит ошибку",
    Severity.VIOLATION,
    "п. 1 ч. 2 ст. 18 426-ФЗ",
    ClearedBy.CORRECTION,
    scope=Scope.TALLY,
    checks="Проверяется контрольное число ИНН работодателя и организации, проводившей СОУТ.",
)
def inn_is_right(tally: Tally) -> Iterator[Defect]:
    """The check digit of the ИНН is wrong, of the employer or of the organization that made the assessment.

    Ten or twelve zeros satisfy the formula and are nobody's number: refused.

    Source: 426-ФЗ art. 18 p. 2 (1); ФНС order on the structure of ИНН.
    """
    for ordinal, (whose, party) in enumerate(_parties(tally), 1):
        problem = inn_problem(party.inn)
        if problem:
            yield Defect(
                message=f"ИНН {whose} с ошибкой. {problem}",
                found=party.inn,
                expected="верное контрольное число",
                path=f"{party.path}/INN",
                object_ordinal=ordinal,
            )


@rule(
    "SOUT-EMP-002",
    "ОГРН работодателя (организации) содержит ошибку",
    Severity.VIOLATION,
    "п. 1 ч. 2 ст. 18 426-ФЗ",
    ClearedBy.CORRECTION,
    scope=Scope.TALLY,
    checks="Проверяется контрольное число ОГРН (ОГРНИП) работодателя и организации, проводившей СОУТ.",
)
def ogrn_is_right(tally: Tally) -> Iterator[Defect]:
    """The check digit of the ОГРН or ОГРНИП is wrong, of the employer or of the organization.

    The word «Отсутствует», which the form allows to notaries and representations of foreign organizations, is right.

    Source: 426-ФЗ art. 18 p. 2 (1); rules of the state registers ЕГРЮЛ and ЕГРИП.
    """
    for ordinal, (whose, party) in enumerate(_parties(tally), 1):
        problem = ogrn_problem(party.ogrn, may_be_absent=True)
        if problem:
            yield Defect(
                message=f"ОГРН {whose} с ошибкой. {problem}",
                found=party.ogrn,
                expected="верное контрольное число",
                path=f"{party.path}/OGRN",
                object_ordinal=ordinal,
            )


@rule(
    "SOUT-EMP-004",
    "Не указан КПП работодателя",
    Severity.WARNING,
    "формат ФГИС СОУТ (КПП - с 26.11.2019)",
    ClearedBy.CORRECTION,
    scope=Scope.TALLY,
    checks="У работодателя — юридического лица указан КПП, если отчёт утверждён 01.01.2020 или позже.",
)
def kpp_is_given(tally: Tally) -> Iterator[Defect]:
    """The employer's ИНН has ten digits, the report is approved on 01.01.2020 or later, and there is no КПП.

    Source: format of ФГИС СОУТ (КПП since 26.11.2019).
    """
    report = tally.report
    employer = report.employer
    if len(employer.inn) == INN_OF_ORGANIZATION and report.approved >= KPP_SINCE and not employer.kpp:
        yield Defect(
            message="У работодателя-организации не указан КПП.",
            found="нет",
            expected="9 знаков",
            path=employer.path,
            object_ordinal=1,
        )
