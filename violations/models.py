"""Django looks for models here; each theme keeps its own."""

from violations.flags.models import CheckRun, Flag, FlagChange
from violations.protocols.models import CommissionMember, CommissionProtocol, KeptMember, ProtocolRow

__all__ = ["CheckRun", "CommissionMember", "CommissionProtocol", "Flag", "FlagChange", "KeptMember", "ProtocolRow"]
