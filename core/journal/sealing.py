"""Sealing the chains: committed events get their places by the clock. Verifying is in `core.journal.verifying`."""

from __future__ import annotations

from django.db import connection, transaction

from core.journal.digests import GENESIS, current_key, head_mac, seal_digest
from core.journal.models import ChainHead, Seal

SEALER_LOCK = 7_110_001
BATCH = 5_000
# Numbers of events are given out before their transactions commit. What commits later than so many numbers after it is left
# to the walk over the whole table, so that the usual one costs the same however long the journal is.
LOOK_BACK = 10_000


def seal_committed(limit: int = BATCH, *, whole: bool = False) -> int:
    """Chain events that are committed and not sealed yet; returns how many. One sealer works at a time.

    whole: look for them in the whole journal, not only near its end.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [SEALER_LOCK])
            if not cursor.fetchone()[0]:
                return 0
        waiting = _unsealed(0 if whole else _high_water() - LOOK_BACK, limit)
        heads = ChainHead.objects.in_bulk({chain for _, chain, _ in waiting})
        last = {chain: (head.number, head.digest) for chain, head in heads.items()}
        key = current_key()
        seals = []
        for event_id, chain, mac in waiting:
            number, previous = last.get(chain, (0, GENESIS))
            digest = seal_digest(key, previous, event_id, mac)
            last[chain] = (number + 1, digest)
            seals.append(Seal(event_id=event_id, chain=chain, number=number + 1, digest=digest))
        Seal.objects.bulk_create(seals, batch_size=1000)
        ChainHead.objects.bulk_create(
            [ChainHead(chain=c, number=n, digest=d, mac=head_mac(key, c, n, d)) for c, (n, d) in last.items()],
            update_conflicts=True,
            unique_fields=["chain"],
            update_fields=["number", "digest", "mac"],
        )
    return len(seals)


def _high_water() -> int:
    """The number of the latest sealed event. A seal of an event that never was, put in by hand, must not hide real ones."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT COALESCE(max(event_id), 0) FROM journal_seal WHERE event_id <= (SELECT max(id) FROM journal_event)"
        )
        return int(cursor.fetchone()[0])


def _unsealed(after: int, limit: int) -> list[tuple[int, int, str]]:
    """(id, chain, mac) of unsealed events past a number, in their order."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT e.id, COALESCE(e.organization_id, 0), e.mac FROM journal_event e WHERE e.id > %(after)s AND NOT EXISTS"
            " (SELECT 1 FROM journal_seal s WHERE s.event_id = e.id AND s.event_id > %(after)s) ORDER BY e.id LIMIT %(limit)s",
            {"after": after, "limit": limit},
        )
        return list(cursor.fetchall())
