"""Rules asked again over stored rows: what becomes of flags, and of the report's verdict."""

from __future__ import annotations

from datetime import date

import pytest

from accounts.models import Organization
from sout_reports.models import SoutReport, Workplace
from sout_reports.states import Verdict
from tests import factories
from tests.violations import control
from violations.flags.actions import rechecked_codes, stored_tallies
from violations.flags.models import CheckRun, Flag, FlagChange
from violations.flags.selectors import commission_codes, waiting
from violations.flags.states import FlagState
from violations.rules.sout import book

pytestmark = pytest.mark.django_db


@pytest.fixture
def report(employer: Organization) -> SoutReport:
    return control.not_unique(employer, places=2)[0]


def renumber(report: SoutReport, ordinal: int, number: str) -> None:
    from registries.workplace_keys import number_sort_key

    places = Workplace.objects.filter(report=report, ordinal=ordinal)
    places.update(current_number=number, number_order=number_sort_key(number))


def test_only_what_a_commission_clears_is_asked(report: SoutReport) -> None:
    assert set(rechecked_codes(report)) == {f"SOUT-UNIQ-00{number}" for number in (1, 2, 3, 4)}
    assert commission_codes() >= set(rechecked_codes(report))


def test_a_flag_is_cleared_and_comes_back(report: SoutReport) -> None:
    renumber(report, 1, "50")
    control.raise_flags(report)
    first = Flag.objects.get(report=report, object_ordinal=1)
    assert (first.state, first.protocol) == (FlagState.CLEARED, None)
    renumber(report, 1, "1")
    control.raise_flags(report)
    first.refresh_from_db()
    assert (first.state, first.closed_at) == (FlagState.OPEN, None)
    assert [change.what for change in FlagChange.objects.filter(flag=first).order_by("pk")] == [
        "raised",
        "cleared",
        "reopened",
    ]


def test_a_flag_that_stands_is_updated_with_its_history(report: SoutReport) -> None:
    renumber(report, 1, "2")
    control.raise_flags(report)
    flag = Flag.objects.get(report=report, object_ordinal=1, rule="SOUT-UNIQ-001")
    assert "Слесарь 2" in flag.message
    change = FlagChange.objects.get(flag=flag, what="updated")
    assert (change.before["workplace_number"], change.after["workplace_number"]) == ("1", "2")
    assert Flag.objects.filter(report=report, rule="SOUT-UNIQ-002").count() == 1


def test_a_liquidated_place_is_not_asked_about(report: SoutReport) -> None:
    Workplace.objects.filter(report=report, ordinal=1).update(liquidated_on=date(2026, 11, 1))
    assert [tally.ordinal for tally in stored_tallies(report)] == [2]
    control.raise_flags(report)
    assert Flag.objects.get(report=report, object_ordinal=1).state == FlagState.CLEARED


def test_the_number_of_the_file_is_kept_beside(report: SoutReport) -> None:
    renumber(report, 1, "50")
    first, second = stored_tallies(report)
    assert (first.number, first.file_number, second.file_number) == ("50", "1", None)


def test_the_verdict_and_the_run_follow(report: SoutReport) -> None:
    report.refresh_from_db()
    assert (report.verdict, report.open_flags, report.open_violations) == (Verdict.VIOLATIONS, 2, 2)
    for ordinal in (1, 2):
        renumber(report, ordinal, str(70 + ordinal))
    control.raise_flags(report)
    report.refresh_from_db()
    assert (report.verdict, report.open_flags) == (Verdict.CONFORMS, 0)
    run = CheckRun.objects.filter(report=report).latest("pk")
    assert (run.edition, run.occasion, run.found) == (book.edition(), "protocol", 0)


def test_what_waits_is_counted_for_each_side(report: SoutReport, employer: Organization) -> None:
    assert waiting(factories.acting(employer)) == 2
    assert waiting(factories.acting(report.organization)) == 2
    assert waiting(factories.acting(factories.organization())) == 0
    assert waiting(factories.acting(employer, rights=["admin.settings"])) == 0
