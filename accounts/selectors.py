"""Questions about people, organizations and access that change nothing."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.models import Branch, EsiaRole, Grant, GrantQuerySet, GrantReview, Organization, Source, User
from accounts.names import unconfirmed
from accounts.rights import Right, by_heading, effective_rights, rights_of_kinds
from core.keys import key_of
from core.templatetags.formats import ru_datetime

if TYPE_CHECKING:
    from accounts.acting import Acting

WHOLE_ORGANIZATION = "Вся организация"
ADMINISTRATIVE = "Административный уровень доступа"

NO_ACCESS = (
    "Требуемого уровня доступа нет. Административный уровень доступа к организации получают «Руководитель организации» "
    "и «Администратор организации» в ЕПГУ, а другому работнику доступ сначала настраивает администратор организации."
)
BLOCKED = "Ваш доступ к организации в ЕСИА заблокирован. Снять блокировку может администратор профиля организации."
LIQUIDATED = "ЕСИА сообщает, что организация прекратила деятельность."
NOT_EMPLOYEE = (
    "Доступ вам предоставлен, но ЕСИА не называет вас работником этой организации. Попросите администратора профиля "
    "организации добавить вас в список сотрудников и войдите заново."
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One way into an organization, through the ЕСИА role `role_id`. `grant_id` None: by that role itself, whose grant is made
    when it is chosen."""

    grant_id: int | None
    role_id: int
    scope: str
    access: str
    rights: dict[str, list[Right]] = field(default_factory=dict)
    until: object = None  # datetime or None


@dataclass(frozen=True, slots=True)
class OrganizationCard:
    """An organization on the page «Организации из ЕСИА». Without entries, `reason` says why, in one or two sentences."""

    role_id: int | None
    name: str
    full_name: str
    ogrn: str
    role: str
    entries: list[Entry]
    reason: str = ""
    may_check: bool = False  # the way to check the level of access helps here
    blocks: list[str] = field(default_factory=list)  # by whom, when and why the person is blocked here, in sentences


def granters(organization: Organization, branch: Branch | None, right: str) -> list[User]:
    """People with access in force who may grant `right` in the organization, or in this branch of it, by name.

    An administrator grants what the organization's kinds give; somebody with «Управление доступом» only what he holds. Who
    was invited and is not confirmed by ЕСИА cannot enter yet, so he grants nothing.
    """
    if right not in rights_of_kinds(organization, branch):
        return []
    scope = Q(branch=None) | Q(branch=branch) if branch is not None else Q(branch=None)
    may_grant = Q(is_admin=True) | Q(rights__contains=[Right.ACCESS.value, right])
    grants = Grant.objects.usable().filter(scope & may_grant, organization=organization)
    grants = grants.filter(~Exists(unconfirmed("user", organization)))
    return list(User.objects.filter(pk__in=grants.values("user")).order_by("name_key", "pk"))


def colleagues_to_copy(acting: Acting, limit: int = 100) -> list[Grant]:
    """Open grants with single rights that a new one may be made like, by name; of people whom ЕСИА has named here."""
    rows = Grant.objects.usable().visible_to(acting).filter(is_admin=False).select_related("user")
    named = rows.filter(~Exists(unconfirmed("user", acting.organization))).exclude(user__last_name="")
    return list(named.order_by("user__name_key", "pk")[:limit])


REVIEWED_EVERY = timedelta(days=91)


def due_for_review(now: datetime | None = None) -> GrantQuerySet:
    """Open access given by people that nobody has given or confirmed within a quarter."""
    now = now or timezone.now()
    before = now - REVIEWED_EVERY
    recent = GrantReview.objects.filter(grant=OuterRef("pk"), at__gt=before)
    rows = Grant.objects.filter(Q(until=None) | Q(until__gt=now), ~Exists(recent), revoked_at=None, since__lt=before)
    return rows.exclude(source=Source.ESIA)


def grants_to_review(acting: Acting) -> GrantQuerySet:
    """What is due for review in this person's scope. Not his own."""
    return due_for_review().visible_to(acting).exclude(user=acting.user).select_related("user", "branch")


