"""«Рабочие места» of a report."""

from __future__ import annotations

import uuid
from datetime import date

import pytest
from django.urls import reverse

from registries.workplace_keys import number_sort_key
from sout_reports.models import Renumbering
from tests import factories
from tests.factories import workplace

pytestmark = pytest.mark.django_db


@pytest.fixture
def report(reader):
    return factories.report(reader.organization)


def listed(client, report, **asked) -> str:
    return client.get(reverse("sout_reports:workplaces", args=[report.uid]), asked).content.decode()


def numbers(client, report, **asked) -> list[str]:
    response = client.get(reverse("sout_reports:workplaces", args=[report.uid]), asked)
    return [row.current_number for row in response.context["table"].rows]


def decide(place, new: str = "", *, liquidated: bool = False) -> None:
    Renumbering.objects.create(
        workplace=place,
        old_number=place.number,
        new_number=new or place.number,
        liquidated=liquidated,
        protocol_uid=uuid.uuid4(),
        protocol_number="7",
        protocol_date=date(2026, 11, 12),
    )
    if liquidated:
        place.liquidated_on = date(2026, 11, 12)
    else:
        place.current_number = new
        place.number_order = number_sort_key(new)
    place.save(update_fields=["liquidated_on", "current_number", "number_order"])


def test_a_report_without_workplaces_says_so(reading, report):
    assert "Рабочих мест нет" in listed(reading, report)


def test_numbers_stand_as_a_reader_expects(reading, report):
    for number in ("10", "2", "11А", "11", "1"):
        workplace(report, number=number)
    assert numbers(reading, report) == ["1", "2", "10", "11", "11А"]
    assert numbers(reading, report, sort="-number") == ["11А", "11", "10", "2", "1"]


def test_a_changed_number_names_its_protocol(reading, report):
    decide(workplace(report, number="5"), "105")
    page = listed(reading, report)
    assert "№ 105" in page
    assert "Номер изменён протоколом № 7 от 12.11.2026, в файле: 5" in page


def test_a_liquidated_workplace_names_its_protocol(reading, report):
    decide(workplace(report, number="5"), liquidated=True)
    workplace(report, number="6")
    assert "Ликвидировано протоколом № 7 от 12.11.2026" in listed(reading, report)
    assert numbers(reading, report, state="liquidated") == ["5"]
    assert numbers(reading, report, state="alive") == ["6"]


def test_filters(reading, report):
    decide(workplace(report, number="1", position="Сварщик", final_class="3.2", subunit="Цех № 1"), "101")
    workplace(report, number="2", position="Бухгалтер", final_class="2", subunit="Бухгалтерия")
    workplace(report, number="3", position="Врач", final_class="4", subunit="Отделение")
    assert numbers(reading, report, **{"class": "harmful"}) == ["3", "101"]
    assert numbers(reading, report, **{"class": "3.2"}) == ["101"]
    assert numbers(reading, report, unit="цех") == ["101"]
    assert numbers(reading, report, q="бухг") == ["2"]
    assert numbers(reading, report, q="0101") == ["101"]
    assert numbers(reading, report, q="1") == ["101"]  # by the number in the file
    assert numbers(reading, report, state="renumbered") == ["101"]
    assert "Ничего не найдено" in listed(reading, report, q="нет такого")


def test_sorts_by_class_and_workers(reading, report):
    workplace(report, number="1", final_class="3.1", workers=5)
    workplace(report, number="2", final_class="2", workers=50)
    assert numbers(reading, report, sort="class") == ["2", "1"]
    assert numbers(reading, report, sort="workers") == ["1", "2"]


def test_harmful_factors_are_named_in_the_row(reading, report):
    workplace(report, factors={4: "3.1", 12: "2", 13: "3.2"}, final_class="3.2")
    page = listed(reading, report)
    assert "Шум" in page
    assert "Тяжесть" in page
    assert "Световая среда" not in page


def test_a_class_lowered_by_protective_equipment_shows_both(reading, report):
    workplace(report, conditions="3.2", conditions_ppe="3.1", final_class="3.1")
    assert "с СИЗ" in listed(reading, report)


def test_pages_hold_together(reading, report):
    for number in range(1, 31):
        workplace(report, number=str(number))
    url = reverse("sout_reports:workplaces", args=[report.uid])
    first = reading.get(url)
    second = reading.get(first.context["page"].next_url)
    shown = [row.ordinal for row in [*first.context["table"].rows, *second.context["table"].rows]]
    assert shown == list(range(1, 31))


@pytest.mark.parametrize("rows", [1, 60])
def test_the_price_does_not_depend_on_the_rows(reading, report, rows, django_assert_max_num_queries):
    for number in range(rows):
        workplace(report, number=str(number + 1), factors={4: "3.1"})
    with django_assert_max_num_queries(12):
        listed(reading, report, size="100")


def test_names_are_never_markup(reading, report):
    workplace(report, position="<script>alert(1)</script>", subunit="<b>цех</b>")
    page = listed(reading, report)
    assert "<script>alert" not in page
    assert "<b>цех</b>" not in page
