"""What the pages show of a kept workplace, its details and its protocols."""

from collections.abc import Iterator
from datetime import date

import pytest
from lxml import etree

from sout_reports.document.card import Card, card_from_fragment
from sout_reports.document.extension_cards import details_card_from_fragment, protocol_card_from_fragment
from sout_reports.document.model import Workplace
from sout_reports.document.schema import report_schema
from tests.core.xml.random_documents import Maker
from tests.sout_reports.document.samples import attested, declared, generated, read, report


def cards(data: bytes) -> Iterator[tuple[Card, Workplace]]:
    for thing, fragment in read(data):
        if isinstance(thing, Workplace):
            yield card_from_fragment(fragment, ordinal=thing.ordinal, path=thing.path), thing


def card_with(factors: str) -> Card:
    [(card, _)] = cards(report(attested(factors)))
    return card


def rows(factors: str) -> list[tuple[str, str, str, str, str, str | None]]:
    [factor] = card_with(factors).factors
    return [(i.label, i.place, i.value, i.unit, i.norm, i.conditions) for i in factor.indicators]


VIBRATION = (
    "<LocalVibration><ValueX Unit='дБ'>125.9</ValueX><ValueY Unit='дБ'>118</ValueY><ValueZ>121</ValueZ>"
    "<NormValue Unit='дБ'>126</NormValue><WorkingConditions>2</WorkingConditions>"
    "<WorkingConditionsPPE Protocol='СИЗ-1'>1</WorkingConditionsPPE><MeasurementPurpose>Цель</MeasurementPurpose>"
    "<NormativeAct>Акт 1</NormativeAct><NormativeAct>Акт 2</NormativeAct><MeasuringPlace><Name>Место</Name><Date>2026-08-01</Date>"
    "<TimeBehavior>1</TimeBehavior><ValueX>1</ValueX><ValueY>1</ValueY><ValueZ>1</ValueZ><Duration>1</Duration><FactorSource/>"
    "<MeasuringTool Id='T1'/><WorkerForMeasurement Id='E1'/></MeasuringPlace></LocalVibration>"
)
MICROCLIMATE = (
    "<Microclimate><WorkingConditions>3.1</WorkingConditions><MeasuringPlace><Name>Цех</Name><Date>2026-08-01</Date>"
    "<Duration>1</Duration><WorkingConditions>3.1</WorkingConditions><WorkCategory>Iа</WorkCategory><Posture>0</Posture>"
    "<AirTemperature><Value Unit='°C' Sign='более'>27.5</Value><NormValueMin>22</NormValueMin><NormValueMax>24</NormValueMax>"
    "<NormativeAct>Акт</NormativeAct><AirTemperatureHeight><Height>0.1</Height><Value>27</Value></AirTemperatureHeight>"
    "<AirTemperatureHeight><Height>1</Height><Value>28</Value></AirTemperatureHeight><MeasuringTool Id='T1'/>"
    "<WorkerForMeasurement Id='W1'/></AirTemperature></MeasuringPlace></Microclimate>"
)
CHEMICAL = (
    "<ChemicalFactors><WorkingConditions>3.1</WorkingConditions><ChemicalAgent><Kod Name='Хлор'>2185</Kod>"
    "<ConcentrationMax Unit='мг/м3'>1.2</ConcentrationMax><NormValueMax Unit='мг/м3'>1</NormValueMax>"
    "<WorkingConditions>3.1</WorkingConditions><NormativeAct>Акт</NormativeAct><MeasuringPlace><Name>М</Name>"
    "<Date>2026-08-01</Date><Duration>1</Duration><FactorSource/><ProductionControlProtocol>ПК</ProductionControlProtocol>"
    "</MeasuringPlace></ChemicalAgent></ChemicalFactors>"
)
INTENSITY = (
    "<LabourIntensity><WorkingConditions>2</WorkingConditions><Date>2026-08-01</Date><PsychiatricDisorderSpecificity>"
    "<DangerousProcedures><Value>3</Value><WorkingConditions>3.1</WorkingConditions><NormativeAct>Акт</NormativeAct>"
    "<WorkerForMeasurement Id='E1'/></DangerousProcedures></PsychiatricDisorderSpecificity></LabourIntensity>"
)
POSE = (
    "<LabourSeverity><WorkingConditions>2</WorkingConditions><Date>2026-08-01</Date><WorkingPose><Value Name='стоя'>4</Value>"
    "<WorkingConditions>2</WorkingConditions><NormativeAct>Акт</NormativeAct><WorkerForMeasurement Id='E1'/></WorkingPose>"
    "</LabourSeverity>"
)


