"""A report becomes dataclasses: what is yielded, in which order, with which places."""

import dataclasses
import io
from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from lxml import etree

from sout_reports.document import reader
from sout_reports.document.locate import lines_of
from sout_reports.document.model import Header, Refusal, SimilarGroup, Tail, Workplace, WorkplaceKind
from sout_reports.document.reader import (
    count_records,
    details_from_fragment,
    protocol_from_fragment,
    read_report,
    workplace_from_fragment,
)
from sout_reports.document.schema import report_schema
from tests.core.xml.random_documents import Maker
from tests.sout_reports.document.samples import attested, declared, generated, read, report

KINDS = ("office", "plant", "clinic")


def paths_in(thing: Any) -> Iterator[str]:
    """Every path that a dataclass and what is inside it carry."""
    if isinstance(thing, tuple | list):
        for each in thing:
            yield from paths_in(each)
    elif dataclasses.is_dataclass(thing):
        for field in dataclasses.fields(thing):
            value = getattr(thing, field.name)
            if field.name == "path":
                yield value
            else:
                yield from paths_in(value)


@pytest.mark.parametrize("kind", KINDS)
def test_order_and_numbers(kind: str) -> None:
    things = [thing for thing, _ in read(generated(kind))]
    assert isinstance(things[0], Header)
    assert isinstance(things[-1], Tail)
    names = [type(thing).__name__ for thing in things[1:-1]]
    order = ["Workplace", "SimilarGroup", "WorkplaceDetails", "MeasurementProtocol"]
    assert Counter(names)["Workplace"] == Counter(names)["WorkplaceDetails"] == 25
    assert sorted(set(names), key=order.index) == [name for name in order if name in names]
    places = [thing for thing in things if isinstance(thing, Workplace)]
    assert [place.ordinal for place in places] == list(range(1, 26))
    assert things[0].workplaces_assessed == 25


@pytest.mark.parametrize("kind", KINDS)
def test_every_path_leads_to_its_element(kind: str) -> None:
    data = generated(kind)
    tree = etree.fromstring(data).getroottree()
    paths = [path for thing, _ in read(data) for path in paths_in(thing)]
    lines = lines_of(io.BytesIO(data), paths)
    for path in paths:
        [element] = tree.xpath(path)
        assert lines[path] == element.sourceline
    assert len(paths) > 150


@pytest.mark.parametrize("kind", KINDS)
def test_fragments_say_what_the_file_says(kind: str) -> None:
    yielded = read(generated(kind))
    subunits = {unit.id: unit.name for unit in yielded[0][0].subunits}
    compared = Counter()
    for thing, fragment in yielded:
        name = type(thing).__name__
        if name == "Workplace":
            again = workplace_from_fragment(fragment, ordinal=thing.ordinal, path=thing.path, subunits=subunits)
        elif name == "WorkplaceDetails":
            again = details_from_fragment(fragment, path=thing.path)
        elif name == "MeasurementProtocol":
            again = protocol_from_fragment(fragment, ordinal=thing.ordinal, path=thing.path)
        else:
            assert fragment is None
            continue
        assert again == thing
        compared[name] += 1
    assert len(compared) == 3


def test_without_fragments_nothing_else_changes() -> None:
    data = generated("clinic")
    bare = list(read_report(io.BytesIO(data), with_fragments=False))
    assert bare == [(thing, None) for thing, _ in read(data)]


def test_a_damaged_fragment_is_our_mistake() -> None:
    with pytest.raises(ValueError, match="damaged"):
        workplace_from_fragment(b"<WorkPlaceAttested>", ordinal=1, path="")


