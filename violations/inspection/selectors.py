"""Questions about reviews that change nothing: the queue, what waits, what passed between the sides, who is supervised."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Max, OuterRef, Q, QuerySet, Subquery

from accounts.models import Organization
from sout_reports.models import INSPECT, SoutReport
from sout_reports.states import State
from violations.flags.models import QUEUE, REVIEW, Flag
from violations.inspection.models import Decision, Explanation, ExplanationFile, Question
from violations.inspection.states import UNANSWERED, Ground, QuestionState, Review, Verb, grounds_for

HEAVY = ("report__header", "report__class_counts", "report__problems", "workplace__fragment", "workplace__details")
NEIGHBOURS = ("report__employer", "report__organization", "workplace")
COUNTED_UP_TO = 1000


def queue(acting: Any) -> QuerySet[Flag]:
    """Flags of the territory with what a row shows; `due_on`: the term of the question that waits."""
    due = Question.objects.open().filter(flag=OuterRef("pk")).values("due_on")[:1]
    rows = Flag.objects.supervised_by(acting).select_related(*NEIGHBOURS).defer(*HEAVY)
    return rows.annotate(due_on=Subquery(due))


def waiting(acting: Any) -> int:
    """How many flags ask for this inspector's next step: answered, or not answered in time; counted up to a thousand."""
    if not (acting.holds(REVIEW) and acting.holds(INSPECT)):
        return 0
    last = max(QUEUE["answered"], QUEUE["overdue"])
    return Flag.objects.supervised_by(acting).filter(queue_rank__lte=last).values("pk")[:COUNTED_UP_TO].count()


def seen_state(flag: Flag) -> str:
    """A digest of what an inspector judges by: the flag's values, where it stands, the last word of either side. A form carries it,
    so that nobody decides on what he has not seen. One query."""
    values = Flag.objects.filter(pk=flag.pk).values_list(
        "state", "review", "severity", "message", "found", "expected", "workplace_number", "report__state"
    )
    row = values.annotate(Max("questions"), Max("explanations"), Max("decisions")).get()
    return hashlib.sha256(json.dumps(row, ensure_ascii=False).encode()).hexdigest()[:32]


def grounds_now(flag: Flag, verb: Verb) -> tuple[Ground, ...]:
    """The grounds of a decision that fit the flag as it is now."""
    return grounds_for(verb, review=flag.review, explained=Explanation.objects.filter(flag=flag).exists())


def own_interest(flag: Flag, acting: Any) -> bool:
    """Nobody judges himself [own rule]: the report is on the inspector's own organization, or made by it."""
    own = acting.organization.pk
    return own in (flag.report.employer_id, flag.report.organization_id)


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question with its explanation, or an explanation that nobody asked for."""

    question: Question | None
    explanation: Explanation | None
    attachments: list[ExplanationFile]

    @property
    def is_open(self) -> bool:
        """Does the question still wait?"""
        return self.question is not None and self.question.state == QuestionState.OPEN

    @property
    def at(self) -> datetime:
        first = self.question.asked_at if self.question is not None else None
        assert first is not None or self.explanation is not None  # one of the two
        return first or self.explanation.answered_at  # type: ignore[union-attr]  # as above


def exchanges(flag: Flag, acting: Any) -> list[Exchange]:
    """What passed between inspector and employer about a flag, latest first; nothing for who is neither. Three queries."""
    questions = list(
        Question.objects.visible_to(acting).filter(flag=flag).select_related("asked_by", "inspectorate").order_by("-pk")
    )
    attachments: dict[int, list[ExplanationFile]] = {}
    for each in ExplanationFile.objects.visible_to(acting).filter(explanation__flag=flag).select_related("file"):
        attachments.setdefault(each.explanation_id, []).append(each)
    seen = Flag.objects.of_employer(acting) | Flag.objects.supervised_by(acting)
    explanations = Explanation.objects.filter(flag=flag, flag__in=seen).select_related("answered_by", "organization")
    found = [
        Exchange(next((q for q in questions if q.pk == e.question_id), None), e, attachments.get(e.pk, []))
        for e in explanations
    ]
    answered = {each.question.pk for each in found if each.question is not None}
    found += [Exchange(question, None, []) for question in questions if question.pk not in answered]
    return sorted(found, key=lambda each: each.at, reverse=True)


def decisions(flag: Flag) -> list[Decision]:
    """Inspectors' decisions on a flag that was fetched for this person, latest first."""
    return list(Decision.objects.filter(flag=flag).select_related("decided_by", "inspectorate").order_by("-pk"))


@dataclass(frozen=True, slots=True)
class Pending:
    """A question that waits for the acting employer."""

    flag: Flag
    due_on: date


def pending_questions(acting: Any, *, limit: int = 5) -> list[Pending]:
    """Questions that wait for the acting employer (its branch), the most urgent first."""
    mine = Flag.objects.of_employer(acting).filter(review__in=UNANSWERED)
    rows = Question.objects.open().filter(flag__in=mine).select_related("flag__report").defer("flag__report__header")
    return [Pending(row.flag, row.due_on) for row in rows.order_by("due_on", "pk")[:limit]]


def open_question(flag: Flag) -> Question | None:
    """The question that waits on a flag that was fetched for this person."""
    if flag.review not in (Review.ASKED, Review.OVERDUE):
        return None
    return Question.objects.open().filter(flag=flag).select_related("inspectorate", "asked_by").first()


def supervised_organizations(acting: Any) -> QuerySet[Organization]:
    """Employers of the territory, and those of elsewhere whose branch has a report in it."""
    if acting is None or not acting.holds(INSPECT):
        return Organization.objects.none()
    here = SoutReport.objects.filter(SoutReport.objects.all().supervised_q(acting), employer__isnull=False)
    registered_here = acting.territory_q("region") & Q(is_employer=True)
    return Organization.objects.filter(registered_here | Q(pk__in=here.values("employer")))


def supervised_reports(acting: Any) -> QuerySet[SoutReport]:
    """Accepted reports of the territory."""
    if acting is None or not acting.holds(INSPECT):
        return SoutReport.objects.none()
    return SoutReport.objects.filter(SoutReport.objects.all().supervised_q(acting))


def in_force_reports(acting: Any) -> QuerySet[SoutReport]:
    """Those of them that no corrected report has replaced."""
    return supervised_reports(acting).filter(state=State.ACCEPTED)
