"""What an inspector does with a flag, and what the employer answers. Every step is a move with a line in the journal."""

from violations.inspection.actions.answering import answer, explain
from violations.inspection.actions.asking import ask
from violations.inspection.actions.deciding import confirm, dismiss
from violations.inspection.actions.watching import expire_questions, remind_of_questions
from violations.inspection.stepping import check_as_seen

__all__ = ["answer", "ask", "check_as_seen", "confirm", "dismiss", "expire_questions", "explain", "remind_of_questions"]
