"""Django looks for models here; each theme keeps its own."""

from violations.flags.models import CheckRun, Flag, FlagChange
from violations.inspection.models import Attachment, Decision, Explanation, Question
from violations.protocols.models import CommissionMember, CommissionProtocol, ProtocolRow

__all__ = [
    "Attachment",
    "CheckRun",
    "CommissionMember",
    "CommissionProtocol",
    "Decision",
    "Explanation",
    "Flag",
    "FlagChange",
    "ProtocolRow",
    "Question",
]
