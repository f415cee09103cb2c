"""Who is told of a step of a review. A repetition changes nothing."""

from __future__ import annotations

from core.journal.models import Event
from core.journal.subscriptions import reaction
from violations.inspection import telling
from violations.inspection.models import Decision, Explanation, Question

FLAG = ("flag__report__employer", "flag__report__branch", "flag__report__organization")


def _question(event: Event) -> Question:
    return Question.objects.select_related("inspectorate", "asked_by", *FLAG).get(pk=event.payload["question"])


@reaction("flag.questioned")
def tell_employer_of_question(event: Event) -> None:
    telling.tell_of_question(_question(event))


@reaction("flag.overdue")
def tell_both_of_overdue(event: Event) -> None:
    telling.tell_of_overdue(_question(event))


@reaction("flag.explained")
def tell_inspector_of_explanation(event: Event) -> None:
    rows = Explanation.objects.select_related("question__inspectorate", "question__asked_by", "flag__report")
    telling.tell_of_explanation(rows.get(pk=event.payload["explanation"]))


@reaction("question.closed")
def tell_both_of_closing(event: Event) -> None:
    if event.payload.get("lapsed"):
        telling.tell_of_closing(_question(event))


@reaction("flag.confirmed")
@reaction("flag.dismissed")
def tell_of_decision(event: Event) -> None:
    telling.tell_of_decision(Decision.objects.select_related(*FLAG).get(pk=event.payload["decision"]))
