"""What keeps a protocol from being sent."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from accounts.acting import Acting
from accounts.models import Organization
from sout_reports.models import SoutReport, Workplace
from sout_reports.states import State
from tests import factories
from tests.violations import control
from violations.protocols import selectors
from violations.protocols.conflicts import Code, of_commission
from violations.protocols.models import CommissionProtocol, ProtocolRow
from violations.protocols.selectors import Person

pytestmark = pytest.mark.django_db

CHAIRMAN = Person("Пробнова", "Ольга", "", "Директор", chairman=True)


def member(name: str) -> Person:
    return Person(name, "Иван", "", "Инженер")


@pytest.fixture
def protocol(employer: Organization, head: Acting) -> CommissionProtocol:
    """Two cashiers whose numbers 1 and 2 belong to mechanics; proposed are 3 and 4."""
    _report, flags = control.not_unique(employer, places=2)
    return control.drafted(head, flags)


def numbers(protocol: CommissionProtocol, *values: str) -> None:
    for row, value in zip(protocol.rows.all(), values, strict=True):
        ProtocolRow.objects.filter(pk=row.pk).update(new_number=value)


def codes(protocol: CommissionProtocol) -> set[str]:
    return selectors.conflicts_of(protocol).codes()


def test_a_fresh_draft_has_no_conflicts(protocol: CommissionProtocol) -> None:
    assert [row.new_number for row in protocol.rows.all()] == ["3", "4"]
    assert codes(protocol) == set()


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (("3", "3"), {Code.DUP}),
        (("1", "3"), {Code.SAME}),
        (("2", "3"), {Code.TAKEN}),
        (("", "3"), {Code.FORMAT}),
        (("0", "3"), {Code.FORMAT}),
        (("3A", "4"), {Code.FORMAT}),
        (("100000000", "4"), {Code.FORMAT}),
        (("99999999", "4"), set()),
        (("3А", "4"), {Code.GROUP}),
    ],
)
def test_of_a_row(protocol: CommissionProtocol, values: tuple[str, str], expected: set[str]) -> None:
    numbers(protocol, *values)
    assert codes(protocol) == {str(code) for code in expected}


def test_a_warning_does_not_block(protocol: CommissionProtocol) -> None:
    numbers(protocol, "3А", "4")
    assert not selectors.conflicts_of(protocol).blocking


def test_a_number_used_by_a_place_that_stays(protocol: CommissionProtocol) -> None:
    report = protocol.rows.get(new_number="3").workplace.report
    factories.workplace(report, number=77, position="Сторож")
    numbers(protocol, "77", "4")
    assert codes(protocol) == {Code.USED}


def test_numbers_may_be_exchanged_within_a_report(employer: Organization, head: Acting) -> None:
    report = control.employer_report(employer)
    for number in (1, 2):
        factories.workplace(report, number=number, position=f"Кассир {number}", previous_number=str(3 - number))
    control.feed(report)
    protocol = control.drafted(head, control.raise_flags(report))
    assert [row.new_number for row in protocol.rows.all()] == ["2", "1"]
    assert codes(protocol) == set()


def test_a_number_that_the_protocol_itself_sets_free(protocol: CommissionProtocol, employer: Organization) -> None:
    holder = Workplace.objects.get(report__employer=employer, current_number="2", position="Слесарь 2")
    ProtocolRow.objects.create(protocol=protocol, workplace=holder, old_number="2", new_number="2", liquidated=True)
    numbers(protocol, "2", "4", "2")
    assert codes(protocol) == set()


def test_the_same_place_in_force_may_keep_its_number(employer: Organization, head: Acting) -> None:
    earlier = control.employer_report(employer, approved_on=date(2026, 1, 15))
    factories.workplace(earlier, number=9, position="Кассир", subunit="Зал")
    factories.workplace(earlier, number=5, position="Слесарь", subunit="Цех")
    control.feed(earlier)
    report = control.employer_report(employer)
    factories.workplace(report, number=5, position="Кассир", subunit="Зал")
    protocol = control.drafted(head, control.raise_flags(report))
    assert protocol.rows.get().new_number == "9"
    assert codes(protocol) == set()


def test_the_report_was_replaced(protocol: CommissionProtocol) -> None:
    place = protocol.rows.all()[0].workplace
    SoutReport.objects.filter(pk=place.report_id).update(state=State.SUPERSEDED, superseded_at="2026-11-01T00:00Z")
    assert codes(protocol) == {Code.REPORT}


def test_the_place_changed_meanwhile(protocol: CommissionProtocol) -> None:
    first, second = protocol.rows.all()
    Workplace.objects.filter(pk=first.workplace_id).update(current_number="55")
    Workplace.objects.filter(pk=second.workplace_id).update(liquidated_on=date(2026, 11, 1))
    assert codes(protocol) == {Code.OLD, Code.GONE}


@pytest.mark.parametrize(
    ("members", "blocks"),
    [
        ([CHAIRMAN], False),
        ([CHAIRMAN, member("А"), member("Б")], False),
        ([], True),
        ([CHAIRMAN, member("А"), member("Б"), member("В")], True),
        ([member("А"), member("Б"), member("В")], True),
        ([CHAIRMAN, CHAIRMAN, member("Б")], True),
        ([CHAIRMAN, member("А"), member("А")], True),
        ([CHAIRMAN, member(""), member("Б")], True),
    ],
)
def test_of_the_commission(members: list[Person], blocks: bool) -> None:
    found = of_commission(members)
    assert bool(found) == blocks
    assert {conflict.code for conflict in found} <= {Code.COMMITTEE}


def test_the_commission_is_told_how_many_it_has() -> None:
    (conflict,) = of_commission([CHAIRMAN, member("А"), member("Б"), member("В")])
    assert "нужно нечётное число членов: сейчас 4" in conflict.message


def test_of_the_head(protocol: CommissionProtocol) -> None:
    today = selectors.today()
    for number, day, expected in [
        ("", today, {Code.NUMBER}),
        ("7", today + timedelta(days=1), {Code.DATE}),
        ("7", today - timedelta(days=20), {Code.DATE}),
        ("7", today, set()),
    ]:
        CommissionProtocol.objects.filter(pk=protocol.pk).update(number=number, date=day)
        protocol.refresh_from_db()
        assert codes(protocol) == {str(code) for code in expected}


def test_a_protocol_needs_a_decision(protocol: CommissionProtocol) -> None:
    protocol.rows.all().delete()
    assert codes(protocol) == {Code.EMPTY}


def test_a_number_that_another_place_of_that_report_keeps_is_not_free(
    protocol: CommissionProtocol, employer: Organization
) -> None:
    """Of two bearers of 2 one leaves: the other takes the number, and the cashier cannot."""
    holder = Workplace.objects.get(report__employer=employer, current_number="2", position="Слесарь 2")
    factories.workplace(holder.report, number=2, position="Сварщик", subunit="Ремонтный цех")
    ProtocolRow.objects.create(protocol=protocol, workplace=holder, old_number="2", new_number="2", liquidated=True)
    numbers(protocol, "2", "4", "2")
    found = selectors.conflicts_of(protocol)
    assert found.codes() == {Code.TAKEN}
    ((conflict,),) = found.rows.values()
    assert "«Сварщик», Ремонтный цех" in conflict.message


def test_every_bearer_of_a_number_counts(protocol: CommissionProtocol) -> None:
    """A row that only takes a zero away bears its number itself; the other bearer is told all the same."""
    report = protocol.rows.get(new_number="3").workplace.report
    factories.workplace(report, number=8, position="Сторож")
    own = factories.workplace(report, number="08", position="Вахтёр")
    ProtocolRow.objects.create(protocol=protocol, workplace=own, old_number="08", new_number="8")
    assert codes(protocol) == {Code.USED}


@pytest.mark.parametrize("values", [("3", "3"), ("2", "3"), ("77", "4")])
def test_every_conflict_of_numbers_says_what_to_do(protocol: CommissionProtocol, values: tuple[str, str]) -> None:
    factories.workplace(protocol.rows.get(new_number="3").workplace.report, number=77, position="Сторож")
    numbers(protocol, *values)
    for found in selectors.conflicts_of(protocol).rows.values():
        assert all("Дайте одному" in each.message or "Укажите" in each.message for each in found)
