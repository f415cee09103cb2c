"""manage.py import_trust FILE… [--crl]: certificates of authorities, or revocation lists, into the trust list.

manage.py import_trust --tsl FILE (--sha256 HEX | --unsigned): the list of accredited authorities.  Its own signature is not
verified, so who imports it says by which digest he knows the file, or that he does without.
"""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from signatures.actions import (
    import_crl,
    import_trust_list,
    import_trusted_certificate,
    refresh_addresses,
    remove_trusted_certificate,
)
from signatures.actions.trust_lists import sha256_of
from signatures.demo_trust import listed_demo_certificates
from signatures.models import TrustListImport
from signatures.refusals import TrustRefused


class Command(BaseCommand):
    help = "Imports certificates of certification authorities (DER or PEM), or revocation lists with --crl."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="*", metavar="FILE", type=Path)
        parser.add_argument("--crl", action="store_true", help="the files are revocation lists")
        parser.add_argument("--tsl", metavar="FILE", type=Path, help="the list of accredited authorities (XML)")
        parser.add_argument("--sha256", help="what the SHA-256 of the --tsl file must be")
        parser.add_argument("--unsigned", action="store_true", help="take the --tsl file as it is")
        parser.add_argument("--remove-demo", action="store_true", help="take the demo CA off the trust list")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["files"] and not options["remove_demo"] and not options["tsl"]:
            raise CommandError("Укажите файлы сертификатов или списков отзыва.")
        if options["remove_demo"]:
            self._remove_demo()
        if options["tsl"]:
            self._import_list(options["tsl"], options["sha256"], is_unsigned=options["unsigned"])
        for path in options["files"]:
            self._import(path, is_crl=options["crl"])

    def _import(self, path: Path, *, is_crl: bool) -> None:
        try:
            content = path.read_bytes()
        except OSError as error:
            raise CommandError(f"{path}: файл не читается ({error.strerror}).") from error
        try:
            rows = import_crl(content) if is_crl else import_trusted_certificate(content)
        except TrustRefused as refusal:
            raise CommandError(f"{path}: {refusal.text}") from refusal
        if not is_crl:
            refresh_addresses(timezone.now())
        for row in rows:
            self.stdout.write(f"{path}: {row}")

    def _import_list(self, path: Path, sha256: str | None, *, is_unsigned: bool) -> None:
        if bool(sha256) == is_unsigned:
            raise CommandError(
                "Подпись самого перечня система не проверяет. Сверьте контрольную сумму файла и укажите её: --sha256 …,"
                " или явно откажитесь от сверки: --unsigned."
            )
        try:
            with path.open("rb") as stream:
                found = sha256_of(stream)
                if sha256 and found != "".join(sha256.split()).lower():
                    raise CommandError(f"{path}: контрольная сумма SHA-256 другая: {found}. Перечень не загружен.")
                confirmed = TrustListImport.Confirmed.UNSIGNED if is_unsigned else TrustListImport.Confirmed.SHA256
                row = import_trust_list(stream, confirmed=confirmed)
        except OSError as error:
            raise CommandError(f"{path}: файл не читается ({error.strerror}).") from error
        except TrustRefused as refusal:
            raise CommandError(f"{path}: {refusal.text}") from refusal
        counts = row.counts
        self.stdout.write(
            f"{path}: действующих УЦ {counts['active']} из {counts['authorities']};"
            f" сертификатов добавлено {counts['added']}, исключено {counts['removed']},"
            f" пропущено {counts['skipped'] + counts['withheld']}; адресов списков отзыва {counts['addresses']}."
        )

    def _remove_demo(self) -> None:
        for row in listed_demo_certificates(timezone.now()):
            remove_trusted_certificate(row, actor=None, reason="demo")
            self.stdout.write(f"Удалён из доверенных: {row}")
