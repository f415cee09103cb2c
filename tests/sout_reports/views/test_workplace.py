"""Карта СОУТ: the lines of the form, the four kinds of workplaces, and what a reader may see of people."""

from __future__ import annotations

import re
import uuid
import zlib
from datetime import date

import pytest
from django.urls import reverse

from core.journal.models import Event
from sout_reports.factors import FACTORS
from sout_reports.fragments import unpack
from sout_reports.models import Renumbering
from tests import factories

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
IMPOSSIBLE = """<WorkPlaceImpossibleMeasurements><Id>77</Id><Position>Водолаз</Position><Profession>Отсутствует</Profession>
<SubUnit>Порт</SubUnit><WorkersQuantity>2</WorkersQuantity><CommitteeProtocol>Протокол № 3</CommitteeProtocol>
<Reason>Опасность для жизни измеряющего.</Reason></WorkPlaceImpossibleMeasurements>"""


def address(report, place, name="workplace") -> str:
    return reverse(f"sout_reports:{name}", args=[report.uid, place.ordinal])


def of_kind(report, kind):
    found = report.places.filter(kind=kind).order_by("ordinal").first()
    assert found is not None, f"the generated report has no {kind}"
    return found


@pytest.fixture
def place(generated):
    return of_kind(generated, "WorkPlaceAttested")


def test_the_lines_stand_in_the_order_of_the_form(reading, generated, place):
    page = reading.get(address(generated, place)).content.decode()
    lines = re.findall(r"Строка (0\d\d)\.", page)
    assert lines == ["010", "020", "021", "022", "030", "040", "050"]
    assert generated.header["committee"][0]["name"] in page


def test_a_place_without_a_number_has_no_empty_sign(reading, generated, place):
    generated.places.filter(pk=place.pk).update(number="", current_number="")
    page = reading.get(address(generated, place)).content.decode()
    assert "<title>Карта СОУТ, рабочее место без номера" in page
    assert "Рабочее место без номера, " in page
    assert ">Без номера</" in page, "the breadcrumb"
    assert not re.search(r"№\s*[,<]", page.partition("<h2")[0])


def test_all_fourteen_factors_stand_in_their_order(reading, generated, place):
    response = reading.get(address(generated, place))
    rows = response.context["factors"]
    assert [row.number for row in rows[:14]] == list(range(1, 15))
    page = response.content.decode()
    shown = [page.index(f'<div class="cell">{FACTORS[number].full}</div>') for number in range(1, 15)]
    assert shown == sorted(shown)
    stated = dict(place.factors.values_list("factor", "conditions"))
    assert {row.number: row.conditions for row in rows if row.conditions != "-"} == stated


def test_factors_lead_to_their_protocols(reading, generated, place):
    page = reading.get(address(generated, place)).content.decode()
    protocols = list(place.protocols.all())
    assert protocols
    for each in protocols:
        assert reverse("sout_reports:protocol", args=[generated.uid, each.ordinal]) in page


def test_a_protocol_that_no_factor_names_is_reached_all_the_same(reading, generated, place):
    stray = place.protocols.first()
    stray.number = "ничей-1"
    stray.save(update_fields=["number"])
    page = reading.get(address(generated, place)).content.decode()
    assert "№ ничей-1" in page
    assert reverse("sout_reports:protocol", args=[generated.uid, stray.ordinal]) in page


def test_guarantees_say_why(reading, generated, place):
    rows = reading.get(address(generated, place)).context["guarantees"]
    assert len(rows) == 7
    assert rows[0].name.startswith("Повышенная оплата")
    assert any(row.reason for row in rows)


def test_an_analogous_workplace_leads_to_the_measured_ones(reading, generated):
    similar = of_kind(generated, "SimilarWorkPlace")
    response = reading.get(address(generated, similar))
    page = response.content.decode()
    assert "Результаты распространены с измеренных аналогичных мест" in page
    measured = generated.places.filter(similar_group=similar.similar_group, kind="WorkPlaceAttested")
    assert measured
    for each in measured:
        assert address(generated, each) in page
    group = generated.places.filter(similar_group=similar.similar_group)
    assert response.context["group"]["count"] == group.count()
    assert response.context["group"]["workers"] == sum(each.workers for each in group)


def test_a_declared_workplace_says_why_nothing_was_measured(reading, generated):
    declared = of_kind(generated, "WorkPlaceDeclared")
    page = reading.get(address(generated, declared)).content.decode()
    assert "не идентифицированы" in page
    assert "ч. 4 ст. 10" in page


def test_a_place_that_cannot_be_measured_names_the_commissions_decision(reading, reader):
    report = factories.report(reader.organization)
    place = factories.workplace(
        report,
        number="77",
        kind="WorkPlaceImpossibleMeasurements",
        final_class="4",
        conditions="",
        fragment=zlib.compress(IMPOSSIBLE.encode()),
    )
    page = reading.get(address(report, place)).content.decode()
    assert "Измерения невозможны" in page
    assert "Протокол № 3" in page
    assert "Опасность для жизни измеряющего." in page


def test_a_renumbered_workplace_shows_both_numbers(reading, generated, place):
    Renumbering.objects.create(
        workplace=place,
        old_number=place.number,
        new_number="900",
        protocol_uid=uuid.uuid4(),
        protocol_number="7",
        protocol_date=date(2026, 11, 12),
    )
    place.current_number = "900"
    place.save(update_fields=["current_number"])
    page = reading.get(address(generated, place)).content.decode()
    assert "Рабочее место № 900" in page
    assert f"Номер изменён протоколом № 7 от 12.11.2026, в файле: {place.number}" in page


