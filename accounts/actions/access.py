"""Around grants: giving access to an employee or by СНИЛС, changing it, blocking and lifting, confirming that it is still due."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from accounts.actions.grant_checks import check_place, open_grant, still_given
from accounts.actions.grants import create_grant, revoke_grant, wait_for_turn
from accounts.actions.people import ensure_employee, ensure_person
from accounts.actions.refused import GrantRefused, stated
from accounts.models import Grant, GrantReview, Invitation, Source, User
from accounts.selectors import behind_block, grants_to_review
from core.journal import record
from core.moves import WrongState
from core.templatetags.formats import last_day

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.acting import Acting
    from accounts.models import Branch

NEEDS_REASON = "Укажите причину."


@dataclass(frozen=True, slots=True)
class Given:
    """What the dialog «Добавить сотрудника» says of the access itself. `rights` are codes, none for an administrator."""

    branch: Branch | None = None
    is_admin: bool = False
    is_blocked: bool = False
    rights: tuple[str, ...] = ()
    until: datetime | None = None
    ground: str = ""
    block_reason: str = ""


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


def give_access(named: Named, given: Given, *, actor: Acting) -> Grant:
    """Access for an employee that ЕСИА has just named, or, without an ЕСИА id, for somebody invited by СНИЛС.

    Raises GrantRefused, also where he has access in this scope already: to change, to prolong and to unblock it are other
    verbs. That ЕСИА has named him is kept then too. An invitation takes effect when that СНИЛС first signs in.
    """
    with transaction.atomic():
        wait_for_turn(actor.organization, actor)
        check_place(actor, actor.organization, given.branch)
        user = _person(named, actor)
        refusal = _open_already(user, given, actor)
        if not refusal:
            return _given(user, named, given, actor)
    raise GrantRefused(refusal)


def _given(user: User, named: Named, given: Given, actor: Acting) -> Grant:
    grant = create_grant(
        user=user,
        organization=actor.organization,
        branch=given.branch,
        is_admin=given.is_admin,
        is_blocked=given.is_blocked,
        rights=given.rights,
        until=given.until,
        ground=given.ground,
        block_reason=given.block_reason,
        position=named.position,
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
    return grant


@transaction.atomic
def change_access(grant: Grant, given: Given, *, actor: Acting) -> Grant:
    """Another grant in the place of this one, for the same person. Raises GrantRefused; WrongState where somebody has changed
    it meanwhile."""
    wait_for_turn(actor.organization, actor)
    fresh = _open(grant, "change")
    return create_grant(
        user=fresh.user,
        organization=actor.organization,
        branch=fresh.branch,
        is_admin=given.is_admin,
        is_blocked=given.is_blocked,
        rights=given.rights,
        until=given.until,
        ground=given.ground,
        block_reason=given.block_reason,
        position=fresh.position,
        source=Source.GRANT,
        actor=actor,
    )


@transaction.atomic
def block_access(grant: Grant, *, actor: Acting, reason: str) -> Grant:
    """Block a person in the scope of a grant that a role in ЕСИА gives. What people have given him there is kept.

    Raises GrantRefused; WrongState where the grant has ended meanwhile.
    """
    wait_for_turn(actor.organization, actor)
    fresh = _open(grant, "block")
    kept = open_grant(fresh.user, actor.organization, fresh.branch)
    if kept is not None and kept.is_blocked:
        raise GrantRefused("Доступ этого сотрудника уже заблокирован.")
    return _made_like(kept, fresh, actor=actor, is_blocked=True, block_reason=stated(reason, NEEDS_REASON))


@transaction.atomic
def lift_block(grant: Grant, *, actor: Acting, reason: str) -> Grant | None:
    """Open again what the block has closed: the rights that it keeps, if their term is not over, and the person's other
    access in its scope. Returns the grant that has come of the kept rights.

    Raises GrantRefused; WrongState where somebody has lifted it meanwhile.
    """
    wait_for_turn(actor.organization, actor)
    fresh = _open(grant, "lift")
    why = stated(reason, NEEDS_REASON)
    if not fresh.is_blocked:
        raise WrongState(fresh, "lift")
    if (still_given(fresh) or fresh.is_admin) and not fresh.is_over:
        return _made_like(fresh, fresh, actor=actor, is_blocked=False, instead_because=why)
    revoke_grant(fresh, actor=actor, reason=why)
    return None


@transaction.atomic
def end_access(grant: Grant, *, actor: Acting, reason: str) -> Grant:
    """`revoke_grant` of a grant that people gave. A block that closes more than it keeps is not ended so: by that its person
    would get access. Raises GrantRefused; WrongState where it was ended or replaced already."""
    wait_for_turn(actor.organization, actor)
    fresh = _open(grant, "end")
    if fresh.is_blocked and behind_block(fresh):
        raise GrantRefused(
            "Пока у сотрудника есть другой доступ, прекращение этого сняло бы и блокировку. Оставьте блокировку или "
            "прекратите сначала другой доступ."
        )
    ended = revoke_grant(fresh, actor=actor, reason=reason)
    assert ended is not None  # open, under the lock of the organization
    return ended


def _open(grant: Grant, verb: str) -> Grant:
    """The same grant as it is now. The lock of the organization keeps what people give; a lock of the row itself would wait
    for a sign-in that ends a role of ЕСИА and then waits for the organization. Raises WrongState where it is open no more."""
    fresh = Grant.objects.select_related("user", "branch", "organization").get(pk=grant.pk)
    if fresh.revoked_at is not None:
        raise WrongState(fresh, verb)
    return fresh


def _made_like(
    kept: Grant | None,
    place: Grant,
    *,
    actor: Acting,
    is_blocked: bool,
    block_reason: str = "",
    instead_because: str = "",
) -> Grant:
    """A grant in the scope of `place` with what `kept` gives; nothing of it where its term is over."""
    alike = kept if kept is not None and not kept.is_over else None
    return create_grant(
        user=place.user,
        organization=place.organization,
        branch=place.branch,
        is_admin=alike.is_admin if alike else False,
        is_blocked=is_blocked,
        rights=still_given(alike) if alike else (),
        until=alike.until if alike else None,
        ground=alike.ground if alike else "",
        block_reason=block_reason,
        position=kept.position if kept else place.position,
        instead_because=instead_because,
        source=Source.GRANT,
        actor=actor,
    )


def _person(named: Named, actor: Acting) -> User:
    """Of who was invited nothing that the inviter typed becomes his name: it stays in the invitation."""
    if named.esia_oid is None:
        return ensure_person(snils=named.snils)
    try:
        return ensure_employee(named, actor=actor)
    except ValueError as missing:
        raise GrantRefused("ЕСИА не назвала СНИЛС этого сотрудника: дать доступ можно только по СНИЛС.") from missing


def _open_already(user: User, given: Given, actor: Acting) -> str:
    """Why nothing is given: «Добавить сотрудника» neither lifts a block nor prolongs what is over by the way. "" where nothing
    is open."""
    found = open_grant(user, actor.organization, given.branch)
    there = "Найдите его в списке «Администрирование» и нажмите «Изменить»."
    if found is not None and found.is_blocked:
        return f"Этот сотрудник заблокирован. Чтобы вернуть ему доступ, снимите блокировку. {there}"
    if found is not None and found.until is not None and found.is_over:
        return f"Доступ этого сотрудника закончился {last_day(found.until)}: его можно продлить. {there}"
    if found is not None:
        return f"У этого сотрудника уже есть доступ. {there}"
    blocks = Grant.objects.blocking().filter(user=user, organization=actor.organization, branch=None)
    if given.branch is not None and not given.is_blocked and blocks.exists():
        return (
            "Этот сотрудник заблокирован во всей организации, доступ к филиалу ему не открылся бы. Снимает такую блокировку "
            "администратор организации."
        )
    return ""


# --- review


@transaction.atomic
def confirm_grants(ids: Collection[int], *, actor: Acting) -> int:
    """The access of these people is still due; grants that are not on the actor's list for review are left out.

    Returns how many. Raises GrantRefused where the actor's own access has ended meanwhile.
    """
    wait_for_turn(actor.organization, actor)
    due = grants_to_review(actor).filter(pk__in=ids).order_by("pk")
    grants = list(due.select_for_update(of=("self",), no_key=True))
    GrantReview.objects.bulk_create(GrantReview(grant=grant, by=actor.user) for grant in grants)
    if grants:
        record("access.reviewed", None, actor=actor, grants=[grant.pk for grant in grants])
    return len(grants)
