"""What can be done with a message. Every verb has an actor and leaves a line in the journal."""

from violations.messages.actions.addressing import choose, choose_all, leave_out
from violations.messages.actions.drafting import (
    FilesRefused,
    TypedMessage,
    correct,
    discard,
    new_draft,
    save_draft,
)
from violations.messages.actions.reminding import remind, resume_telling
from violations.messages.actions.sending import NotReady, lacking, send, withdraw
from violations.messages.actions.threads import answer, ask, close, mark_read, reopen

__all__ = [
    "FilesRefused",
    "NotReady",
    "TypedMessage",
    "answer",
    "ask",
    "choose",
    "choose_all",
    "close",
    "correct",
    "discard",
    "lacking",
    "leave_out",
    "mark_read",
    "new_draft",
    "remind",
    "reopen",
    "resume_telling",
    "save_draft",
    "send",
    "withdraw",
]
