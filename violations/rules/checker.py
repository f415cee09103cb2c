"""The quality check of one СОУТ report: one pass over what the reader yields, then the report-wide rules."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sout_reports.document.model import (
    Header,
    MeasurementProtocol,
    SimilarGroup,
    Tail,
    Workplace,
    WorkplaceDetails,
)
from violations.rules.findings import Finding
from violations.rules.registers import Registers
from violations.rules.rulebook import Rule, Scope
from violations.rules.severity import Severity
from violations.rules.sout import book
from violations.rules.sout.book import SILENT_FOR_REPEATED_NUMBER
from violations.rules.sout.tallies import Tally, WorkplaceTally

# What stored rows are enough for: these run again when a commission protocol changes numbers.
RECHECKABLE = ("SOUT-UNIQ-001", "SOUT-UNIQ-002", "SOUT-UNIQ-003", "SOUT-UNIQ-004", "SOUT-UNIQ-005")


class Verdict(StrEnum):
    CONFORMS = "conforms"
    VIOLATIONS = "violations"
    REFUSED = "refused"


@dataclass(slots=True, frozen=True)
class CheckOutcome:
    """What a check found. `blocked` holds findings of weight БЛОК; where there are any, nothing else is told."""

    findings: list[Finding]
    blocked: list[Finding]
    edition: str

    @property
    def verdict(self) -> Verdict:
        """Warnings and risk indicators alone leave a report conforming."""
        if self.blocked:
            return Verdict.REFUSED
        if any(finding.severity.is_violation for finding in self.findings):
            return Verdict.VIOLATIONS
        return Verdict.CONFORMS


class Checker:
    """Feed it everything that the reader yields, in that order, then ask `finish`.

    `received_on` is the day of receipt at intake, None when a file is only checked. `only` limits the check to rules by
    code. `sha256` is the digest of the unpacked document. `own_report_uid` is the report's identity in the system. The
    rules are those in force on the report's approval date. `registers` and `sha256` are looked at in `finish` only and
    may be set until then: what the document replaces, and its digest, are known when it has been read. `finish` may be
    asked again, after the registers have changed: only they are asked again.
    """

    def __init__(
        self,
        registers: Registers,
        *,
        received_on: date | None = None,
        only: Collection[str] | None = None,
        sha256: str | None = None,
        own_report_uid: str | None = None,
    ) -> None:
        """Raises ValueError for a code in `only` that the book does not have."""
        unknown = sorted(code for code in only or () if code not in book)
        if unknown:
            raise ValueError(f"no such rule: {', '.join(unknown)}")
        self.registers = registers
        self.sha256 = sha256
        self._received_on = received_on
        self._only = None if only is None else frozenset(only)
        self._own_report_uid = own_report_uid
        self._tally: Tally | None = None
        self._rules: dict[Scope, list[Rule]] = {scope: [] for scope in Scope}
        self._found: dict[tuple[str, int, str], Finding] = {}
        self._tally_asked = False

    @property
    def tally(self) -> Tally:
        """What is known of the report so far. Raises ValueError before the header is fed."""
        if self._tally is None:
            raise ValueError("the header of a report comes first")
        return self._tally

    def feed(self, thing: object) -> None:
        """Take the next thing the reader has yielded. Raises TypeError for what is no part of a report."""
        if isinstance(thing, Workplace):
            self.tally.add_workplace(thing)
            self._ask(Scope.WORKPLACE, thing)
        elif isinstance(thing, MeasurementProtocol):
            self.tally.add_protocol(thing)
            self._ask(Scope.PROTOCOL, thing)
        elif isinstance(thing, WorkplaceDetails):
            self.tally.add_details(thing)
            self._ask(Scope.DETAILS, thing)
        elif isinstance(thing, SimilarGroup):
            self.tally.add_group(thing)
        elif isinstance(thing, Header):
            self._begin(thing)
        elif isinstance(thing, Tail):
            self.tally.add_tail(thing)
        else:
            raise TypeError(f"not a part of a report: {type(thing).__name__}")

    def finish(self) -> CheckOutcome:
        """Ask the report-wide rules and put the findings in the order of the catalogue."""
        self.tally.sha256 = self.sha256
        blocking = [rule for rule in self._rules[Scope.REGISTERS] if rule.severity is Severity.BLOCK]
        blocked = list(_report_wide(blocking, self.tally, self.registers))
        if blocked:
            return CheckOutcome(findings=[], blocked=blocked, edition=book.edition())
        if not self._tally_asked:
            self._keep(self._found, self._rules[Scope.TALLY])
            self._tally_asked = True
        found = dict(self._found)
        self._keep(found, [rule for rule in self._rules[Scope.REGISTERS] if rule not in blocking])
        kept = _without_silenced(found.values(), self.tally)
        return CheckOutcome(findings=in_catalogue_order(kept), blocked=[], edition=book.edition())

    def _keep(self, found: dict[tuple[str, int, str], Finding], rules: Iterable[Rule]) -> None:
        for finding in _report_wide(rules, self.tally, self.registers):
            found.setdefault(finding.key, finding)

    def _begin(self, header: Header) -> None:
        self._tally = Tally.of(
            header,
            received_on=self._received_on,
            own_report_uid=self._own_report_uid,
        )
        for rule in book.in_force(header.approved):
            if self._only is None or rule.code in self._only:
                for scope in rule.scopes:
                    self._rules[scope].append(rule)

    def _ask(self, scope: Scope, thing: object) -> None:
        for rule in self._rules[scope]:
            for defect in rule.ask(thing, self._tally):
                finding = rule.finding(defect)
                self._found.setdefault(finding.key, finding)


def recheck(
    workplaces: list[WorkplaceTally],
    groups: list[SimilarGroup],
    registers: Registers,
    codes: Collection[str] = RECHECKABLE,
    *,
    employer_inn: str,
    own_report_uid: str | None = None,
) -> list[Finding]:
    """Ask the uniqueness rules again over stored rows, without reading the XML.

    `workplaces` are all places of the report that are not liquidated, with the numbers now in force (`file_number`
    keeps the one of the file); `groups` name them by the same numbers. Raises ValueError for a code outside
    `RECHECKABLE`.
    """
    refused = sorted(set(codes) - set(RECHECKABLE))
    if refused:
        raise ValueError(f"stored rows do not serve {', '.join(refused)}")
    tally = Tally(employer_inn=employer_inn, workplaces=workplaces, groups=groups, own_report_uid=own_report_uid)
    return in_catalogue_order(_report_wide([book[code] for code in codes], tally, registers))


def in_catalogue_order(findings: Iterable[Finding]) -> list[Finding]:
    """Family by family, rule by rule, object by object."""
    return sorted(findings, key=lambda finding: (book.position(finding.code), finding.object_ordinal, finding.part))


def _report_wide(rules: Iterable[Rule], tally: Tally, registers: Registers) -> Iterator[Finding]:
    for rule in rules:
        subject = (tally, registers) if Scope.REGISTERS in rule.scopes else (tally,)
        for defect in rule.ask(*subject):
            yield rule.finding(defect)


def _without_silenced(findings: Iterable[Finding], tally: Tally) -> Iterator[Finding]:
    """Leave out what is said of a repeated number by rules that cannot be sure of it (SOUT-UNIQ-002)."""
    for finding in findings:
        silent = book[finding.code].family in SILENT_FOR_REPEATED_NUMBER
        if not (silent and finding.workplace in tally.repeated_numbers):
            yield finding