def test_header() -> None:
    header = read(report(declared()))[0][0]
    assert header.approved == date(2026, 10, 5)
    assert header.sout_id is None
    assert header.chairman.name.full == "Первый Имя"
    assert [member.path for member in header.members] == ["/Attestation/Committee/Member[1]"]
    experts = header.organization.experts
    assert [(each.id, each.is_expert, each.registration_number) for each in experts] == [
        ("E1", True, None),
        ("W1", False, None),
    ]
    assert header.organization.tools[0].calibration_expires == date(2030, 1, 1)
    employer = header.employer
    assert (employer.short_name, employer.okved, employer.email, employer.kpp) == (
        "Кратко",
        ("71.12", "62.01"),
        "one@b",
        None,
    )
    assert [(unit.id, unit.parent_id, unit.path) for unit in header.subunits] == [
        ("U1", None, "/Attestation/Enterprise/SubUnits[1]/SubUnit[1]"),
        ("U2", "U1", "/Attestation/Enterprise/SubUnits[2]/SubUnit[1]"),
    ]


def test_a_report_without_workplaces_and_extension() -> None:
    things = [thing for thing, _ in read(report())]
    assert [type(thing) for thing in things] == [Header, Tail]
    assert not things[1].has_extension


PLACE_DAY = "<Name>Место</Name><Date>{}</Date><Duration>1</Duration>"
USED = '<MeasuringTool Id="T1"/><WorkerForMeasurement Id="W1"/>'
LIGHT = (
    "<LightEnvironment><WorkingConditions>-</WorkingConditions><Expert Id='E1'/>"
    f"<MeasuringPlace>{PLACE_DAY.format('2026-08-01')}<VisualWorkCategory3359>5</VisualWorkCategory3359>"
    "<WorkingConditions>-</WorkingConditions></MeasuringPlace>"
    f"<MeasuringPlace>{PLACE_DAY.format('2026-08-02')}<{{category}}>5</{{category}}><WorkingConditions>2</WorkingConditions>"
    f"<GeneralIllumination><NormValue>1</NormValue><WorkingConditions>2</WorkingConditions><NormativeAct/>{USED}"
    "</GeneralIllumination></MeasuringPlace></LightEnvironment>"
)
BENDING = (
    "<LabourSeverity><WorkingConditions>2</WorkingConditions><Date>2026-08-03</Date><Protocol><Number> П-1 </Number></Protocol>"
    "<BodyBending><NormValue>1</NormValue><WorkingConditions>2</WorkingConditions><NormativeAct/>"
    '<WorkerForMeasurement Id="W1"/><WorkerForMeasurement Id="E1"/></BodyBending></LabourSeverity>'
)
DIVERS = (
    "<DiverAndCaissonSpecificity><DiverSpecificity><WaterAirGasHighPressureAndPressureChanges><Depth>6</Depth>"
    "<WorkingConditions>3.1</WorkingConditions><NormativeAct/><Protocol><Number>П-2</Number><Date>2026-08-09</Date></Protocol>"
    "<MeasuringPlace>М</MeasuringPlace><Date>2026-08-04</Date><FactorSource/><Expert Id='E1'/>"
    "</WaterAirGasHighPressureAndPressureChanges></DiverSpecificity><CaissonSpecificity><HighAirPressureAndPressureChanges>"
    "<ExcessPressure>1</ExcessPressure><NormValue>1</NormValue><WorkingConditions>2</WorkingConditions><NormativeAct/>"
    "<MeasuringPlace>М</MeasuringPlace><Date>2026-08-05</Date><FactorSource/></HighAirPressureAndPressureChanges>"
    "</CaissonSpecificity></DiverAndCaissonSpecificity>"
)


def place_of(factors: str, **options: str) -> Workplace:
    [place] = [thing for thing, _ in read(report(attested(factors, **options))) if isinstance(thing, Workplace)]
    return place


def test_workplace() -> None:
    place = place_of(BENDING, number=" 07 ")
    assert (place.kind, place.number, place.position) == (WorkplaceKind.ATTESTED, " 07 ", "Слесарь")
    assert (place.subunit_id, place.subunit) == ("U2", "Участок")
    assert (place.card_number, place.card_date) == ("к1", date(2026, 9, 1))
    assert (place.workers, place.women, place.conditions, place.conditions_ppe) == (2, 1, "3.1", None)
    assert place.snils == ("112-233-445 95",)
    assert place.included_in_declaration
    first = place.guarantees[0]
    assert (first.kind, first.actual, first.needed, first.reason) == ("PayIncrease", False, True, "")
    assert len(place.guarantees) == 7
    assert place.experts == ("E1",)


