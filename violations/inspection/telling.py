"""Notices about a review, each with why, by when and one button. A repeated key changes nothing."""

from __future__ import annotations

from typing import Any

from django.db.models import F
from django.urls import reverse

from accounts.acting import Acting, acting_by
from accounts.models import Grant
from core.identifiers import hide_snils
from core.notifications.actions import tell
from core.notifications.models import Topic
from sout_reports.models import IMPORT
from violations.flags.models import REVIEW, Flag
from violations.flags.telling import tell_employer
from violations.inspection.models import Decision, Explanation, Question
from violations.inspection.states import Verb

ANSWER = "Ответить инспектору"
PLACE_MAX = 20  # signs of a workplace's number in a notice


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


def tell_of_closing(question: Question) -> None:
    """Both sides: the flag closed by itself, and nobody need answer any more."""
    _tell_employer(
        question.flag,
        key=f"question.closed:{question.pk}",
        text=f"Вопрос инспектора о признаке нарушения {_about(question.flag)} закрыт: признак больше не действует,"
        " отвечать не нужно.",
        why=_why(question),
        action="Посмотреть признак",
    )
    _tell_inspector(
        question.flag,
        question,
        key=f"question.lapsed:{question.pk}",
        text=f"Вопрос о признаке нарушения {_about(question.flag)} закрыт без ответа: признак больше не действует.",
        action="Посмотреть признак",
    )


def _about(flag: Flag) -> str:
    """The report and the place, whose number is masked before it is cut: a file may call it by a worker's СНИЛС."""
    number = hide_snils(flag.workplace_number)[:PLACE_MAX]
    return f"в отчёте СОУТ № {flag.report.number}" + (f", рабочее место № {number}" if number else "")


def _why(question: Question) -> str:
    return f"Вопрос задала организация {question.inspectorate.name[:200]}, признак найден в вашем отчёте"


def _tell_employer(flag: Flag, *, key: str, **notice: Any) -> None:
    tell_employer(flag.report, key=key, url=reverse("violations:flag", args=[flag.pk]), **notice)


def _tell_inspector(flag: Flag, question: Question, *, key: str, text: str, action: str = "Рассмотреть") -> None:
    """The one who asked, by the grant that lets him review the flag; all who review it, where no grant of his does any more."""
    common: dict[str, Any] = {
        "organization": question.inspectorate,
        "text": text,
        "url": reverse("violations:inspect_flag", args=[flag.pk]),
        "action": action,
        "topic": Topic.FLAGS,
        "right": REVIEW,
    }
    reviewers = _reviewers(question, flag)
    his = [each for each in reviewers if each.user.pk == question.asked_by_id]
    if his:
        tell(branch=his[0].branch, user=question.asked_by, key=key, why="Вы задали вопрос работодателю", **common)
        return
    why = "Вопрос задал инспектор вашей организации"
    tell(key=key, why=why, **common)
    of_whole = {each.user.pk for each in reviewers if each.branch is None}
    for each in reviewers:  # a notice to the whole is not seen from a branch
        if each.user.pk not in of_whole:
            tell(branch=each.branch, user=each.user, key=f"{key}:{each.user.pk}", why=why, **common)


def _reviewers(question: Question, flag: Flag) -> list[Acting]:
    """Everybody of the inspectorate as he may review the flag, those of the whole inspectorate before those of a branch."""
    grants = Grant.objects.usable().filter(organization=question.inspectorate)
    rows = grants.select_related("user", "organization", "branch").order_by(F("branch").asc(nulls_first=True), "pk")
    actings = [acting_by(grant, grant.user) for grant in rows]
    return [each for each in actings if each.holds(REVIEW) and each.supervises(flag.region)]
