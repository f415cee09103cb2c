"""The positions that employers of each kind have, and what is measured on them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from simulators.sout_reports.agents import Substance, biological, chemical, dust
from simulators.sout_reports.assessment import Assessment
from simulators.sout_reports.labour import intensity, severity
from simulators.sout_reports.parties import Kind
from simulators.sout_reports.physical import ionizing, light, microclimate, noise, ultraviolet, vibration

Recipe = Callable[[Random, float], list[Assessment]]
ABSENT = "Отсутствует"
EKS = "ЕКС, раздел «Общеотраслевые квалификационные характеристики должностей»"
EKS_MEDICAL = "ЕКС, раздел «Квалификационные характеристики должностей работников в сфере здравоохранения»"
ETKS_1 = "ЕТКС, выпуск 1"
ETKS_2 = "ЕТКС, выпуск 2"
MEDICAL_TIME = "ст. 350 ТК РФ, постановление Правительства РФ от 14.02.2003 № 101"


@dataclass(frozen=True, slots=True)
class Template:
    """A position. `recipe` None: no harmful factor is identified, the place is declared without measurement.

    `women` True or False: only women or only men work here, None: either. `team` is the least and the greatest number
    of workers, `shift` hours. `pension` is the ground of early retirement, `shorter_time` of reduced hours.
    """

    position: str
    code: str
    issue: str
    unit: str
    equipment: str
    materials: str
    recipe: Recipe | None = None
    women: bool | None = None
    team: tuple[int, int] = (1, 2)
    shift: float = 8
    pension: str = ""
    shorter_time: str = ""


def _between(rng: Random, low: float, high: float, decimals: int = 1) -> float:
    value = rng.uniform(low, high)
    return round(value, decimals) if decimals else round(value)


def _axes(rng: Random, low: float, high: float, high_z: float) -> tuple[float, float, float]:
    return _between(rng, low, high), _between(rng, low, high), _between(rng, low, high_z)


def _call_centre(rng: Random, shift: float) -> list[Assessment]:
    vocal, signals = _between(rng, 14, 24, 0), _between(rng, 60, 160, 0)
    return [
        intensity(shift, VocalLoad=vocal, SignalDensity=signals),
        light(rng.uniform(0.8, 1.4), 300, "Рабочий стол", shift),
    ]


def _driver(rng: Random, shift: float) -> list[Assessment]:
    return [
        noise(_between(rng, 68, 79), "Автомобиль, движение", shift),
        vibration(_axes(rng, 95, 108, 113), "Сиденье водителя", shift),
        severity(rng.choice(("2", "8")), shift, HorizontalTravelling=1),
        intensity(shift, RaptAttentionTime=_between(rng, 40, 74, 0)),
    ]


def _cleaner(rng: Random, shift: float) -> list[Assessment]:
    weight, bends = _between(rng, 4, 9, 0), _between(rng, 60, 180, 0)
    walk = _between(rng, 3, 8)
    return [severity("4", shift, SingleWeightLiftingFemale=weight, BodyBending=bends, HorizontalTravelling=walk)]


def _welder(rng: Random, shift: float) -> list[Assessment]:
    manganese = Substance(
        1073, "Марганец в сварочных аэрозолях", "general", 0.6, _between(rng, 0.3, 1.5), 0.2, _between(rng, 0.1, 0.5, 2)
    )
    nitrogen = Substance(4, "Азота диоксид", "acute", 2, _between(rng, 0.5, 1.9))
    weight, bends = _between(rng, 15, 30, 0), _between(rng, 40, 140, 0)
    return [
        chemical([manganese, nitrogen], "Сварочный аэрозоль", shift),
        dust(749, "диЖелезо триоксид", 6, _between(rng, 3, 16), "Сварочный аэрозоль", shift),
        noise(_between(rng, 78, 87), "Сварочный пост", shift),
        ultraviolet(_between(rng, 4, 14), "Сварочная дуга", shift),
        light(rng.uniform(0.7, 1.3), 200, "Сварочный пост", shift),
        severity(rng.choice(("5", "7")), shift, SingleWeightLiftingMale=weight, BodyBending=bends),
    ]


def _turner(rng: Random, shift: float) -> list[Assessment]:
    oil = Substance(1085, "Масла минеральные нефтяные", "general", 5, _between(rng, 1, 6.5))
    motions = _between(rng, 4, 12, 0) * 1000
    weight = _between(rng, 8, 16, 0)
    return [
        chemical([oil], "СОЖ", shift),
        noise(_between(rng, 76, 86), "Станок", shift),
        vibration(_axes(rng, 100, 111, 114), "Площадка у станка", shift),
        light(rng.uniform(0.75, 1.4), 300, "Зона обработки", shift),
        severity(
            rng.choice(("4", "7", "11")), shift, SingleWeightLiftingMale=weight, MotorStereotypyRegionalLoad=motions
        ),
    ]


def _fettler(rng: Random, shift: float) -> list[Assessment]:
    return [
        dust(1121, "Кремний диоксид кристаллический", 2, _between(rng, 1.5, 7), "Обрубка литья", shift),
        noise(_between(rng, 88, 98), "Рубильный молоток", shift),
        vibration(_axes(rng, 124, 130, 130), "Рубильный молоток", shift, local=True),
        microclimate(_between(rng, 22.5, 24.9), "Участок обрубки", shift),
        light(rng.uniform(0.9, 1.3), 200, "Участок обрубки", shift),
        severity("7", shift, SingleWeightLiftingMale=_between(rng, 20, 33, 0)),
    ]


def _loader(rng: Random, shift: float) -> list[Assessment]:
    single, constant = _between(rng, 20, 34, 0), _between(rng, 8, 17, 0)
    bends, walk = _between(rng, 80, 220, 0), _between(rng, 4, 9)
    return [
        severity(
            "7",
            shift,
            SingleWeightLiftingMale=single,
            ConstantWeightLiftingMale=constant,
            BodyBending=bends,
            HorizontalTravelling=walk,
        )
    ]


def _storekeeper(rng: Random, shift: float) -> list[Assessment]:
    weight, walk = _between(rng, 4, 9, 0), _between(rng, 2, 6)
    return [
        light(rng.uniform(0.8, 1.4), 200, "Склад", shift),
        severity("4", shift, SingleWeightLiftingFemale=weight, HorizontalTravelling=walk),
    ]


def _physician(rng: Random, shift: float) -> list[Assessment]:
    return [
        biological(rng.choice((3, 4)), "Возбудители острых респираторных инфекций", "Пациенты", shift),
        light(rng.uniform(0.9, 1.4), 500, "Кабинет врача", shift),
    ]


def _nurse(rng: Random, shift: float) -> list[Assessment]:
    chlorine = Substance(2277, "Хлор", "acute", 1, _between(rng, 0.2, 1.3, 2))
    weight, walk = _between(rng, 4, 9, 0), _between(rng, 4, 8)
    return [
        biological(rng.choice((3, 4)), "Возбудители внутрибольничных инфекций", "Пациенты", shift),
        chemical([chlorine], "Дезинфицирующий раствор", shift),
        severity("4", shift, SingleWeightLiftingFemale=weight, HorizontalTravelling=walk),
    ]


def _radiographer(rng: Random, shift: float) -> list[Assessment]:
    return [
        ionizing(_between(rng, 1.5, 9), "Рентгеновский аппарат", shift),
        biological(4, "Условно-патогенные микроорганизмы", "Пациенты", shift),
        light(rng.uniform(0.9, 1.3), 200, "Комната управления", shift),
    ]


def _laboratory_assistant(rng: Random, shift: float) -> list[Assessment]:
    return [
        biological(3, "Патогенные микроорганизмы III группы", "Биоматериал", shift),
        noise(_between(rng, 60, 72), "Центрифуга", shift),
        light(rng.uniform(0.9, 1.3), 500, "Лабораторный стол", shift),
        intensity(shift, OpticalInstrumentUsage=_between(rng, 20, 60, 0)),
    ]


def _desk(position: str, code: str, unit: str, equipment: str = "ПЭВМ, МФУ", **others: bool | None) -> Template:
    """A place at a desk: nothing harmful is identified."""
    return Template(position, code, EKS, unit, equipment, "Бумага офисная", women=others.get("women"), team=(1, 1))


OFFICE = (
    _desk("Директор", "21495", "Руководство"),
    _desk("Главный бухгалтер", "20656", "Бухгалтерия", women=True),
    _desk("Бухгалтер", "20336", "Бухгалтерия"),
    _desk("Программист", "25857", "Отдел разработки", "ПЭВМ"),
    _desk("Инженер-проектировщик", "22827", "Проектный отдел", "ПЭВМ, плоттер"),
    _desk("Специалист по кадрам", "26583", "Отдел персонала", women=True),
    _desk("Юрисконсульт", "27931", "Юридический отдел"),
    Template(
        "Оператор контактного центра", ABSENT, ABSENT, "Контактный центр", "ПЭВМ, гарнитура", ABSENT, _call_centre, True
    ),
    Template(
        "Водитель автомобиля", "11442", ABSENT, "Хозяйственный отдел", "Автомобиль", "Топливо", _driver, False, (1, 2)
    ),
    Template(
        "Уборщик служебных помещений",
        "19258",
        ABSENT,
        "Хозяйственный отдел",
        "Уборочный инвентарь",
        "Моющие средства",
        _cleaner,
        True,
    ),
)
PLANT = (
    Template(
        "Электрогазосварщик",
        "19756",
        ETKS_2,
        "Сборочно-сварочный цех",
        "Сварочный полуавтомат",
        "Проволока, углекислый газ",
        _welder,
        False,
        (1, 3),
        pension="Список № 2, раздел XXXII, код 23200000-19756",
    ),
    Template(
        "Токарь",
        "19149",
        ETKS_2,
        "Механический цех",
        "Станок токарно-винторезный",
        "Сталь, СОЖ",
        _turner,
        False,
        (1, 3),
    ),
    Template(
        "Обрубщик",
        "15379",
        ETKS_2,
        "Литейный цех",
        "Молоток рубильный",
        "Отливки",
        _fettler,
        False,
        pension="Список № 1, раздел XI, код 1110100а-15379",
    ),
    Template("Грузчик", "11768", ETKS_1, "Склад", "Тележка гидравлическая", "Тара", _loader, False, (1, 3)),
    Template("Кладовщик", "12759", ETKS_1, "Склад", "ПЭВМ, стеллажи", "Тара, документы", _storekeeper, True),
    _desk("Инженер-технолог", "22854", "Технический отдел", "ПЭВМ"),
    _desk("Экономист", "27728", "Планово-экономический отдел", "ПЭВМ", women=True),
)
CLINIC = (
    Template(
        "Врач-терапевт",
        "20448",
        EKS_MEDICAL,
        "Терапевтическое отделение",
        "ПЭВМ, тонометр",
        "Дезинфицирующие средства",
        _physician,
        shift=7.8,
        shorter_time=MEDICAL_TIME,
    ),
    Template(
        "Медицинская сестра палатная",
        "24232",
        EKS_MEDICAL,
        "Терапевтическое отделение",
        "Процедурный инвентарь",
        "Дезинфицирующие средства",
        _nurse,
        True,
        (2, 4),
        7.8,
        shorter_time=MEDICAL_TIME,
    ),
    Template(
        "Рентгенолаборант",
        "26009",
        EKS_MEDICAL,
        "Отделение лучевой диагностики",
        "Комплекс рентгенодиагностический",
        ABSENT,
        _radiographer,
        shift=6,
        pension="ст. 30 ч. 1 п. 1 Федерального закона № 400-ФЗ, Список № 1, раздел XIX",
        shorter_time="постановление Правительства РФ от 14.02.2003 № 101, приложение № 3",
    ),
    Template(
        "Фельдшер-лаборант",
        "24042",
        EKS_MEDICAL,
        "Клинико-диагностическая лаборатория",
        "Микроскоп, центрифуга",
        "Реактивы, биоматериал",
        _laboratory_assistant,
        True,
        shift=7.8,
        shorter_time=MEDICAL_TIME,
    ),
    _desk("Медицинский регистратор", "24042", "Регистратура", "ПЭВМ, телефон", women=True),
    _desk("Специалист по кадрам", "26583", "Отдел кадров", "ПЭВМ", women=True),
)
TEMPLATES: dict[Kind, tuple[Template, ...]] = {"office": OFFICE, "plant": PLANT, "clinic": CLINIC}
# «ОК 016-2025» is in force since 01.01.2026; the plant shows the former classifier.
CLASSIFIER: dict[Kind, str] = {"office": "ОК 016-2025", "plant": "ОК 016-94", "clinic": "ОК 016-2025"}
TOOLS = (
    ("noise", "Шумомер-виброметр, анализатор спектра", "Ш-140771", "48906-12"),
    ("calibrator", "Калибратор акустический", "К-0512", "53400-13"),
    ("light", "Люксметр-пульсметр-яркомер", "Л-01714", "47960-11"),
    ("climate", "Измеритель параметров микроклимата", "М-244219", "32014-11"),
    ("aspirator", "Аспиратор", "А-5582", "14531-08"),
    ("gas", "Газоанализатор универсальный", "Г-3301", "24421-09"),
    ("dose", "Дозиметр-радиометр", "Д-55310", "19793-14"),
    ("ultraviolet", "Радиометр ультрафиолетовый", "У-120455", "24248-09"),
    ("force", "Динамометр электронный", "Н-884", "26687-08"),
    ("tape", "Рулетка измерительная металлическая", "Р-77", "35278-07"),
    ("stopwatch", "Секундомер механический", "С-6641", "11519-11"),
)