def test_text_of_a_sub_unit_goes_before_its_name() -> None:
    assert place_of(BENDING, subunit='<SubUnit Id="U1">Другой</SubUnit>').subunit == "Другой"
    assert place_of(BENDING, subunit="<SubUnit/>").subunit == ""


def test_missing_counts_are_none() -> None:
    [place] = [thing for thing, _ in read(report(declared())) if isinstance(thing, Workplace)]
    assert (place.women, place.conditions, place.snils, place.guarantees, place.subunit) == (None, None, (), (), "")


def test_measurements_take_the_nearest_day() -> None:
    light, bending = place_of(LIGHT.format(category="VisualWorkCategory") + BENDING).factors
    path = "/Attestation/Enterprise/WorkPlaceAttested[1]/Factors[1]/LightEnvironment"
    told = [(m.date.day, m.tools, m.workers, m.path.removeprefix(path)) for m in light.measurements]
    assert told == [
        (2, ("T1",), ("W1",), "/MeasuringPlace[2]/GeneralIllumination"),
        (1, (), (), "/MeasuringPlace[1]"),
    ]
    assert (light.number, light.experts, light.by_visual_category_only) == (12, ("E1",), False)
    [measurement] = bending.measurements
    assert (measurement.date, measurement.workers) == (date(2026, 8, 3), ("W1", "E1"))
    assert [(ref.number, ref.date) for ref in bending.protocols] == [("П-1", None)]
    assert bending.date == date(2026, 8, 3)


def test_visual_category_of_every_place() -> None:
    [light] = place_of(LIGHT.format(category="VisualWorkCategory3359")).factors
    assert light.by_visual_category_only


def test_specificities_outside_the_fourteen() -> None:
    [divers] = place_of(DIVERS).factors
    assert (divers.number, divers.conditions, divers.experts) == (16, "3.1", ("E1",))
    assert [ref.number for ref in divers.protocols] == ["П-2"]
    assert [measurement.date.day for measurement in divers.measurements] == [4, 5]


@pytest.mark.parametrize("seed", range(12))
def test_references_are_found_whatever_their_nesting(seed: int) -> None:
    """Random cards of the schema, with elements that no generated report has."""
    schema = report_schema()
    card = Maker(schema.model, seed).element(schema.model.find("/Attestation/Enterprise/WorkPlaceAttested"))
    place = workplace_from_fragment(etree.tostring(card, encoding="utf-8"), ordinal=1, path="/x")
    for element, factor in zip([each for part in card.iter("Factors") for each in part], place.factors, strict=True):
        read_ids = {i for m in factor.measurements for i in (*m.tools, *m.workers)} | set(factor.experts)
        stated = {each.get("Id") for each in element.iter("MeasuringTool", "WorkerForMeasurement", "Expert")}
        assert read_ids == stated
        assert len(factor.protocols) == len(list(element.iter("Protocol")))
        days = {each.getparent() for each in element.iter("Date", "DateTime")} - set(element.iter("Protocol"))
        assert bool(days) <= bool(factor.measurements or factor.date)


def test_groups_and_tail() -> None:
    data = generated("plant", workplaces=40)
    things = [thing for thing, _ in read(data)]
    groups = [thing for thing in things if isinstance(thing, SimilarGroup)]
    assert groups
    assert all(len(group.numbers) > 1 for group in groups)
    tail = things[-1]
    assert tail.has_extension
    assert [row.kind for row in tail.summary] == ["WorkPlaces", "Workers", "Women", "Teenagers", "Disabled"]
    assert sum(tail.summary[0].by_class.values()) == tail.summary[0].assessed == 40
    assert {conclusion.kind for conclusion in tail.conclusions} >= {"Final"}
    assert tail.info.submission_kind == "Primary"


