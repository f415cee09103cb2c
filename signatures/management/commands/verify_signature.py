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
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from core.identifiers import mask_snils
from signatures.management.trust_options import add_trust_options, moment_of, read_file, trust_of
from signatures.reports import SignerReport
from signatures.verification import verify_detached


class Command(BaseCommand):
    help = "Verifies a detached signature of a file (CMS, CAdES-BES; GOST R 34.10-2012, RSA, ECDSA)."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--data", required=True, type=Path, help="the document")
        parser.add_argument("--signature", required=True, type=Path, help="the signature: DER, PEM or base64")
        add_trust_options(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        moment = moment_of(options)
        trust = trust_of(options, moment)
        reports = verify_detached(read_file(options["signature"]), read_file(options["data"]), trust, moment)
        if options["as_json"]:
            rows = [{"verdict": report.verdict.value, **report.subject.identifiers()} for report in reports]
            self.stdout.write(json.dumps(rows, ensure_ascii=False, indent=1))
            return
        for report in reports:
            self.stdout.write(_lines(report))
        if not all(report.ok for report in reports):
            sys.exit(1)


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
