"""New notices become letters: a row for each person who sees the notice, and for each address that gets copies."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from core.notifications.models import Address, Fate, Letter, LetterState, Notice, Way, preferences_of
from core.notifications.readers import readers

BATCH = 200


def spread_new(limit: int = BATCH) -> int:
    """Write down the letters of new notices; how many notices. A worker that is killed leaves them new, and a second one at
    the same time passes by those that the first has taken."""
    with transaction.atomic():
        rows = Notice.objects.not_spread().select_for_update(of=("self",), no_key=True, skip_locked=True)
        notices = list(rows.order_by("pk")[:limit])
        by_organization: dict[int, list[Notice]] = defaultdict(list)
        for notice in notices:
            by_organization[notice.organization_id].append(notice)
        now = timezone.now()
        letters = []
        for organization_id, theirs in by_organization.items():
            letters += _to_people(organization_id, theirs, now) + _copies(organization_id, theirs, now)
        Letter.objects.bulk_create(letters, ignore_conflicts=True)
        Notice.objects.filter(pk__in=[notice.pk for notice in notices]).update(spread_at=now)
    return len(notices)


def _to_people(organization_id: int, notices: list[Notice], now: datetime) -> list[Letter]:
    ids = [notice.pk for notice in notices]
    seen: set[tuple[int, int]] = set()  # a person with two grants is one recipient
    for acting in readers(organization_id):
        visible = Notice.objects.visible_to(acting).filter(pk__in=ids)
        seen |= {(pk, acting.user.pk) for pk in visible.values_list("pk", flat=True)}
    chosen = preferences_of(user for _, user in seen)
    topics = {notice.pk: notice.topic for notice in notices}
    letters = []
    for pk, user in sorted(seen):
        way = chosen[user].way(topics[pk])
        letter = Letter(notice_id=pk, user_id=user, way=way, due_at=chosen[user].due(way, now))
        if way == Way.BELL:
            letter.state, letter.fate = LetterState.DROPPED, Fate.BELL
        letters.append(letter)
    return letters


def _copies(organization_id: int, notices: list[Notice], now: datetime) -> list[Letter]:
    """Of what is told to the organization, not to one person. An address of a branch gets what is told to the branch."""
    addresses = list(Address.objects.confirmed().filter(organization=organization_id))
    return [
        Letter(notice=notice, address=address, due_at=now)
        for notice in notices
        for address in addresses
        if notice.user_id is None and notice.topic in address.topics and address.branch_id in {None, notice.branch_id}
    ]
