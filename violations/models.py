"""Django looks for models here; each theme keeps its own."""

from violations.flags.models import CheckRun, Flag, FlagChange
from violations.messages.models import Addressee, Attachment, Message, Recipient, Reply
from violations.protocols.models import CommissionMember, CommissionProtocol, KeptMember, ProtocolRow

__all__ = [
    "Addressee",
    "Attachment",
    "CheckRun",
    "CommissionMember",
    "CommissionProtocol",
    "Flag",
    "FlagChange",
    "KeptMember",
    "Message",
    "ProtocolRow",
    "Recipient",
    "Reply",
]
