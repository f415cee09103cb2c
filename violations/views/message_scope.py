"""How the pages of messages fetch what they show: always through what the acting organization may see."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from accounts.acting import acting_of
from core.keys import key_of
from violations.messages import selectors
from violations.messages.models import Message, Recipient


def letter(request: HttpRequest, uid: UUID) -> Recipient:
    """A message as the acting employer (or branch) has it. Raises Http404."""
    rows = selectors.with_message_files(Recipient.objects.visible_to(acting_of(request)))
    return get_object_or_404(rows.select_related("message__sender", "branch", "organization", "read_by"), uid=uid)


def own_message(request: HttpRequest, uid: UUID) -> Message:
    """A message of the acting inspectorate, in any state but thrown away. Raises Http404."""
    rows = selectors.for_card(Message.objects.visible_to(acting_of(request)))
    related = rows.select_related("sender", "sender_branch", "corrects", "sent_by", "changed_by", "withdrawn_by")
    return get_object_or_404(related, uid=uid)


def own_thread(request: HttpRequest, uid: UUID, recipient: UUID) -> Recipient:
    """One recipient of a message of the acting inspectorate. Raises Http404."""
    rows = selectors.with_message_files(Recipient.objects.sent_by(acting_of(request)).filter(message__uid=uid))
    related = rows.select_related("message__sender", "organization", "branch", "read_by")
    return get_object_or_404(related, uid=recipient)


def posted_keys(request: HttpRequest, name: str, *, most: int = 1000) -> list[int]:
    """Row ids of a posted field; what is no id is left out."""
    texts = request.POST.getlist(name)[:most]
    return [key for text in texts if (key := key_of(text)) is not None]
