"""By the clock: new notices become letters, due letters leave, addresses that nobody answers for pause. The tables say what is
due."""

from __future__ import annotations

from celery import shared_task

from core.hints import hint
from core.locks import try_lock_name
from core.notifications.keeping import pause_unkept
from core.notifications.sending import is_any_due, send_due
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
    """One worker at a time sends letters, for a few seconds; with a backlog left it stands at the end of the queue again. Where
    nothing left (the mail server does not answer), the clock tries later."""
    with try_lock_name("letters", "send") as mine:
        sent = send_due() if mine else 0
    if sent and is_any_due():
        hint(send)
    return sent


@shared_task
def pause_addresses() -> int:
    return pause_unkept()
