"""How much of a document is looked at: bounds that keep the memory and the time of a parser in hand.

Everything is counted in the UTF-8 form of the document, lexically, before the bytes reach a parser.
"""

from __future__ import annotations

from dataclasses import dataclass

from core.xml.defects import Defect, Kind

KB = 1024
MB = 1024 * KB


@dataclass(slots=True, frozen=True)
class Limits:
    """Bounds of a document, in bytes and pieces. `gap`: between two «<», so also a text and the attributes of one element;
    `record` and `marks`: bytes, and «<» with «=», between two finished records, so the tree in memory; `namespaces`: how
    often namespaces are declared (their names stay in the parser's dictionary for the life of the process); `records`: how
    many records a streamed document may have."""

    total: int = 1024 * MB
    prolog: int = 256 * KB
    gap: int = 256 * KB
    record: int = 8 * MB
    marks: int = 250_000
    namespaces: int = 100_000
    records: int = 2_000_000


STREAM = Limits()
SMALL = Limits(total=20 * MB, record=20 * MB, marks=500_000)


class Meter:
    """Counts what is fed; every method returns the defect where a bound is passed, else None."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._gap = 0
        self._marks = 0
        self._namespaces = 0
        self._records = 0
        self.since_record = 0
        self.fed = 0

    def record_finished(self) -> Defect | None:
        """A record is done with: its part of the tree is gone."""
        self.since_record = 0
        self._marks = 0
        self._records += 1
        return self._too_many_records() if self._records > self._limits.records else None

    def forget_tree(self) -> None:
        """Whoever reads keeps no tree: records have no size."""
        self.since_record = 0
        self._marks = 0

    def feed(self, chunk: bytes) -> Defect | None:
        """Count a chunk about to be parsed. Chunks are smaller than `gap`."""
        first = chunk.find(b"<")
        widest = self._gap + (len(chunk) if first < 0 else first)
        if widest > self._limits.gap:
            return self._too_wide()
        self._gap = widest if first < 0 else len(chunk) - chunk.rfind(b"<")
        self.fed += len(chunk)
        self.since_record += len(chunk)
        self._marks += chunk.count(b"<") + chunk.count(b"=")
        if self.since_record > self._limits.record or self._marks > self._limits.marks:
            return self._too_heavy()
        self._namespaces += chunk.count(b"xmlns")
        if self._namespaces > self._limits.namespaces:
            return self._too_many_namespaces()
        return None

    def _too_wide(self) -> Defect:
        return Defect(
            Kind.LIMIT,
            "В документе есть слишком длинный текст или слишком много атрибутов у одного элемента.",
            found=f"больше {self._limits.gap // KB} КБ подряд без новой отметки «<»",
            expected=f"не больше {self._limits.gap // KB} КБ",
            advice="Проверьте, чем заполнено это место: в отчёте столь длинных значений не бывает.",
        )

    def _too_heavy(self) -> Defect:
        return Defect(
            Kind.LIMIT,
            "Одна запись документа слишком велика, чтобы её прочитать.",
            found=f"больше {self._limits.record // MB} МБ или {self._limits.marks} элементов и атрибутов подряд",
            expected="записи обычного размера: рабочее место занимает десятки килобайт",
            advice="Проверьте, что документ составлен по схеме и в нём нет посторонних данных.",
        )

    def _too_many_namespaces(self) -> Defect:
        return Defect(
            Kind.LIMIT,
            "В документе слишком много объявлений пространств имён (xmlns).",
            found=f"больше {self._limits.namespaces}",
            expected="формат не использует пространств имён",
            advice="Выгрузите документ заново, без объявлений xmlns у отдельных элементов.",
        )

    def _too_many_records(self) -> Defect:
        return Defect(
            Kind.LIMIT,
            "В документе слишком много записей.",
            found=f"больше {self._limits.records}",
            expected=f"не больше {self._limits.records}",
            advice="Проверьте, что документ выгружен верно.",
        )


def too_long(limits: Limits) -> Defect:
    """The document goes on past the bound of the whole."""
    return Defect(
        Kind.LIMIT,
        "Документ слишком велик.",
        found=f"больше {limits.total // MB} МБ",
        expected=f"не больше {limits.total // MB} МБ",
        advice="Проверьте, что в файле нет посторонних данных.",
    )
