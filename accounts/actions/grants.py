"""Giving and taking access."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import Branch, EsiaRole, Grant, Organization, Source, User
from accounts.rights import BY_CODE, Right, rights_of_kinds, unknown_rights
from core.journal import record

if TYPE_CHECKING:
    from accounts.acting import Acting

REPLACED = "Заменён новым доступом"


class GrantRefused(Exception):
    """The grant may not be made. The text is one Russian sentence for the page."""


@transaction.atomic
def create_grant(
    *,
    user: User,
    organization: Organization,
    source: Source,
    actor: Acting | None,
    branch: Branch | None = None,
    is_admin: bool = False,
    rights: Iterable[str] = (),
    since: datetime | None = None,
    until: datetime | None = None,
    ground: str = "",
) -> Grant:
    """Give access. Another open grant of the same person and scope, made by people, ends as replaced.

    actor: who gives; None for the system (ЕСИА, a command, demo data). rights: codes; none for an administrator.
    Raises GrantRefused with the reason in Russian.
    """
    asked = [str(right) for right in rights]
    codes = [right.value for right in Right if right.value in asked]
    _check_wording(asked, codes, is_admin, branch, organization)
    if actor is not None:
        _check_actor(actor, organization, branch, is_admin, codes)
    _replace(user, organization, branch, source, actor)
    grant = Grant.objects.create(
        user=user,
        organization=organization,
        branch=branch,
        is_admin=is_admin,
        rights=codes,
        since=since or timezone.now(),
        until=until,
        granted_by=actor.user if actor else None,
        ground=ground,
        source=source,
    )
    facts = {"user": user.pk, "branch": branch.pk if branch else None, "is_admin": is_admin, "rights": codes}
    record("grant.created", grant, actor=actor, organization=organization, until=until, source=str(source), **facts)
    return grant


@transaction.atomic
def revoke_grant(grant: Grant, *, actor: Acting | None, reason: str) -> Grant:
    """End access at once: the person's next request has no acting organization. A second revocation changes nothing.

    Raises GrantRefused where the actor does not manage access there.
    """
    if actor is not None:
        _check_place(actor, grant.organization, grant.branch)
    if not reason.strip():
        raise GrantRefused("Укажите причину прекращения доступа.")
    fresh = Grant.objects.select_for_update(of=("self",), no_key=True).get(pk=grant.pk)
    if fresh.revoked_at is None:
        _close(fresh, actor=actor, reason=reason.strip())
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
    user: User, organization: Organization, branch: Branch | None, source: Source, actor: Acting | None
) -> None:
    """End the open grant of the same person and scope: people's grants and ЕСИА's do not end each other."""
    open_grants = Grant.objects.select_for_update(of=("self",), no_key=True).filter(
        user=user, organization=organization, branch=branch, revoked_at=None
    )
    by_esia = Q(source=Source.ESIA)
    for earlier in open_grants.filter(by_esia if source == Source.ESIA else ~by_esia):
        _close(earlier, actor=actor, reason=REPLACED)


def _close(grant: Grant, *, actor: Acting | None, reason: str) -> None:
    grant.revoked_at = timezone.now()
    grant.revoked_by = actor.user if actor else None
    grant.reason = reason
    grant.save(update_fields=["revoked_at", "revoked_by", "reason"])
    record("grant.revoked", grant, actor=actor, organization=grant.organization, user=grant.user_id, reason=reason)


def _check_wording(
    asked: Iterable[str], codes: list[str], is_admin: bool, branch: Branch | None, organization: Organization
) -> None:
    unknown = unknown_rights(asked)
    if unknown:
        raise GrantRefused(f"Таких прав нет: {', '.join(unknown)}.")
    if is_admin and codes:
        raise GrantRefused("Администратор имеет все права: отдельные права ему не отмечают.")
    if not is_admin and not codes:
        raise GrantRefused("Отметьте хотя бы одно право.")
    foreign = [BY_CODE[code].label for code in codes if code not in rights_of_kinds(organization)]
    if foreign:
        raise GrantRefused(f"Организация не может иметь прав: «{'», «'.join(foreign)}».")
    if branch is not None and branch.organization_id != organization.pk:
        raise GrantRefused("Филиал принадлежит другой организации.")


def _check_actor(
    actor: Acting, organization: Organization, branch: Branch | None, is_admin: bool, codes: list[str]
) -> None:
    """Nobody grants more than he holds, nor outside the place he acts for."""
    _check_place(actor, organization, branch)
    if is_admin and not actor.is_admin:
        raise GrantRefused("Администратора назначает только администратор.")
    missing = [BY_CODE[code].label for code in codes if not actor.holds(code)]
    if missing:
        raise GrantRefused(f"Нельзя предоставить права, которых нет у вас: «{'», «'.join(missing)}».")


def _check_place(actor: Acting, organization: Organization, branch: Branch | None) -> None:
    if actor.organization.pk != organization.pk or not actor.holds(Right.ACCESS):
        raise GrantRefused(f"Нет права «{Right.ACCESS.label}» в этой организации.")
    if actor.branch is not None and (branch is None or branch.pk != actor.branch.pk):
        raise GrantRefused("Вы управляете доступом только своего филиала.")
