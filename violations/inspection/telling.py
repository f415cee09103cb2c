"""Notices about a review, each with why, by when and one button. A repeated key changes nothing."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from accounts.models import Grant, User
from core.notifications.actions import tell
from core.notifications.models import Topic
from sout_reports.models import IMPORT
from violations.flags.models import REVIEW, VIEW, VIEW_BRANCH, Flag
from violations.inspection.models import Decision, Explanation, Question
from violations.inspection.states import Verb

ANSWER = "Ответить инспектору"


def tell_of_question(question: Question) -> None:
    """The employer's people who may see the flag: there is a question, and a term."""
    _tell_employer(
        question.flag,
        key=f"question:{question.pk}",
        text=f"Инспектор просит пояснить признак нарушения {_about(question.flag)}. Ответьте до {question.due_on:%d.%m.%Y}.",
        why=_why(question),
        action=ANSWER,
        due_on=question.due_on,
    )


def remind_of_question(question: Question, days: int) -> None:
    """The term is nearly over: `days` working days are left, or fewer."""
    _tell_employer(
        question.flag,
        key=f"question.soon:{question.pk}:{days}",
        text=f"Заканчивается срок пояснения по признаку нарушения {_about(question.flag)}:"
        f" ответьте инспектору до {question.due_on:%d.%m.%Y}.",
        why=_why(question),
        action=ANSWER,
        due_on=question.due_on,
    )


def tell_of_overdue(question: Question) -> None:
    """Both sides: the term is over."""
    _tell_employer(
        question.flag,
        key=f"question.over:{question.pk}",
        text=f"Срок пояснения по признаку нарушения {_about(question.flag)} истёк {question.due_on:%d.%m.%Y}."
        " Ответить можно, пока инспектор не принял решение.",
        why=_why(question),
        action=ANSWER,
    )
    _tell_inspector(
        question.flag,
        question,
        key=f"question.unanswered:{question.pk}",
        text=f"Работодатель не пояснил в срок признак нарушения {_about(question.flag)}.",
    )


def tell_of_explanation(explanation: Explanation) -> None:
    """The inspector who asked; where nobody asked, those who asked or decided before are not bothered: the queue shows it."""
    if explanation.question is None:
        return
    late = " после срока" if explanation.is_late else ""
    _tell_inspector(
        explanation.flag,
        explanation.question,
        key=f"explanation:{explanation.pk}",
        text=f"Работодатель ответил{late} на вопрос о признаке нарушения {_about(explanation.flag)}.",
    )


def tell_of_decision(decision: Decision) -> None:
    """The employer, and the organization that made the report."""
    flag = decision.flag
    words = "подтвердил" if decision.verb == Verb.CONFIRM else "снял"
    text = f"Инспектор {words} признак нарушения {_about(flag)}: {decision.get_ground_display().lower()}."
    why = "Признак найден в отчёте вашей организации"
    _tell_employer(flag, key=f"decision:{decision.pk}", text=text, why=why, action="Посмотреть решение")
    tell(
        flag.report.organization,
        text=text,
        url=reverse("violations:flag", args=[flag.pk]),
        action="Посмотреть решение",
        key=f"decision.sout:{decision.pk}",
        topic=Topic.FLAGS,
        why="Отчёт передала ваша организация",
        right=IMPORT,
    )


def _about(flag: Flag) -> str:
    place = f", рабочее место № {flag.workplace_number[:20]}" if flag.workplace_number else ""
    return f"в отчёте СОУТ № {flag.report.number}{place}"


def _why(question: Question) -> str:
    return f"Вопрос задала организация {question.inspectorate.name[:200]}, признак найден в вашем отчёте"


def _tell_employer(flag: Flag, *, key: str, **notice: Any) -> None:
    """Those who may see all flags by one notice; those who may see a branch's only have no such right and are told by name."""
    report = flag.report
    if report.employer is None:
        return
    common = {"url": reverse("violations:flag", args=[flag.pk]), "topic": Topic.FLAGS} | notice
    tell(report.employer, branch=report.branch, key=key, right=VIEW, **common)
    if report.branch is None:
        return
    for user in User.objects.filter(pk__in=_only_branch(report.employer, report.branch).values("user")):
        tell(report.employer, branch=report.branch, key=f"{key}:{user.pk}", right=VIEW_BRANCH, user=user, **common)


def _only_branch(employer: Any, branch: Any) -> QuerySet[Grant]:
    theirs = Grant.objects.usable().filter(organization=employer, branch=branch, is_admin=False)
    return theirs.filter(rights__contains=[VIEW_BRANCH]).exclude(rights__contains=[VIEW])


def _tell_inspector(flag: Flag, question: Question, *, key: str, text: str) -> None:
    """The one who asked; all who review there, where he acts for the inspectorate no more."""
    still_there = Grant.objects.usable().filter(user=question.asked_by, organization=question.inspectorate).exists()
    tell(
        question.inspectorate,
        text=text,
        url=reverse("violations:inspect_flag", args=[flag.pk]),
        action="Рассмотреть",
        key=key,
        topic=Topic.FLAGS,
        why="Вы задали вопрос работодателю" if still_there else "Вопрос задал инспектор вашей организации",
        right=REVIEW,
        user=question.asked_by if still_there else None,
    )
