"""Import of revocation lists: each is verified once, its serials go into a table, its bytes stay as evidence.

Reading and verifying take long (Streebog without a library does 0.4 MB/s) and change nothing; writing is one short
transaction, so that a worker killed anywhere leaves either the whole list or nothing of it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from core.journal import record
from core.locks import lock_name
from signatures.actions.trusting import LONGEST_NAME
from signatures.cms.encoding import split_pem
from signatures.cms.exact import Certificate
from signatures.cms.revocation import RevocationList as ParsedList
from signatures.cms.revocation import public_key_sha256
from signatures.models import RevocationList, RevocationRecheck
from signatures.refusals import TrustRefused
from signatures.revocation_table import name_sha256
from signatures.selectors import trusted_certificates

MB = 1024 * 1024
UNREADABLE = "Файл не является полным списком отзыва в кодировке DER или PEM."
LONGEST_NUMBER = 50  # twenty octets (RFC 5280 section 5.2.3) have 49 digits
LONGEST_KEY_NAME = 200
LISTS_MAX = 100  # of one file; each takes a lock

Progress = Callable[[int, int, str], None]  # entries done, of how many, the step


def silent(done: int, total: int, step: str) -> None:
    """The progress of who does not show it."""


@dataclass(frozen=True, slots=True)
class VerifiedList:
    """A list with the key of the trusted certificate that has signed it; ``known``: the row that holds its serials already."""

    parsed: ParsedList
    sha256: str
    issuer_key_sha256: str
    known: RevocationList | None = None


def import_crl(
    content: bytes, *, actor: Any = None, moment: datetime | None = None, progress: Progress = silent
) -> list[RevocationList]:
    """Keep the revocation lists of a DER or PEM file, each checked once by a certificate of the trust list.

    Raises TrustRefused for a list that is too large, unreadable, out of date, or signed by nobody trusted, and then imports none
    of the file.
    """
    moment = moment or timezone.now()
    return keep_lists(read_lists(content, moment, progress=progress), actor=actor, moment=moment, progress=progress)


def read_lists(content: bytes, moment: datetime, *, progress: Progress = silent) -> list[VerifiedList]:
    """Read and verify; nothing is written.  Raises TrustRefused."""
    if len(content) > settings.SIGNATURE_CRL_MAX_BYTES:
        most = settings.SIGNATURE_CRL_MAX_BYTES // MB
        raise TrustRefused(f"Список отзыва больше {most} МБ: такой файл не загружается.")
    progress(0, 0, "Проверка подписи списка")
    try:
        parsed = [ParsedList(der) for der in split_pem(content)[: LISTS_MAX + 1]]
    except ValueError as error:
        raise TrustRefused(UNREADABLE) from error
    if len(parsed) > LISTS_MAX:
        raise TrustRefused(f"В файле больше {LISTS_MAX} списков отзыва: загрузите их несколькими файлами.")
    roots, intermediates = trusted_certificates(moment)
    return [_verified(item, [*roots, *intermediates], moment) for item in parsed]


def _verified(parsed: ParsedList, authorities: Sequence[Certificate], moment: datetime) -> VerifiedList:
    if parsed.next_update <= moment:
        raise TrustRefused(f"Список отзыва «{parsed.issuer_name}» устарел {parsed.next_update:%d.%m.%Y}.")
    key_name = (parsed.authority_key or b"").hex()
    if len(parsed.number) > LONGEST_NUMBER or len(key_name) > LONGEST_KEY_NAME:
        raise TrustRefused(UNREADABLE)
    sha256 = parsed.sha256
    known = RevocationList.objects.filter(sha256=sha256).exclude(loaded_at=None).defer("der").first()
    if known is not None:  # verified before
        return VerifiedList(parsed, sha256, known.issuer_key_sha256, known)
    issuer = next((item for item in authorities if parsed.is_signed_by(item)), None)
    if issuer is None:
        raise TrustRefused(f"Список отзыва «{parsed.issuer_name}» не подписан доверенным удостоверяющим центром.")
    parsed.forget_signed()
    return VerifiedList(parsed, sha256, public_key_sha256(issuer))


@transaction.atomic
def keep_lists(
    verified: Sequence[VerifiedList], *, actor: Any = None, moment: datetime, progress: Progress = silent
) -> list[RevocationList]:
    """Write lists that were verified, all or none.  Raises TrustRefused for a damaged entry."""
    for sha256 in sorted({item.sha256 for item in verified}):
        lock_name("revocation_list", sha256)  # of two imports of one list the second finds it written
    return [item.known or _keep(item, actor, moment, progress) for item in verified]


def _keep(item: VerifiedList, actor: Any, moment: datetime, progress: Progress) -> RevocationList:
    parsed = item.parsed
    how_to_find: dict[str, Any] = {
        "loaded_at": timezone.now(),
        "issuer_name_sha256": name_sha256(parsed.issuer),
        "authority_key": (parsed.authority_key or b"").hex(),
        "point": parsed.point.as_json(),
    }
    row, is_new = RevocationList.objects.defer("der").get_or_create(
        sha256=item.sha256,
        defaults={
            "der": b"",  # see _write_bytes
            "issuer": parsed.issuer_name[:LONGEST_NAME],
            "issuer_key_sha256": item.issuer_key_sha256,
            "scope": parsed.scope,
            "number": parsed.number,
            "this_update": parsed.this_update,
            "next_update": parsed.next_update,
            "revoked_count": parsed.size,
            "verified_at": moment,
            "added_by": getattr(actor, "user", actor),
            **how_to_find,
        },
    )
    if not is_new and row.loaded_at is not None:
        return row
    _load_serials(row, parsed, progress)
    if is_new:
        _write_bytes(row, parsed.der)
        row = RevocationList.objects.defer("der").get(pk=row.pk)  # whoever asks it for its bytes gets those
        record("trust.revocation_list_added", row, actor=actor, sha256=row.sha256, number=row.number)
        waiting = RevocationRecheck.objects.filter(done_at=None, waits_for__contains=[row.issuer_key_sha256])
        waiting.update(next_try_at=moment)
    else:
        for name, value in how_to_find.items():
            setattr(row, name, value)
        row.save(update_fields=list(how_to_find))
    return row


def _write_bytes(row: RevocationList, der: bytes) -> None:
    """As a binary parameter: put into the text of a statement, as the ORM does, 10 MB take 60 MB of memory."""
    with psycopg.Cursor(connection.connection) as cursor:
        cursor.execute("UPDATE signatures_revocationlist SET der = %b WHERE id = %s", [der, row.pk])


def _load_serials(row: RevocationList, parsed: ParsedList, progress: Progress) -> None:
    """COPY into a table of this transaction, then over in the order of the index; a serial that stands twice counts once, from
    its first date."""
    total = parsed.size
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMPORARY TABLE IF NOT EXISTS signatures_loading"
            " (serial varchar(50), revoked_at timestamptz, reason varchar(30)) ON COMMIT DROP"
        )
        cursor.execute("TRUNCATE signatures_loading")
        try:
            with cursor.copy("COPY signatures_loading FROM STDIN") as copy:
                for number, entry in enumerate(parsed.entries(), 1):
                    copy.write_row(entry)
                    progress(number, total, "Загрузка отозванных сертификатов")
        except ValueError as error:
            raise TrustRefused(
                f"В списке отзыва «{parsed.issuer_name}» есть запись, которую нельзя прочитать: список не загружен."
            ) from error
        cursor.execute(
            "INSERT INTO signatures_revokedserial (list_id, serial, revoked_at, reason)"
            " SELECT %s, serial, min(revoked_at), min(reason) FROM signatures_loading GROUP BY serial ORDER BY serial",
            [row.pk],
        )
