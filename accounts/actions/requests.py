"""Asking for a right, and answering."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.actions.answers import tell_who_asked
from accounts.actions.grant_checks import check_place, open_grant, still_given
from accounts.actions.grants import create_grant, wait_for_turn
from accounts.actions.refused import GrantRefused, stated
from accounts.models import REQUEST_MOVES, AccessRequest, Grant, RequestState, Source, User
from accounts.rights import BY_CODE, REQUIRES
from core.journal import record
from core.moves import WrongState, lock, move
from core.notifications.actions import compose, tell_all
from core.notifications.models import Notice, Topic
from core.templatetags.formats import last_day, ru_date

if TYPE_CHECKING:
    from accounts.acting import Acting

ASK_AGAIN_AFTER = timedelta(days=7)  # own choice: time to talk it over, and no second letter a minute after a refusal


@transaction.atomic
def ask_for_right(right: str, *, actor: Acting) -> tuple[AccessRequest, bool]:
    """Ask those who can give it. Returns the request and whether it is new: pressed twice it is asked once.

    Raises GrantRefused where nobody could give it, where the person holds it already, or was refused it a few days ago.
    """
    wait_for_turn(actor.organization, actor)
    granters = actor.granters(right) if right in BY_CODE else []
    if not granters:
        raise GrantRefused("Это право в организации дать некому.")
    if actor.holds(right):
        raise GrantRefused("Это право у вас уже есть.")
    _check_not_refused_lately(right, actor)
    place: dict[str, Any] = {"user": actor.user, "organization": actor.organization, "branch": actor.branch}
    asked, created = AccessRequest.objects.get_or_create(**place, right=right, state=RequestState.OPEN)
    if created:
        record("access.asked", asked, actor=actor, right=right)
        tell_all([_told_granter(asked, granter) for granter in granters])
    return asked, created


def _check_not_refused_lately(right: str, actor: Acting) -> None:
    refused = AccessRequest.objects.asked_by(actor).filter(
        branch=actor.branch, right=right, state=RequestState.DECLINED, decided_at__gt=timezone.now() - ASK_AGAIN_AFTER
    )
    last = refused.order_by("-decided_at").first()
    if last is not None:
        again = last.decided_at + ASK_AGAIN_AFTER
        raise GrantRefused(
            f"В праве «{BY_CODE[right].label}» вам отказали {ru_date(last.decided_at)}. Причина: {last.reason.rstrip('.')}. "
            f"Попросить о нём снова можно после {ru_date(again)}."
        )


def _told_granter(asked: AccessRequest, granter: User) -> Notice:
    return compose(
        asked.organization,
        user=granter,
        branch=asked.branch,
        text=f"Сотрудник просит право «{BY_CODE[asked.right].label}».",
        why="Вы можете предоставить это право",
        url=reverse("accounts:access_request", args=[asked.pk]),
        action="Рассмотреть просьбу",
        topic=Topic.ACCESS,
        key=f"access.asked:{asked.pk}:{granter.pk}",
    )


def may_answer(asked: AccessRequest, actor: Acting) -> bool:
    """Who could grant the right answers the request, with yes or with no."""
    return actor.holds(asked.right)


@transaction.atomic
def decline_request(asked: AccessRequest, *, actor: Acting, reason: str) -> AccessRequest:
    """Say no, with a reason for the one who asked. Raises WrongState where it is answered already, GrantRefused without reason
    and for who could not grant it."""
    wait_for_turn(actor.organization, actor)
    check_place(actor, asked.organization, asked.branch)
    if not may_answer(asked, actor):
        raise GrantRefused("Отказать может только тот, у кого это право есть: он мог бы и предоставить его.")
    why = stated(reason, "Укажите причину отказа: её увидит сотрудник.")
    changes = {"decided_at": timezone.now(), "decided_by": actor.user, "reason": why}
    declined = move(asked, "decline", moves=REQUEST_MOVES, actor=actor, event="access.declined", changes=changes)
    # the reason is free text, which may name somebody, and notices go out by mail: the page has it
    text = f"Право «{BY_CODE[declined.right].label}» не предоставлено. Причина — в кабинете."
    tell_who_asked(declined, text, action="Посмотреть причину")
    return declined


@transaction.atomic
def grant_request(asked: AccessRequest, *, actor: Acting) -> Grant:
    """Add the asked right, with what it is of no use without, to the access that the person has. A yes neither lifts a block
    nor prolongs access that is over. Raises GrantRefused, WrongState."""
    wait_for_turn(actor.organization, actor)
    fresh = lock(asked)
    if fresh.state != RequestState.OPEN:
        raise WrongState(fresh, "grant")
    held = _held(fresh, actor)
    return create_grant(
        user=fresh.user,
        organization=actor.organization,
        branch=fresh.branch,
        rights={fresh.right, *REQUIRES.get(BY_CODE[fresh.right], ()), *still_given(held)},
        until=held.until,
        ground=held.ground,
        position=held.position,
        source=Source.GRANT,
        actor=actor,
    )


def _held(asked: AccessRequest, actor: Acting) -> Grant:
    """The open grant to which the right is added."""
    held = open_grant(asked.user, actor.organization, asked.branch)
    if held is None:
        raise GrantRefused(
            "Доступ этого сотрудника прекращён, добавить право не к чему. Чтобы дать доступ заново: «Администрирование», "
            "«Добавить сотрудника»."
        )
    if Grant.objects.filter(pk=held.pk).shut().exists():
        raise GrantRefused("Этот сотрудник заблокирован. Снимите сначала блокировку: «Администрирование», «Изменить».")
    if held.until is not None and held.is_over:
        raise GrantRefused(
            f"Доступ этого сотрудника закончился {last_day(held.until)}. Продлите его сначала: «Администрирование», «Изменить»."
        )
    return held
