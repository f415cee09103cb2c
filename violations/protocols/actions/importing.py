"""A draft made from a file of the protocol's format.

A file is refused when it cannot be read, is not this employer's, or has a row that no workplace answers to: then nothing is
stored, and every problem is told. A readable file becomes a draft, and what is wrong with its decisions is told in the draft:
there it can be mended.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Q

from core.journal import record
from core.keys import key_of
from core.locks import lock_name
from core.xml import Defect, XmlRefused
from core.xml.source import Readable
from registries.workplace_keys import normalize_number, number_sort_key
from sout_reports.models import SoutReport, Workplace
from sout_reports.states import State
from violations.protocols import selectors
from violations.protocols.actions.drafting import BATCH, open_draft, standing_elsewhere
from violations.protocols.conflicts import Code, Conflicts
from violations.protocols.models import CommissionProtocol, ProtocolRow
from violations.protocols.rows import place_key
from violations.protocols.xml_in import FileProtocol, FileRow, read_protocol
from violations.protocols.xml_out import NO_NUMBER, NOT_GIVEN
from violations.rules.registers import batches
from violations.rules.wording import counted, shortened

NOT_XML = "PKR-XML"
NOT_OF_SCHEMA = "PKR-SCHEMA"
LONGEST = {"number": 60, "last_name": 100, "first_name": 100, "middle_name": 100, "position": 200}
NOTES_KEPT = 1000
SHOWN_ID = 40
REASON = "номер из импортированного протокола"
REASON_GONE = "ликвидация по импортированному протоколу"


@dataclass(slots=True, frozen=True)
class ImportProblem:
    """One problem of a file. `row` counts workplaces of the file from 1; `row` and `line` None: not of one place."""

    code: str
    message: str
    row: int | None = None
    line: int | None = None
    found: str = ""
    expected: str = ""
    advice: str = ""

    def as_note(self) -> dict[str, Any]:
        return {"code": str(self.code), "row": self.row, "line": self.line, "message": self.message}


class ImportRefused(Exception):
    """Nothing was stored. `problems`: what is listed of `total`."""

    def __init__(self, problems: Sequence[ImportProblem], total: int | None = None) -> None:
        super().__init__(", ".join(sorted({problem.code for problem in problems})))
        self.problems = list(problems)
        self.total = total if total is not None else len(self.problems)


def import_protocol(stream: Readable, *, name: str, acting: Any) -> CommissionProtocol:
    """A draft from the bytes of a file; what was noticed is kept in `import_notes`. Raises ImportRefused."""
    try:
        said = read_protocol(stream)
    except XmlRefused as refused:
        raise ImportRefused([_of_form(defect) for defect in refused.defects], refused.total) from refused
    _refuse(_of_file(said, acting))
    with transaction.atomic():
        lock_name("employer", acting.organization.inn)
        matched = _match(said.rows, acting)
        protocol = _draft(said, matched, acting)
        notes = _notes(protocol, said, matched, acting)
        kept = [note.as_note() for note in notes[:NOTES_KEPT]]
        protocol.import_notes = {"file": name[:200], "notes": kept, "total": len(notes)}
        protocol.save(update_fields=["import_notes"])
        record(
            "protocol.imported",
            protocol,
            actor=acting,
            number=protocol.number,
            workplaces=len(said.rows),
            codes=sorted({note.code for note in notes}),
        )
    return protocol


def _refuse(problems: Sequence[ImportProblem]) -> None:
    if problems:
        raise ImportRefused(problems)


def _of_form(defect: Defect) -> ImportProblem:
    code = NOT_OF_SCHEMA if defect.kind.of_schema else NOT_XML
    return ImportProblem(
        code, defect.message, line=defect.line, found=defect.found, expected=defect.expected, advice=defect.advice
    )


# --- the file as a whole


def _of_file(said: FileProtocol, acting: Any) -> list[ImportProblem]:
    problems = _of_employer(said, acting)
    if not said.rows:
        problems.append(
            ImportProblem(
                Code.EMPTY,
                "В файле нет ни одного рабочего места.",
                advice="Выгрузите из программы протокол с рабочими местами, о которых комиссия приняла решение.",
            )
        )
    if len(said.number) > LONGEST["number"]:
        text = f"Номер протокола длиннее {LONGEST['number']} знаков."
        found = counted(len(said.number), "знак", "знака", "знаков")
        advice = "Сократите ProtocolNumber до номера, под которым протокол учтён у работодателя."
        problems.append(ImportProblem(Code.NUMBER, text, found=found, advice=advice))
    for index, person in enumerate(said.commission, 1):
        fields = ("last_name", "first_name", "middle_name", "position")
        if any(len(getattr(person, field)) > LONGEST[field] for field in fields):
            text = f"Слишком длинное имя или должность у члена комиссии в строке {index} (председатель первый)."
            advice = "Сократите их в файле: должность можно назвать без подразделения и пояснений."
            expected = "имя до 100 знаков, должность до 200"
            problems.append(ImportProblem(Code.COMMITTEE, text, expected=expected, advice=advice))
    return problems


def _of_employer(said: FileProtocol, acting: Any) -> list[ImportProblem]:
    own = acting.organization
    if (said.inn, said.ogrn) == (own.inn, own.ogrn):
        return []
    return [
        ImportProblem(
            Code.ORG,
            "Протокол составлен комиссией другого работодателя.",
            found=f"ИНН {said.inn}, ОГРН {said.ogrn}",
            expected=f"ИНН {own.inn}, ОГРН {own.ogrn}",
            advice="Проверьте, что выбран нужный файл, или смените организацию в меню кабинета.",
        )
    ]


# --- rows and workplaces


@dataclass(slots=True, frozen=True)
class Candidate:
    """A workplace that a row may mean."""

    pk: int
    report_id: int
    position: str
    subunit: str
    number: str
    current_number: str


def _match(rows: Sequence[FileRow], acting: Any) -> dict[int, Candidate]:
    """The workplace that each row means, by the row's index. Raises ImportRefused with every row that means none."""
    reports = _reports(rows, acting)
    candidates = _candidates(rows, reports)
    problems: list[ImportProblem] = []
    matched: dict[int, Candidate] = {}
    by_place: dict[int, FileRow] = {}
    for row in rows:
        if row.report_id not in reports:
            problems.append(_no_report(row))
            continue
        found = _meant(row, [c for c in candidates[_key(row)] if c.report_id in reports[row.report_id]])
        if isinstance(found, ImportProblem):
            problems.append(found)
            continue
        earlier = by_place.setdefault(found.pk, row)
        if earlier is not row:
            text = f"Строка {row.index} решает о том же рабочем месте, что и строка {earlier.index}. Оставьте одну."
            problems.append(ImportProblem(Code.ROW, text, row.index, row.line, found=f"место № {row.old_number}"))
        matched[row.index] = found
    _refuse(problems)
    return matched


