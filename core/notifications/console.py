"""Letters in the terminal as a person reads them: what development has in place of a mail server."""

from __future__ import annotations

import sys
from typing import Any

from django.core.mail import EmailMessage
from django.core.mail.backends.console import EmailBackend as ConsoleBackend


class EmailBackend(ConsoleBackend):
    """Writes whom, about what and the plain text. Django's own writes the encoded message, of which Russian is unreadable.

    The stream is the process's own: a Celery worker turns `sys.stdout` into lines of its log.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("stream", sys.__stdout__)
        super().__init__(*args, **kwargs)

    def write_message(self, message: EmailMessage) -> None:
        head = f"Письмо для {', '.join(message.recipients())}: {message.subject}"
        self.stream.write(f"\n{head}\n\n{message.body.rstrip()}\n")
