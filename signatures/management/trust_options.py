"""The options that commands of verification share: whom to trust, as of when, and files that may not be there.

With any of the trust options the trust comes from those files alone and no database is asked; without them, from the
trust list of this installation.
"""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from django.core.management.base import CommandError
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from signatures.cms.encoding import load_certificates
from signatures.cms.revocation import load_revocation_lists
from signatures.selectors import trust_store
from signatures.verification import TrustStore

Loaded = TypeVar("Loaded")

TRUST_OPTIONS = ("roots", "intermediates", "crls")


def add_trust_options(parser: ArgumentParser) -> None:
    """``--roots``, ``--intermediates``, ``--crls``, ``--moment`` and ``--json`` (as ``as_json``)."""
    for name in TRUST_OPTIONS:
        parser.add_argument(f"--{name}", nargs="+", action="extend", type=Path, metavar="PEM")
    parser.add_argument("--moment", help="as of when, ISO 8601 with a time zone; now by default")
    parser.add_argument("--json", action="store_true", dest="as_json")


def trust_of(options: dict[str, Any], moment: datetime) -> TrustStore:
    """The trust that the options name. Raises CommandError for files that are not what they should be."""
    if not any(options[name] for name in TRUST_OPTIONS):
        return trust_store(moment)
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
            found += load(read_file(path))
        except ValueError as error:
            raise CommandError(f"{path}: {what} не читаются: нужны DER или PEM.") from error
    return found


def moment_of(options: dict[str, Any]) -> datetime:
    """The moment of ``--moment``, now without it. Raises CommandError."""
    text = options["moment"]
    if text is None:
        return timezone.now()
    try:
        moment = parse_datetime(text)
    except ValueError as error:
        raise CommandError("--moment: нет такой даты.") from error
    if moment is None or moment.utcoffset() is None:
        raise CommandError("--moment: нужны дата и время с часовым поясом, например 2026-11-21T12:00:00+03:00.")
    return moment


def read_file(path: Path) -> bytes:
    """The contents of a file. Raises CommandError."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise CommandError(f"{path}: файл не читается ({error.strerror}).") from error
