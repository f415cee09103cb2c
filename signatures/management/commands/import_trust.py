"""manage.py import_trust FILE… [--crl]: certificates of authorities, or revocation lists, into the trust list."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from signatures.actions import import_crl, import_trusted_certificate, remove_trusted_certificate
from signatures.demo_trust import listed_demo_certificates
from signatures.refusals import TrustRefused


class Command(BaseCommand):
    help = "Imports certificates of certification authorities (DER or PEM), or revocation lists with --crl."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="*", metavar="FILE", type=Path)
        parser.add_argument("--crl", action="store_true", help="the files are revocation lists")
        parser.add_argument("--remove-demo", action="store_true", help="take the demo CA off the trust list")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["files"] and not options["remove_demo"]:
            raise CommandError("Укажите файлы сертификатов или списков отзыва.")
        if options["remove_demo"]:
            self._remove_demo()
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
        for row in rows:
            self.stdout.write(f"{path}: {row}")

    def _remove_demo(self) -> None:
        for row in listed_demo_certificates(timezone.now()):
            remove_trusted_certificate(row, actor=None, reason="demo")
            self.stdout.write(f"Удалён из доверенных: {row}")