def reviewers(now: datetime | None = None) -> QuerySet[Grant]:
    """The grants by which somebody manages access in a scope that has something for him to review: as `grants_to_review`."""
    theirs = due_for_review(now).filter(organization=OuterRef("organization")).exclude(user=OuterRef("user"))
    of_whole = Q(branch=None) & Q(Exists(theirs))
    in_branch = Q(Exists(theirs.filter(branch=OuterRef("branch"))))
    manages = Q(is_admin=True) | Q(rights__contains=[Right.ACCESS.value])
    return Grant.objects.usable(now).filter(manages, of_whole | in_branch)


def blocks_of(user: User) -> list[Grant]:
    """The blocks that hold against this person, wherever he has access; one query."""
    rows = Grant.objects.blocking().filter(user=user)
    return list(rows.select_related("organization", "branch", "granted_by").order_by("pk"))


def block_words(block: Grant) -> str:
    """What the blocked person reads: what is blocked, by whom, when, why, and whom to ask."""
    what = f"к филиалу «{block.branch.name}»" if block.branch else "к организации"
    by_whom = block.granted_by.short_name if block.granted_by else "оператор системы"
    why = f"Причина: {block.block_reason.rstrip('.')}." if block.block_reason else "Причина не указана."
    return (
        f"Ваш доступ {what} заблокирован: {by_whom}, {ru_datetime(block.created_at)}. {why} Снять блокировку может "
        "администратор организации или её руководитель: обратитесь к ним."
    )


def why_not_entered(user: User, org_oid: int) -> str:
    """Why the person cannot enter an organization in which ЕСИА has just confirmed him."""
    blocks = [each for each in blocks_of(user) if each.organization.esia_oid == org_oid]
    return " ".join(block_words(each) for each in blocks) or NO_ACCESS


def behind_block(block: Grant) -> list[Grant]:
    """The person's other access that opens when this block is lifted: shut by it, and by no other block."""
    theirs = Grant.objects.filter(user=block.user_id, organization=block.organization_id, revoked_at=None)
    others = [each.branch_id for each in theirs.filter(is_blocked=True).exclude(pk=block.pk)]
    shut = theirs.shut().filter(is_blocked=False).exclude(until__lte=timezone.now())
    scope = shut if block.branch_id is None else shut.filter(branch=block.branch_id)
    rows = scope.select_related("branch").order_by("-is_admin", "branch__name", "pk")
    return [each for each in rows if not {None, each.branch_id} & set(others)]


def is_shut_by_another(block: Grant) -> bool:
    """Whether a block of the whole organization holds too, so that lifting this one opens nothing."""
    whole = Grant.objects.blocking().filter(user=block.user_id, organization=block.organization_id, branch=None)
    return whole.exclude(pk=block.pk).exists()


def usable_grants(user: User) -> list[Grant]:
    """The person's grants with organization and branch, administrators' first; one query."""
    return list(_usable_rows().filter(user=user))


@functools.cache
def _usable_rows() -> GrantQuerySet:
    """Built once: every page with a menu asks it."""
    grants = Grant.objects.usable().select_related("organization", "branch")
    return grants.order_by("-is_admin", "organization__short_name", "branch__name", "pk")


def branch_by_kpp(organization: Organization, kpp: str) -> Branch | None:
    """The branch that a report's КПП names; None for the organization itself and for a КПП that nobody knows yet."""
    return organization.branches.filter(kpp=kpp).first() if kpp else None


def organization_cards(user: User) -> list[OrganizationCard]:
    """What the page «Организации из ЕСИА» shows: first what can be entered, then what cannot, by name. Three queries."""
    grants, blocks = usable_grants(user), blocks_of(user)
    roles: dict[int, list[EsiaRole]] = {}
    for role in EsiaRole.objects.of(user).order_by("short_name", "full_name", "pk"):
        roles.setdefault(role.org_oid, []).append(role)
    cards = []
    placed: set[int] = set()
    for same_organization in roles.values():
        theirs = [grant for grant in grants if _is_of(grant.organization, same_organization)]
        against = [block for block in blocks if _is_of(block.organization, same_organization)]
        placed.update(grant.pk for grant in [*theirs, *against])
        cards.append(_card(same_organization, theirs, against))
    cards.extend(_card_without_role(grant) for grant in [*grants, *blocks] if grant.pk not in placed)
    return sorted(cards, key=lambda card: (not card.entries, card.name))


