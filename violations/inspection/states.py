"""How an inspector reviews a flag, beside the flag's own life, and the closed lists of his grounds."""

from __future__ import annotations

from django.db import models


class Review(models.TextChoices):
    """Where the review stands, as the inspector reads it. `for_employer` has the other side's words."""

    NEW = "new", "Не рассмотрен"
    ASKED = "asked", "Ждём пояснение работодателя"
    OVERDUE = "overdue", "Пояснение не получено в срок"
    ANSWERED = "answered", "Получено пояснение"
    CONFIRMED = "confirmed", "Подтверждён инспектором"
    DISMISSED = "dismissed", "Снят инспектором"

    @property
    def for_employer(self) -> str:
        return FOR_EMPLOYER.get(self, str(self.label))


FOR_EMPLOYER = {
    Review.NEW: "",
    Review.ASKED: "Инспектор ждёт пояснение",
    Review.OVERDUE: "Срок пояснения истёк",
    Review.ANSWERED: "Пояснение отправлено инспектору",
}
WAITING = (Review.ASKED, Review.OVERDUE, Review.ANSWERED)  # of an open flag only; a CHECK of the table
UNANSWERED = (Review.ASKED, Review.OVERDUE)
FOR_INSPECTOR = (Review.ANSWERED, Review.OVERDUE)  # the next step is the inspector's

REVIEW_MOVES = {
    "ask": ({Review.NEW, Review.ANSWERED, Review.OVERDUE}, Review.ASKED),
    # a late answer is taken until the inspector has decided
    "answer": ({Review.ASKED, Review.OVERDUE}, Review.ANSWERED),
    # of himself, where the rule is cleared by an explanation: nobody need ask first
    "explain": ({Review.NEW, Review.CONFIRMED}, Review.ANSWERED),
    "expire": ({Review.ASKED}, Review.OVERDUE),
    "confirm": ({Review.NEW, Review.ASKED, Review.OVERDUE, Review.ANSWERED}, Review.CONFIRMED),
    "dismiss": ({Review.NEW, Review.ASKED, Review.OVERDUE, Review.ANSWERED, Review.CONFIRMED}, Review.DISMISSED),
    # by the re-check: the values are not those that were judged
    "renew": (set(Review) - {Review.NEW}, Review.NEW),
}


class QuestionState(models.TextChoices):
    OPEN = "open", "Ждёт ответа"
    ANSWERED = "answered", "Ответ получен"
    CLOSED = "closed", "Закрыт без ответа"


QUESTION_MOVES = {
    "answer": ({QuestionState.OPEN}, QuestionState.ANSWERED),
    "close": ({QuestionState.OPEN}, QuestionState.CLOSED),
}


class Verb(models.TextChoices):
    """What an inspector decides."""

    CONFIRM = "confirm", "Подтверждён"
    DISMISS = "dismiss", "Снят"


class Ground(models.TextChoices):
    """Why [own list: the norms name no grounds]."""

    REPORT_SHOWS = "report_shows", "Нарушение видно из отчёта"
    NOT_REFUTED = "not_refuted", "Пояснения работодателя нарушения не опровергают"
    NO_ANSWER = "no_answer", "Пояснения в срок не представлены"
    INSPECTED = "inspected", "Нарушение установлено при проверке"
    NO_VIOLATION = "no_violation", "Сведения отчёта верны, нарушения нет"
    EXPLAINED = "explained", "Пояснения и документы работодателя приняты"
    REGISTER_WRONG = "register_wrong", "Ошибка в государственном реестре, а не в отчёте"
    RULE_WRONG = "rule_wrong", "Правило применено неверно"
    MENDED = "mended", "Нарушение устранено, подтверждено документами"
    OTHER = "other", "Иное"


# Grounds that speak of an explanation, and of one that did not come in time: only where that is so.
ON_EXPLANATION = frozenset({Ground.NOT_REFUTED, Ground.EXPLAINED})
ON_SILENCE = frozenset({Ground.NO_ANSWER})

GROUNDS: dict[str, tuple[Ground, ...]] = {
    Verb.CONFIRM: (Ground.REPORT_SHOWS, Ground.NOT_REFUTED, Ground.NO_ANSWER, Ground.INSPECTED, Ground.OTHER),
    Verb.DISMISS: (
        Ground.EXPLAINED,
        Ground.NO_VIOLATION,
        Ground.REGISTER_WRONG,
        Ground.RULE_WRONG,
        Ground.MENDED,
        Ground.OTHER,
    ),
}


def grounds_for(verb: Verb, *, review: str, explained: bool) -> tuple[Ground, ...]:
    """The grounds that fit a flag where it stands; `explained`: the employer has explained it at least once."""
    unfit = (frozenset() if explained else ON_EXPLANATION) | (frozenset() if review == Review.OVERDUE else ON_SILENCE)
    return tuple(each for each in GROUNDS[verb] if each not in unfit)
