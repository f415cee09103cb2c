"""What may be given and taken, by whom. Each check raises GrantRefused with the reason in Russian."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Exists

from accounts.actions.refused import GrantRefused
from accounts.administrators import is_administrator
from accounts.models import Branch, EsiaRole, Grant, Organization, Source, User
from accounts.names import unconfirmed
from accounts.rights import BY_CODE, Right, forbidden_pairs, missing_companions, rights_of_kinds, unknown_rights
from core.templatetags.formats import last_day

if TYPE_CHECKING:
    from accounts.acting import Acting

CHANGED_MEANWHILE = (
    "Пока вы сохраняли, ваш собственный доступ изменился, был заблокирован или прекращён. Ничего не сохранено: обновите "
    "страницу и, если доступ у вас остался, повторите."
)
OF_ADMINISTRATOR = "Доступ администратора изменяет только администратор."


@dataclass(frozen=True, slots=True)
class Change:
    """What is about to become of a person's access in one scope. `before`: the open grant that ends by it."""

    user: User
    organization: Organization
    branch: Branch | None
    before: Grant | None
    codes: tuple[str, ...] = ()
    is_admin: bool = False
    is_blocked: bool = False
    until: datetime | None = None

    @property
    def had(self) -> frozenset[str]:
        return frozenset(self.before.rights) if self.before is not None else frozenset()

    @property
    def new_codes(self) -> list[str]:
        return [code for code in self.codes if code not in self.had]


def check_all(change: Change, actor: Acting | None) -> None:
    """Of a grant that is to be made, under the lock of the organization (`wait_for_turn`)."""
    if actor is not None:
        if change.is_admin and not actor.is_admin:
            raise GrantRefused("Администратора назначает только администратор.")
        check_actor(change, actor)
        _check_term(change, actor)
    _check_companions(change)
    _check_pairs(change)
    if change.is_blocked:
        _check_block(change, actor)


def check_actor(change: Change, actor: Acting) -> None:
    """Of every change, an end too: the actor manages this scope, and neither gives nor takes more than he holds."""
    check_place(actor, change.organization, change.branch)
    if not actor.is_admin and _is_administrators(change):
        raise GrantRefused(OF_ADMINISTRATOR)
    if missing := [BY_CODE[code].label for code in change.new_codes if not actor.holds(code)]:
        raise GrantRefused(f"Нельзя предоставить права, которых нет у вас: {listed(missing)}.")
    # what somebody else gave beyond what the actor holds stays as it is
    had = change.had & rights_of_kinds(change.organization, change.branch)
    taken = [] if change.is_admin else [code for code in had if code not in change.codes]
    if kept := [BY_CODE[code].label for code in taken if not actor.holds(code)]:
        raise GrantRefused(f"Нельзя отозвать права, которых нет у вас: {listed(kept)}.")


def check_place(actor: Acting, organization: Organization, branch: Branch | None) -> None:
    """The actor manages access in this organization, and in this branch of it."""
    if actor.organization.pk != organization.pk or not actor.holds(Right.ACCESS):
        raise GrantRefused(f"Нет права «{Right.ACCESS.label}» в этой организации.")
    if actor.branch is not None and (branch is None or branch.pk != actor.branch.pk):
        raise GrantRefused("Вы управляете доступом только своего филиала.")


def check_wording(
    asked: Iterable[str],
    codes: Iterable[str],
    is_admin: bool,
    is_blocked: bool,
    organization: Organization,
    branch: Branch | None,
) -> None:
    """What no grant may say, whoever gives it."""
    held = list(codes)
    unknown = unknown_rights(asked)
    if unknown:
        raise GrantRefused(f"Таких прав нет: {', '.join(unknown)}.")
    if is_admin and held:
        raise GrantRefused("Администратор имеет все права: отдельные права ему не отмечают.")
    if not is_admin and not held and not is_blocked:
        raise GrantRefused("Отметьте хотя бы одно право.")
    if foreign := [code for code in held if code not in rights_of_kinds(organization)]:
        raise GrantRefused(f"Организация не может иметь прав: {listed(BY_CODE[code].label for code in foreign)}.")
    if of_whole := [code for code in held if code not in rights_of_kinds(organization, branch)]:
        labels = listed(BY_CODE[code].label for code in of_whole)
        raise GrantRefused(f"Только на всю организацию, а не на филиал, можно предоставить права: {labels}.")
    for pair in forbidden_pairs(held):
        raise GrantRefused(f"Одному человеку нельзя предоставить вместе: {listed(right.label for right in pair)}.")


