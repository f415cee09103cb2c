"""What an inspector does with a flag, and what the employer answers. Every step is a move with a line in the journal."""

from violations.inspection.actions.answering import answer, explain
from violations.inspection.actions.asking import ask
from violations.inspection.actions.deciding import confirm, dismiss
from violations.inspection.actions.watching import expire_questions, questions_nearly_due

__all__ = ["answer", "ask", "confirm", "dismiss", "expire_questions", "explain", "questions_nearly_due"]
