"""The employer's explanation: an answer to a question, or of himself where an explanation is what clears the rule's flags."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import IO, Any

from django.db import transaction
from django.utils import timezone

from core.files import store
from core.files.models import StoredFile
from core.moves import move
from violations.flags.models import Flag
from violations.flags.selectors import rule_of
from violations.inspection.models import Explanation, ExplanationFile, Question
from violations.inspection.states import QUESTION_MOVES
from violations.inspection.stepping import open_flag, step
from violations.rules.severity import ClearedBy

PURPOSE = "flag_explanation"
Named = tuple[str, IO[bytes]]  # name and seekable stream, already checked by inspection.attaching


def takes_explanation(flag: Flag) -> bool:
    """Is an explanation one of the ways in which the rule's flags are cleared?"""
    rule = rule_of(flag.rule)
    return rule is not None and ClearedBy.EXPLANATION in rule.cleared_by


def answer(flag: Flag, *, text: str, files: Sequence[Named], acting: Any) -> Explanation:
    """Answer the open question of a flag. After the term the answer is taken and marked late; after the decision, or when the
    question was answered already, core.moves.WrongState is raised and nothing is kept."""
    return _say(flag, "answer", text, files, acting)


def explain(flag: Flag, *, text: str, files: Sequence[Named], acting: Any) -> Explanation:
    """Explain before anybody has asked. Raises as `answer`; ValueError where no explanation clears the rule's flags."""
    if not takes_explanation(flag):
        raise ValueError(f"{flag.rule} is not cleared by an explanation")
    return _say(flag, "explain", text, files, acting)


def _say(flag: Flag, verb: str, text: str, files: Sequence[Named], acting: Any) -> Explanation:
    with transaction.atomic():
        open_flag(flag, verb)  # nothing is stored for an answer that comes too late
    stored = [_keep_for_now(name, stream, acting) for name, stream in files]
    with transaction.atomic():
        fresh = open_flag(flag, verb)
        question = Question.objects.open().filter(flag=fresh).first() if verb == "answer" else None
        is_late = question is not None and timezone.localdate() > question.due_on
        explanation = Explanation.objects.create(
            flag=fresh,
            question=question,
            organization=acting.organization,
            answered_by=acting.user,
            text=text,
            is_late=is_late,
        )
        _attach(explanation, stored)
        if question is not None:
            move(question, "answer", moves=QUESTION_MOVES, actor=acting, event="question.answered")
        step(
            fresh,
            verb,
            what="explained",
            actor=acting,
            organization=acting.organization,
            reason="После срока" if is_late else "",
            payload={"explanation": explanation.pk, "files": len(stored), "late": is_late},
        )
    return explanation


def _keep_for_now(name: str, stream: IO[bytes], acting: Any) -> StoredFile:
    """Bytes go in before the flag is locked; should the answer fail after all, they are swept tomorrow."""
    tomorrow = timezone.now() + timedelta(days=1)
    return store(stream, name=name, actor=acting, purpose=PURPOSE, expires_at=tomorrow)


def _attach(explanation: Explanation, stored: Sequence[StoredFile]) -> None:
    StoredFile.objects.filter(pk__in=[file.pk for file in stored]).update(expires_at=None)
    ExplanationFile.objects.bulk_create([ExplanationFile(explanation=explanation, file=file) for file in stored])