def is_administered(organization: Organization) -> bool:
    """Whether somebody can give access without a term: the head by ЕСИА, or an administrator of the whole organization who
    has signed in at least once; an invited one only when ЕСИА has named him here, for nobody else's СНИЛС opens the door."""
    heads = EsiaRole.objects.heads().filter(org_oid=organization.esia_oid or 0, user__is_active=True)
    if any(role.gives_administrative_access for role in heads):
        return True
    admins = Grant.objects.usable().filter(organization=organization, branch=None, is_admin=True, until=None)
    known = admins.filter(~Exists(unconfirmed("user", organization)), user__esia_oid__isnull=False)
    return known.exists()


def check_still_administered(organization: Organization, before: bool) -> None:
    if before and not is_administered(organization):
        raise GrantRefused(
            "Это последний администратор организации: без него некому будет давать доступ. Назначьте сначала другого "
            "(приглашённый станет администратором, когда впервые войдёт от имени организации)."
        )


def listed(labels: Iterable[str]) -> str:
    """«А», «Б»."""
    return ", ".join(f"«{label}»" for label in labels)


def _is_administrators(change: Change) -> bool:
    """Whether the change reaches an administrator's access. A block of the whole organization, and the end of one, reach the
    branches too."""
    before = change.before
    if before is not None and before.is_admin:
        return True
    grants = Grant.objects.filter(user=change.user, organization=change.organization, is_admin=True, revoked_at=None)
    roles = EsiaRole.objects.live().filter(user=change.user, org_oid=change.organization.esia_oid or 0)
    of_block = change.is_blocked or (before is not None and before.is_blocked)
    return is_administrator(grants, roles, change.branch, with_branches=of_block)


def _check_term(change: Change, actor: Acting) -> None:
    """Whose own access has a last day gives none beyond it. A longer one that somebody else has given may stay as it is."""
    limit, until, before = actor.grant.until, change.until, change.before
    gives = bool(change.codes) or change.is_admin
    if limit is None or not gives or (until is not None and until <= limit):
        return
    gives_more = change.new_codes or (change.is_admin and not (before is not None and before.is_admin))
    if before is not None and not gives_more and not _is_longer(until, before.until):
        return
    raise GrantRefused(
        f"Ваш собственный доступ действует по {last_day(limit)}, дольше дать доступ нельзя: укажите последний день не позже "
        "этого или обратитесь к администратору, чей доступ бессрочный."
    )


def _is_longer(until: datetime | None, than: datetime | None) -> bool:
    """Of two terms, of which None has no end."""
    return than is not None and (until is None or until > than)


def _check_companions(change: Change) -> None:
    """What is newly given comes with what it is of no use without. A blocked grant opens nothing: it keeps what was."""
    if change.is_blocked:
        return
    for right, needs in missing_companions(change.codes).items():
        if right.value in change.new_codes:
            names = listed(each.label for each in needs)
            raise GrantRefused(f"Чтобы пользоваться правом «{right.label}», отметьте и {names}.")


def _check_pairs(change: Change) -> None:
    """Rights that one person may not hold together may not meet in different branches of an organization either."""
    rows = Grant.objects.filter(user=change.user, organization=change.organization, revoked_at=None, is_admin=False)
    branch_id = change.branch.pk if change.branch is not None else None
    elsewhere = {code for each in rows if each.branch_id != branch_id and not each.is_over for code in each.rights}
    for pair in forbidden_pairs(elsewhere | set(change.codes)):
        if any(right.value in change.new_codes for right in pair):
            labels = listed(right.label for right in pair)
            raise GrantRefused(
                f"Одному человеку нельзя предоставить вместе: {labels}. Одно из этих прав у него уже есть: в доступе ко всей "
                "организации или к другому её филиалу."
            )


def _check_block(change: Change, actor: Acting | None) -> None:
    if actor is not None and actor.user.pk == change.user.pk:
        raise GrantRefused("Заблокировать самого себя нельзя: попросите другого администратора.")
    if EsiaRole.objects.heads().filter(user=change.user, org_oid=change.organization.esia_oid or 0).exists():
        raise GrantRefused("Доступ руководителя организации заблокировать нельзя: его роль подтверждает ЕСИА.")


def still_given(grant: Grant) -> tuple[str, ...]:
    """Its rights without those that the cabinet, or the organization of this kind, has no more."""
    possible = rights_of_kinds(grant.organization, grant.branch)
    return tuple(code for code in grant.rights if code in possible)


def open_grant(user: User, organization: Organization, branch: Branch | None) -> Grant | None:
    """What people have given this person in this scope: in force, over or blocked; at most one is open."""
    rows = Grant.objects.filter(user=user, organization=organization, branch=branch, revoked_at=None)
    return rows.exclude(source=Source.ESIA).first()
