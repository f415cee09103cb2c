"""By the clock: copies to an organization's address pause when who answers for it has no access any more."""

from __future__ import annotations

from collections import defaultdict

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from core.acting import ActingLike
from core.journal import record
from core.moves import lock
from core.notifications.actions import tell
from core.notifications.models import Address, Topic
from core.notifications.models.address import SETTINGS
from core.notifications.readers import keepers
from core.versions import put

BATCH = 500
PAGE = "accounts:settings_address"  # of the app above, by name


def pause_unkept() -> int:
    """Pause the addresses that nobody answers for, and tell those who keep the settings there. Any number of runs tell once.
    Returns how many were paused."""
    paused, last = 0, 0
    rows = Address.objects.of_organizations().filter(paused_at=None).order_by("pk")
    while batch := list(rows.filter(pk__gt=last)[:BATCH]):
        people: dict[int, list[ActingLike]] = defaultdict(list)
        for acting in keepers(batch):
            people[acting.user.pk].append(acting)
        for address in batch:
            if not any(address.is_kept_by(acting) for acting in people[address.keeper_id]):
                paused += _pause(address)
        last = batch[-1].pk
    return paused


@transaction.atomic
def _pause(address: Address) -> int:
    fresh = lock(address)
    if fresh.version != address.version or fresh.removed_at is not None or fresh.paused_at is not None:
        return 0  # somebody was here meanwhile; the next run looks again
    put(fresh, {"paused_at": timezone.now()})
    record("address.paused", fresh, actor=None, organization=fresh.organization)
    tell(
        fresh.organization,
        branch=fresh.branch,
        text="Копии писем на один из адресов организации приостановлены.",
        why="Вы управляете настройками, а у того, кто отвечал за этот адрес, больше нет доступа",
        url=reverse(PAGE, args=[fresh.pk]),
        action="Оставить или убрать адрес",
        key=f"address.paused:{fresh.pk}:{fresh.version}",
        topic=Topic.ACCESS,
        right=SETTINGS,
    )
    return 1
