"""By the clock: new notices become letters, due letters leave. The tables say what is due."""

from __future__ import annotations

from celery import shared_task

from core.notifications.sending import send_due
from core.notifications.spreading import BATCH, spread_new


@shared_task
def spread() -> int:
    total = 0
    while (done := spread_new()) > 0:
        total += done
        if done < BATCH:
            break
    return total


@shared_task
def send() -> int:
    return send_due()
