"""What can be done with a report. Every verb has an actor and leaves a line in the journal."""

from sout_reports.actions.finishing import Accepted, accept, begin, refuse, stall, write_verdict
from sout_reports.actions.receiving import receive, repeat_stalled
from sout_reports.actions.renumbering import Decision, renumber, take_numbers
from sout_reports.actions.showing import show_snils

__all__ = [
    "Accepted",
    "Decision",
    "accept",
    "begin",
    "receive",
    "refuse",
    "renumber",
    "repeat_stalled",
    "show_snils",
    "stall",
    "take_numbers",
    "write_verdict",
]
