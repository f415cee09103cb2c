"""Giving and taking access."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import Branch, EsiaRole, Grant, Organization, Source, User
from accounts.rights import BY_CODE, Right, forbidden_pairs, rights_of_kinds, unknown_rights
from accounts.sessions import end_of_access
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
    is_blocked: bool = False,
    rights: Iterable[str] = (),
    since: datetime | None = None,
    until: datetime | None = None,
    ground: str = "",
    position: str = "",
) -> Grant:
    """Give access, or change it: another open grant of the same person and scope, made by people, ends as replaced.

    actor: who gives; None for the system (ЕСИА, a command, demo data). rights: codes; none for an administrator. A blocked
    grant ends the person's sessions there in the same moment. Raises GrantRefused with the reason in Russian.
    """
    begins = since or timezone.now()
    if until is not None and until <= begins:
        raise GrantRefused("Доступ закончился бы раньше, чем начался: поправьте последний день.")
    asked = [str(right) for right in rights]
    codes = [right.value for right in Right if right.value in asked]
    _check_wording(asked, codes, is_admin, is_blocked, branch, organization)
    administered = actor is not None and _administered(_one_at_a_time(organization))
    if actor is not None:
        _check_actor(actor, organization, branch, is_admin)
        _check_change(actor, _open_grant(user, organization, branch), codes, is_admin=is_admin)
    if is_blocked:
        _check_block(user, organization, actor)
    _replace(user, organization, branch, source, actor)
    given = {"is_admin": is_admin, "is_blocked": is_blocked, "rights": codes, "since": begins, "until": until}
    paper = {"ground": ground, "position": position, "granted_by": actor.user if actor else None, "source": source}
    grant = Grant.objects.create(user=user, organization=organization, branch=branch, **given, **paper)
    _tell_journal(grant, actor)
    if is_blocked:
        end_of_access(user, organization, branch, actor=actor)
    _check_still_administered(organization, administered)
    return grant


def _tell_journal(grant: Grant, actor: Acting | None) -> None:
    facts: dict[str, object] = {"user": grant.user_id, "branch": grant.branch_id, "rights": grant.rights}
    if grant.is_blocked:
        facts["is_blocked"] = True
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
def revoke_grant(grant: Grant, *, actor: Acting | None, reason: str) -> Grant:
    """End access at once: the next request has no acting organization. A second revocation changes nothing.

    Raises GrantRefused where the actor may not, or where nobody would be left to give access.
    """
    administered = actor is not None and _administered(_one_at_a_time(grant.organization))
    if actor is not None:
        _check_place(actor, grant.organization, grant.branch)
        _check_change(actor, grant, [], is_admin=False)
    if not reason.strip():
        raise GrantRefused("Укажите причину прекращения доступа.")
    fresh = Grant.objects.select_for_update(of=("self",), no_key=True).get(pk=grant.pk)
    if fresh.revoked_at is None:
        _close(fresh, actor=actor, reason=reason.strip())
    _check_still_administered(grant.organization, administered)
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


def _open_grant(user: User, organization: Organization, branch: Branch | None) -> Grant | None:
    """What people have given this person in this scope, blocked or not."""
    rows = Grant.objects.filter(user=user, organization=organization, branch=branch, revoked_at=None)
    return rows.exclude(source=Source.ESIA).first()


def _one_at_a_time(organization: Organization) -> Organization:
    """Two administrators who take each other's access away at once would leave nobody: one waits for the other."""
    return Organization.objects.select_for_update(of=("self",), no_key=True).get(pk=organization.pk)


def _administered(organization: Organization) -> bool:
    """Whether somebody can give access without a term: an administrator of the whole organization, or the head from ЕСИА."""
    heads = EsiaRole.objects.live().filter(org_oid=organization.esia_oid or 0, chief=True)
    admins = Grant.objects.usable().filter(organization=organization, branch=None, is_admin=True, until=None)
    return heads.exists() or admins.exists()


def _check_still_administered(organization: Organization, before: bool) -> None:
    if before and not _administered(organization):
        raise GrantRefused(
            "Это последний администратор организации: без него некому будет давать доступ. Назначьте сначала другого."
        )


def _check_wording(
    asked: Iterable[str],
    codes: list[str],
    is_admin: bool,
    is_blocked: bool,
    branch: Branch | None,
    organization: Organization,
) -> None:
    unknown = unknown_rights(asked)
    if unknown:
        raise GrantRefused(f"Таких прав нет: {', '.join(unknown)}.")
    if is_admin and codes:
        raise GrantRefused("Администратор имеет все права: отдельные права ему не отмечают.")
    if not is_admin and not codes and not is_blocked:
        raise GrantRefused("Отметьте хотя бы одно право.")
    foreign = [BY_CODE[code].label for code in codes if code not in rights_of_kinds(organization)]
    if foreign:
        raise GrantRefused(f"Организация не может иметь прав: {_listed(foreign)}.")
    for pair in forbidden_pairs(codes):
        raise GrantRefused(f"Одному человеку нельзя предоставить вместе: {_listed(right.label for right in pair)}.")
    if branch is not None and branch.organization_id != organization.pk:
        raise GrantRefused("Филиал принадлежит другой организации.")


def _listed(labels: Iterable[str]) -> str:
    """«А», «Б»."""
    return ", ".join(f"«{label}»" for label in labels)


def _check_actor(actor: Acting, organization: Organization, branch: Branch | None, is_admin: bool) -> None:
    _check_place(actor, organization, branch)
    if is_admin and not actor.is_admin:
        raise GrantRefused("Администратора назначает только администратор.")


def _check_change(actor: Acting, before: Grant | None, codes: list[str], *, is_admin: bool) -> None:
    """Nobody gives, nor takes, more than he holds. What somebody else gave beyond that stays as it is."""
    if before is not None and before.is_admin and not actor.is_admin:
        raise GrantRefused("Доступ администратора изменяет только администратор.")
    had = frozenset(before.rights) if before is not None else frozenset()
    if missing := [BY_CODE[code].label for code in codes if code not in had and not actor.holds(code)]:
        raise GrantRefused(f"Нельзя предоставить права, которых нет у вас: {_listed(missing)}.")
    taken = [] if is_admin else [code for code in had if code in BY_CODE and code not in codes]
    if kept := [BY_CODE[code].label for code in taken if not actor.holds(code)]:
        raise GrantRefused(f"Нельзя отозвать права, которых нет у вас: {_listed(kept)}.")


def _check_block(user: User, organization: Organization, actor: Acting | None) -> None:
    if actor is not None and actor.user.pk == user.pk:
        raise GrantRefused("Заблокировать самого себя нельзя: попросите другого администратора.")
    if EsiaRole.objects.live().filter(user=user, org_oid=organization.esia_oid or 0, chief=True).exists():
        raise GrantRefused("Доступ руководителя организации заблокировать нельзя: его роль подтверждает ЕСИА.")


def _check_place(actor: Acting, organization: Organization, branch: Branch | None) -> None:
    if actor.organization.pk != organization.pk or not actor.holds(Right.ACCESS):
        raise GrantRefused(f"Нет права «{Right.ACCESS.label}» в этой организации.")
    if actor.branch is not None and (branch is None or branch.pk != actor.branch.pk):
        raise GrantRefused("Вы управляете доступом только своего филиала.")
