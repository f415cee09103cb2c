"""The life of a signing request («запрос подписи») and of a signer's turn in it."""

from __future__ import annotations

from django.db import models


class RequestState(models.TextChoices):
    OPEN = "open", "Ждёт подписи"
    COMPLETED = "completed", "Подписан"
    WITHDRAWN = "withdrawn", "Отозван"
    EXPIRED = "expired", "Срок подписания истёк"


REQUEST_MOVES = {
    "complete": ({RequestState.OPEN}, RequestState.COMPLETED),
    "withdraw": ({RequestState.OPEN}, RequestState.WITHDRAWN),
    "expire": ({RequestState.OPEN}, RequestState.EXPIRED),
}


class TurnKind(models.TextChoices):
    """Whose signature the turn waits for. ORGANIZATION: of somebody who may sign for the organization. MEMBER: of the person
    whom the turn names, as himself, by any certificate of his."""

    ORGANIZATION = "organization", "За организацию"
    MEMBER = "member", "Лично"


# A turn of MEMBER by this name is one that a paper of the organization's own waits for: he signs for the organization.
HEAD_ROLE = "Руководитель организации"


class TurnState(models.TextChoices):
    WAITING = "waiting", "Не подписал"
    SIGNED = "signed", "Подписал"
    OBJECTED = "objected", "Подписал с особым мнением"
    DECLINED = "declined", "Отказался подписать"


TURN_MOVES = {
    "sign": ({TurnState.WAITING}, TurnState.SIGNED),
    "object": ({TurnState.WAITING}, TurnState.OBJECTED),
    "decline": ({TurnState.WAITING}, TurnState.DECLINED),
}
