"""The factors of line 030 in the order of the form, which never changes, and the two specificities kept outside of it.

Source: form of the card of the special assessment, line 030 (Минтруд, order 33н); numbers 1–14 are also the codes of
`Factor` in the ФГИС СОУТ format.
"""

from __future__ import annotations

from typing import NamedTuple


class FactorName(NamedTuple):
    """`full` as the form prints it, `short` for a list."""

    full: str
    short: str


FACTORS: dict[int, FactorName] = {
    1: FactorName("Химический", "Химический"),
    2: FactorName("Биологический", "Биологический"),
    3: FactorName("Аэрозоли преимущественно фиброгенного действия", "АПФД"),
    4: FactorName("Шум", "Шум"),
    5: FactorName("Инфразвук", "Инфразвук"),
    6: FactorName("Ультразвук воздушный", "Ультразвук"),
    7: FactorName("Вибрация общая", "Вибрация общая"),
    8: FactorName("Вибрация локальная", "Вибрация локальная"),
    9: FactorName("Неионизирующие излучения", "Неионизирующие излучения"),
    10: FactorName("Ионизирующие излучения", "Ионизирующие излучения"),
    11: FactorName("Параметры микроклимата", "Микроклимат"),
    12: FactorName("Параметры световой среды", "Световая среда"),
    13: FactorName("Тяжесть трудового процесса", "Тяжесть"),
    14: FactorName("Напряжённость трудового процесса", "Напряжённость"),
    15: FactorName("Повышенное давление газовой и воздушной среды", "Повышенное давление"),
    16: FactorName("Водолазные и кессонные работы", "Водолазные и кессонные работы"),
}
LINE_030 = tuple(range(1, 15))
