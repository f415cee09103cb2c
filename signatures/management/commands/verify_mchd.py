"""manage.py verify_mchd --xml F --signature F --inn … --ogrn … --snils … --power … [trust options] [--json]

May the person with this СНИЛС act for the organization with this ИНН and ОГРН (of a sole trader: his ИНН and ОГРНИП)
under the given power: the code of the verdict.  Several ``--power`` codes: one of them is enough.  The trust options
are those of verify_signature.  ``--json`` prints {"verdict": "<code>"} and leaves the exit status at 0: the answer is
the data.  Without it the status is 1 where the paper does not do.
"""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from core.identifiers import normalize_snils
from signatures.management.trust_options import add_trust_options, moment_of, read_file, trust_of
from signatures.mchd import check_power


class Command(BaseCommand):
    help = "Verifies a machine-readable power of attorney (МЧД, EMCHD_1) and the signature of the head under it."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--xml", required=True, type=Path, help="the power of attorney")
        parser.add_argument("--signature", required=True, type=Path, help="the head's signature: DER, PEM or base64")
        parser.add_argument("--inn", required=True, help="of the organization or sole trader")
        parser.add_argument("--ogrn", required=True, help="ОГРН or ОГРНИП")
        parser.add_argument("--snils", required=True, help="of the representative")
        parser.add_argument("--power", required=True, nargs="+", action="extend", help="code of the power")
        add_trust_options(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        moment = moment_of(options)
        report = check_power(
            read_file(options["xml"]),
            read_file(options["signature"]),
            organization_inn=options["inn"],
            organization_ogrn=options["ogrn"],
            representative_snils=normalize_snils(options["snils"]),
            codes=frozenset(options["power"]),
            trust=trust_of(options, moment),
            moment=moment,
        )
        if options["as_json"]:
            self.stdout.write(json.dumps({"verdict": report.code}))
            return
        self.stdout.write(f"{report.code}: {' '.join(report.sentences)}")
        if not report.ok:
            sys.exit(1)
