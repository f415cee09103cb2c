import json
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import calendar

dates = st.dates(date(2014, 1, 1), date(2030, 12, 31))


@pytest.mark.parametrize(("year", "workdays"), [(2024, 248), (2025, 247), (2026, 247)])
def test_working_days_of_a_year(year, workdays):
    assert calendar.workdays_between(date(year - 1, 12, 31), date(year, 12, 31)) == workdays


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        (date(2026, 1, 8), False),  # holidays of January move no day off
        (date(2026, 1, 9), False),  # from Saturday 3 January
        (date(2026, 1, 12), True),
        (date(2026, 3, 9), False),  # 8 March is a Sunday
        (date(2026, 5, 11), False),  # 9 May is a Saturday
        (date(2026, 11, 4), False),
        (date(2026, 12, 31), False),
        (date(2025, 2, 24), True),  # the decree took 23 February, a Sunday, to 8 May
        (date(2025, 5, 8), False),
        (date(2025, 11, 1), True),  # a working Saturday
        (date(2024, 12, 28), True),
        (date(2024, 12, 30), False),
        (date(2026, 11, 21), False),  # an ordinary Saturday
    ],
)
def test_single_days(day, worked):
    assert calendar.is_workday(day) is worked


def test_ten_working_days_from_approval():
    assert calendar.add_workdays(date(2026, 10, 23), 10) == date(2026, 11, 9)


def test_a_term_of_no_days_ends_where_it_begins():
    assert calendar.add_workdays(date(2026, 11, 21), 0) == date(2026, 11, 21)


def test_a_term_cannot_be_negative():
    with pytest.raises(ValueError, match="negative"):
        calendar.add_workdays(date(2026, 11, 21), -1)


@given(dates, st.integers(1, 60))
def test_a_term_ends_on_a_working_day_and_counts_back(start, days):
    end = calendar.add_workdays(start, days)
    assert calendar.is_workday(end)
    assert calendar.workdays_between(start, end) == days
    assert calendar.workdays_between(start, end - timedelta(days=1)) == days - 1


@pytest.mark.parametrize(
    ("day", "years", "expected"),
    [
        (date(2021, 10, 5), 5, date(2026, 10, 5)),
        (date(2020, 2, 29), 5, date(2025, 2, 28)),
        (date(2020, 2, 29), 4, date(2024, 2, 29)),
        (date(2026, 10, 5), -5, date(2021, 10, 5)),
    ],
)
def test_years_later(day, years, expected):
    assert calendar.add_years(day, years) == expected


def test_a_year_without_transfers_is_preliminary():
    assert calendar.is_preliminary(2035)
    assert not calendar.is_preliminary(2026)


def test_a_preliminary_year_follows_the_rule():
    # 1 May 2027 is a Saturday
    assert not calendar.is_workday(date(2027, 5, 3))


def test_edition_is_the_one_of_the_file():
    assert calendar.version() == json.loads(calendar.DATA.read_text())["version"]


@pytest.mark.parametrize(
    ("source", "target"),
    [("2026-01-05", "2026-01-09"), ("2026-01-03", "2027-01-08"), ("2026-01-03", "2026-01-10")],
)
def test_a_misprint_in_the_data_is_refused(tmp_path, source, target):
    content = json.loads(calendar.DATA.read_text())
    content["years"]["2026"]["transfers"] = [{"from": source, "to": target}]
    path = tmp_path / "calendar.json"
    path.write_text(json.dumps(content))
    with pytest.raises(ValueError, match="2026"):
        calendar.load(path)


def test_terms_end_with_the_calendar():
    last = date.max
    assert calendar.add_workdays(date(9999, 12, 28), 10) == last
    assert calendar.add_workdays(last, 1) == last
    assert calendar.add_years(date(9996, 2, 29), 5) == last
    assert calendar.add_years(date(9994, 5, 1), 5) == date(9999, 5, 1)
