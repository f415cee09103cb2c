"""Sealing and delivery by the clock; `deliver_due` is also hinted at by each commit that has something to deliver."""

from __future__ import annotations

import logging
from datetime import timedelta

from celery import shared_task
from django.db import models, transaction
from django.utils import timezone

from core.journal.models import Delivery
from core.journal.sealing import BATCH, seal_committed
from core.journal.subscriptions import find

log = logging.getLogger(__name__)
LEASE = timedelta(minutes=2)
GIVE_UP_AFTER = 20


@shared_task
def seal() -> int:
    total = 0
    while (sealed := seal_committed()) > 0:
        total += sealed
        if sealed < BATCH:
            break
    return total


@shared_task
def deliver_due() -> int:
    """Carry waiting deliveries to their reactions; returns how many arrived."""
    arrived = 0
    for pk in _waiting().order_by("id").values_list("pk", flat=True)[:200]:
        arrived += deliver(pk)
    return arrived


def _waiting() -> models.QuerySet[Delivery]:
    free = models.Q(leased_until=None) | models.Q(leased_until__lt=timezone.now())
    return Delivery.objects.filter(free, done_at=None, attempts__lt=GIVE_UP_AFTER)


def deliver(pk: int) -> int:
    """Claim one delivery and run its reaction; the mark «done» is saved in the reaction's own transaction."""
    claimed = _waiting().filter(pk=pk).update(leased_until=timezone.now() + LEASE, attempts=models.F("attempts") + 1)
    if not claimed:
        return 0
    delivery = Delivery.objects.select_related("event").get(pk=pk)
    function = find(delivery.reaction)
    if function is None:
        log.error("journal: no reaction called %s", delivery.reaction)
        return 0
    try:
        with transaction.atomic():
            function(delivery.event)
            Delivery.objects.filter(pk=pk).update(done_at=timezone.now(), trouble="")
    except Exception as trouble:  # one broken reaction must not hold up the others; it is kept and retried
        log.exception("journal: reaction %s failed on event %s", delivery.reaction, delivery.event_id)
        Delivery.objects.filter(pk=pk).update(trouble=type(trouble).__name__)
        return 0
    return 1