def test_rows_of_a_factor_with_axes() -> None:
    assert rows(VIBRATION) == [
        ("Эквивалентный корректированный уровень по оси X", "", "125,9", "дБ", "126", "2"),
        ("По оси Y", "", "118", "дБ", "126", "2"),
        ("По оси Z", "", "121", "дБ", "126", "2"),
    ]


def test_rows_of_places() -> None:
    assert rows(MICROCLIMATE) == [
        ("Рабочая зона", "Цех", "", "", "", "3.1"),
        ("Температура воздуха", "Цех", "> 27,5", "°C", "22–24", None),
    ]


def test_rows_of_substances_groups_and_codes() -> None:
    assert rows(CHEMICAL) == [("Хлор", "", "1,2", "мг/м3", "1", "3.1")]
    [(label, _, value, *_, conditions)] = rows(INTENSITY)
    assert label.startswith("Особенность: помощь лицам с психическими расстройствами: число опасных процедур")
    assert (value, conditions) == ("3", "3.1")
    assert rows(POSE) == [("Рабочее положение тела", "", "стоя", "", "", "2")]


def test_factors_stand_in_the_order_of_the_form() -> None:
    card = card_with(VIBRATION + MICROCLIMATE)
    assert [factor.factor.number for factor in card.factors] == [8, 11]
    vibration = card.factors[0]
    assert (vibration.ppe_protocol, vibration.purpose, vibration.acts) == ("СИЗ-1", "Цель", ("Акт 1", "Акт 2"))


def test_lines_010_022_050() -> None:
    card = card_with(POSE)
    assert (card.etks, card.equipment, card.raw_materials, card.tools) == ("ЕТКС", "Станок", "Сталь", "")
    assert (card.arrangements, card.operating_mode, card.protective_equipment, card.specificity) == ((), "", None, None)
    [(card, place)] = cards(report(declared()))
    assert (card.expert_conclusion, card.factors, card.workplace) == ("№ 1", (), place)


@pytest.mark.parametrize("kind", ["office", "plant", "clinic"])
def test_cards_of_generated_reports(kind: str) -> None:
    told = 0
    for card, place in cards(generated(kind)):
        assert [each.factor for each in card.factors] == sorted(place.factors, key=lambda factor: factor.number)
        for factor in card.factors:
            told += len(factor.indicators)
            assert all(row.value or row.conditions for row in factor.indicators)
        if place.factors:
            assert card.operating_mode or card.arrangements or card.equipment
    assert told > 10


@pytest.mark.parametrize("seed", range(12))
def test_cards_of_random_elements(seed: int) -> None:
    """Whatever the schema allows can be shown, and every class inside a factor is told."""
    schema = report_schema()
    element = Maker(schema.model, seed).element(schema.model.find("/Attestation/Enterprise/WorkPlaceAttested"))
    card = card_from_fragment(etree.tostring(element, encoding="utf-8"))
    parts = [each for section in element.iter("Factors") for each in section]
    assert sorted(factor.factor.element for factor in card.factors) == sorted(part.tag for part in parts)
    inner = [each for part in parts for each in part.iter("WorkingConditions") if each.getparent() is not part]
    told = [row for factor in card.factors for row in factor.indicators if row.conditions is not None]
    assert len(told) >= len(inner)


