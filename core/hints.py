"""Messages to workers. A message is only a hint at a row: when the broker is down, the clock finds the row later."""

from __future__ import annotations

import logging
from typing import Any

from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

log = logging.getLogger(__name__)


def hint(task: Any, *args: str, queue: str | None = None) -> bool:
    """Send a task's message; False where the broker is down. Called after a commit, where an error would tell the user that
    nothing happened though all of it did."""
    try:
        task.apply_async(args=list(args), **({"queue": queue} if queue else {}))
    except (OperationalError, RedisError, OSError) as trouble:
        log.warning(
            "%s %s: not sent (%s), the clock will find the work", task.name, " ".join(args), type(trouble).__name__
        )
        return False
    return True
