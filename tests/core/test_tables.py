"""List pages: the cursor walks every row once, in both directions, whatever the sort."""

from base64 import urlsafe_b64decode

import pytest
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from core.tables import Column, Filters, build, choice, number, search, typed_text
from core.tables.cursor import decode
from sout_reports.models import Workplace
from tests import factories

pytestmark = pytest.mark.django_db
COLUMNS = [
    Column("number", "№", sort="number_order"),
    Column("class", "Класс", sort="final_class"),
    Column("position", "Должность"),
]


@pytest.fixture
def places():
    report = factories.report()
    for ordinal in range(1, 38):
        factories.workplace(report, number=str(ordinal), final_class=("2", "3.1", "4")[ordinal % 3])
    return Workplace.objects.filter(report=report)


def walk(rf, places, query, key):
    """Follow «Следующая» to the end and «Предыдущая» back; returns both lists of row numbers and the seen pages."""
    url, forward, pages = f"/?{query}", [], []
    while url:
        table, page = build(rf.get(url), places, COLUMNS, default="number")
        forward += [row.number for row in table.rows]
        pages.append((page.first, page.last, page.total_label))
        back_from, url = url, page.next_url
    backward, url = [], back_from
    while url:
        table, page = build(rf.get(url), places, COLUMNS, default="number")
        backward = [row.number for row in table.rows] + backward
        assert (page.first, page.last, page.total_label) == pages.pop()
        url = page.previous_url
    return forward, backward


@pytest.mark.parametrize("sort", ["number", "-number", "class", "-class"])
@pytest.mark.parametrize("size", [10, 25])
def test_every_row_is_seen_once_in_both_directions(rf: RequestFactory, places, sort, size):
    forward, backward = walk(rf, places, f"sort={sort}&size={size}", sort)
    assert len(forward) == 37
    assert len(set(forward)) == 37
    assert backward == forward
    field = {"number": "number_order", "class": "final_class"}[sort.lstrip("-")]
    sign = "-" if sort.startswith("-") else ""
    assert forward == list(places.order_by(f"{sign}{field}", f"{sign}pk").values_list("number", flat=True))


def test_numbers_sort_as_numbers(rf, places):
    table, _ = build(rf.get("/"), places, COLUMNS, default="number")
    assert [row.number for row in table.rows] == [str(n) for n in range(1, 11)]


def test_nobody_reads_in_an_address_what_a_list_is_sorted_by(rf, places):
    places.update(number_order="ЁЛКИНА ЯНА")
    _, page = build(rf.get("/?sort=number"), places, COLUMNS, default="number")
    sealed = page.next_url.split("at=")[1].split("&")[0]
    raw = urlsafe_b64decode(sealed + "=" * (-len(sealed) % 4))
    assert "ЁЛКИНА".encode() not in raw
    assert b"u0401" not in raw
    assert decode(sealed).value == "ЁЛКИНА ЯНА"
    assert decode("B" + sealed[1:]) is decode("C" + sealed[1:]) is None
    _, again = build(rf.get("/?sort=number"), places, COLUMNS, default="number")
    assert again.next_url == page.next_url, "a page is the same when it is asked again"


@pytest.mark.parametrize(
    "query",
    [
        "sort=position",
        "sort=--number",
        "sort=id;drop",
        "at=forged",
        "at=%D1%84",
        "at=%00",
        "at=A",
        "at=" + "A" * 5000,
        "size=7",
        "at=",
        "sort=",
    ],
)
def test_what_the_address_makes_up_is_ignored(rf, places, query):
    table, page = build(rf.get(f"/?{query}"), places, COLUMNS, default="number")
    assert [row.number for row in table.rows][:2] == ["1", "2"]
    assert page.first == 1


def test_a_cursor_of_another_sort_starts_again(rf, places):
    _, page = build(rf.get("/?sort=class"), places, COLUMNS, default="number")
    cursor = page.next_url.split("at=")[1].split("&")[0]
    _, again = build(rf.get(f"/?sort=number&at={cursor}"), places, COLUMNS, default="number")
    assert again.first == 1


def test_a_page_costs_two_queries(rf, places):
    with CaptureQueriesContext(connection) as queries:
        build(rf.get("/?size=25"), places, COLUMNS, default="number")
    assert len(queries) == 2
    assert "OFFSET" not in "".join(q["sql"] for q in queries)


def test_no_rows(rf, places):
    table, page = build(rf.get("/"), places.none(), COLUMNS, default="number")
    assert table.rows == []
    assert (page.first, page.last, page.total_label, page.next_url, page.previous_url) == (0, 0, "0", None, None)


def test_sort_links_turn_round(rf, places):
    table, _ = build(rf.get("/?sort=number&size=25"), places, COLUMNS, default="number")
    head = {column["key"]: column for column in table.columns}
    assert head["number"]["sorted"] == "ascending"
    assert "sort=-number" in head["number"]["sort_url"]
    assert "size=25" in head["number"]["sort_url"]
    assert head["class"]["sorted"] is None
    assert not head["position"]["sortable"]


FILTERS = [
    choice("class", "Класс", [("2", "2"), ("4", "4")], "final_class"),
    number("ordinal", "Порядковый номер", "ordinal"),
    search("q", "Номер", lambda rows, text: rows.filter(number__startswith=text)),
]


def test_filters_narrow_and_describe_themselves(rf, places):
    filters = Filters(rf.get("/?class=4&q=1&size=25&sort=number"), FILTERS)
    assert {place.final_class for place in filters.apply(places)} == {"4"}
    assert [each["label"] for each in filters.active] == ["Класс", "Номер"]
    assert filters.clear_url == "/?sort=number&size=25"
    assert "class" not in filters.active[0]["url"]


@pytest.mark.parametrize(
    "query",
    [
        "class=5",
        "ordinal=abc",
        "ordinal=-1",
        "ordinal=99999999999999999999",
        "q=%00",
        "q=%00%20%00",
        "q=%20%00%C2%A0",
        "q=%C2%A0",
    ],
)
def test_values_outside_the_closed_set_are_ignored(rf, places, query):
    assert Filters(rf.get(f"/?{query}"), FILTERS).apply(places).count() == 37


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("q=%00%20%00", ""),
        ("q=%20%001%00%20", "1"),
        ("q=" + "1" * 199 + "%20%00" + "2", "1" * 199),
        ("q=" + "%00" * 250 + "%201", "1"),
        ("", ""),
    ],
)
def test_a_typed_text_is_blank_or_says_something(rf, query, text):
    """A search may take the first word of what it is given."""
    assert typed_text(rf.get(f"/?{query}"), "q") == text
