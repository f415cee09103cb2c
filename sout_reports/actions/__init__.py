"""What can be done with a report. Every verb has an actor and leaves a line in the journal."""

from sout_reports.actions.finishing import Accepted, accept, begin, refuse, stall, write_verdict
from sout_reports.actions.receiving import receive, repeat_stalled
from sout_reports.actions.renumbering import Decision, pass_on, renumber, take_numbers
from sout_reports.actions.replacing import replaced_report
from sout_reports.actions.showing import note_download, show_snils

__all__ = [
    "Accepted",
    "Decision",
    "accept",
    "begin",
    "note_download",
    "pass_on",
    "receive",
    "refuse",
    "renumber",
    "repeat_stalled",
    "replaced_report",
    "show_snils",
    "stall",
    "take_numbers",
    "write_verdict",
]
