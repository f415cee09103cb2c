"""Around grants: inviting by СНИЛС, asking for a right and answering, confirming that access is still due."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.actions.grants import GrantRefused, create_grant
from accounts.actions.people import ensure_employee, ensure_person
from accounts.models import REQUEST_MOVES, AccessRequest, Grant, GrantReview, Invitation, RequestState, Source, User
from accounts.rights import BY_CODE, REQUIRES
from core.journal import record
from core.moves import WrongState, lock, move
from core.notifications.actions import tell
from core.notifications.models import Topic

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.acting import Acting
    from accounts.models import Branch


@dataclass(frozen=True, slots=True)
class Given:
    """What the dialog «Добавить сотрудника» says of the access itself. `rights` are codes, none for an administrator."""

    branch: Branch | None = None
    is_admin: bool = False
    is_blocked: bool = False
    rights: tuple[str, ...] = ()
    until: datetime | None = None
    ground: str = ""
    position: str = ""


@dataclass(frozen=True, slots=True)
class Named:
    """A person as ЕСИА or the inviter names him. `snils` eleven digits."""

    snils: str
    last_name: str
    first_name: str
    middle_name: str = ""
    inn: str = ""
    position: str = ""
    esia_oid: int | None = None


@transaction.atomic
def give_access(named: Named, given: Given, *, actor: Acting) -> Grant:
    """Access for an employee that ЕСИА has just named, or, without an ЕСИА id, for somebody invited by СНИЛС.

    Raises GrantRefused. An invitation takes effect when that СНИЛС first signs in.
    """
    user = _person(named, actor)
    grant = create_grant(
        user=user,
        organization=actor.organization,
        branch=given.branch,
        is_admin=given.is_admin,
        is_blocked=given.is_blocked,
        rights=given.rights,
        until=given.until,
        ground=given.ground,
        position=given.position or named.position,
        source=Source.GRANT,
        actor=actor,
    )
    if named.esia_oid is None:
        invitation = Invitation.objects.create(
            user=user,
            organization=actor.organization,
            branch=given.branch,
            last_name=named.last_name,
            first_name=named.first_name,
            middle_name=named.middle_name,
            inn=named.inn,
            position=named.position,
            invited_by=actor.user,
        )
        record("person.invited", invitation, actor=actor, grant=grant.pk)
    _answer_requests(grant, actor)
    return grant


@transaction.atomic
def change_access(grant: Grant, given: Given, *, actor: Acting) -> Grant:
    """Another grant in the place of this one, for the same person. Raises GrantRefused; WrongState where somebody has changed
    it meanwhile."""
    fresh = Grant.objects.select_for_update(of=("self",), no_key=True).select_related("user").get(pk=grant.pk)
    if fresh.revoked_at is not None:
        raise WrongState(fresh, "change")
    made = create_grant(
        user=fresh.user,
        organization=actor.organization,
        branch=fresh.branch,
        is_admin=given.is_admin,
        is_blocked=given.is_blocked,
        rights=given.rights,
        until=given.until,
        ground=given.ground,
        position=fresh.position,
        source=Source.GRANT,
        actor=actor,
    )
    _answer_requests(made, actor)
    return made


def _person(named: Named, actor: Acting) -> User:
    """Of who was invited nothing that the inviter typed becomes his name: it stays in the invitation."""
    if named.esia_oid is None:
        return ensure_person(snils=named.snils)
    try:
        return ensure_employee(named, actor=actor)
    except ValueError as missing:
        raise GrantRefused("ЕСИА не назвала СНИЛС этого сотрудника: дать доступ можно только по СНИЛС.") from missing


# --- requests


@transaction.atomic
def ask_for_right(right: str, *, actor: Acting) -> tuple[AccessRequest, bool]:
    """Ask those who can give it. Returns the request and whether it is new: pressed twice it is asked once.

    Raises GrantRefused where nobody could give it, or where the person holds it already.
    """
    if right not in BY_CODE or not actor.granters(right):
        raise GrantRefused("Это право в организации дать некому.")
    if actor.holds(right):
        raise GrantRefused("Это право у вас уже есть.")
    asked, created = AccessRequest.objects.get_or_create(
        user=actor.user,
        organization=actor.organization,
        branch=actor.branch,
        right=right,
        state=RequestState.OPEN,
    )
    if created:
        record("access.asked", asked, actor=actor, right=right)
        for granter in actor.granters(right):
            tell(
                actor.organization,
                user=granter,
                branch=actor.branch,
                text=f"Сотрудник просит право «{BY_CODE[right].label}».",
                why="Вы можете предоставить это право",
                url=reverse("accounts:access_request", args=[asked.pk]),
                action="Рассмотреть просьбу",
                topic=Topic.ACCESS,
                key=f"access.asked:{asked.pk}:{granter.pk}",
            )
    return asked, created


@transaction.atomic
def decline_request(asked: AccessRequest, *, actor: Acting, reason: str) -> AccessRequest:
    """Say no, with a reason for the one who asked. Raises WrongState where it is answered already, GrantRefused without reason."""
    if not reason.strip():
        raise GrantRefused("Укажите причину отказа: её увидит сотрудник.")
    changes = {"decided_at": timezone.now(), "decided_by": actor.user, "reason": reason.strip()[:500]}
    declined = move(asked, "decline", moves=REQUEST_MOVES, actor=actor, event="access.declined", changes=changes)
    # the reason is free text, which may name somebody, and notices go out by mail: the page has it
    text = f"Право «{BY_CODE[declined.right].label}» не предоставлено. Причина — в кабинете."
    _tell_who_asked(declined, text, action="Посмотреть причину")
    return declined


@transaction.atomic
def grant_request(asked: AccessRequest, *, actor: Acting) -> Grant:
    """Add the asked right, with what it is of no use without, to what the person has. Raises GrantRefused, WrongState."""
    fresh = lock(asked)
    if fresh.state != RequestState.OPEN:
        raise WrongState(fresh, "grant")
    place = Grant.objects.usable().filter(user=fresh.user, organization=actor.organization, branch=fresh.branch)
    held = place.exclude(source=Source.ESIA).first()
    wanted = {fresh.right, *REQUIRES.get(BY_CODE[fresh.right], ())}
    grant = create_grant(
        user=fresh.user,
        organization=actor.organization,
        branch=fresh.branch,
        rights=wanted | set(held.rights if held else ()),
        until=held.until if held else None,
        ground=held.ground if held else "",
        position=held.position if held else "",
        source=Source.GRANT,
        actor=actor,
    )
    _answer_requests(grant, actor)
    return grant


def _answer_requests(grant: Grant, actor: Acting) -> None:
    """Whatever of this person's open requests the grant fulfils is answered by it."""
    if grant.is_blocked:
        return
    rows = AccessRequest.objects.filter(
        user=grant.user_id, organization=grant.organization_id, branch=grant.branch_id, state=RequestState.OPEN
    )
    for asked in rows if grant.is_admin else rows.filter(right__in=grant.rights):
        changes = {"decided_at": timezone.now(), "decided_by": actor.user}
        done = move(asked, "grant", moves=REQUEST_MOVES, actor=actor, event="access.granted", changes=changes)
        _tell_who_asked(
            done, f"Вам предоставлено право «{BY_CODE[done.right].label}».", action="Посмотреть свой доступ"
        )


def _tell_who_asked(asked: AccessRequest, text: str, *, action: str) -> None:
    tell(
        asked.organization,
        user=asked.user,
        branch=asked.branch,
        text=text,
        why="Вы просили это право",
        url=f"{reverse('accounts:home')}?asked={asked.pk}",
        action=action,
        topic=Topic.ACCESS,
        key=f"access.answered:{asked.pk}",
    )


# --- review


@transaction.atomic
def confirm_grants(ids: Collection[int], *, actor: Acting) -> int:
    """The access of these people is still due; grants that the actor does not manage are left out. Returns how many."""
    mine = Grant.objects.visible_to(actor).filter(pk__in=ids, revoked_at=None).order_by("pk")
    grants = list(mine.select_for_update(of=("self",), no_key=True))
    GrantReview.objects.bulk_create(GrantReview(grant=grant, by=actor.user) for grant in grants)
    if grants:
        record("access.reviewed", None, actor=actor, grants=[grant.pk for grant in grants])
    return len(grants)
