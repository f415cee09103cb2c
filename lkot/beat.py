"""What runs by the clock. Every entry only looks for work that a table says is due, so running it twice is harmless."""

from __future__ import annotations

from typing import Any

EXPIRES_AT_LEAST = 60.0  # seconds: clocks of two machines may differ
HOUR, DAY = 3600.0, 24 * 3600.0

_TASKS = {
    "core.jobs.tasks.resend_stranded": 15.0,
    "core.jobs.tasks.sweep_staging": 600.0,
    "core.journal.tasks.seal": 10.0,
    "core.journal.tasks.seal_stragglers": HOUR,
    "core.journal.tasks.deliver_due": 15.0,
    "sout_reports.tasks.repeat_stalled_checks": 6 * HOUR,
    "core.files.tasks.drop_expired": HOUR,
    "core.files.tasks.sweep_orphans": DAY,
    "accounts.tasks.sweep_sessions": 600.0,
    "accounts.tasks.remind_of_access": 6 * HOUR,
    "core.notifications.tasks.spread": 10.0,
    "core.notifications.tasks.send": 10.0,
    "core.notifications.tasks.pause_addresses": HOUR,
    "signatures.tasks.expire_requests": 600.0,
    "signatures.tasks.look_after_trust": 60.0,
    "signatures.tasks.sweep_trust": DAY,
    "violations.messages.tasks.look_after_messages": 0.5 * HOUR,
    "violations.tasks.watch_questions": 0.5 * HOUR,
    "signatures.power_tasks.ask_registry": HOUR,
    "signatures.power_tasks.remind_of_ends": 6 * HOUR,
    "signatures.archive.tasks.judge_archive": HOUR,
}


# Minutes of work: neither the journal nor notices wait behind it.
_QUEUES = {"signatures.archive.tasks.judge_archive": "checks"}


def _entry(task: str, every: float) -> dict[str, Any]:
    """A message that nobody took before the next one is due is dropped: while workers are away they would pile up."""
    where = {"queue": _QUEUES[task]} if task in _QUEUES else {}
    return {"task": task, "schedule": every, "options": {"expires": max(every, EXPIRES_AT_LEAST), **where}}


BEAT_SCHEDULE = {task: _entry(task, every) for task, every in _TASKS.items()}
