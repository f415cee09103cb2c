"""Sealing and verifying the chains."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection, transaction

from core.journal.digests import GENESIS, content_mac, head_mac, seal_digest
from core.journal.models import ChainHead, Event, Seal

SEALER_LOCK = 7_110_001
BATCH = 5_000


def seal_committed(limit: int = BATCH) -> int:
    """Chain events that are committed and not sealed yet; returns how many. One sealer works at a time."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [SEALER_LOCK])
            if not cursor.fetchone()[0]:
                return 0
            cursor.execute(
                "SELECT e.id, COALESCE(e.organization_id, 0), e.mac FROM journal_event e"
                " WHERE NOT EXISTS (SELECT 1 FROM journal_seal s WHERE s.event_id = e.id) ORDER BY e.id LIMIT %s",
                [limit],
            )
            waiting = cursor.fetchall()
        heads = ChainHead.objects.in_bulk({chain for _, chain, _ in waiting})
        last = {chain: (head.number, head.digest) for chain, head in heads.items()}
        seals = []
        for event_id, chain, mac in waiting:
            number, previous = last.get(chain, (0, GENESIS))
            digest = seal_digest(previous, event_id, mac)
            last[chain] = (number + 1, digest)
            seals.append(Seal(event_id=event_id, chain=chain, number=number + 1, digest=digest))
        Seal.objects.bulk_create(seals, batch_size=1000)
        ChainHead.objects.bulk_create(
            [ChainHead(chain=c, number=n, digest=d, mac=head_mac(c, n, d)) for c, (n, d) in last.items()],
            update_conflicts=True,
            unique_fields=["chain"],
            update_fields=["number", "digest", "mac"],
        )
    return len(seals)


@dataclass(frozen=True, slots=True)
class Breach:
    """A place where the journal is not as it was written. kind: changed | removed | inserted | cut."""

    kind: str
    chain: int
    event_id: int | None
    detail: str


def verify() -> list[Breach]:
    """Walk all chains and compare them with the events as they stand. Memory stays flat: rows come through a server-side
    cursor."""
    breaches = _check_events()
    heads = {head.chain: head for head in ChainHead.objects.all()}
    seen: dict[int, tuple[int, str]] = {}
    macs = _Macs()
    for seal in Seal.objects.order_by("chain", "number").iterator(chunk_size=5000):
        number, previous = seen.get(seal.chain, (0, GENESIS))
        mac = macs.of(seal.event_id)
        if seal.number != number + 1:
            breaches.append(Breach("removed", seal.chain, None, f"seals {number + 1}…{seal.number - 1} are missing"))
        elif mac is None:
            breaches.append(Breach("removed", seal.chain, seal.event_id, "the sealed event is gone"))
        elif seal.digest != seal_digest(previous, seal.event_id, mac):
            breaches.append(Breach("changed", seal.chain, seal.event_id, "the seal does not fit the chain"))
        seen[seal.chain] = (seal.number, seal.digest)
    for chain, head in heads.items():
        if head.mac != head_mac(chain, head.number, head.digest) or seen.get(chain) != (head.number, head.digest):
            breaches.append(Breach("cut", chain, None, "the chain does not end where its head says"))
    breaches.extend(Breach("cut", chain, None, "the chain has no head") for chain in seen if chain not in heads)
    return breaches


def _check_events() -> list[Breach]:
    breaches = []
    for event in Event.objects.order_by("id").iterator(chunk_size=5000):
        expected = content_mac(
            at=event.at,
            verb=event.verb,
            actor_id=event.actor_id,
            organization_id=event.organization_id,
            subject=f"{event.subject_type}:{event.subject_id}",
            payload=event.payload,
        )
        if expected != event.mac:
            sealed = Seal.objects.filter(event_id=event.pk).exists()
            kind = "changed" if sealed else "inserted"
            breaches.append(Breach(kind, event.organization_id or 0, event.pk, "the content does not fit its digest"))
    return breaches


class _Macs:
    """Digests of events, fetched a thousand at a time in the order the seals ask for them."""

    def __init__(self) -> None:
        self._known: dict[int, str] = {}

    def of(self, event_id: int) -> str | None:
        if event_id not in self._known:
            self._known = dict(Event.objects.filter(pk__gte=event_id).order_by("pk").values_list("pk", "mac")[:1000])
        return self._known.get(event_id)
