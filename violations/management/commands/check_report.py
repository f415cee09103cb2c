"""manage.py check_report FILE… [--context FILE] [--only CODE,…] [--json]: check reports and store nothing.

Exit status: 0 all conform, 1 there are violations, 2 a file was refused or could not be read; the worst wins.
"""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from itertools import groupby
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.utils import DatabaseError

from violations.rules import context_file
from violations.rules.checker import Verdict
from violations.rules.files import FORM, FileCheck, check_file
from violations.rules.findings import Finding
from violations.rules.registers import Registers
from violations.rules.severity import Severity
from violations.rules.sout import book
from violations.rules.wording import counted

STATUS = {Verdict.CONFORMS: 0, Verdict.VIOLATIONS: 1, Verdict.REFUSED: 2}
TITLES = {
    Verdict.CONFORMS: "Соответствует требованиям",
    Verdict.VIOLATIONS: "Не соответствует требованиям",
    Verdict.REFUSED: "Файл не принят",
}
CANNOT_CHECK = 2


class Command(BaseCommand):
    help = "Check СОУТ reports by the rules of the electronic quality check. Nothing is stored."
    # With --context it works while the database is stopped.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", metavar="FILE", help="XML, ZIP or .suot")
        parser.add_argument("--context", metavar="FILE", help="registers from a JSON file instead of the database")
        parser.add_argument("--only", metavar="CODE,…", default="", help="ask only these rules")
        parser.add_argument("--json", action="store_true", help="print findings as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        only = _codes(options["only"])
        registers = _registers(options["context"])
        checks: dict[str, FileCheck] = {}
        for name in dict.fromkeys(options["files"]):
            checks[name] = self._check(name, registers, only)
            if not options["json"]:
                self._print(name, checks[name])
        if options["json"]:
            self.stdout.write(json.dumps({name: _as_json(check) for name, check in checks.items()}, ensure_ascii=False))
        status = max(STATUS[check.verdict] for check in checks.values())
        if status:
            sys.exit(status)

    def _check(self, name: str, registers: Registers, only: list[str] | None) -> FileCheck:
        try:
            with Path(name).open("rb") as file:
                return check_file(file, Path(name).name, registers, only=only)
        except OSError as error:
            reason = "файла нет" if isinstance(error, FileNotFoundError) else "файл не открывается"
            message = f"Не удалось прочитать «{name}»: {reason}."
            self.stderr.write(message)
            absent = Finding(FORM, Severity.BLOCK, message, reason, "файл отчёта", "", 0)
            return FileCheck(Verdict.REFUSED, [absent], 1)
        except DatabaseError as error:
            raise CommandError(
                "База данных недоступна. Запустите её либо укажите сведения из реестров файлом: --context FILE.",
                returncode=CANNOT_CHECK,
            ) from error

    def _print(self, name: str, check: FileCheck) -> None:
        self.stdout.write(f"{name}: {TITLES[check.verdict]}")
        # sorted by rule already, but the problems of a refused file come in the order of the file
        by_code = sorted(check.findings, key=lambda finding: book.position(finding.code))
        for code, findings in groupby(by_code, key=lambda finding: finding.code):
            rule = book[code]
            self.stdout.write(f"  {code} {rule.severity.label}: {rule.title} ({rule.basis})")
            for finding in findings:
                self.stdout.write(f"    {_place(finding)}{finding.message}{_values(finding)}")
        left = check.total - len(check.findings)
        if left > 0:
            self.stdout.write(f"  и ещё {counted(left, 'ошибка', 'ошибки', 'ошибок')}")


def _codes(text: str) -> list[str] | None:
    codes = [code.strip().upper() for code in text.split(",") if code.strip()]
    unknown = [code for code in codes if code not in book]
    if unknown:
        raise CommandError(f"В каталоге нет правил: {', '.join(unknown)}.", returncode=CANNOT_CHECK)
    return codes or None


def _registers(context: str | None) -> Registers:
    if context is not None:
        try:
            return context_file.load(Path(context))
        except context_file.ContextFileError as error:
            raise CommandError(str(error), returncode=CANNOT_CHECK) from error
    # Only now: with a context file nothing that asks the database is wanted.
    from violations.check.registers import DatabaseRegisters

    return DatabaseRegisters()


def _place(finding: Finding) -> str:
    parts = []
    if finding.line is not None:
        parts.append(f"строка {finding.line}")
    if finding.workplace is not None:
        parts.append(f"рабочее место № {finding.workplace or '(пусто)'}")
    return ", ".join(parts) + ": " if parts else ""


def _values(finding: Finding) -> str:
    """Found and expected values of a problem of form; the sentences of other rules hold theirs."""
    if finding.severity is not Severity.BLOCK:
        return ""
    named = (("указано", finding.found), ("ожидается", finding.expected))
    values = "; ".join(f"{name}: {value}" for name, value in named if value)
    return f" ({values})" if values else ""


def _as_json(check: FileCheck) -> dict[str, Any]:
    return {
        "verdict": str(check.verdict),
        "findings": [
            {
                "code": finding.code,
                "severity": str(finding.severity),
                "workplace": finding.workplace,
                "line": finding.line,
                "path": finding.path,
                "found": finding.found,
                "expected": finding.expected,
            }
            for finding in check.findings
        ],
    }
