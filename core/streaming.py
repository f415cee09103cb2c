"""Running downloads end with the access they stand on: a long answer asks again, a few times a second, whether it may go on."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator

from django.http import HttpResponseBase, StreamingHttpResponse

from core.acting import ActingLike

ASKED_EVERY_SECONDS = 0.5


class AccessEnded(ConnectionAbortedError):
    """The person's access ended while bytes were on their way: the connection is cut, so that no half file looks whole."""


def while_in_force(response: HttpResponseBase, acting: ActingLike) -> HttpResponseBase:
    """The same response; one that streams is cut with AccessEnded soon after `acting` is in force no more."""
    if isinstance(response, StreamingHttpResponse) and not response.is_async:
        # an iterator, not the file itself: the server would otherwise send the file by the kernel, past every question
        response.streaming_content = _watched(response.streaming_content, acting)
    return response


def _watched(parts: Iterable[bytes], acting: ActingLike) -> Iterator[bytes]:
    asked = time.monotonic()
    for part in parts:
        now = time.monotonic()
        if now - asked >= ASKED_EVERY_SECONDS:
            asked = now
            if not acting.is_still_in_force():
                raise AccessEnded("the access of the reader ended")
        yield part
