"""SVD: the summary sheet (section V)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from sout_reports.document.model import SummaryRow, final_class
from violations.rules.findings import Defect
from violations.rules.rulebook import Scope
from violations.rules.severity import ClearedBy, Severity
from violations.rules.sout.book import rule
from violations.rules.sout.classes import CLASSES
from violations.rules.sout.tallies import Tally

WORKPLACES = "WorkPlaces"


@rule(
    "SOUT-SVD-001",
    "Сводная ведомость не соответствует картам: количество рабочих мест по классам",
    Severity.VIOLATION,
    "раздел V отчёта, таблица 1",
    ClearedBy.CORRECTION,
    scope=Scope.TALLY,
    checks="Число рабочих мест по классам в таблице 1 сводной ведомости сверяется с подсчётом по сведениям о "
    "рабочих местах.",
)
def sheet_counts_workplaces(tally: Tally) -> Iterator[Defect]:
    """Table 1, where it is given: the row of workplaces is not the count of all workplaces of the file by final class.

    Counted is WorkingConditionsPPE if stated («-» states nothing), else WorkingConditions; WorkPlaceDeclared without a
    class counts as 2, WorkPlaceImpossibleMeasurements as 4. Also: Assessed is not the sum of the row, or Total is less
    than Assessed. A sheet without this row does not state the count at all, which is a defect too.

    Source: section V of the report, table 1.
    """
    if not tally.tail.summary:
        return
    row = next((row for row in tally.tail.summary if row.kind == WORKPLACES), None)
    if row is None:
        path = tally.tail.summary[0].path.rpartition("/")[0]
        yield Defect("В таблице 1 сводной ведомости нет строки рабочих мест.", "нет", "строка", path, 1, part="row")
        return
    counted = Counter(final_class(w.kind, w.conditions, w.conditions_ppe) for w in tally.workplaces)
    wrong = [name for name in CLASSES if row.by_class.get(name, 0) != counted[name]]
    if wrong:
        found = "; ".join(f"{name} — {row.by_class.get(name, 0)}" for name in wrong)
        expected = "; ".join(f"{name} — {counted[name]}" for name in wrong)
        yield Defect(
            message=f"Число рабочих мест по классам в сводной ведомости ({found}) отличается от подсчёта по картам "
            f"({expected}).",
            found=found,
            expected=expected,
            path=row.path,
            object_ordinal=1,
            part="classes",
        )
    yield from _wrong_totals(row)


def _wrong_totals(row: SummaryRow) -> Iterator[Defect]:
    total = sum(row.by_class.values())
    if row.assessed != total:
        yield Defect(
            message=f"Число рабочих мест, на которых проведена СОУТ ({row.assessed}), не равно сумме по классам ({total}).",
            found=str(row.assessed),
            expected=str(total),
            path=row.path,
            object_ordinal=1,
            part="assessed",
        )
    if row.total < row.assessed:
        yield Defect(
            message=f"Рабочих мест всего ({row.total}) меньше, чем рабочих мест, на которых проведена СОУТ "
            f"({row.assessed}).",
            found=str(row.total),
            expected=f"не менее {row.assessed}",
            path=row.path,
            object_ordinal=1,
            part="total",
        )