def refusal_of(data: bytes) -> Refusal:
    with pytest.raises(Refusal) as refused:
        read(data)
    return refused.value


def test_wrong_form() -> None:
    refusal = refusal_of(report(declared() + declared(workers="два") + declared()))
    [problem] = refusal.problems
    assert (problem.code, problem.found, problem.expected) == ("SOUT-FMT-001", "«два»", "целое число")
    assert problem.path == "/Attestation/Enterprise/WorkPlaceDeclared[2]/WorkersQuantity"
    assert (refusal.total, refusal.complete, problem.line) == (1, True, None)


def test_snils_in_a_problem_is_masked() -> None:
    data = report(declared()).replace("отсутствует".encode(), b"112-233-445_95")
    assert refusal_of(data).problems[0].found == "«***-***-**5_95»"


UNHOLDABLE = {
    "day": (report(declared(), date="12024-01-01"), "/Attestation/Date"),
    "count": (report(declared(workers="9999999999")), "/Attestation/Enterprise/WorkPlaceDeclared[1]/WorkersQuantity"),
    "negative": (
        report(declared(workers="-9999999999")),
        "/Attestation/Enterprise/WorkPlaceDeclared[1]/WorkersQuantity",
    ),
    "total": (report(total="99999999999"), "/Attestation/WorkPlacesQuantity"),
    "deep": (
        report(attested(BENDING.replace("2026-08-03", "-2026-08-03"))),
        "/Attestation/Enterprise/WorkPlaceAttested[1]/Factors[1]/LabourSeverity/Date",
    ),
}


@pytest.mark.parametrize("name", UNHOLDABLE)
def test_what_the_schema_allows_and_the_system_cannot_hold(name: str) -> None:
    data, path = UNHOLDABLE[name]
    refusal = refusal_of(data)
    assert [(problem.code, problem.path) for problem in refusal.problems] == [("SOUT-FMT-001", path)]
    assert "не может принять" in refusal.problems[0].message
    assert lines_of(io.BytesIO(data), [path])


def test_numbers_that_are_odd_but_fit() -> None:
    [place] = [
        t for t, _ in read(report(declared(workers=" +0000000000000000002147483647 "))) if isinstance(t, Workplace)
    ]
    assert place.workers == 2**31 - 1


def test_too_many_workplaces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "MOST_WORKPLACES", 2)
    [problem] = refusal_of(report(declared() * 3)).problems
    assert problem.code == "FILE-LIMIT"


def test_too_long_a_header(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "LONGEST_HEADER", 10)
    [problem] = refusal_of(report(declared())).problems
    assert problem.code == "FILE-LIMIT"


def test_codes_of_refusals() -> None:
    cases = {
        b"": "FILE-EMPTY",
        b"x": "FILE-NOT-XML",
        b"<!DOCTYPE a><a/>": "FILE-DOCTYPE",
        b"<Attestation>": "SOUT-FMT-001",
    }
    cases[b"<?xml version='1.0' encoding='x'?><a/>"] = "FILE-ENCODING"
    for data, code in cases.items():
        assert refusal_of(data).problems[0].code == code


def test_progress_grows_and_is_rare() -> None:
    told: list[int] = []
    data = generated("plant", workplaces=400)
    for _ in read_report(io.BytesIO(data), with_fragments=False, on_progress=told.append):
        pass
    assert told == sorted(told)
    assert 2 <= len(told) <= len(data) // 2**20 + 1


def test_other_encodings() -> None:
    text = report(attested(BENDING)).decode()
    for encoding, codec in {"windows-1251": "cp1251", "UTF-16": "utf-16"}.items():
        data = text.replace('encoding="UTF-8"', f'encoding="{encoding}"').encode(codec)
        assert read(data) == read(text.encode())


def test_counting_is_the_same_pass() -> None:
    assert count_records(io.BytesIO(generated("office"))) > 100
    with pytest.raises(Refusal):
        count_records(io.BytesIO(b"<Attestation/>"))