def _reports(rows: Sequence[FileRow], acting: Any) -> dict[str, set[int]]:
    """ReportId → ids of the accepted reports it may mean: by the system's number, or by ИН СОУТ. The schema does not say which."""
    ids = {row.report_id for row in rows}
    numbers = [number for each in ids if (number := key_of(each)) is not None]
    mine = SoutReport.objects.filter(SoutReport.objects.all().of_employer_q(acting), state=State.ACCEPTED)
    found: dict[str, set[int]] = defaultdict(set)
    for pk, number, sout_id in mine.filter(Q(number__in=numbers) | Q(sout_id__in=ids)).values_list(
        "pk", "number", "sout_id"
    ):
        for name in {str(number), sout_id} & ids:
            found[name].add(pk)
    return dict(found)


def _candidates(rows: Sequence[FileRow], reports: dict[str, set[int]]) -> dict[str, list[Candidate]]:
    """Workplaces of those reports by the key of the number they bear now or bore in the file."""
    everywhere = {pk for ids in reports.values() for pk in ids}
    found: dict[str, list[Candidate]] = defaultdict(list)
    columns = ("pk", "report_id", "position", "subunit", "number", "current_number")
    written = sorted({"" if row.old_number == NO_NUMBER else row.old_number for row in rows})
    for batch in batches(written):
        orders = {number_sort_key(number) for number in batch}
        places = Workplace.objects.filter(
            Q(number_order__in=orders) | Q(number__in=batch), report_id__in=everywhere, liquidated_on=None
        )
        for values in places.values_list(*columns):
            place = Candidate(*values)
            for key in {normalize_number(place.number), normalize_number(place.current_number)}:
                found[key].append(place)
    return found