def test_neighbours_follow_the_order_of_the_list(reading, generated):
    ordered = list(generated.places.order_by("number_order", "pk"))
    first, middle, last = ordered[0], ordered[1], ordered[-1]
    context = reading.get(address(generated, middle)).context
    assert (context["previous"], context["next"]) == (ordered[0], ordered[2])
    assert reading.get(address(generated, first)).context["previous"] is None
    assert reading.get(address(generated, last)).context["next"] is None


def test_every_workplace_of_a_report_has_its_page(reading, generated):
    for place in generated.places.order_by("ordinal"):
        assert reading.get(address(generated, place)).status_code == 200, place.number


def test_texts_of_the_file_are_never_markup(reading, reader):
    report = factories.report(reader.organization)
    hostile = IMPOSSIBLE.replace("Опасность для жизни измеряющего.", "&lt;script&gt;alert(1)&lt;/script&gt;")
    place = factories.workplace(
        report, kind="WorkPlaceImpossibleMeasurements", fragment=zlib.compress(hostile.encode())
    )
    page = reading.get(address(report, place)).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


class TestSnils:
    @pytest.fixture
    def place(self, generated):
        found = generated.places.filter(workplace_workers__isnull=False).order_by("ordinal").first()
        assert found is not None
        return found

    @pytest.fixture
    def number(self, place) -> str:
        return place.workplace_workers.order_by("pk").first().snils

    @staticmethod
    def written(number: str) -> str:
        return f"{number[:3]}-{number[3:6]}-{number[6:9]} {number[9:]}"

    def test_masked_by_default(self, reading, generated, place, number):
        page = reading.get(address(generated, place)).content.decode()
        assert f"***-***-**{number[8]} {number[9:]}" in page
        assert self.written(number) not in page
        assert number not in page

    @pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "part"])
    def test_shown_once_and_recorded(self, reading, reader, generated, place, number, headers):
        page = reading.post(address(generated, place, "reveal_snils"), headers=headers).content.decode()
        assert self.written(number) in page
        event = Event.objects.about(generated).get(verb="report.snils_shown")
        assert event.actor == reader.user
        assert event.payload == {
            "workplace": place.current_number,
            "ordinal": place.ordinal,
            "shown": place.workplace_workers.count(),
        }
        assert self.written(number) not in reading.get(address(generated, place)).content.decode()
        told = reading.get(reverse("sout_reports:history", args=[generated.uid])).content.decode()
        assert f"Показаны СНИЛС рабочего места № {place.current_number}" in told

    def test_a_look_by_get_is_no_showing(self, reading, generated, place):
        assert reading.get(address(generated, place, "reveal_snils")).url == address(generated, place)
        assert not Event.objects.filter(verb="report.snils_shown").exists()

    @pytest.mark.parametrize(
        ("who", "status"),
        [("nobody", 302), ("readers_clerk", 403), ("other_reader", 404), ("other_bringer", 404), ("bringer", 200)],
    )
    def test_the_door(self, around, generated, place, who, status):
        answer = getattr(around, who).post(address(generated, place, "reveal_snils"))
        assert answer.status_code == status
        assert Event.objects.filter(verb="report.snils_shown").exists() == (status == 200)


class TestDoors:
    @pytest.mark.parametrize(
        ("who", "status"),
        [
            ("nobody", 302),
            ("reader", 200),
            ("bringer", 200),
            ("readers_clerk", 403),
            ("other_reader", 404),
            ("other_bringer", 404),
        ],
    )
    def test_the_card_and_its_protocol(self, around, generated, place, who, status):
        protocol = place.protocols.first()
        for url in (address(generated, place), address(generated, protocol, "protocol")):
            assert getattr(around, who).get(url).status_code == status

    def test_a_workplace_is_found_in_its_own_report_only(self, reading, reader, generated, place):
        other = factories.report(reader.organization)
        assert reading.get(address(other, place)).status_code == 404
        assert reading.post(address(other, place, "reveal_snils")).status_code == 404
        assert reading.get(address(other, place.protocols.first(), "protocol")).status_code == 404

    @pytest.mark.parametrize("ordinal", [0, 31, 2**31, 10**30])
    def test_a_made_up_ordinal_is_not_there(self, reading, generated, ordinal):
        for name in ("workplace", "protocol"):
            url = reverse(
                f"sout_reports:{name}", args=[generated.uid, ordinal + (100_000 if name == "protocol" else 0)]
            )
            assert reading.get(url).status_code == 404


def test_a_protocol_shows_its_requisites_tools_and_results(reading, generated, place):
    for row in place.protocols.all():
        page = reading.get(address(generated, row, "protocol")).content.decode()
        for said in (
            row.number,
            place.position,
            "Средства измерений",
            "Результаты",
            "Заключение",
            FACTORS[row.factor].full,
        ):
            assert said in page, said


def test_a_tool_past_its_calibration_is_marked(reading, generated):
    with_tools = next(row for row in generated.protocols.all() if b"<Tool " in unpack(row.fragment))
    url = address(generated, with_tools, "protocol")
    assert "Истекла до измерения" not in reading.get(url).content.decode()
    for tool in generated.header["tools"].values():
        tool["expires"] = "2001-01-01"
    generated.save(update_fields=["header"])
    assert "Истекла до измерения" in reading.get(url).content.decode()
