"""By the clock: checks that stalled for a reason of ours are tried again."""

from __future__ import annotations

from celery import shared_task

from sout_reports.actions import repeat_stalled


@shared_task
def repeat_stalled_checks() -> int:
    return len(repeat_stalled(by_clock=True))
