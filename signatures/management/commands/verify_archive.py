"""manage.py verify_archive [--organization ИНН] [--since DATE] [--uid UID …] [--json]

Judges every kept signature again, as of its receipt, from what was kept of it. Changes nothing. ``--json`` prints a list of
{uid, organization, moment, holds, reasons: [{code, text}], root_listed_then}. The exit status is 1 where one does not hold, and 2
where the command is not understood.
"""

from __future__ import annotations

import json
import sys
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.dateparse import parse_date

from signatures.archive.judging import Judgement
from signatures.archive.walking import judged, kept_signatures

TOLD_EVERY = 5.0  # seconds


class Command(BaseCommand):
    help = "Judges kept signatures again from what was kept of them; exits 1 when one does not hold."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--organization", default="", metavar="ИНН", help="of this organization only")
        parser.add_argument("--since", default="", metavar="ГГГГ-ММ-ДД", help="accepted on this day (Moscow) or later")
        parser.add_argument("--uid", nargs="+", action="extend", default=[], help="these signatures only")
        parser.add_argument("--json", action="store_true", dest="as_json")

    def handle(self, *args: Any, **options: Any) -> None:
        total = broken = unlisted = 0
        self._begun = self._told = time.monotonic()
        if options["as_json"]:
            self.stdout.write("[")
        for judgement in _meant(options):
            total += 1
            broken += not judgement.holds
            unlisted += not judgement.root_listed_then
            self._tell(judgement, total, as_json=options["as_json"])
        if options["as_json"]:
            self.stdout.write("]")
        else:
            self._sum(total, broken, unlisted)
        if broken:
            sys.exit(1)

    def _tell(self, judgement: Judgement, total: int, *, as_json: bool) -> None:
        if as_json:
            self.stdout.write(("," if total > 1 else "") + json.dumps(_facts(judgement), ensure_ascii=False))
        elif not judgement.holds:
            self.stdout.write("\n".join(_lines(judgement)))
        if time.monotonic() - self._told > TOLD_EVERY:
            self._told = time.monotonic()
            self.stderr.write(f"Проверено: {total}, {total / (self._told - self._begun):.0f} в секунду")

    def _sum(self, total: int, broken: int, unlisted: int) -> None:
        self.stdout.write(f"Проверено подписей: {total}. Не подтвердилось: {broken}.")
        if unlisted:
            self.stdout.write(
                f"Замечание: корневого сертификата не было в списке доверенных на момент приёма: {unlisted}."
            )


def _meant(options: dict[str, Any]) -> Iterator[Judgement]:
    since = _since(options["since"])
    inn = options["organization"]
    if not options["uid"]:
        yield from judged(kept_signatures(organization_inn=inn, since=since))
        return
    for text in options["uid"]:
        rows = kept_signatures(organization_inn=inn, since=since, uid=_uid(text))
        if not rows.exists():
            raise CommandError(f"Среди этих подписей нет {text}.", returncode=2)
        yield from judged(rows)


def _since(text: str) -> datetime | None:
    if not text:
        return None
    try:
        day = parse_date(text)
    except ValueError:
        day = None
    if day is None:
        raise CommandError("--since: нужна дата, например 2026-11-21.", returncode=2)
    return timezone.make_aware(datetime.combine(day, datetime.min.time()))


def _uid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise CommandError(f"--uid: «{text}» не похоже на номер подписи.", returncode=2) from error


def _facts(judgement: Judgement) -> dict[str, Any]:
    row = judgement.signature
    return {
        "uid": str(row.uid),
        "organization": row.organization.inn,
        "moment": row.moment.isoformat(),
        "holds": judgement.holds,
        "reasons": [{"code": str(each.reason), "text": each.text} for each in judgement.findings],
        "root_listed_then": judgement.root_listed_then,
    }


def _lines(judgement: Judgement) -> Iterator[str]:
    row = judgement.signature
    yield f"{row.uid} (ИНН {row.organization.inn}, принята {timezone.localtime(row.moment):%d.%m.%Y %H:%M}): не подтвердилась"
    for finding in judgement.findings:
        yield f"  {finding.reason}: {finding.text}"
