"""UNIQ: numbers of workplaces and cards. These rules run again when a commission protocol changes numbers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from registries.workplace_keys import NUMBER_OF_THE_FORM, normalize_number, normalize_text
from sout_reports.document.model import SimilarGroup
from violations.rules.findings import Defect, at_workplace
from violations.rules.registers import KnownWorkplace, PlaceKey, Registers, batches
from violations.rules.rulebook import Scope
from violations.rules.severity import ClearedBy, Severity
from violations.rules.sout.book import rule
from violations.rules.sout.tallies import Tally, WorkplaceTally
from violations.rules.wording import in_place, on_day

CORRECTION_KIND = "Correction"
# SOUT-UNIQ-003: two places are one when at least this share of the longer list of workers is common.
COMMON_SHARE = 0.5


@rule(
    "SOUT-UNIQ-001",
    "Найдено не уникальное рабочее место",
    Severity.VIOLATION,
    "подп. «а» п. 2 ч. 2 ст. 18 426-ФЗ; инструкция по заполнению отчёта (раздел II, графа 1)",
    ClearedBy.COMMISSION,
    ClearedBy.CORRECTION,
    scope=Scope.REGISTERS,
    checks="Номер рабочего места не носит другое действующее место этого работодателя из другого отчёта.",
)
def number_is_free(tally: Tally, registers: Registers) -> Iterator[Defect]:
    """The employer has in force, from another report, a workplace of the same normalized number that is another place.

    Another place: normalized position or normalized sub-unit differ. Both normal forms are defined in
    `registries.workplace_keys`. The employer is the ИНН: branches share one numbering.

    Source: 426-ФЗ art. 18 p. 2 (2a); instruction to the report, section II, column 1.
    """
    for batch in batches(tally.workplaces):
        numbers = {normalize_number(workplace.number) for workplace in batch}
        known = registers.workplaces_by_number(tally.employer_inn, numbers)
        if not known:
            continue
        for workplace in batch:
            place = _place_key(workplace)
            for other in known.get(normalize_number(workplace.number), ()):
                if _is_of_another_report(other, tally, registers) and _known_place_key(other) != place:
                    yield _taken(workplace, other)
                    break


def _taken(workplace: WorkplaceTally, other: KnownWorkplace) -> Defect:
    since = f" от {on_day(other.approved)}" if other.approved else ""
    holder = f"{in_place(other.position, other.subunit)} (отчёт № {other.report}{since})"
    return at_workplace(
        workplace,
        f"Номер {workplace.number} уже носит другое действующее рабочее место работодателя: {holder}.",
        found=f"№ {workplace.number}",
        expected="номер, которого нет у других действующих рабочих мест",
        at="Id",
    )


@rule(
    "SOUT-UNIQ-002",
    "Номер рабочего места повторяется в отчёте",
    Severity.VIOLATION,
    "подп. «а» п. 2 ч. 2 ст. 18 426-ФЗ; инструкция по заполнению отчёта (раздел II, графа 1)",
    ClearedBy.COMMISSION,
    ClearedBy.CORRECTION,
    scope=Scope.TALLY,
    checks="Номер рабочего места встречается в отчёте один раз.",
)
def number_is_not_repeated(tally: Tally) -> Iterator[Defect]:
    """An Id stands more than once among all four kinds of workplaces. The second and later bearers are told.

    Numbers are compared as written: one that only normalization makes equal («05» and «5») breaks SOUT-UNIQ-004. For a
    repeated number the rules CLS, PRT, SVD and IDN are silent (`SILENT_FOR_REPEATED_NUMBER`).

    Source: 426-ФЗ art. 18 p. 2 (2a); instruction to the report, section II, column 1.
    """
    if not tally.repeated_numbers:
        return
    for workplace in tally.workplaces:
        first = tally.with_number(workplace.number)
        if first is None or first is workplace:
            continue
        holder = in_place(first.position, first.subunit)
        yield at_workplace(
            workplace,
            f"Номер {workplace.number} в этом же отчёте носит другое рабочее место: {holder}.",
            found=workplace.number,
            expected="номер, которого нет у других мест отчёта",
            at="Id",
        )


@rule(
    "SOUT-UNIQ-003",
    "Номер рабочего места не совпадает с номером при предыдущей СОУТ",
    Severity.VIOLATION,
    "требование ЛКОТ о неизменности номера РМ",
    ClearedBy.COMMISSION,
    ClearedBy.CORRECTION,
    scope=Scope.REGISTERS,
    checks="Номер совпадает с номером этого же места при предыдущей СОУТ: по сведениям отчёта и по действующим "
    "местам с теми же должностью, подразделением и работниками.",
)
def number_is_kept(tally: Tally, registers: Registers) -> Iterator[Defect]:
    """PreviousNumber is not the Id, or a workplace in force of the same position, sub-unit and workers has another one.

    Numbers are compared normalized, else a former «05» could satisfy neither this rule nor SOUT-UNIQ-004. The same
    workers: at least half of the longer of the two lists of СНИЛС is common, so one place cannot match many. A place
    whose own number is in force for the same position and sub-unit has kept its number, whoever works there now. After
    a commission protocol the number in the file counts too: what it kept, the protocol may change.

    Source: the cabinet's requirement that numbers do not change between assessments.
    """
    in_doubt: list[WorkplaceTally] = []
    for workplace in tally.workplaces:
        previous = workplace.previous_number
        if previous and normalize_number(previous) not in _own_numbers(workplace):
            yield _changed(workplace, previous, "при предыдущей СОУТ (по сведениям отчёта)")
        elif workplace.snils:
            in_doubt.append(workplace)
    by_place: dict[PlaceKey, list[WorkplaceTally]] = defaultdict(list)
    for workplace in in_doubt:
        by_place[_place_key(workplace)].append(workplace)
    for batch in batches(by_place):
        known = registers.workplaces_by_place(tally.employer_inn, batch)
        for place, others in known.items():
            of_others = [other for other in others if _is_of_another_report(other, tally, registers)]
            yield from _moved_workers(by_place[place], of_others)


def _moved_workers(workplaces: list[WorkplaceTally], others: list[KnownWorkplace]) -> Iterator[Defect]:
    """Workplaces whose workers sit, in force, under another number of the same position and sub-unit."""
    in_force = {normalize_number(other.number) for other in others}
    by_worker: dict[str, list[int]] = defaultdict(list)
    for index, other in enumerate(others):
        for snils in set(other.snils):
            by_worker[snils].append(index)
    for workplace in workplaces:
        if not in_force.isdisjoint(_own_numbers(workplace)):
            continue
        workers = set(workplace.snils)
        common: dict[int, int] = defaultdict(int)
        for snils in workers:
            for index in by_worker.get(snils, ()):
                common[index] += 1
        for index, count in common.items():
            other = others[index]
            if count >= COMMON_SHARE * max(len(workers), len(set(other.snils))):
                yield _changed(workplace, other.number, f"в действующем отчёте № {other.report}")
                break


def _changed(workplace: WorkplaceTally, previous: str, where: str) -> Defect:
    return at_workplace(
        workplace,
        f"Номер рабочего места {workplace.number} отличается от номера {previous} {where}.",
        found=workplace.number,
        expected=previous,
        at="Id",
    )


@rule(
    "SOUT-UNIQ-004",
    "Недопустимый формат номера рабочего места",
    Severity.VIOLATION,
    "инструкция по заполнению отчёта (раздел II, графа 1): от 1 до 99 999 999, аналогичные - с прописной «А»",
    ClearedBy.COMMISSION,
    ClearedBy.CORRECTION,
    scope=Scope.TALLY,
    checks="Номер — число от 1 до 99999999, у аналогичных мест с прописной русской «А».",
)
def number_is_well_formed(tally: Tally) -> Iterator[Defect]:
    """The number as written is not 1…99 999 999 with or without a Cyrillic capital «А»; an empty one is not either.

    Source: instruction to the report, section II, column 1.
    """
    for workplace in tally.workplaces:
        if NUMBER_OF_THE_FORM.fullmatch(workplace.number):
            continue
        latin = " (в номере латинская «A»)" if "A" in workplace.number else ""
        yield at_workplace(
            workplace,
            f"Недопустимый формат номера рабочего места «{workplace.number}»{latin}."
            if workplace.number
            else "Номер рабочего места не указан.",
            found=workplace.number or "пусто",
            expected="от 1 до 99999999, у аналогичных — с прописной русской «А»",
            at="Id",
        )


@rule(
    "SOUT-UNIQ-005",
    "Номер карты СОУТ повторяется",
    Severity.VIOLATION,
    "ч. 2 ст. 16 426-ФЗ",
    ClearedBy.CORRECTION,
    scope=Scope.TALLY,
    checks="Номер карты указан у одного места или у мест одной группы аналогичных.",
)
def card_number_is_not_repeated(tally: Tally) -> Iterator[Defect]:
    """One SOUTCardNumber stands on workplaces (WorkPlaceDeclared too) that are not of one group of analogous places.

    The bearers that share no group with the first one are told. An empty card number is no number.

    Source: 426-ФЗ art. 16 p. 2.
    """
    groups = _groups_of(tally.groups)
    first_with: dict[str, WorkplaceTally] = {}
    for workplace in tally.workplaces:
        card = (workplace.card_number or "").strip()
        if not card:
            continue
        first = first_with.setdefault(card, workplace)
        if first is workplace or groups.get(first.number, set()) & groups.get(workplace.number, set()):
            continue
        yield at_workplace(
            workplace,
            f"Номер карты {card} уже у рабочего места № {first.number}, которое не входит с этим в одну группу "
            "аналогичных.",
            found=card,
            expected="номер карты, которого нет у других мест",
            at="SOUTCardNumber",
        )


def _groups_of(groups: list[SimilarGroup]) -> dict[str, set[int]]:
    """Workplace number → ordinals of the groups it is in."""
    member_of: dict[str, set[int]] = defaultdict(set)
    for group in groups:
        for number in group.numbers:
            member_of[number].add(group.ordinal)
    return member_of


def _place_key(workplace: WorkplaceTally) -> PlaceKey:
    return (normalize_text(workplace.position), normalize_text(workplace.subunit))


def _known_place_key(known: KnownWorkplace) -> PlaceKey:
    return (normalize_text(known.position), normalize_text(known.subunit))


def _own_numbers(workplace: WorkplaceTally) -> set[str]:
    numbers = {normalize_number(workplace.number)}
    if workplace.file_number is not None:
        numbers.add(normalize_number(workplace.file_number))
    return numbers


def _is_of_another_report(known: KnownWorkplace, tally: Tally, registers: Registers) -> bool:
    """A corrected report is not compared with the one it replaces, a re-checked one not with itself."""
    if tally.own_report_uid is not None and known.report_uid == tally.own_report_uid:
        return False
    info = tally.tail.info
    corrects = info is not None and info.submission_kind == CORRECTION_KIND and info.replaces_report
    return not (corrects and registers.is_corrected(known, corrects))
