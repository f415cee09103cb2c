"""manage.py demo_sign FILE --snils … [--inn …] [-o FILE.sig]: sign a file as a demo person, to try the upload of .sig.

``--list`` names the certificates issued so far; ``--certificate`` takes one of them by its thumbprint.
"""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from core.identifiers import mask_snils, normalize_snils
from simulators.demo_ca import DemoAuthority, PersonCertificate, ensure_demo_ca, sign
from simulators.demo_ca.holders import certificates_of, holder_of_cast


class Command(BaseCommand):
    help = "Signs a file with the key of a demo person (detached CAdES-BES, DER)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", nargs="?", type=Path)
        parser.add_argument("--snils", help="whose key: a person of the demo")
        parser.add_argument("--inn", help="for which organization, where he signs for several")
        parser.add_argument("--certificate", metavar="THUMBPRINT", help="exactly this certificate, see --list")
        parser.add_argument("--attached", action="store_true", help="put the document into the signature")
        parser.add_argument("-o", "--output", type=Path, help="FILE.sig by default")
        parser.add_argument("--list", action="store_true", dest="show", help="name the certificates issued so far")

    def handle(self, *args: Any, **options: Any) -> None:
        authority = ensure_demo_ca(settings.STATE_DIR)
        if options["show"]:
            for person in authority.people():
                self.stdout.write(_line(person))
            return
        if options["file"] is None:
            raise CommandError("Укажите файл, который нужно подписать.")
        person = _chosen(authority, options)
        output = options["output"] or options["file"].with_name(options["file"].name + ".sig")
        try:
            data = options["file"].read_bytes()
            output.write_bytes(sign(data, authority.signer(person), attached=options["attached"]))
        except OSError as error:
            raise CommandError(f"{error.filename}: {error.strerror}.") from error
        self.stdout.write(f"{output}: {_line(person)}")


def _chosen(authority: DemoAuthority, options: dict[str, Any]) -> PersonCertificate:
    if options["certificate"]:
        person = authority.person(options["certificate"].upper())
        if person is None:
            raise CommandError("Сертификата с таким отпечатком нет, см. --list.")
        return person
    if not options["snils"]:
        raise CommandError("Укажите --snils человека из демонстрационных данных или --certificate.")
    known = holder_of_cast(normalize_snils(options["snils"]))
    if known is None:
        raise CommandError("В демонстрационных данных нет человека с таким СНИЛС.")
    now = datetime.now(UTC)
    held = [item for item in certificates_of(authority, *known) if item.is_in_force(now)]
    inn = options["inn"]
    if inn:
        held = [item for item in held if inn in (item.subject.innle, item.subject.inn)]
    if not held:
        raise CommandError("У этого человека нет сертификата с таким ИНН.")
    return held[0]


def _line(person: PersonCertificate) -> str:
    subject = person.subject
    owner = subject.o or "личный сертификат"
    snils = mask_snils(subject.snils or "")
    until = f"{person.certificate.not_valid_after:%d.%m.%Y}"
    return (
        f"{person.thumbprint} {subject.person}, {owner}, ИНН {subject.innle or subject.inn}, СНИЛС {snils}, до {until}"
    )
