"""The printed message, as its recipient has it."""

from __future__ import annotations

from typing import Any

from core.pdf import register_document
from core.templatetags.formats import ru_date
from violations.messages.models import Recipient, Reply
from violations.messages.selectors import conversation, files_of

MESSAGE = "violations.message"


def _context(recipient: Recipient) -> dict[str, Any]:
    return {
        "recipient": recipient,
        "message": recipient.message,
        "sender": recipient.message.sender,
        "files": files_of(recipient.message),
        "replies": conversation(recipient),
    }


def _version(recipient: Recipient) -> str:
    last = Reply.objects.filter(recipient=recipient).order_by("-pk").values_list("pk", flat=True).first()
    return f"{recipient.message.state} {recipient.state} {recipient.answer_by} {recipient.read_at} {last}"


register_document(
    MESSAGE,
    template="violations/message_pdf.html",
    context=_context,
    version=_version,
    filename=lambda recipient: f"Сообщение от {ru_date(recipient.sent_at)}.pdf",
)
