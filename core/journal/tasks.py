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
LEASE_MAX = timedelta(hours=6)
TELL_AFTER = 6  # attempts: the operator is told after an hour, and then about once a day
UNKNOWN = "UnknownReaction"


@shared_task
def seal() -> int:
    return _seal(whole=False)


@shared_task
def seal_stragglers() -> int:
    """Seal what committed so late that `seal` looks past it."""
    return _seal(whole=True)


def _seal(*, whole: bool) -> int:
    total = 0
    while (sealed := seal_committed(whole=whole)) > 0:
        total += sealed
        if sealed < BATCH:
            break
    return total


@shared_task
def deliver_due() -> int:
    """Carry waiting deliveries to their reactions; returns how many arrived."""
    return sum(deliver(each) for each in _waiting().select_related("event").order_by("id")[:200])


def _waiting() -> models.QuerySet[Delivery]:
    free = models.Q(leased_until=None) | models.Q(leased_until__lt=timezone.now())
    return Delivery.objects.filter(free, done_at=None)


def deliver(delivery: Delivery) -> int:
    """Claim one delivery and run its reaction; the mark «done» is saved in the reaction's own transaction.

    Nothing is ever given up: a delivery that fails is tried at growing intervals, six hours at most. Where nobody knows its
    reaction (an app was switched off, or a worker is of an earlier edition) it waits without spending attempts.
    """
    function = find(delivery.reaction)
    lease = min(LEASE * 2 ** min(delivery.attempts, 10), LEASE_MAX)
    claimed = _waiting().filter(pk=delivery.pk, attempts=delivery.attempts)
    if function is None:
        if claimed.update(leased_until=timezone.now() + lease, trouble=UNKNOWN) and delivery.trouble != UNKNOWN:
            log.error("journal: no reaction called %s; event %s waits for it", delivery.reaction, delivery.event_id)
        return 0
    if not claimed.update(leased_until=timezone.now() + lease, attempts=models.F("attempts") + 1):
        return 0
    try:
        with transaction.atomic():
            function(delivery.event)
            Delivery.objects.filter(pk=delivery.pk).update(done_at=timezone.now(), trouble="")
    except Exception as trouble:  # one broken reaction must not hold up the others; it is kept and retried
        log.exception("journal: reaction %s failed on event %s", delivery.reaction, delivery.event_id)
        Delivery.objects.filter(pk=delivery.pk).update(trouble=type(trouble).__name__)
        _tell_operator(delivery)
        return 0
    return 1


def _tell_operator(delivery: Delivery) -> None:
    attempts = delivery.attempts + 1
    if attempts % TELL_AFTER == 0:
        log.error(
            "journal: event %s has not reached %s in %s attempts; when the cause is gone: manage.py retry_deliveries",
            delivery.event_id,
            delivery.reaction,
            attempts,
        )
