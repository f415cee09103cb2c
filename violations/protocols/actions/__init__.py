"""What can be done with a commission protocol. Every verb has an actor and leaves a line in the journal."""

from violations.protocols.actions.applying import Returned, Sent, sign_and_send
from violations.protocols.actions.drafting import Drafted, NothingToDecide, draft_for, draft_from_flags
from violations.protocols.actions.editing import StaleDraft, TypedDraft, TypedRow, save_draft
from violations.protocols.actions.freezing import NotReady, freeze, return_to_draft, withdraw
from violations.protocols.actions.importing import ImportRefused, import_protocol

__all__ = [
    "Drafted",
    "ImportRefused",
    "NotReady",
    "NothingToDecide",
    "Returned",
    "Sent",
    "StaleDraft",
    "TypedDraft",
    "TypedRow",
    "draft_for",
    "draft_from_flags",
    "freeze",
    "import_protocol",
    "return_to_draft",
    "save_draft",
    "sign_and_send",
    "withdraw",
]
