"""FMT: the file itself."""

from __future__ import annotations

from collections.abc import Iterator

from registries.register_numbers import plain_integer
from violations.rules.findings import Defect
from violations.rules.registers import Registers
from violations.rules.rulebook import Scope
from violations.rules.severity import ClearedBy, Severity
from violations.rules.sout.book import book, rule
from violations.rules.sout.tallies import Tally

PRIMARY = "Primary"

book.describe(
    "SOUT-FMT-001",
    "Файл отчёта не соответствует схеме данных",
    Severity.BLOCK,
    "порядок формирования сведений ФГИС СОУТ (ч. 7 ст. 18 426-ФЗ)",
    ClearedBy.CORRECTION,
    checks="Файл читается как XML и построен по схеме данных отчёта.",
    predicate="The XML cannot be parsed or does not follow `sout_report.xsd`. Raised by the reader, which lists every "
    "problem with its line.\n\nSource: rule catalogue; 426-ФЗ art. 18 p. 7.",
)
book.describe(
    "SOUT-FMT-006",
    "Нарушена целостность ссылок внутри файла",
    Severity.BLOCK,
    "порядок формирования сведений ФГИС СОУТ",
    ClearedBy.CORRECTION,
    checks="Каждый идентификатор эксперта, прибора и подразделения указан один раз, и каждая ссылка ведёт на имеющийся.",
    predicate="An identifier of an expert, a measuring instrument or a sub-unit is repeated, or a reference leads to "
    "an identifier that is absent or of another kind. Raised by the reader: the schema validator does not see it.\n\n"
    "Source: rule catalogue.",
)


@rule(
    "SOUT-FMT-003",
    "Отчёт уже загружен",
    Severity.BLOCK,
    "ст. 18 426-ФЗ",
    ClearedBy.CORRECTION,
    scope=Scope.REGISTERS,
    checks="По идентификационному номеру СОУТ ещё не принят отчёт с другим содержанием, если вид передачи — первичная.",
)
def report_is_new(tally: Tally, registers: Registers) -> Iterator[Defect]:
    """Under the report's ИН СОУТ another content is already accepted, while SubmissionKind is Primary.

    The very same file is no violation: its sender gets the first receipt. A file without the Extension states no kind
    of submission and is taken for primary: the core format knows no other.

    Source: 426-ФЗ art. 18.
    """
    number = tally.report.sout_id
    kind = tally.tail.info.submission_kind if tally.tail.info else PRIMARY
    if number is None or kind != PRIMARY:
        return
    accepted = registers.accepted_report(plain_integer(number))
    if accepted is None or accepted.sha256 == tally.sha256:
        return
    if tally.own_report_uid is not None and accepted.report_uid == tally.own_report_uid:
        return
    yield Defect(
        message=f"По идентификационному номеру СОУТ {number} уже принят отчёт № {accepted.number} с другим содержанием.",
        found="вид передачи: первичная",
        expected="исправленный отчёт либо повторная передача",
        path=f"{tally.tail.info.path}/SubmissionKind" if tally.tail.info else "/Attestation/SoutId",
        object_ordinal=1,
        advice=f"Чтобы исправить принятый отчёт, передайте файл с видом «Исправление» (SubmissionKind — Correction) и номером "
        f"{accepted.number} в ReplacesReport. Если идентификационный номер указан ошибочно, исправьте его.",
    )
