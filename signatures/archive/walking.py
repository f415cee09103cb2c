"""Going through the archive: row after row by the key, in bounded memory however long it is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from signatures.archive.judging import Judgement, judge
from signatures.archive.keeping import ListShelf
from signatures.models import ArchiveCheck, Signature

CHUNK = 50


def kept_signatures(
    *, organization_inn: str = "", since: datetime | None = None, uid: UUID | None = None
) -> QuerySet[Signature]:
    """The signatures that are meant; the bytes of documents are read when their turn comes."""
    rows = Signature.objects.select_related("document__file", "organization").defer("document__body")
    if organization_inn:
        rows = rows.filter(organization__inn=organization_inn)
    if since is not None:
        rows = rows.filter(moment__gte=since)
    return rows.filter(pk=uid) if uid is not None else rows


def judged(rows: QuerySet[Signature]) -> Iterator[Judgement]:
    shelf = ListShelf()
    for row in _by_key(rows):
        yield judge(row, shelf)


def _by_key(rows: QuerySet[Signature]) -> Iterator[Signature]:
    """Signatures have random keys, so one accepted meanwhile may be passed by: it has been judged at its receipt just now."""
    last: UUID | None = None
    while True:
        chunk = list((rows if last is None else rows.filter(pk__gt=last)).order_by("pk")[:CHUNK])
        yield from chunk
        if len(chunk) < CHUNK:
            return
        last = chunk[-1].pk


def longest_unjudged(limit: int) -> list[UUID]:
    """Whose turn it is: first those never judged again, then those whose judgement is oldest."""
    fresh = list(Signature.objects.filter(archive_check=None).order_by("moment").values_list("pk", flat=True)[:limit])
    rest = limit - len(fresh)
    oldest = ArchiveCheck.objects.order_by("at").values_list("signature_id", flat=True)[:rest] if rest else ()
    return [*fresh, *oldest]
