"""A person signs in: who he is and which roles he has, as ЕСИА said a moment ago, in one transaction."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from allauth.socialaccount.models import SocialAccount
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.actions.grants import revoke_grant
from accounts.esia.said import PersonSaid, RoleSaid
from accounts.models import Ended, EsiaRole, Grant, Invitation, SignInSession, Source, User
from accounts.models.user import new_session_stamp
from accounts.sessions import end_sessions
from core.journal import record

if TYPE_CHECKING:
    from accounts.acting import Acting
    from accounts.actions.access import Named

PROVIDER = "esia"
ROLE_FIELDS = ("branch_name", "full_name", "short_name", "ogrn", "entity", "chief", "admin", "active", "is_liquidated")
NAMED_FIELDS = ("last_name", "first_name", "middle_name", "inn")
ROLE_LOST = "ЕСИА больше не подтверждает роль, которая давала доступ"

log = logging.getLogger(__name__)


@transaction.atomic
def sign_in_from_esia(said: PersonSaid) -> tuple[User, SocialAccount]:
    """The person, created or updated, with his roles.

    Somebody who was named by СНИЛС in a grant before is the same person at his first sign-in. A blocked person comes back
    with `is_active` False and unchanged: whoever calls refuses him.
    """
    user, created = _find_or_create(said)
    account, _ = SocialAccount.objects.get_or_create(
        provider=PROVIDER, uid=str(said.oid), defaults={"user": user, "extra_data": {}}
    )
    if account.user_id != user.pk:
        account.user = user
        account.save(update_fields=["user"])
    if not user.is_active:
        record("person.refused", user, actor=user)
        return user, account
    if not created:
        _update(user, said)
    sync_roles_from_esia(user, said.roles)
    record("person.signed_in", user, actor=user, first_time=created, roles=len(said.roles))
    return user, account


@transaction.atomic
def sync_roles_from_esia(user: User, roles: Iterable[RoleSaid]) -> None:
    """Keep what ЕСИА says of the person's roles, and end the administrative access that stood on a role he has no more.

    A role that ЕСИА leaves out is marked gone: grants in that organization open nothing from now on, until ЕСИА names the
    person again (GrantQuerySet.usable).
    """
    now = timezone.now()
    # two sign-ins of one person at once: one after the other
    User.objects.select_for_update(of=("self",), no_key=True).get(pk=user.pk)
    known = {
        (role.org_oid, role.branch_oid): role
        for role in EsiaRole.objects.select_for_update(of=("self",), no_key=True).filter(user=user)
    }
    named = {(said.org_oid, said.branch_oid): said for said in roles}
    for key, said in named.items():
        _keep_role(user, known.get(key), said, now)
    gone = [role for key, role in known.items() if key not in named and role.gone_at is None]
    for role in gone:
        role.gone_at = now
        role.save(update_fields=["gone_at"])
    if gone:
        record("person.roles_gone", user, actor=user, org_oids=sorted(role.org_oid for role in gone))
    _end_access_of_lost_roles(user)


@transaction.atomic
def ensure_person(*, snils: str, last_name: str = "", first_name: str = "", middle_name: str = "") -> User:
    """The person with this СНИЛС (eleven digits); a row without an ЕСИА id where he has never signed in."""
    user, created = User.objects.get_or_create(
        snils=snils, defaults={"last_name": last_name, "first_name": first_name, "middle_name": middle_name}
    )
    if created:
        record("person.named", user, actor=None)
    return user


@transaction.atomic
def ensure_employee(named: Named, *, actor: Acting) -> User:
    """The person whom ЕСИА lists among the employees of the acting organization: by his ЕСИА id, else by СНИЛС.

    Of somebody who has never signed in, ЕСИА's name and ИНН are kept, so that the organization sees its own employee by name; what
    an inviter typed of him here hides them no more. Raises ValueError for a person who is found by neither.
    """
    user = User.objects.filter(esia_oid=named.esia_oid).first()
    if user is None:
        if not named.snils:
            raise ValueError("ЕСИА names neither a known person nor a СНИЛС")
        said = {name: getattr(named, name) for name in NAMED_FIELDS}
        user = _keep_said(ensure_person(snils=named.snils), said, actor)
    invited = Invitation.objects.filter(user=user, organization=actor.organization, confirmed_at=None)
    if invited.update(confirmed_at=timezone.now()):
        record("person.confirmed", user, actor=actor, user=user.pk)
    return user


def _keep_said(user: User, said: dict[str, str], actor: Acting) -> User:
    """What ЕСИА says to an organization of its employee; who signs in himself is known better."""
    fresh = User.objects.select_for_update(of=("self",), no_key=True).get(pk=user.pk)
    changed = {name: value for name, value in said.items() if value and getattr(fresh, name) != value}
    if fresh.esia_oid is not None or not changed:
        return fresh
    for name, value in changed.items():
        setattr(fresh, name, value)
    fresh.save(update_fields=list(changed))
    record("person.updated", fresh, actor=actor, fields=sorted(changed))
    return fresh


@transaction.atomic
def block_person(user: User, *, reason: str) -> User:
    """The operator closes the cabinet to a person: all sessions and downloads end at once, and nobody signs in as him.

    The rights stay as they are for the day he is let in again. A second call changes nothing. Raises ValueError without a reason.
    """
    fresh = _locked_for_operator(user, reason)
    if fresh.is_active:
        fresh.is_active, fresh.session_stamp = False, new_session_stamp()
        fresh.save(update_fields=["is_active", "session_stamp"])
        ended = end_sessions(SignInSession.objects.of(fresh), Ended.CLOSED, actor=None)
        record("person.blocked", fresh, actor=None, user=fresh.pk, reason=reason.strip(), sessions=ended)
    return fresh


@transaction.atomic
def unblock_person(user: User, *, reason: str) -> User:
    """The operator lets a person in again; he signs in anew. A second call changes nothing. Raises ValueError without a reason."""
    fresh = _locked_for_operator(user, reason)
    if not fresh.is_active:
        fresh.is_active, fresh.session_stamp = True, new_session_stamp()
        fresh.save(update_fields=["is_active", "session_stamp"])
        record("person.unblocked", fresh, actor=None, user=fresh.pk, reason=reason.strip())
    return fresh


def _locked_for_operator(user: User, reason: str) -> User:
    if not reason.strip():
        raise ValueError("the journal needs a reason")
    return User.objects.select_for_update(of=("self",), no_key=True).get(pk=user.pk)


def _find_or_create(said: PersonSaid) -> tuple[User, bool]:
    user = _find(said)
    if user is not None:
        return user, False
    try:
        with transaction.atomic():
            return User.objects.create(**_values(said)), True
    except IntegrityError:
        # the same person in another tab was a moment quicker
        user = _find(said)
        if user is None:
            raise
        return user, False


def _find(said: PersonSaid) -> User | None:
    """Locked. By the ЕСИА id, else by СНИЛС."""
    rows = User.objects.select_for_update(of=("self",), no_key=True)
    user = rows.filter(esia_oid=said.oid).first()
    return user or (rows.filter(snils=said.snils).first() if said.snils else None)


def _values(said: PersonSaid) -> dict[str, Any]:
    return {
        "esia_oid": said.oid,
        "snils": said.snils,
        "last_name": said.last_name,
        "first_name": said.first_name,
        "middle_name": said.middle_name,
        "inn": said.inn,
        "email": said.email,
    }


def _update(user: User, said: PersonSaid) -> None:
    changed = {name: value for name, value in _values(said).items() if value and getattr(user, name) != value}
    if "snils" in changed and User.objects.filter(snils=said.snils).exists():
        # ЕСИА corrected a СНИЛС to one under which somebody was granted access before. Joining two people is an
        # operator's decision, so the person goes on under what is known of him.
        del changed["snils"]
        log.warning("ЕСИА changed the СНИЛС of user %s to one that another user has; left as it was", user.pk)
        record("person.snils_conflict", user, actor=user)
    if not changed:
        return
    for name, value in changed.items():
        setattr(user, name, value)
    user.save(update_fields=list(changed))
    record("person.updated", user, actor=user, fields=sorted(changed))


def _keep_role(user: User, role: EsiaRole | None, said: RoleSaid, now: datetime) -> None:
    values = {name: getattr(said, name) for name in ROLE_FIELDS}
    if role is None:
        EsiaRole.objects.create(user=user, org_oid=said.org_oid, branch_oid=said.branch_oid, seen_at=now, **values)
        return
    for name, value in values.items():
        setattr(role, name, value)
    role.seen_at = now
    role.gone_at = None
    role.save(update_fields=[*ROLE_FIELDS, "seen_at", "gone_at"])


def _end_access_of_lost_roles(user: User) -> None:
    carrying = {
        (role.org_oid, role.branch_oid) for role in EsiaRole.objects.of(user) if role.gives_administrative_access
    }
    standing = Grant.objects.in_force().filter(user=user, source=Source.ESIA).select_related("organization", "branch")
    for grant in standing:
        place = (grant.organization.esia_oid, grant.branch.esia_oid if grant.branch else None)
        if place not in carrying:
            revoke_grant(grant, actor=None, reason=ROLE_LOST)
