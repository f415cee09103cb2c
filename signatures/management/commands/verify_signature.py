"""manage.py verify_signature --data F --signature F [--roots … --intermediates … --crls …] [--json]

With any of the trust options the trust comes from those files alone and no database is asked; without
them, from the trust list of this installation.  ``--json`` prints a list with one object for each
signer, {verdict, snils, inn, innle, ogrn, ogrnip}, and leaves the exit status at 0: the answer is the
data.  Without it the status is 1 where a signature is not valid.
"""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from core.identifiers import mask_snils
from signatures.cms.encoding import load_certificates
from signatures.cms.revocation import load_revocation_lists
from signatures.reports import SignerReport
from signatures.selectors import trust_store
from signatures.verification import TrustStore, verify_detached

Loaded = TypeVar("Loaded")

TRUST_OPTIONS = ("roots", "intermediates", "crls")


class Command(BaseCommand):
    help = "Verifies a detached signature of a file (CMS, CAdES-BES; GOST R 34.10-2012, RSA, ECDSA)."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--data", required=True, type=Path, help="the document")
        parser.add_argument("--signature", required=True, type=Path, help="the signature: DER, PEM or base64")
        for name in TRUST_OPTIONS:
            parser.add_argument(f"--{name}", nargs="+", action="extend", type=Path, metavar="PEM")
        parser.add_argument("--moment", help="as of when, ISO 8601 with a time zone; now by default")
        parser.add_argument("--json", action="store_true", dest="as_json")

    def handle(self, *args: Any, **options: Any) -> None:
        moment = _moment(options["moment"])
        trust = _trust_of_files(options) if any(options[name] for name in TRUST_OPTIONS) else trust_store(moment)
        reports = verify_detached(_read(options["signature"]), _read(options["data"]), trust, moment)
        if options["as_json"]:
            rows = [{"verdict": report.verdict.value, **report.subject.identifiers()} for report in reports]
            self.stdout.write(json.dumps(rows, ensure_ascii=False, indent=1))
            return
        for report in reports:
            self.stdout.write(_lines(report))
        if not all(report.ok for report in reports):
            sys.exit(1)


def _moment(text: str | None) -> datetime:
    if text is None:
        return timezone.now()
    try:
        moment = parse_datetime(text)
    except ValueError as error:
        raise CommandError("--moment: нет такой даты.") from error
    if moment is None or moment.utcoffset() is None:
        raise CommandError("--moment: нужны дата и время с часовым поясом, например 2026-11-21T12:00:00+03:00.")
    return moment


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise CommandError(f"{path}: файл не читается ({error.strerror}).") from error


def _trust_of_files(options: dict[str, Any]) -> TrustStore:
    return TrustStore(
        roots=_each(options["roots"], load_certificates, "сертификаты"),
        intermediates=_each(options["intermediates"], load_certificates, "сертификаты"),
        crls=[*_each(options["crls"], load_revocation_lists, "списки отзыва")],
    )


def _each(paths: Sequence[Path] | None, load: Callable[[bytes], list[Loaded]], what: str) -> list[Loaded]:
    """Everything that the files of one option hold, each one DER or any number in PEM."""
    found: list[Loaded] = []
    for path in paths or ():
        try:
            found += load(_read(path))
        except ValueError as error:
            raise CommandError(f"{path}: {what} не читаются: нужны DER или PEM.") from error
    return found


def _lines(report: SignerReport) -> str:
    """A report for people."""
    lines = [f"{report.verdict.value}: {report.explanation} {report.advice}".rstrip()]
    subject = report.subject
    if report.serial:
        lines.append(f"  владелец: {subject.person}; {subject.o or 'личный сертификат'}")
        snils = mask_snils(subject.snils) if subject.snils else "нет"
        lines.append(f"  ИНН организации: {subject.innle or 'нет'}; ОГРН: {subject.ogrn or 'нет'}; СНИЛС: {snils}")
        lines.append(f"  сертификат {report.serial}, действует до {report.not_after:%d.%m.%Y}")
    if report.chain:
        lines.append("  цепочка: " + " ← ".join(link.name for link in report.chain))
    return "\n".join(lines)
