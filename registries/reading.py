"""Entries of a register file, read one by one: every problem is kept with its list, entry and field, in Russian, so that a file
can be mended in one go. Nothing is written here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from registries.register_numbers import plain_integer

PROBLEMS_KEPT = 100
EARLIEST = date(1990, 1, 1)  # before any register of labour protection

# key of the file → how the page calls the register
REGISTERS: dict[str, str] = {
    "organizations": "Организации, проводящие СОУТ",
    "experts": "Эксперты",
    "sout_ids": "Идентификационные номера СОУТ",
    "known_workplaces": "Действующие рабочие места",
}


@dataclass(frozen=True, slots=True)
class Problem:
    """`entry` counts from 1, 0 for the file or the list as a whole; `name` is the field as the file calls it."""

    register: str
    entry: int
    name: str
    message: str

    @property
    def where(self) -> str:
        parts = [f"список «{self.register}»" if self.register else "файл"]
        parts += [f"запись {self.entry}"] if self.entry else []
        parts += [f"поле «{self.name}»"] if self.name else []
        return ", ".join(parts)

    def __str__(self) -> str:
        return f"{self.where}: {self.message}"


class BadRegister(Exception):
    """The file does not hold what its format says. `problems` are the first hundred of `total`."""

    def __init__(self, problems: list[Problem], total: int | None = None) -> None:
        self.problems = problems[:PROBLEMS_KEPT]
        self.total = len(problems) if total is None else total
        super().__init__("; ".join(str(each) for each in self.problems[:3]))


@dataclass(slots=True)
class Problems:
    """What was found so far; only the first are kept."""

    kept: list[Problem] = field(default_factory=list)
    total: int = 0

    def add(self, problem: Problem) -> None:
        self.total += 1
        if len(self.kept) < PROBLEMS_KEPT:
            self.kept.append(problem)

    def refuse_if_any(self) -> None:
        """Raises BadRegister."""
        if self.total:
            raise BadRegister(self.kept, self.total)


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a list. A field that is not right is told to `problems` and read as nothing."""

    register: str
    number: int
    row: Mapping[str, Any]
    problems: Problems
    beside: str = ""  # name of the field this part stands in

    def wrong(self, name: str, message: str) -> None:
        shown = f"{self.beside}.{name}" if self.beside else name
        self.problems.add(Problem(self.register, self.number, shown, message))

    def text(self, name: str, longest: int, *, must: bool = True) -> str:
        """A text or a number as text, trimmed."""
        value = self.row.get(name)
        if value is None or (isinstance(value, str) and not value.strip()):
            if must:
                self.wrong(name, "не заполнено, а без него запись не принимается.")
            return ""
        if isinstance(value, bool | list | dict | float):
            self.wrong(name, "должен быть текст.")
            return ""
        text = str(value).strip()
        if "\x00" in text or any(0xD800 <= ord(sign) <= 0xDFFF for sign in text):
            self.wrong(name, "есть недопустимые знаки.")
            return ""
        if len(text) > longest:
            self.wrong(name, f"{len(text)} знаков, а можно не больше {longest}.")
            return ""
        return text

    def word(self, name: str, words: Collection[str]) -> str:
        """One of a closed list of words: a word that nothing here knows would count as «not in force»."""
        text = self.text(name, 100)
        if text and text not in words:
            self.wrong(name, f"«{text[:40]}» — неизвестное слово. Допустимы: {', '.join(words)}.")
            return ""
        return text

    def plain(self, name: str, longest: int, *, must: bool = True) -> str:
        """A number of a register: as a reader of the XML gives an xs:integer, without leading zeros."""
        return plain_integer(self.text(name, longest, must=must))

    def day(self, name: str, *, must: bool = False) -> date | None:
        """A date as YYYY-MM-DD."""
        value = self.row.get(name)
        if value in (None, ""):
            if must:
                self.wrong(name, "не заполнено, а без даты запись не принимается.")
            return None
        try:
            found = date.fromisoformat(value) if isinstance(value, str) else None
        except ValueError:
            found = None
        if found is None or found < EARLIEST:
            self.wrong(
                name, f"«{str(value)[:40]}» — не дата. Нужна дата вида 2026-11-21, не раньше {EARLIEST.year} года."
            )
            return None
        return found

    def part(self, name: str) -> Entry:
        """The object in a field; empty where there is none."""
        value = self.row.get(name)
        if value is not None and not isinstance(value, dict):
            self.wrong(name, "должен быть объект.")
        inner = value if isinstance(value, dict) else {}
        return Entry(self.register, self.number, inner, self.problems, beside=name)

    def parts(self, name: str, *, must: bool = False) -> Iterator[Entry]:
        """The objects of the list in a field."""
        value = self.row.get(name)
        if value is None:
            if must:
                self.wrong(name, "не заполнено, а без этого списка запись не принимается.")
            return
        if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
            self.wrong(name, "должен быть список объектов.")
            return
        for index, each in enumerate(value, 1):
            yield Entry(self.register, self.number, each, self.problems, beside=f"{name}[{index}]")

    def texts(self, name: str, longest: int) -> list[str]:
        value = self.row.get(name, [])
        if not isinstance(value, list) or not all(isinstance(each, str | int) for each in value):
            self.wrong(name, "должен быть список текстов.")
            return []
        return [str(each)[:longest] for each in value]


def entries(content: Mapping[str, Any], register: str, problems: Problems) -> Iterator[Entry]:
    """The entries of one list of the file; a list may be left out."""
    rows = content.get(register, [])
    if not isinstance(rows, list):
        problems.add(Problem(register, 0, "", "должен быть список записей."))
        return
    for number, row in enumerate(rows, 1):
        if isinstance(row, dict):
            yield Entry(register, number, row, problems)
        else:
            problems.add(Problem(register, number, "", "запись должна быть объектом JSON."))
