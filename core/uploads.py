"""Big uploads: refused by their announced length before anything is read, stopped at the limit while they are read.

A view that takes big files is `csrf_exempt` on the outside, has its door, and does the taking in an inner function under
`csrf_protect`: Django's check of the CSRF token reads the whole body, so whoever stands before the door or comes from
another origin (checked before the token) must not get that far.
"""

from __future__ import annotations

from typing import Any

from django.core.files.uploadhandler import StopUpload, TemporaryFileUploadHandler
from django.http import HttpRequest

ENVELOPE = 64 * 1024  # the form's other fields and the borders between the parts


class BoundedUploadHandler(TemporaryFileUploadHandler):
    """Files go to disk as they come; the request stops at `limit` bytes over all its files. `exceeded` tells the view why
    its form came empty."""

    def __init__(self, request: HttpRequest, limit: int) -> None:
        super().__init__(request)
        self.limit = limit
        self.received = 0
        self.exceeded = False

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        self.received += len(raw_data)
        if self.received > self.limit:
            self.exceeded = True
            raise StopUpload(connection_reset=False)
        return super().receive_data_chunk(raw_data, start)


def announced_too_large(request: HttpRequest, limit: int) -> bool:
    """Whether Content-Length alone says that the body cannot hold a file within `limit` bytes. Reads nothing."""
    try:
        length = int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return True
    return length > limit + ENVELOPE


def bound(request: HttpRequest, limit: int) -> BoundedUploadHandler:
    """Let the request's files pass through one bounded handler. Call before anything touches request.POST; raises
    AttributeError afterwards (Django's own guard)."""
    handler = BoundedUploadHandler(request, limit)
    handlers: list[Any] = [handler]
    request.upload_handlers = handlers
    return handler
