"""Running downloads end with the access they stand on: a long answer asks again, four times a second, if it may go on."""

from __future__ import annotations

import errno
import logging
import time
from collections.abc import Iterable, Iterator
from typing import Protocol

from django.http import HttpResponseBase, StreamingHttpResponse

ASKED_EVERY_SECONDS = 0.25

log = logging.getLogger(__name__)


class InForce(Protocol):
    """What a download stands on: an acting, or a browser signed in."""

    def is_still_in_force(self) -> bool: ...


class AccessEnded(ConnectionAbortedError):
    """The person's access ended while bytes were on their way: the connection is cut, so that no half file looks whole."""

    def __init__(self) -> None:
        # servers take EPIPE for a connection that is no more: they close it and print no traceback
        super().__init__(errno.EPIPE, "the access of the reader ended")


def while_in_force(response: HttpResponseBase, access: InForce) -> HttpResponseBase:
    """The same response; one that streams is cut with AccessEnded soon after `access` is in force no more."""
    if isinstance(response, StreamingHttpResponse) and not response.is_async:
        # an iterator, not the file itself: the server would otherwise send the file by the kernel, past every question
        parts: Iterable[bytes] = response.streaming_content  # type: ignore[assignment]  # no response of ours is asynchronous
        response.streaming_content = _watched(parts, access)
        # a proxy that reads ahead would hold the whole file, and go on giving it out after the cut (nginx obeys this)
        response["X-Accel-Buffering"] = "no"
    return response


def _watched(parts: Iterable[bytes], access: InForce) -> Iterator[bytes]:
    """The first part is asked for too: what comes before it (a table being made, a slow start) may have taken long."""
    asked = -ASKED_EVERY_SECONDS
    for part in parts:
        now = time.monotonic()
        if now - asked >= ASKED_EVERY_SECONDS:
            asked = now
            if not access.is_still_in_force():
                log.info("A download was cut: the access it stood on has ended")
                raise AccessEnded
        yield part