def chosen_entry(user: User, *, role: str, grant: str) -> tuple[EsiaRole, Grant | None] | None:
    """The posted choice, if it is one of the entries on the person's page; ids of anybody else's rows are not."""
    wanted = (key_of(role), key_of(grant))
    if wanted[0] is None or (grant and wanted[1] is None):
        return None
    for card in organization_cards(user):
        if any((entry.role_id, entry.grant_id) == wanted for entry in card.entries):
            found = EsiaRole.objects.live().filter(user=user, pk=wanted[0]).first()
            if found is None:  # a sign-in in another browser has ended the role this moment
                return None
            return found, Grant.objects.filter(user=user, pk=wanted[1]).first() if wanted[1] is not None else None
    return None


def role_of_grant(user: User, grant: Grant) -> EsiaRole | None:
    """The live ЕСИА role through which an organization of a grant can be entered."""
    for role in EsiaRole.objects.live().filter(user=user).order_by("-chief", "-admin", "pk"):
        if _is_of(grant.organization, [role]):
            return role
    return None


def _is_of(organization: Organization, roles: Iterable[EsiaRole]) -> bool:
    """An organization that nobody has claimed has no ЕСИА id yet: its ОГРН tells."""
    return any(
        organization.esia_oid == role.org_oid or (organization.esia_oid is None and organization.ogrn == role.ogrn)
        for role in roles
    )


def _card(roles: list[EsiaRole], grants: list[Grant], blocks: list[Grant]) -> OrganizationCard:
    live = sorted((role for role in roles if role.active and not role.is_liquidated), key=_rank)
    best = live[0] if live else sorted(roles, key=_rank)[0]
    if any(role.chief and role.branch_oid is None for role in live):
        blocks = []  # none holds against the head
    entries = _entries(live, grants, blocks)
    return OrganizationCard(
        role_id=best.pk,
        name=best.name,
        full_name=best.full_name,
        ogrn=best.ogrn,
        role=f"{best.label}, {best.branch_name}" if best.branch_name else best.label,
        entries=entries,
        reason="" if entries or (live and blocks) else _reason(best),
        may_check=not entries and not blocks and not best.is_liquidated,
        blocks=[block_words(each) for each in blocks],
    )


def _rank(role: EsiaRole) -> tuple[bool, bool, bool, int]:
    """The head before the administrator before the rest, the whole organization before a branch."""
    return not role.chief, not role.admin, role.branch_oid is not None, role.pk


def _entries(live: list[EsiaRole], grants: list[Grant], blocks: list[Grant]) -> list[Entry]:
    """By every role that gives administrative access and is not blocked here, then by the grants in other scopes."""
    if not live:
        return []
    giving = [role for role in live if role.gives_administrative_access and not _is_shut(role, blocks)]
    entries = [
        Entry(grant_id=None, role_id=role.pk, scope=role.branch_name or WHOLE_ORGANIZATION, access=ADMINISTRATIVE)
        for role in giving
    ]
    others = [grant for grant in grants if not any(_same_scope(grant, role) for role in giving)]
    return entries + [_entry(grant, live[0]) for grant in others]


def _is_shut(role: EsiaRole, blocks: list[Grant]) -> bool:
    return any(
        block.branch is None or (role.branch_oid is not None and block.branch.esia_oid == role.branch_oid)
        for block in blocks
    )


def _same_scope(grant: Grant, role: EsiaRole) -> bool:
    return (grant.branch.esia_oid if grant.branch else None) == role.branch_oid


def _entry(grant: Grant, role: EsiaRole) -> Entry:
    held = effective_rights(grant.organization, grant.branch, is_admin=grant.is_admin, rights=grant.rights)
    return Entry(
        grant_id=grant.pk,
        role_id=role.pk,
        scope=grant.branch.name if grant.branch else WHOLE_ORGANIZATION,
        access=ADMINISTRATIVE if grant.is_admin else "Предоставлены права",
        rights={} if grant.is_admin else by_heading(held),
        until=grant.until,
    )


def _reason(role: EsiaRole) -> str:
    if role.is_liquidated:
        return LIQUIDATED
    return NO_ACCESS if role.active else BLOCKED


def _card_without_role(grant: Grant) -> OrganizationCard:
    return OrganizationCard(
        role_id=None,
        name=grant.organization.name,
        full_name=grant.organization.full_name,
        ogrn=grant.organization.ogrn,
        role="Не указано",
        entries=[],
        reason="" if grant.is_blocked else NOT_EMPLOYEE,
        may_check=not grant.is_blocked,
        blocks=[block_words(grant)] if grant.is_blocked else [],
    )
