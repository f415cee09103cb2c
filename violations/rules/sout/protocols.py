"""PRT: measurement protocols and measuring instruments."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from sout_reports.document.model import MeasurementProtocol, Workplace
from sout_reports.factors import FACTORS
from violations.rules.findings import Defect, at_workplace
from violations.rules.rulebook import Scope
from violations.rules.severity import ClearedBy, Severity
from violations.rules.sout.book import rule
from violations.rules.sout.classes import LAST_FACTOR_OF_THE_FORM
from violations.rules.sout.tallies import FactorTally, Tally
from violations.rules.wording import on_day


@rule(
    "SOUT-PRT-001",
    "Отсутствует протокол измерений (оценки) по фактору",
    Severity.VIOLATION,
    "ч. 6 ст. 12, п. 4 ч. 1 ст. 15 426-ФЗ",
    ClearedBy.CORRECTION,
    scope=Scope.TALLY,
    checks="Для каждого фактора карты указан протокол измерений, и он приведён в отчёте.",
)
def factor_has_protocol(tally: Tally) -> Iterator[Defect]:
    """A factor of a card refers to no protocol or, in a file with the Extension, to a number that no protocol there has.

    The fourteen factors of line 030 are asked: the specificities outside them (pressure, divers) need no protocol of
    measurements. One finding a factor.

    Source: 426-ФЗ art. 12 p. 6, art. 15 p. 1 (4).
    """
    for workplace in tally.workplaces:
        for factor in workplace.factors:
            if factor.number > LAST_FACTOR_OF_THE_FORM:
                continue
            problem = _protocol_problem(tally, factor)
            if problem:
                yield at_workplace(
                    workplace,
                    f"По фактору «{FACTORS[factor.number].full}» {problem}.",
                    found=f"протокол № {factor.protocols[0]}" if factor.protocols else "нет ссылки на протокол",
                    expected="протокол измерений (оценки)",
                    at=factor.at,
                    part=str(factor.number),
                )


def _protocol_problem(tally: Tally, factor: FactorTally) -> str:
    if not factor.protocols:
        return "нет ссылки на протокол измерений (оценки)"
    if not tally.tail.has_extension:
        return ""
    missing = [number for number in factor.protocols if not tally.protocols_with(number)]
    if not missing:
        return ""
    return "в отчёте нет протокола № " + ", № ".join(missing)


@rule(
    "SOUT-PRT-004",
    "Срок действия поверки средства измерений истёк на дату измерений",
    Severity.VIOLATION,
    "ч. 4 ст. 12 426-ФЗ",
    ClearedBy.CORRECTION,
    scope=(Scope.WORKPLACE, Scope.PROTOCOL),
    checks="Дата каждого измерения сверяется со сроком поверки применённых средств измерений.",
)
def verification_was_in_force(subject: Workplace | MeasurementProtocol, tally: Tally) -> Iterator[Defect]:
    """A measurement is later than CalibrationExpiryDate of an instrument applied in it.

    Measurements of the cards and protocols of the Extension alike. One finding for an instrument on a workplace, at the
    first such measurement, however many there are.

    Source: 426-ФЗ art. 12 p. 4.
    """
    told: set[str] = set()
    for tool_id, day, path in _applied_tools(subject):
        # most files hold no expired instrument at all
        if day <= tally.first_expiry or tool_id in told:
            continue
        tool_ordinal, tool = tally.tools.get(tool_id, (0, None))
        if tool is None or tool.calibration_expires is None or day <= tool.calibration_expires:
            continue
        told.add(tool_id)
        number, ordinal = _workplace_of(subject, tally)
        yield Defect(
            message=f"Срок действия поверки средства измерений «{tool.name}» (зав. № {tool.serial}) истёк "
            f"{on_day(tool.calibration_expires)}, а измерения выполнены {on_day(day)}.",
            found=f"измерения {on_day(day)}",
            expected=f"не позднее {on_day(tool.calibration_expires)}",
            path=path,
            object_ordinal=ordinal if ordinal is not None else subject.ordinal,
            part=f"{tool_ordinal}" if ordinal is not None else f"protocol:{tool_ordinal}",
            workplace=number,
            workplace_ordinal=ordinal,
        )


def _applied_tools(subject: Workplace | MeasurementProtocol) -> Iterator[tuple[str, date, str]]:
    """Each application of an instrument: its id in the file, the day, the path of the measurement."""
    if isinstance(subject, MeasurementProtocol):
        for day in subject.measured_on:
            for tool in subject.tools:
                yield tool, day, subject.path
        return
    for factor in subject.factors:
        for measurement in factor.measurements:
            day_measured = measurement.date or factor.date
            if day_measured is not None:
                for tool in measurement.tools:
                    yield tool, day_measured, measurement.path


def _workplace_of(subject: Workplace | MeasurementProtocol, tally: Tally) -> tuple[str | None, int | None]:
    """Number and ordinal of the workplace measured; a protocol may name a workplace that the file does not have."""
    if isinstance(subject, Workplace):
        return subject.number, subject.ordinal
    workplace = tally.with_number(subject.workplace_number)
    return subject.workplace_number, workplace.ordinal if workplace else None
