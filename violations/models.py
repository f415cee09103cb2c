"""Django looks for models here; each theme keeps its own."""

from violations.flags.models import CheckRun, Flag, FlagChange
from violations.inspection.models import Decision, Explanation, ExplanationFile, Question
from violations.messages.models import Addressee, Attachment, Message, Recipient, Reply
from violations.protocols.models import CommissionMember, CommissionProtocol, KeptMember, ProtocolRow

__all__ = [
    "Addressee",
    "Attachment",
    "CheckRun",
    "CommissionMember",
    "CommissionProtocol",
    "Decision",
    "Explanation",
    "ExplanationFile",
    "Flag",
    "FlagChange",
    "KeptMember",
    "Message",
    "ProtocolRow",
    "Question",
    "Recipient",
    "Reply",
]
