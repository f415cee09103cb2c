"""The rulebook: one function a rule, registered by decorator, with the dates it is in force.

    @rule("SOUT-COM-001", "Число членов комиссии … чётное", VIOLATION, "ч. 1 ст. 9 426-ФЗ", CORRECTION, scope=Scope.TALLY,
          checks="Подсчитываются председатель и члены комиссии …")
    def commission_is_odd(tally: Tally) -> Iterator[Defect]: ...

A rule is a generator of defects and keeps no state. What it is called with follows from its scope.
"""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeVar

from violations.rules.findings import Defect, Finding
from violations.rules.severity import ClearedBy, Severity
from violations.rules.wording import LONGEST_MESSAGE, shortened

# A rule over a stream takes (thing, tally), a rule over the tally (tally), a rule over registers (tally, registers).
RuleFunction = Callable[..., Iterator[Defect]]
Function = TypeVar("Function", bound=RuleFunction)


class Scope(StrEnum):
    """When a rule is asked, and about what."""

    SHAPE = "shape"  # raised by the reader when it refuses a file; the book only describes it
    WORKPLACE = "workplace"  # one workplace at a time, as it streams by
    DETAILS = "details"  # one WorkPlaceDetails of the Extension at a time
    PROTOCOL = "protocol"  # one MeasurementProtocol of the Extension at a time
    TALLY = "tally"  # once a report, over the compact tallies
    REGISTERS = "registers"  # once a report, asks the registers in batches

    @property
    def label(self) -> str:
        return _SCOPE_LABELS[self]


_SCOPE_LABELS = {
    Scope.SHAPE: "форма файла",
    Scope.WORKPLACE: "рабочее место",
    Scope.DETAILS: "сведения о рабочем месте",
    Scope.PROTOCOL: "протокол измерений",
    Scope.TALLY: "отчёт в целом",
    Scope.REGISTERS: "отчёт и реестры",
}


class DuplicateRule(Exception):
    """A rule number is permanent: two functions cannot share one."""


@dataclass(slots=True, frozen=True)
class Rule:
    """A rule of the book. In force for reports approved from `since` (inclusive) until `until` (exclusive).

    `checks` is one Russian sentence for users: what is compared with what. `ask` is called with what the rule's scope gives it.
    """

    code: str
    title: str
    severity: Severity
    basis: str
    cleared_by: tuple[ClearedBy, ...]
    scopes: tuple[Scope, ...]
    since: date | None
    until: date | None
    checks: str
    predicate: str
    ask: RuleFunction

    @property
    def family(self) -> str:
        """«CLS» of «SOUT-CLS-001»."""
        return self.code.split("-")[1]

    def in_force(self, on: date) -> bool:
        return (self.since is None or self.since <= on) and (self.until is None or on < self.until)

    def finding(self, defect: Defect) -> Finding:
        """The finding that this rule makes of a defect it has yielded. Texts of any length in the file become short."""
        return Finding(
            code=self.code,
            severity=self.severity,
            message=shortened(defect.message, LONGEST_MESSAGE),
            found=shortened(defect.found),
            expected=shortened(defect.expected),
            path=defect.path,
            object_ordinal=defect.object_ordinal,
            part=defect.part,
            workplace=defect.workplace,
            workplace_ordinal=defect.workplace_ordinal,
            advice=defect.advice,
        )


def _says_nothing(*subject: object) -> Iterator[Defect]:
    """A rule of scope `SHAPE`: what it says is said by the reader."""
    return iter(())


class Rulebook:
    """The rules of one kind of document, in catalogue order of their registration."""

    def __init__(self, name: str, *, version: str, families: Iterable[str]) -> None:
        """`families` gives the order in which findings are shown; `version` is raised when a predicate changes."""
        self.name = name
        self.version = version
        self._families = tuple(families)
        self._rules: dict[str, Rule] = {}

    def rule(
        self,
        code: str,
        title: str,
        severity: Severity,
        basis: str,
        *cleared_by: ClearedBy,
        scope: Scope | tuple[Scope, ...],
        checks: str,
        since: date | None = None,
        until: date | None = None,
    ) -> Callable[[Function], Function]:
        """Register the decorated function. Its docstring is the predicate and is printed in the catalogue.

        Raises DuplicateRule for a number already given, ValueError for a rule without docstring, sentence,
        family or clearing.
        """

        def register(function: Function) -> Function:
            scopes = scope if isinstance(scope, tuple) else (scope,)
            text = inspect.getdoc(function) or ""
            self._add(Rule(code, title, severity, basis, cleared_by, scopes, since, until, checks, text, function))
            return function

        return register

    def describe(
        self, code: str, title: str, severity: Severity, basis: str, *cleared_by: ClearedBy, checks: str, predicate: str
    ) -> None:
        """Enter a rule that the reader applies: it has a page in the catalogue and no function here."""
        shape = (Scope.SHAPE,)
        self._add(Rule(code, title, severity, basis, cleared_by, shape, None, None, checks, predicate, _says_nothing))

    def _add(self, rule: Rule) -> None:
        if rule.code in self._rules:
            raise DuplicateRule(f"{rule.code} is already in the book «{self.name}»")
        if rule.family not in self._families:
            raise ValueError(f"{rule.code}: the family {rule.family} has no place in the book's order")
        if not rule.predicate or not rule.checks or not rule.cleared_by:
            raise ValueError(f"{rule.code}: a rule needs a docstring, a sentence for users and a way to be cleared")
        self._rules[rule.code] = rule

    def __getitem__(self, code: str) -> Rule:
        return self._rules[code]

    def __contains__(self, code: object) -> bool:
        return code in self._rules

    def __iter__(self) -> Iterator[Rule]:
        """All rules in the order of the catalogue: family, then number."""
        return iter(sorted(self._rules.values(), key=lambda rule: self.position(rule.code)))

    def __len__(self) -> int:
        return len(self._rules)

    def position(self, code: str) -> tuple[int, str]:
        """Where a code stands in the catalogue: for sorting findings."""
        return (self._families.index(self._rules[code].family), code)

    def in_force(self, on: date) -> list[Rule]:
        """The rules by which a report approved on `on` is judged."""
        return [rule for rule in self if rule.in_force(on)]

    def edition(self) -> str:
        """Version and digest of codes, weights and dates: stored with each run, for instance «2026.11-3fa9c0d1e2»."""
        lines = [f"{rule.code}|{rule.severity}|{rule.since}|{rule.until}" for rule in self]
        digest = hashlib.sha256("\n".join([self.version, *lines]).encode()).hexdigest()
        return f"{self.version}-{digest[:10]}"
