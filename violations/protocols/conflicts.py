"""What keeps a protocol from being sent: of a row, of the commission, of the head. Each conflict has a permanent code.

The same checks run while a draft is edited, when it is frozen for signing, when a file is imported, and once more under the
employer's lock in the moment of sending.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Protocol as Shape

from django.utils.dateformat import format as format_date

from registries.models import WorkplaceInForce
from registries.workplace_keys import NUMBER_OF_THE_FORM, normalize_number, number_sort_key
from sout_reports.models import Workplace
from violations.protocols.models import CommissionProtocol
from violations.protocols.rows import ANALOGOUS_MARK, DecisionRow, is_marked_analogous, place_key, report_name
from violations.protocols.states import ProtocolState
from violations.rules.registers import batches
from violations.rules.wording import counted, in_place


class Code(StrEnum):
    """Permanent codes, told to users and to systems that import files."""

    REPORT = "PKR-REPORT"
    OLD = "PKR-OLD"
    ROW = "PKR-ROW"
    TITLE = "PKR-TITLE"
    FORMAT = "PKR-FORMAT"
    DUP = "PKR-DUP"
    TAKEN = "PKR-TAKEN"
    USED = "PKR-USED"
    SAME = "PKR-SAME"
    GROUP = "PKR-GROUP"
    GONE = "PKR-GONE"
    EMPTY = "PKR-EMPTY"
    COMMITTEE = "PKR-COMMITTEE"
    NUMBER = "PKR-NUMBER"
    DATE = "PKR-DATE"
    ORG = "PKR-ORG"


@dataclass(slots=True, frozen=True)
class Conflict:
    """`message`: whole Russian sentences, what is wrong and what to do. `blocking`: the protocol cannot be sent with it."""

    code: Code
    message: str
    blocking: bool = True


@dataclass(slots=True)
class Conflicts:
    """By place: of the head, of the commission, of rows by their pk."""

    head: list[Conflict] = field(default_factory=list)
    commission: list[Conflict] = field(default_factory=list)
    rows: dict[int, list[Conflict]] = field(default_factory=dict)

    @property
    def blocked_rows(self) -> list[int]:
        return [pk for pk, found in self.rows.items() if any(each.blocking for each in found)]

    @property
    def blocking(self) -> bool:
        return bool(self.blocked_rows) or any(each.blocking for each in (*self.head, *self.commission))

    def codes(self) -> set[str]:
        everything = [*self.head, *self.commission, *(each for found in self.rows.values() for each in found)]
        return {str(each.code) for each in everything}


class Member(Shape):
    """A member of the commission: the row of the table, or what was typed."""

    @property
    def last_name(self) -> str: ...
    @property
    def first_name(self) -> str: ...
    @property
    def middle_name(self) -> str: ...
    @property
    def position(self) -> str: ...
    @property
    def chairman(self) -> bool: ...


def find_all(
    protocol: CommissionProtocol,
    rows: Sequence[DecisionRow],
    members: Sequence[Member],
    *,
    number: str,
    day: date | None,
    today: date,
) -> Conflicts:
    """Everything at once; `number` and `day` may be typed ones that are not saved yet. Five queries for up to 5,000 rows."""
    return Conflicts(
        head=of_head(protocol, rows, number=number, day=day, today=today),
        commission=of_commission(members),
        rows=of_rows(rows, employer_inn=protocol.employer.inn),
    )


# --- rows


def of_rows(rows: Sequence[DecisionRow], *, employer_inn: str) -> dict[int, list[Conflict]]:
    """Conflicts by row; rows without any are left out."""
    found: dict[int, list[Conflict]] = defaultdict(list)
    _standing(rows, found)
    numbered = [row for row in rows if not row.liquidated and not row.gone and row.report_in_force]
    _spelling(numbered, found)
    fit = [row for row in numbered if _is_new(row)]
    _repeated(fit, found)
    _used_in_report(fit, rows, found)
    _taken(fit, rows, employer_inn, found)
    return dict(found)


def _is_new(row: DecisionRow) -> bool:
    return bool(NUMBER_OF_THE_FORM.fullmatch(row.new_number)) and row.new_number != row.current_number


def _standing(rows: Iterable[DecisionRow], found: dict[int, list[Conflict]]) -> None:
    """Is the workplace still what the row says?"""
    for row in rows:
        if not row.report_in_force:
            text = f"Отчёт № {row.report_number} заменён исправленным: решение по его местам уже не действует. Уберите строку."
            found[row.pk].append(Conflict(Code.REPORT, text))
        elif row.gone:
            found[row.pk].append(Conflict(Code.GONE, "Место уже ликвидировано другим протоколом. Уберите строку."))
        elif row.old_number != row.current_number:
            text = (
                f"Номер места с тех пор изменён другим протоколом: был {row.old_number or 'пуст'}, теперь "
                f"{row.current_number}. Сохраните черновик, чтобы исходить из нового номера, либо уберите строку."
            )
            found[row.pk].append(Conflict(Code.OLD, text))


def _spelling(rows: Iterable[DecisionRow], found: dict[int, list[Conflict]]) -> None:
    """Rule SOUT-UNIQ-004 for the new number, and that it is new."""
    for row in rows:
        number = row.new_number
        if not number:
            found[row.pk].append(Conflict(Code.FORMAT, "Укажите новый номер или отметьте, что место ликвидировано."))
        elif not NUMBER_OF_THE_FORM.fullmatch(number):
            latin = " В номере латинская «A» — нужна русская." if "A" in number else ""
            text = (
                f"Номер «{_shortened(number)}» недопустим: нужно число от 1 до 99999999, у аналогичных мест с прописной "
                f"русской «А».{latin}"
            )
            found[row.pk].append(Conflict(Code.FORMAT, text))
        elif number == row.current_number:
            text = "Новый номер совпадает с прежним. Укажите другой, отметьте ликвидацию или уберите строку."
            found[row.pk].append(Conflict(Code.SAME, text))
        else:
            _mark(row, found)


def _mark(row: DecisionRow, found: dict[int, list[Conflict]]) -> None:
    """Rule SOUT-ANA-005 is a warning, so is this."""
    marked = is_marked_analogous(row.new_number)
    if row.in_group and not marked:
        text = f"Место входит в группу аналогичных: такому номеру положена «{ANALOGOUS_MARK}» в конце."
        found[row.pk].append(Conflict(Code.GROUP, text, blocking=False))
    elif marked and not row.in_group and not is_marked_analogous(row.old_number):
        text = f"Место не входит в группу аналогичных, а номер оканчивается на «{ANALOGOUS_MARK}»."
        found[row.pk].append(Conflict(Code.GROUP, text, blocking=False))


def _repeated(rows: Sequence[DecisionRow], found: dict[int, list[Conflict]]) -> None:
    """The same new number twice. In different reports it may be the next assessment of one place, which is right."""
    by_number: dict[str, list[DecisionRow]] = defaultdict(list)
    for row in rows:
        by_number[normalize_number(row.new_number)].append(row)
    for bearers in by_number.values():
        for row in bearers:
            others = [
                each
                for each in bearers
                if each is not row and (each.report_id == row.report_id or each.place != row.place)
            ]
            if others:
                other = others[0]
                text = (
                    f"Номер {row.new_number} в этом же протоколе дан ещё и месту {in_place(other.position, other.subunit)} "
                    f"(прежний номер {other.old_number or 'пуст'}). Дайте одному из них другой номер."
                )
                found[row.pk].append(Conflict(Code.DUP, text))


@dataclass(slots=True, frozen=True)
class Bearer:
    """A standing place of a report that bears a number after the decision as before."""

    pk: int
    position: str
    subunit: str


def _keepers(
    wanted: Collection[tuple[int, str]], everything: Iterable[DecisionRow]
) -> dict[tuple[int, str], list[Bearer]]:
    """(report's id, normalized number) → its places that bear this number and keep it."""
    leaving = {row.workplace_id for row in everything if row.leaves_its_number}
    found: dict[tuple[int, str], list[Bearer]] = defaultdict(list)
    reports = {report for report, _ in wanted}
    for batch in batches(sorted({number_sort_key(number) for _, number in wanted})):
        places = Workplace.objects.filter(report_id__in=reports, number_order__in=batch, liquidated_on=None)
        columns = ("pk", "report_id", "current_number", "position", "subunit")
        for pk, report, number, position, subunit in places.order_by("report_id", "ordinal").values_list(*columns):
            if pk not in leaving:
                found[report, normalize_number(number)].append(Bearer(pk, position, subunit))
    return found


def _used_in_report(
    rows: Sequence[DecisionRow], everything: Sequence[DecisionRow], found: dict[int, list[Conflict]]
) -> None:
    """A place of the same report that keeps its number bears the new one already."""
    keepers = _keepers({(row.report_id, normalize_number(row.new_number)) for row in rows}, everything)
    for row in rows:
        bearers = keepers.get((row.report_id, normalize_number(row.new_number)), [])
        holder = next((bearer for bearer in bearers if bearer.pk != row.workplace_id), None)
        if holder is not None:
            text = (
                f"Номер {row.new_number} в этом отчёте носит место {in_place(holder.position, holder.subunit)}, и протокол его "
                "не меняет. Укажите другой номер либо добавьте в протокол и это место."
            )
            found[row.pk].append(Conflict(Code.USED, text))


def _taken(
    rows: Sequence[DecisionRow], everything: Sequence[DecisionRow], employer_inn: str, found: dict[int, list[Conflict]]
) -> None:
    """A place in force, of another report and another place, bears the new number (rule SOUT-UNIQ-001) and does not leave it.

    A number that one place leaves stays with its report while another place there bears it too.
    """
    set_free = {
        (row.report_uid, normalize_number(row.current_number)): row.report_id
        for row in everything
        if row.leaves_its_number
    }
    keepers = _keepers({(report, number) for (_, number), report in set_free.items()}, everything)
    holders = _in_force(employer_inn, {normalize_number(row.new_number) for row in rows})
    for row in rows:
        holder = holders.get(normalize_number(row.new_number))
        if holder is None or holder.report_uid == row.report_uid:
            continue
        report = set_free.get((holder.report_uid, holder.number_key))  # type: ignore[arg-type]  # None frees nothing
        if report is None:
            others = [(holder.position, holder.subunit)]
        else:
            others = [(each.position, each.subunit) for each in keepers.get((report, holder.number_key), ())]
        other = next((place for place in others if place_key(*place) != row.place), None)
        if other is not None:
            text = (
                f"Номер {row.new_number} занят действующим местом {in_place(*other)} (отчёт {report_name(holder.report_label)}). "
                "Укажите свободный номер либо добавьте в протокол и это место."
            )
            found[row.pk].append(Conflict(Code.TAKEN, text))


def _in_force(employer_inn: str, keys: Collection[str]) -> dict[str, WorkplaceInForce]:
    held: dict[str, WorkplaceInForce] = {}
    for batch in batches(sorted(keys)):
        rows = WorkplaceInForce.objects.filter(employer_inn=employer_inn, number_key__in=batch).defer("snils")
        held.update((row.number_key, row) for row in rows)
    return held


# --- commission


def of_commission(members: Sequence[Member]) -> list[Conflict]:
    """An odd number of people, one of them chairman (426-ФЗ art. 9 p. 1–2), everybody named."""
    found = []
    count = len(members)
    if count % 2 == 0:
        text = f"В комиссии нужно нечётное число членов: сейчас {count} (ч. 1 ст. 9 426-ФЗ)."
        found.append(Conflict(Code.COMMITTEE, f"{text} Добавьте или исключите одного человека."))
    chairmen = sum(member.chairman for member in members)
    if members and chairmen != 1:
        found.append(Conflict(Code.COMMITTEE, f"Отметьте одного председателя комиссии: сейчас отмечено {chairmen}."))
    nameless = [
        index
        for index, m in enumerate(members, 1)
        if not (m.last_name and m.first_name) or (m.chairman and not m.position)
    ]
    if nameless:
        which = ", ".join(map(str, nameless))
        text = f"Укажите фамилию и имя каждого члена комиссии, а у председателя и должность. Не заполнено в строке: {which}."
        found.append(Conflict(Code.COMMITTEE, text))
    people = Counter((m.last_name, m.first_name, m.middle_name, m.position) for m in members if m.last_name)
    twice = [person for person, times in people.items() if times > 1]
    if twice:
        text = "Один и тот же человек указан в комиссии дважды: " + ", ".join(person[0] for person in twice) + "."
        found.append(Conflict(Code.COMMITTEE, text))
    return found


# --- head


def of_head(
    protocol: CommissionProtocol, rows: Sequence[DecisionRow], *, number: str, day: date | None, today: date
) -> list[Conflict]:
    """Number and date of the protocol, and that it decides anything at all."""
    found = []
    if not rows:
        found.append(
            Conflict(Code.EMPTY, "В протоколе нет ни одного рабочего места. Добавьте места, о которых принято решение.")
        )
    if not number:
        found.append(Conflict(Code.NUMBER, "Укажите номер протокола в учёте работодателя."))
    if day is None:
        found.append(Conflict(Code.DATE, "Укажите дату решения комиссии."))
        return found
    if number and _number_is_sent(protocol, number, day):
        text = f"Протокол № {_shortened(number)} за {day.year} год уже отправлен. Укажите другой номер."
        found.append(Conflict(Code.NUMBER, text))
    if day > today:
        found.append(Conflict(Code.DATE, f"Дата протокола {_ru(day)} ещё не наступила. Укажите день решения комиссии."))
    approved = [row.approved_on for row in rows if row.approved_on is not None and row.report_in_force]
    if approved and day < max(approved):
        late = next(row for row in rows if row.approved_on == max(approved))
        text = (
            f"Протокол датирован {_ru(day)}, раньше утверждения отчёта № {late.report_number} ({_ru(max(approved))}). "
            "Исправьте дату либо уберите места этого отчёта."
        )
        found.append(Conflict(Code.DATE, text))
    return found


def _number_is_sent(protocol: CommissionProtocol, number: str, day: date) -> bool:
    sent = CommissionProtocol.objects.filter(
        employer=protocol.employer_id, branch=protocol.branch_id, state=ProtocolState.APPLIED
    )
    return sent.filter(number=number, date__year=day.year).exclude(pk=protocol.pk).exists()


def _ru(day: date) -> str:
    return format_date(day, "d.m.Y")


def _shortened(text: str) -> str:
    return text if len(text) <= 40 else text[:40] + "…"


def told(conflicts: Conflicts) -> str:
    """One sentence for a heading: how much is in the way."""
    rows = len(conflicts.blocked_rows)
    other = sum(each.blocking for each in (*conflicts.head, *conflicts.commission))
    parts = []
    if rows:
        parts.append(counted(rows, "место", "места", "мест") + " с конфликтом номеров")
    if other:
        parts.append(counted(other, "замечание", "замечания", "замечаний") + " к протоколу и комиссии")
    return ", ".join(parts)
