from datetime import date
from pathlib import Path

import pytest

from violations.rules.catalogue import catalogue_markdown
from violations.rules.findings import Defect
from violations.rules.rulebook import DuplicateRule, Rulebook, Scope
from violations.rules.severity import ClearedBy, Severity, how_cleared
from violations.rules.sout import book
from violations.rules.wording import LONGEST_MESSAGE, LONGEST_VALUE

REPOSITORY = Path(__file__).resolve().parents[3]


def enter(into, code="SOUT-COM-001", text="Says nothing.", checks="Проверяется ничего.", **dates):
    def function(tally):
        yield from ()

    function.__doc__ = text
    kept = {"checks": checks, **dates}
    into.rule(code, "Правило", Severity.WARNING, "ст. 1", ClearedBy.CORRECTION, scope=Scope.TALLY, **kept)(function)


@pytest.fixture
def small():
    return Rulebook("small", version="1", families=("ID", "COM"))


def test_a_number_is_given_once(small):
    enter(small)
    with pytest.raises(DuplicateRule, match="SOUT-COM-001"):
        enter(small)


def test_a_rule_says_what_it_does(small):
    for missing in ({"text": ""}, {"checks": ""}):
        with pytest.raises(ValueError, match="docstring"):
            enter(small, **missing)


def test_a_family_has_its_place(small):
    with pytest.raises(ValueError, match="ZZZ"):
        enter(small, code="SOUT-ZZZ-001")


def test_rules_stand_in_the_order_of_the_catalogue(small):
    for code in ("SOUT-COM-002", "SOUT-COM-001", "SOUT-ID-003"):
        enter(small, code)
    assert [rule.code for rule in small] == ["SOUT-ID-003", "SOUT-COM-001", "SOUT-COM-002"]


def test_a_report_is_judged_by_the_rules_of_its_own_date(small):
    enter(small, since=date(2025, 9, 1), until=date(2026, 9, 1))
    assert not small.in_force(date(2025, 8, 31))
    assert small.in_force(date(2025, 9, 1))
    assert small.in_force(date(2026, 8, 31))
    assert not small.in_force(date(2026, 9, 1))


def test_the_edition_changes_with_dates_codes_and_version(small):
    enter(small)
    editions = {small.edition()}
    enter(small, "SOUT-COM-002")
    editions.add(small.edition())
    for version, dates in (("1", {"since": date(2025, 1, 1)}), ("2", {})):
        other = Rulebook("small", version=version, families=("COM",))
        enter(other, **dates)
        editions.add(other.edition())
    assert len(editions) == 4


def test_texts_of_any_length_become_short():
    defect = Defect("м" * 10_000, "н" * 10_000, "о" * 10_000, "/Attestation", 1)
    finding = book["SOUT-COM-001"].finding(defect)
    assert len(finding.message) == LONGEST_MESSAGE
    assert (len(finding.found), len(finding.expected)) == (LONGEST_VALUE, LONGEST_VALUE)
    assert finding.message.endswith("…")


def test_every_rule_tells_who_clears_it():
    for rule in book:
        assert how_cleared(rule.cleared_by).endswith(".")
        assert rule.severity.label


def test_several_ways_make_one_sentence():
    assert how_cleared((ClearedBy.COMMISSION, ClearedBy.CORRECTION)) == (
        "Работодатель подписывает и отправляет протокол решения комиссии по проведению СОУТ; "
        "либо организация, проводившая СОУТ, направляет исправленный отчёт."
    )


@pytest.mark.parametrize(
    ("severity", "violation"),
    [(Severity.BLOCK, True), (Severity.VIOLATION, True), (Severity.WARNING, False), (Severity.RISK, False)],
)
def test_warnings_leave_a_report_conforming(severity, violation):
    assert severity.is_violation is violation


def test_every_rule_names_its_source():
    assert [rule.code for rule in book if "Source:" not in rule.predicate] == []


def test_the_document_is_up_to_date():
    written = (REPOSITORY / "docs" / "rules.md").read_text(encoding="utf-8")
    assert written == catalogue_markdown(book), "run manage.py write_rules_doc"