def _key(row: FileRow) -> str:
    return "" if row.old_number == NO_NUMBER else normalize_number(row.old_number)


def _meant(row: FileRow, candidates: Sequence[Candidate]) -> Candidate | ImportProblem:
    """The only workplace with the old number; among several, the one of the same position and sub-unit."""
    now = [place for place in candidates if normalize_number(place.current_number) == _key(row)]
    if not now:
        moved = next((place for place in candidates if place.number != place.current_number), None)
        text = f"В отчёте {row.report_id} нет рабочего места с номером {row.old_number}."
        if moved is not None:
            text += (
                f" Такой номер был у места «{moved.position}», другой протокол изменил его на {moved.current_number}."
            )
        return ImportProblem(Code.OLD, text, row.index, row.line, found=row.old_number)
    if len(now) == 1:
        return now[0]
    title = row.old_title or row.title
    same = [place for place in now if place_key(place.position, place.subunit) == place_key(title, row.unit)]
    if len(same) == 1:
        return same[0]
    text = (
        f"В отчёте {row.report_id} несколько мест с номером {row.old_number}: по названию «{title}» и подразделению "
        f"«{row.unit or NOT_GIVEN}» нельзя выбрать одно. Создайте протокол из признака нарушения."
    )
    return ImportProblem(Code.OLD, text, row.index, row.line, found=counted(len(now), "место", "места", "мест"))


def _no_report(row: FileRow) -> ImportProblem:
    return ImportProblem(
        Code.REPORT,
        f"Отчёт {shortened(row.report_id, SHOWN_ID)} не найден среди действующих отчётов работодателя ни по номеру, ни по ИН СОУТ.",
        row.index,
        row.line,
        found=shortened(row.report_id, SHOWN_ID),
        expected="номер отчёта в системе или идентификационный номер СОУТ",
        advice="Посмотрите номер в «Отчётах СОУТ» и укажите его в ReportId.",
    )


# --- the draft


def _draft(said: FileProtocol, matched: dict[int, Candidate], acting: Any) -> CommissionProtocol:
    protocol = open_draft(acting, commission=said.commission, number=said.number, imported=True, date=said.date)
    ProtocolRow.objects.bulk_create(
        [
            ProtocolRow(
                protocol=protocol,
                workplace_id=matched[row.index].pk,
                old_number=matched[row.index].current_number,
                new_number=row.new_number,
                liquidated=row.liquidated,
                reason=REASON_GONE if row.liquidated else REASON,
            )
            for row in said.rows
        ],
        batch_size=BATCH,
    )
    return protocol


def _notes(
    protocol: CommissionProtocol, said: FileProtocol, matched: dict[int, Candidate], acting: Any
) -> list[ImportProblem]:
    """Everything that the draft has to be mended in, and what only deserves a look, by the rows of the file."""
    conflicts: Conflicts = selectors.conflicts_of(protocol)
    notes = [ImportProblem(each.code, each.message) for each in (*conflicts.head, *conflicts.commission)]
    row_of = {matched[row.index].pk: row for row in said.rows}
    pk_of = dict(ProtocolRow.objects.filter(protocol=protocol).values_list("workplace", "pk"))
    elsewhere = standing_elsewhere(list(row_of), acting, but=protocol)
    for place, row in row_of.items():
        found = conflicts.rows.get(pk_of[place], [])
        notes += [ImportProblem(each.code, each.message, row.index, row.line) for each in found]
        notes += _of_title(row, matched[row.index])
        other = elsewhere.get(place)
        if other is not None:
            text = f"Это место уже стоит в черновике протокола {other}: отправить удастся один из двух."
            notes.append(ImportProblem(Code.ROW, text, row.index, row.line))
    return notes


def _of_title(row: FileRow, place: Candidate) -> list[ImportProblem]:
    """The file names the place otherwise than the report: most likely another place was meant."""
    title = row.old_title or row.title
    unit = row.unit or place.subunit
    if title == NOT_GIVEN or place_key(title, unit) == place_key(place.position, place.subunit):
        return []
    text = (
        f"В файле место № {row.old_number} названо «{title}»{f', {row.unit}' if row.unit else ''}, а в отчёте это "
        f"«{place.position}»{f', {place.subunit}' if place.subunit else ''}. Проверьте, то ли это место."
    )
    return [ImportProblem(Code.TITLE, text, row.index, row.line)]
