"""New notices become letters: a row for each person who sees the notice, and for each address that gets copies."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from core.acting import ActingLike
from core.notifications.models import Address, Fate, Letter, LetterState, Notice, Way, preferences_of
from core.notifications.readers import readers

BATCH = 1000


def spread_new(limit: int = BATCH) -> int:
    """Write down the letters of new notices; how many notices. The questions are the same few for one notice and for `limit`.
    A worker that is killed leaves them new, and a second one at the same time passes by those that the first has taken."""
    with transaction.atomic():
        rows = Notice.objects.not_spread().select_for_update(of=("self",), no_key=True, skip_locked=True)
        notices = list(rows.order_by("pk")[:limit])
        if not notices:
            return 0
        now = timezone.now()
        letters = _letters(notices, now)
        Letter.objects.bulk_create(letters, batch_size=BATCH, ignore_conflicts=True)
        Notice.objects.filter(pk__in=[notice.pk for notice in notices]).update(spread_at=now)
    return len(notices)


def _letters(notices: Collection[Notice], now: datetime) -> list[Letter]:
    organizations = {notice.organization_id for notice in notices}
    people: dict[int, list[ActingLike]] = defaultdict(list)
    for acting in readers(organizations):
        people[acting.organization.pk].append(acting)
    addresses = Address.objects.copied_to().filter(organization__in=organizations)
    return _to_people(notices, people, now) + _copies(notices, list(addresses), people, now)


def _to_people(notices: Collection[Notice], people: dict[int, list[ActingLike]], now: datetime) -> list[Letter]:
    # a person with two grants is one recipient
    seen = {
        (notice.pk, acting.user.pk): notice
        for notice in notices
        for acting in people[notice.organization_id]
        if notice.is_seen_by(acting)
    }
    chosen = preferences_of(user for _, user in seen)
    letters = []
    for (pk, user), notice in sorted(seen.items(), key=lambda each: each[0]):
        way = chosen[user].way(notice.topic)
        letter = Letter(notice_id=pk, user_id=user, way=way, due_at=chosen[user].due(way, now))
        if way == Way.BELL:
            letter.state, letter.fate = LetterState.DROPPED, Fate.BELL
        letters.append(letter)
    return letters


def _copies(
    notices: Collection[Notice], addresses: Collection[Address], people: dict[int, list[ActingLike]], now: datetime
) -> list[Letter]:
    """To addresses of the organizations, of what the person who answers for an address sees himself."""
    there: dict[int, list[tuple[Address, list[ActingLike]]]] = defaultdict(list)
    for address in addresses:
        if address.organization_id is not None:
            his = [acting for acting in people[address.organization_id] if address.is_kept_by(acting)]
            there[address.organization_id].append((address, his))
    return [
        Letter(notice=notice, address=address, due_at=now)
        for notice in notices
        for address, his in there[notice.organization_id]
        if address.takes(notice, his)
    ]
