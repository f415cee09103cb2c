"""What can be done with a commission protocol. Every verb has an actor and leaves a line in the journal."""

from violations.protocols.actions.applying import Collected, Outcome, Returned, Sent, sign_and_send
from violations.protocols.actions.drafting import Drafted, NothingToDecide, draft_for, draft_from_flags
from violations.protocols.actions.editing import TypedDraft, TypedRow, save_draft
from violations.protocols.actions.freezing import NotReady, freeze, return_to_draft, withdraw
from violations.protocols.actions.importing import ImportRefused, import_protocol
from violations.protocols.actions.keeping import MemberRefused, change_member, forget_member, keep_member
from violations.protocols.actions.opinions import sign_opinion, write_opinion

__all__ = [
    "Collected",
    "Drafted",
    "ImportRefused",
    "MemberRefused",
    "NotReady",
    "NothingToDecide",
    "Outcome",
    "Returned",
    "Sent",
    "TypedDraft",
    "TypedRow",
    "change_member",
    "draft_for",
    "draft_from_flags",
    "forget_member",
    "freeze",
    "import_protocol",
    "keep_member",
    "return_to_draft",
    "save_draft",
    "sign_and_send",
    "sign_opinion",
    "withdraw",
    "write_opinion",
]