def test_details_and_protocols() -> None:
    details = protocols = 0
    for thing, fragment in read(generated("clinic")):
        name = type(thing).__name__
        if name == "WorkplaceDetails":
            card = details_card_from_fragment(fragment, path=thing.path)
            assert card.details == thing
            assert card.shift_hours
            details += len(card.identified) + len(card.efficiency)
        elif name == "MeasurementProtocol":
            shown = protocol_card_from_fragment(fragment, ordinal=thing.ordinal, path=thing.path)
            assert shown.protocol == thing
            assert shown.points
            assert shown.conclusion
            protocols += 1
    assert details
    assert protocols


@pytest.mark.parametrize("seed", range(6))
def test_random_details_and_protocols(seed: int) -> None:
    schema = report_schema()
    maker = Maker(schema.model, seed)
    element = maker.element(schema.model.find("/Attestation/Extension/WorkPlaceDetails"))
    card = details_card_from_fragment(etree.tostring(element, encoding="utf-8"))
    assert len(card.acquaintances) == len(element.findall("Acquaintance"))
    element = maker.element(schema.model.find("/Attestation/Extension/MeasurementProtocols/MeasurementProtocol"))
    shown = protocol_card_from_fragment(etree.tostring(element, encoding="utf-8"))
    assert len(shown.points) == len(element.findall("Point"))
    assert (shown.control is not None) == (element.find("ProductionControl") is not None)


@pytest.mark.parametrize(("written", "shown"), [("кг", "кг"), ("-", ""), (" — ", ""), ("", "")])
def test_a_dash_is_no_unit(written: str, shown: str) -> None:
    """A count has no unit, but the element is obligatory: «4 -» was shown for it."""
    fragment = (
        "<MeasurementProtocol><Number>1</Number><Date>2026-01-01</Date><WorkPlaceId>1</WorkPlaceId><Factor>4</Factor><Code>1</Code>"
        "<FactorName>Тяжесть</FactorName><MeasurementDate>2026-01-01</MeasurementDate><MethodDocument/><NormativeDocument/>"
        f"<Point><PointName/><Parameter/><Unit>{written}</Unit><Value>4</Value><NormKind>ПДУ</NormKind>"
        "<ExposureHours>8</ExposureHours></Point><WorkingConditions>2</WorkingConditions><Conclusion/>"
        "<Executor Id='W1'/><Expert Id='E1'/></MeasurementProtocol>"
    )
    (point,) = protocol_card_from_fragment(fragment.encode()).points
    assert point.unit == shown


def test_bounds_of_norms_in_words() -> None:
    point = (
        "<Point><PointName/><Parameter/><Unit/><Value>1.5</Value><NormKind>ПДУ</NormKind>{}"
        "<ExposureHours>8</ExposureHours></Point>"
    )
    texts = ["", "<NormMin>1</NormMin>", "<NormMax>2.5</NormMax>", "<NormMin>1</NormMin><NormMax>2</NormMax>"]
    fragment = (
        "<MeasurementProtocol><Number>1</Number><Date>2026-01-01</Date><WorkPlaceId>1</WorkPlaceId><Factor>4</Factor><Code>1</Code>"
        "<FactorName>Шум</FactorName><MeasurementDate>2026-01-01</MeasurementDate><MethodDocument/><NormativeDocument/>"
        "<Conditions><AirTemperature Unit='°C'>22.5</AirTemperature></Conditions>"
        f"{''.join(point.format(text) for text in texts)}<WorkingConditions>2</WorkingConditions><Conclusion/>"
        "<Executor Id='W1'/><Expert Id='E1'/><ProductionControl><MeasurementDate>2026-02-01</MeasurementDate>"
        "<ExpertConclusion>да</ExpertConclusion></ProductionControl></MeasurementProtocol>"
    )
    card = protocol_card_from_fragment(fragment.encode())
    assert [each.norm for each in card.points] == ["", "не менее 1", "не более 2,5", "1–2"]
    assert card.points[0].value == "1,5"
    assert card.air == (("температура", "22,5 °C"),)
    assert card.control == (date(2026, 2, 1), "да")
