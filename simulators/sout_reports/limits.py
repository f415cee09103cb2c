"""Classes of working conditions by measured value: the tables of the Methodology that the generator needs.

Source: Methodology 33н, appendices 1, 9–12, 16, 19–21 (817н is to be compared). The classes of pathogenic groups III and
IV are those of present practice. The final class is counted by «two factors of the same sub-class».
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

CLASSES = ("1", "2", "3.1", "3.2", "3.3", "3.4", "4")
FROM_SECOND = CLASSES[1:]
LABOUR = ("1", "2", "3.1", "3.2")

PATHOGEN_GROUPS = {1: "4", 2: "3.3", 3: "3.2", 4: "3.1"}
POSES = {"2": "1", "4": "2", "5": "3.1", "6": "3.1", "7": "3.1", "8": "3.1", "11": "3.2"}
# Indicator of severity → upper limits of classes 1, 2 and 3.1; the name shown; its unit.
SEVERITY = {
    "SingleWeightLiftingMale": ((15, 30, 35), "Масса груза разово, мужчины", "кг"),
    "SingleWeightLiftingFemale": ((5, 10, 12), "Масса груза разово, женщины", "кг"),
    "ConstantWeightLiftingMale": ((5, 15, 20), "Масса груза постоянно, мужчины", "кг"),
    "MotorStereotypyRegionalLoad": ((10000, 20000, 30000), "Стереотипные движения, региональная нагрузка", "ед."),
    "BodyBending": ((50, 100, 300), "Наклоны корпуса более 30°", "раз"),
    "HorizontalTravelling": ((4, 8, 12), "Перемещения по горизонтали", "км"),
}
# Indicator of intensity → the same.
INTENSITY = {
    "SignalDensity": ((75, 175, 300), "Плотность сигналов и сообщений", "ед./ч"),
    "OpticalInstrumentUsage": ((25, 50, 75), "Работа с оптическими приборами", "% смены"),
    "VocalLoad": ((16, 20, 25), "Нагрузка на голосовой аппарат", "ч/нед"),
    "RaptAttentionTime": ((25, 50, 75), "Длительность сосредоточенного наблюдения", "% смены"),
}
NOISE = (80, 85, 95, 105, 115)
LOCAL_VIBRATION = (126, 129, 132, 135, 138)
OVERALL_VIBRATION_Z = (115, 121, 127, 133, 139)
OVERALL_VIBRATION_XY = (112, 118, 124, 130, 136)
DOSE = (5, 10, 20, 50, 100)
# Times the limit value, maximal and shift average; sharply directed substances have no average.
CHEMICAL_MAX = {"general": (1, 3, 10, 15, 20), "acute": (1, 2, 4, 6, 10)}
CHEMICAL_AVERAGE = (1, 3, 10, 15)
# Category of work → upper limits of the thermal load index, classes 2 (exclusive) and 3.1 to 3.4.
THERMAL_LOAD = {"IIб": (24.0, 24.2, 25.0, 26.4, 29.1)}


def by_limits(value: float, limits: Sequence[float], classes: Sequence[str] = FROM_SECOND) -> str:
    """The class of the first limit that the value does not exceed, else the class after the last one."""
    for limit, name in zip(limits, classes, strict=False):
        if value <= limit:
            return name
    return classes[len(limits)]


def worst(classes: Iterable[str]) -> str:
    return max(classes, key=CLASSES.index)


def is_harmful(name: str, least: str = "3.1") -> bool:
    return CLASSES.index(name) >= CLASSES.index(least)


def raised(name: str) -> str:
    return CLASSES[CLASSES.index(name) + 1]


def severity_class(classes: Sequence[str]) -> str:
    """Methodology p. 82–83: the worst indicator; two indicators of 3.1 or of 3.2 make it a degree worse."""
    return worst([*classes, *(raised(name) for name in ("3.1", "3.2") if classes.count(name) >= 2)])


def chemical_class(classes: Sequence[str]) -> str:
    """Several substances of different effect: the worst; three of 3.2 make 3.3, two of 3.3 make 3.4."""
    combined = [*classes]
    if classes.count("3.2") >= 3:
        combined.append("3.3")
    if classes.count("3.3") >= 2:
        combined.append("3.4")
    return worst(combined)


def dust_class(concentration: float, limit: float) -> str:
    return by_limits(concentration / limit, (1, 2, 4, 10) if limit <= 2 else (1, 3, 6, 10))


def light_class(value: float, least: float) -> str:
    if value >= least:
        return "2"
    return "3.1" if value >= least / 2 else "3.2"


def final_class(by_factor: Mapping[int, str]) -> str:
    """Methodology p. 93: the worst factor; three of 3.1 → 3.2; two of the same sub-class from 3.2 on → a degree worse."""
    classes = list(by_factor.values())
    if not classes:
        return "2"
    result = [*classes]
    if classes.count("3.1") >= 3:
        result.append("3.2")
    result += [raised(name) for name in ("3.2", "3.3", "3.4") if classes.count(name) >= 2]
    return worst(result)
