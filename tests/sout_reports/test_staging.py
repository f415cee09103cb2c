"""From what is read to rows."""

from __future__ import annotations

from copy import deepcopy
from io import BytesIO

import pytest

from simulators.sout_reports import registers_of, sample_spec
from simulators.sout_reports.draft import Draft
from sout_reports.document.model import WorkplaceKind, final_class
from sout_reports.document.reader import read_report
from tests import factories
from tests.sout_reports.conftest import read_in
from tests.violations.rules.reports import check
from violations.rules.checker import Checker
from violations.rules.context_file import ContextFileRegisters

SPEC = sample_spec("office", workplaces=3, seed=5, similar=False, previous=True)


def repeated() -> bytes:
    """Two places of one number, whose details come twice with different former numbers."""
    draft = Draft(SPEC)
    first, second, *_ = draft.places()
    draft.renumber(second, first.findtext("Id"))
    details = [each for each in draft.root.iter("WorkPlaceDetails") if each.get("WorkPlaceId") == first.findtext("Id")]
    original = details[0]
    for other in details[1:]:
        other.getparent().remove(other)
    again = deepcopy(original)
    for element, number in ((original, "501"), (again, "502")):
        former = element.find("PreviousNumber")
        assert former is not None
        former.text = number
    original.addnext(again)
    return draft.to_bytes()


@pytest.mark.django_db
def test_details_of_a_repeated_number_are_the_first_bearers_and_the_first_count():
    report = read_in(factories.report(), repeated())
    first, second, *_ = report.places.order_by("ordinal")
    assert first.number == second.number
    assert (first.previous_number, second.previous_number) == ("501", "")
    assert first.details is not None
    assert second.details is None


def test_the_rules_see_the_same():
    checker = Checker(ContextFileRegisters(registers_of([SPEC])))
    for thing, _ in read_report(BytesIO(repeated()), with_fragments=False):
        checker.feed(thing)
    first, second, *_ = checker.tally.workplaces
    assert (first.previous_number, second.previous_number) == ("501", None)


@pytest.mark.parametrize(
    ("kind", "conditions", "ppe", "counted"),
    [
        (WorkplaceKind.ATTESTED, "3.1", "-", "3.1"),
        (WorkplaceKind.ATTESTED, "3.1", "2", "2"),
        (WorkplaceKind.ATTESTED, "-", "-", None),
        (WorkplaceKind.DECLARED, None, None, "2"),
        (WorkplaceKind.IMPOSSIBLE, None, "-", "4"),
    ],
)
def test_a_dash_states_no_class(kind, conditions, ppe, counted):
    assert final_class(kind, conditions, ppe) == counted


def test_the_summary_sheet_counts_a_dash_as_the_rules_do():
    draft = Draft(sample_spec("plant", workplaces=12, seed=3))
    card = next(place for place in draft.places("WorkPlaceAttested") if place.find("WorkingConditionsPPE") is None)
    final = card.find("WorkingConditions")
    assert final is not None
    stated = final.makeelement("WorkingConditionsPPE", {})
    stated.text = "-"
    final.addnext(stated)
    outcome = check(draft.to_bytes(), ContextFileRegisters(registers_of([draft.spec])), only={"SOUT-SVD-001"})
    assert outcome.findings == []
