"""Which numbers are proposed, and why."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from accounts.acting import Acting
from accounts.models import Organization
from sout_reports.models import SoutReport, Workplace
from tests import factories
from tests.violations import control
from violations.protocols.models import ProtocolRow
from violations.protocols.numbering import Proposal, propose, read_numbered

pytestmark = pytest.mark.django_db

ANNA, BORIS, VERA = (factories.snils(number) for number in (1, 2, 3))


def proposals(employer: Organization, *places: Workplace) -> list[Proposal]:
    numbered = read_numbered(Workplace.objects.filter(pk__in=[place.pk for place in places]))
    found = propose(numbered, employer_inn=employer.inn)
    return [found[place.pk] for place in places]


@pytest.fixture
def earlier(employer: Organization) -> SoutReport:
    """In force: places 5 and 40."""
    report = control.employer_report(employer, approved_on=date.today() - timedelta(days=400))
    factories.workplace(report, number=5, position="Слесарь", subunit="Цех", snils=[ANNA, BORIS])
    factories.workplace(report, number=40, position="Кассир", subunit="Зал", snils=[VERA])
    control.feed(report)
    return report


@pytest.fixture
def report(employer: Organization, earlier: SoutReport) -> SoutReport:
    return control.employer_report(employer)


def test_the_same_place_gets_its_number_back(employer: Organization, report: SoutReport) -> None:
    place = factories.workplace(report, number=5, position="КАССИР", subunit="зал")
    (proposal,) = proposals(employer, place)
    assert proposal.number == "40"
    assert "должность и подразделение те же" in proposal.reason


def test_the_place_with_the_same_workers_comes_first(
    employer: Organization, report: SoutReport, earlier: SoutReport
) -> None:
    factories.workplace(earlier, number=7, position="Кассир", subunit="Зал", snils=[ANNA])
    control.feed(earlier)
    place = factories.workplace(report, number=5, position="Кассир", subunit="Зал", snils=[VERA])
    (proposal,) = proposals(employer, place)
    assert proposal.number == "40"
    assert "работники те же" in proposal.reason


def test_what_the_file_calls_the_former_number_wins(employer: Organization, report: SoutReport) -> None:
    place = factories.workplace(report, number=5, position="Кассир", subunit="Зал", previous_number="17")
    assert proposals(employer, place)[0] == Proposal("17", "номер при предыдущей СОУТ по сведениям отчёта")


def test_a_former_number_that_another_place_bears_is_not_proposed(employer: Organization, report: SoutReport) -> None:
    place = factories.workplace(report, number=6, position="Повар", subunit="Кухня", previous_number="5")
    assert proposals(employer, place)[0].number == "41"


def test_one_former_number_is_given_once(employer: Organization, report: SoutReport) -> None:
    first = factories.workplace(report, number=1, position="Кассир", subunit="Зал", snils=[VERA])
    second = factories.workplace(report, number=2, position="Кассир", subunit="Зал", snils=[VERA])
    assert [each.number for each in proposals(employer, first, second)] == ["40", "41"]


def test_of_two_alike_in_the_report_none_is_the_former(employer: Organization, report: SoutReport) -> None:
    first = factories.workplace(report, number=1, position="Кассир", subunit="Зал")
    second = factories.workplace(report, number=2, position="Кассир", subunit="Зал")
    assert [each.number for each in proposals(employer, first, second)] == ["41", "42"]


def test_of_two_alike_in_force_none_is_the_former(
    employer: Organization, report: SoutReport, earlier: SoutReport
) -> None:
    factories.workplace(earlier, number=7, position="Кассир", subunit="Зал", snils=[ANNA])
    control.feed(earlier)
    place = factories.workplace(report, number=5, position="Кассир", subunit="Зал", snils=[BORIS])
    assert proposals(employer, place)[0].number == "41"


@pytest.mark.parametrize("days_later", [0, 30])
def test_a_report_that_is_not_earlier_gives_no_number(employer: Organization, days_later: int) -> None:
    day = date.today() - timedelta(days=100)
    later = control.employer_report(employer, approved_on=day + timedelta(days=days_later))
    factories.workplace(later, number=40, position="Кассир", subunit="Зал", snils=[VERA])
    control.feed(later)
    report = control.employer_report(employer, approved_on=day)
    place = factories.workplace(report, number=5, position="Кассир", subunit="Зал", snils=[VERA])
    assert proposals(employer, place)[0].number == "41"


def test_a_former_number_used_in_the_report_is_not_proposed(employer: Organization, report: SoutReport) -> None:
    factories.workplace(report, number=40, position="Кассир", subunit="Зал")
    place = factories.workplace(report, number=5, position="Кассир", subunit="Зал")
    assert proposals(employer, place)[0].number == "41"


def test_the_next_free_is_above_everything_known(employer: Organization, report: SoutReport, head: Acting) -> None:
    factories.workplace(report, number="150А")
    place = factories.workplace(report, number=5, position="Повар", subunit="Кухня")
    assert proposals(employer, place)[0].number == "151"
    draft = control.drafted(head, control.raise_flags(report))
    ProtocolRow.objects.filter(protocol=draft).update(new_number="900")
    assert proposals(employer, place)[0].number == "901"


def test_an_analogous_place_keeps_its_mark(employer: Organization, report: SoutReport) -> None:
    in_group = factories.workplace(report, number=5, position="Повар", similar_group=1)
    marked = factories.workplace(report, number="5А", position="Пекарь")
    assert [each.number for each in proposals(employer, in_group, marked)] == ["41А", "42А"]


def test_gaps_are_used_when_nothing_is_above(employer: Organization, report: SoutReport) -> None:
    factories.workplace(report, number=99_999_999, position="Сторож")
    place = factories.workplace(report, number=5, position="Повар")
    assert proposals(employer, place)[0].number == "1"


def test_workers_on_a_place_of_another_name_are_pointed_out(employer: Organization, report: SoutReport) -> None:
    place = factories.workplace(report, number=5, position="Старший кассир", subunit="Зал", snils=[VERA])
    (proposal,) = proposals(employer, place)
    assert proposal.number == "41"
    assert "те же работники — на действующем месте № 40 «Кассир»" in proposal.reason
