"""Verifying the chains: the journal as it stands against what was sealed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import connection, transaction

from core.journal.digests import GENESIS, content_mac, fits, head_mac, seal_digest
from core.journal.models import ChainHead, Event, Seal

CHUNK = 5_000
SEALS = (
    "SELECT s.chain, s.number, s.digest, s.event_id, e.mac FROM journal_seal s"
    " LEFT JOIN journal_event e ON e.id = s.event_id ORDER BY s.chain, s.number"
)


@dataclass(frozen=True, slots=True)
class Breach:
    """A place where the journal is not as it was written. kind: changed | removed | inserted | cut."""

    kind: str
    chain: int
    event_id: int | None
    detail: str


def verify() -> list[Breach]:
    """Walk all chains and compare them with the events as they stand, all at one moment: what is recorded and sealed
    meanwhile is no breach. One pass over each table through a server-side cursor, so memory stays flat.

    Inside a transaction of the caller it sees what that one sees.
    """
    with _one_moment():
        breaches = _check_events()
        seen: dict[int, tuple[int, str]] = {}
        for chain, number, digest, event_id, mac in _seals():
            last, previous = seen.get(chain, (0, GENESIS))
            if number != last + 1:
                breaches.append(Breach("removed", chain, None, f"seals {last + 1}…{number - 1} are missing"))
            elif mac is None:
                breaches.append(Breach("removed", chain, event_id, "the sealed event is gone"))
            elif not _seal_fits(digest, previous, event_id, mac):
                breaches.append(Breach("changed", chain, event_id, "the seal does not fit the chain"))
            seen[chain] = (number, digest)
        breaches.extend(_check_heads(seen))
    return breaches


def line_trouble(event: Event) -> str:
    """How one line stands: "" sealed and whole | changed (its content, or its seal) | unsealed (not sealed yet, or typed in).

    Three look-ups: what lies before and after the line in its chain is for `verify`.
    """
    if not _content_fits(event):
        return "changed"
    seal = Seal.objects.filter(event_id=event.pk).first()
    if seal is None:
        return "unsealed"
    before = Seal.objects.filter(chain=seal.chain, number=seal.number - 1).values_list("digest", flat=True).first()
    previous = GENESIS if seal.number == 1 else before
    own = seal.chain == (event.organization_id or 0)
    whole = own and previous is not None and _seal_fits(seal.digest, previous, event.pk, event.mac)
    return "" if whole else "changed"


@contextmanager
def _one_moment() -> Iterator[None]:
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        if outermost:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield


def _seals() -> Iterator[tuple[int, int, str, int, str | None]]:
    """(chain, number, digest, event id, digest of the event or None where it is gone), chain after chain."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(SEALS)
        while rows := cursor.fetchmany(CHUNK):
            yield from rows


def _seal_fits(digest: str, previous: str, event_id: int, mac: str) -> bool:
    return fits(digest, lambda key: seal_digest(key, previous, event_id, mac))


def _check_heads(seen: dict[int, tuple[int, str]]) -> Iterator[Breach]:
    """`seen`: the last seal of each chain."""
    heads = {head.chain: head for head in ChainHead.objects.all()}
    for chain, head in heads.items():
        if seen.get(chain) != (head.number, head.digest) or not _head_fits(head):
            yield Breach("cut", chain, None, "the chain does not end where its head says")
    for chain in seen:
        if chain not in heads:
            yield Breach("cut", chain, None, "the chain has no head")


def _head_fits(head: ChainHead) -> bool:
    return fits(head.mac, lambda key: head_mac(key, head.chain, head.number, head.digest))


def _check_events() -> list[Breach]:
    breaches = []
    for event in Event.objects.order_by("id").iterator(chunk_size=CHUNK):
        if not _content_fits(event):
            sealed = Seal.objects.filter(event_id=event.pk).exists()
            kind = "changed" if sealed else "inserted"
            breaches.append(Breach(kind, event.organization_id or 0, event.pk, "the content does not fit its digest"))
    return breaches


def _content_fits(event: Event) -> bool:
    return fits(
        event.mac,
        lambda key: content_mac(
            key,
            at=event.at,
            verb=event.verb,
            actor_id=event.actor_id,
            organization_id=event.organization_id,
            subject=f"{event.subject_type}:{event.subject_id}",
            payload=event.payload,
            branch_id=event.branch_id,
        ),
    )
