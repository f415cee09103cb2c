import json
from datetime import date

import pytest

from registries.register_numbers import plain_integer
from violations.rules import context_file
from violations.rules.context_file import ContextFileError, ContextFileRegisters
from violations.rules.registers import ExpertEntry, OrganizationEntry, StatusPeriod

CONTENT = {
    "as_of": "2026-11-21",
    "organizations": [
        {
            "reg": "417",
            "name": "ООО «Норма»",
            "inn": "0099000017",
            "ogrn": "1009900000171",
            "status_history": [
                {"status": "active", "since": "2015-11-12", "till": "2026-08-02"},
                {"status": "suspended", "since": "2026-08-03", "till": None},
            ],
        }
    ],
    "experts": [
        {
            "reg_no": "2318",
            "last": "Ковалева",
            "first": "Ирина",
            "cert_no": "1",
            "cert_issued": "2023-05-16",
            "cert_expires": "2028-05-16",
        }
    ],
    "sout_ids": [
        {"id": "710204", "org_reg": "417", "employer_inn": "0099000024", "issued": "2026-07-15", "status": "active"}
    ],
    "known_workplaces": [
        {"employer_inn": "0099000024", "number": "09001", "position": "Дворник", "subunit": "АХО", "report": "R-1"},
        {"employer_inn": "0099000024", "number": "9002", "position": "Повар", "subunit": "Кухня", "actual": False},
    ],
}


@pytest.fixture
def asked():
    return ContextFileRegisters(CONTENT)


def test_an_organization_by_its_number(asked):
    entry = asked.organization("417")
    assert entry.name == "ООО «Норма»"
    assert entry.status_on(date(2026, 8, 2)) == "active"
    assert entry.status_on(date(2026, 8, 3)) == "suspended"
    assert entry.status_on(date(2015, 11, 11)) is None
    assert asked.organization("418") is None


def test_experts_in_a_batch(asked):
    assert set(asked.experts({"2318", "9999"})) == {"2318"}


def test_a_number_of_an_assessment(asked):
    assert asked.sout_id("710204").issued == date(2026, 7, 15)
    assert asked.sout_id("710205") is None


def test_workplaces_by_normal_number_and_place(asked):
    found = asked.workplaces_by_number("0099000024", {"9001", "9002"})
    assert [known.position for known in found["9001"]] == ["Дворник"]
    assert "9002" not in found  # no longer in force
    place = ("дворник", "ахо")
    assert [known.number for known in asked.workplaces_by_place("0099000024", {place})[place]] == ["09001"]
    assert asked.workplaces_by_number("0099000031", {"9001"}) == {}


def test_no_reports_are_accepted_unless_told(asked):
    assert asked.accepted_report("710204") is None


@pytest.mark.parametrize(
    ("part", "value"),
    [
        ("organizations", [{"reg": "417"}]),
        ("experts", [{"reg_no": 1}]),
        ("sout_ids", [{"id": 1}]),
        ("known_workplaces", [{"number": "1"}]),
        ("known_workplaces", ["1"]),
        ("as_of", "вчера"),
        ("organizations", 5),
    ],
)
def test_a_file_filled_in_wrongly(part, value):
    with pytest.raises(ContextFileError, match="заполнен неверно"):
        ContextFileRegisters(CONTENT | {part: value})


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(ContextFileError, match="Не удалось открыть"):
        context_file.load(tmp_path / "none.json")


@pytest.mark.parametrize("content", [b"{", b"\xff\xfe", b"[]"])
def test_a_file_that_is_no_json_object(tmp_path, content):
    path = tmp_path / "context.json"
    path.write_bytes(content)
    with pytest.raises(ContextFileError, match="JSON"):
        context_file.load(path)


def test_a_file_is_read(tmp_path):
    path = tmp_path / "context.json"
    path.write_text(json.dumps(CONTENT, ensure_ascii=False), encoding="utf-8")
    assert context_file.load(path).as_of == date(2026, 11, 21)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("0417", "417"),
        (" +417 ", "417"),
        ("417а", "417а"),
        ("1_0", "1_0"),
        ("000", "0"),
        ("-05", "-5"),
        ("9" * 5000, "9" * 5000),
    ],
)
def test_integers_are_written_one_way(text, plain):
    assert plain_integer(text) == plain


@pytest.mark.parametrize(
    ("day", "valid"),
    [
        (date(2023, 5, 15), False),
        (date(2023, 5, 16), True),
        (date(2028, 5, 16), True),
        (date(2028, 5, 17), False),
    ],
)
def test_a_certificate_holds_through_its_last_day(day, valid):
    entry = ExpertEntry("1", "", "", date(2023, 5, 16), date(2028, 5, 16), None)
    assert entry.holds_on(day) is valid


def test_an_annulled_certificate_does_not_hold_on_that_day():
    entry = ExpertEntry("1", "", "", None, None, date(2026, 5, 16))
    assert entry.holds_on(date(2026, 5, 15))
    assert not entry.holds_on(date(2026, 5, 16))


def test_a_gap_in_the_history_is_no_status():
    periods = (
        StatusPeriod("active", date(2016, 1, 1), date(2016, 12, 31)),
        StatusPeriod("active", date(2018, 1, 1), None),
    )
    assert OrganizationEntry("1", "", "", "", periods).status_on(date(2017, 6, 1)) is None
