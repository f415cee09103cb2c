"""Filters: dates, numbers and words."""

import datetime as dt

import pytest
import time_machine

from core.templatetags import formats
from core.templatetags.closed import ComponentError

NIGHT_IN_MOSCOW = dt.datetime(2026, 11, 20, 22, 30, tzinfo=dt.UTC)


def test_date_of_a_moment_is_the_moscow_day():
    assert formats.ru_date(NIGHT_IN_MOSCOW) == "21.11.2026"
    assert formats.ru_date(dt.date(2026, 11, 21)) == "21.11.2026"
    assert formats.ru_date(None) == ""


def test_moment_says_whose_time_it_is():
    assert formats.ru_datetime(NIGHT_IN_MOSCOW) == "21.11.2026, 01:30\u00a0(МСК)"
    with pytest.raises(ComponentError):
        formats.ru_datetime(dt.datetime(2026, 11, 21))


@pytest.mark.parametrize(
    ("number", "word"),
    [
        (0, "признаков"),
        (1, "признак"),
        (2, "признака"),
        (5, "признаков"),
        (11, "признаков"),
        (14, "признаков"),
        (21, "признак"),
        (112, "признаков"),
        (1003, "признака"),
        (None, "признаков"),
    ],
)
def test_plural(number, word):
    assert formats.plural(number, "признак,признака,признаков") == word


def test_plural_wants_three_forms():
    with pytest.raises(ComponentError):
        formats.plural(1, "признак,признака")


def test_thousands_and_fractions():
    assert formats.thin(1234567) == "1\u2009234\u2009567"
    assert formats.thin("84.2") == "84,2"
    assert formats.thin("более 10 000") == "более 10 000"
    assert formats.thin(None) == ""
    assert formats.counted(1200, "место,места,мест") == "1\u2009200\u00a0мест"


@pytest.mark.parametrize(
    ("size", "shown"),
    [
        (0, "0 Б"),
        (1023, "1023 Б"),
        (1024, "1 КБ"),
        (61_446_000, "58,6 МБ"),
        (300 * 2**20, "300 МБ"),
        (2**50, "1024 ТБ"),
    ],
)
def test_file_size(size, shown):
    assert formats.filesize_ru(size) == shown.replace(" ", "\u00a0")


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (dt.date(2026, 11, 20), "сегодня последний день"),
        (dt.date(2026, 11, 23), "остался 1 рабочий день"),
        (dt.date(2026, 11, 26), "осталось 4 рабочих дня"),
        (dt.date(2026, 11, 22), "рабочих дней не осталось"),
        (dt.date(2026, 11, 18), "просрочено на 2 рабочих дня"),
        (dt.date(2029, 11, 18), ""),
        (dt.date(2020, 11, 18), "срок истёк"),
    ],
)
def test_working_days_left(day, words):
    with time_machine.travel(dt.datetime(2026, 11, 20, 9, tzinfo=dt.UTC), tick=False):
        assert formats.working_days_left(day).replace("\u00a0", " ") == words


def test_today_is_the_moscow_day():
    with time_machine.travel(NIGHT_IN_MOSCOW, tick=False):
        assert formats.moscow_today() == dt.date(2026, 11, 21)


def test_nothing_is_a_dash_and_zero_is_not():
    assert [formats.dash(value) for value in (None, "", 0, False)] == ["—", "—", 0, False]


def test_digest_in_groups():
    assert formats.short_digest("0123456789abcdef") == "01234567 89abcdef"
