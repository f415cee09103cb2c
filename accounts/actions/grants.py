"""Giving and taking access."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.actions.answers import answer_requests, close_requests
from accounts.actions.grant_checks import (
    CHANGED_MEANWHILE,
    Change,
    check_actor,
    check_all,
    check_still_administered,
    check_wording,
    is_administered,
    open_grant,
)
from accounts.actions.refused import GrantRefused, stated
from accounts.models import Branch, EsiaRole, Grant, Organization, Source, User
from accounts.rights import Right
from accounts.sessions import end_of_access
from core.journal import record

if TYPE_CHECKING:
    from accounts.acting import Acting

REPLACED = "Заменён новым доступом"
BLOCKED = "Доступ заблокирован"
ENDED = "Доступ прекращён"


def wait_for_turn(organization: Organization, actor: Acting | None) -> None:
    """The first lock of every change of access in an organization: changes there go one after the other.

    Two administrators who take each other's access away at once would leave nobody; and whoever waited here may have been
    blocked meanwhile: then GrantRefused. actor: None for the system.
    """
    Organization.objects.select_for_update(of=("self",), no_key=True).get(pk=organization.pk)
    if actor is not None and not actor.is_still_in_force():
        raise GrantRefused(CHANGED_MEANWHILE)


@transaction.atomic
def create_grant(
    *,
    user: User,
    organization: Organization,
    source: Source,
    actor: Acting | None,
    branch: Branch | None = None,
    is_admin: bool = False,
    is_blocked: bool = False,
    rights: Iterable[str] = (),
    since: datetime | None = None,
    until: datetime | None = None,
    ground: str = "",
    block_reason: str = "",
    position: str = "",
    instead_because: str = "",
) -> Grant:
    """Give access, or change it: another open grant of the same person and scope, made by people, ends as replaced, or for
    the reason `instead_because`.

    actor: who gives; None for the system (ЕСИА, a command, demo data). rights: codes; none for an administrator. A blocked
    grant ends the person's sessions there in the same moment; block_reason is for him to read. Raises GrantRefused with the
    reason in Russian.
    """
    wait_for_turn(organization, actor)
    begins = since or timezone.now()
    if until is not None and until <= begins:
        raise GrantRefused("Доступ закончился бы раньше, чем начался: поправьте последний день.")
    asked = [str(right) for right in rights]
    codes = tuple(right.value for right in Right if right.value in asked)
    check_wording(asked, codes, is_admin, is_blocked, organization, branch)
    if branch is not None and branch.organization_id != organization.pk:
        raise GrantRefused("Филиал принадлежит другой организации.")
    before = open_grant(user, organization, branch) if source != Source.ESIA else None
    check_all(Change(user, organization, branch, before, codes, is_admin, is_blocked, until), actor)
    administered = actor is not None and is_administered(organization)
    _replace(user, organization, branch, source, actor, instead_because or REPLACED, is_blocked)
    given = {"is_admin": is_admin, "is_blocked": is_blocked, "rights": list(codes), "since": begins, "until": until}
    paper = {"ground": ground, "position": position, "granted_by": actor.user if actor else None, "source": source}
    paper["block_reason"] = stated(block_reason, "") if is_blocked else ""
    grant = Grant.objects.create(user=user, organization=organization, branch=branch, **given, **paper)
    _tell_journal(grant, actor)
    _take_effect(grant, actor)
    check_still_administered(organization, administered)
    return grant


def _take_effect(grant: Grant, actor: Acting | None) -> None:
    """A block ends the person's sessions and requests in its scope; any other grant answers what he asked for."""
    if not grant.is_blocked:
        answer_requests(grant, actor)
        return
    user, organization, branch = grant.user, grant.organization, grant.branch
    end_of_access(user, organization, branch, actor=actor)
    close_requests(user, organization, branch, with_branches=True, actor=actor, reason=BLOCKED)


def _tell_journal(grant: Grant, actor: Acting | None) -> None:
    facts: dict[str, object] = {"user": grant.user_id, "branch": grant.branch_id, "rights": grant.rights}
    if grant.is_blocked:
        facts |= {"is_blocked": True, "reason": grant.block_reason}
    record(
        "grant.created",
        grant,
        actor=actor,
        organization=grant.organization,
        is_admin=grant.is_admin,
        until=grant.until,
        source=str(grant.source),
        **facts,
    )


@transaction.atomic
def revoke_grant(grant: Grant, *, actor: Acting | None, reason: str) -> Grant | None:
    """End access at once: the next request has no acting organization. None where it was ended already: nothing changes then.

    Raises GrantRefused where the actor may not, or where nobody would be left to give access.
    """
    if actor is not None or grant.source != Source.ESIA:  # the word of ЕСИА waits for nobody
        wait_for_turn(grant.organization, actor)
    fresh = Grant.objects.select_for_update(of=("self",), no_key=True).get(pk=grant.pk)
    administered = actor is not None and is_administered(grant.organization)
    if actor is not None:
        check_actor(Change(grant.user, grant.organization, grant.branch, fresh), actor)
    why = stated(reason, "Укажите причину прекращения доступа.")
    if fresh.revoked_at is not None:
        return None
    _close(fresh, actor=actor, reason=why, lifted=fresh.is_blocked)
    if fresh.source != Source.ESIA:
        close_requests(grant.user, grant.organization, grant.branch, with_branches=False, actor=actor, reason=ENDED)
    check_still_administered(grant.organization, administered)
    return fresh


def grant_of_role(role: EsiaRole, organization: Organization, branch: Branch | None) -> Grant:
    """The administrator's grant that stands on an ЕСИА role: the one in force, or a new one.

    Raises GrantRefused where the role gives no administrative access.
    """
    if not role.gives_administrative_access:
        raise GrantRefused("Эта роль в ЕСИА не даёт административного уровня доступа.")
    existing = Grant.objects.in_force().filter(
        user=role.user, organization=organization, branch=branch, source=Source.ESIA
    )
    return existing.first() or create_grant(
        user=role.user,
        organization=organization,
        branch=branch,
        is_admin=True,
        source=Source.ESIA,
        actor=None,
        ground=f"Роль «{role.label}» в ЕСИА",
    )


def _replace(
    user: User,
    organization: Organization,
    branch: Branch | None,
    source: Source,
    actor: Acting | None,
    reason: str,
    is_blocked: bool,
) -> None:
    """End the open grant of the same person and scope: people's grants and ЕСИА's do not end each other."""
    open_grants = Grant.objects.select_for_update(of=("self",), no_key=True).filter(
        user=user, organization=organization, branch=branch, revoked_at=None
    )
    by_esia = Q(source=Source.ESIA)
    for earlier in open_grants.filter(by_esia if source == Source.ESIA else ~by_esia):
        _close(earlier, actor=actor, reason=reason, lifted=earlier.is_blocked and not is_blocked)


def _close(grant: Grant, *, actor: Acting | None, reason: str, lifted: bool) -> None:
    grant.revoked_at = timezone.now()
    grant.revoked_by = actor.user if actor else None
    grant.reason = reason
    grant.save(update_fields=["revoked_at", "revoked_by", "reason"])
    facts: dict[str, object] = {"user": grant.user_id, "reason": reason}
    if lifted:
        facts["lifted"] = True
    record("grant.revoked", grant, actor=actor, organization=grant.organization, **facts)
