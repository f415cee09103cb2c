"""Questions about people, organizations and access that change nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.models import Branch, EsiaRole, Grant, GrantReview, Organization, Source, User
from accounts.names import unconfirmed
from accounts.rights import Right, by_heading, effective_rights, rights_of_kinds

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


def granters(organization: Organization, branch: Branch | None, right: str) -> list[User]:
    """People with access in force who may grant `right` in the organization, or in this branch of it, by name.

    An administrator grants what the organization's kinds give; somebody with «Управление доступом» only what he holds. Who
    was invited and is not confirmed by ЕСИА cannot enter yet, so he grants nothing.
    """
    if right not in rights_of_kinds(organization):
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


def grants_to_review(acting: Acting) -> QuerySet[Grant]:
    """Open access given by people, of this person's scope, that nobody has given or confirmed within a quarter. Not his own."""
    before = timezone.now() - REVIEWED_EVERY
    recent = GrantReview.objects.filter(grant=OuterRef("pk"), at__gt=before)
    rows = Grant.objects.visible_to(acting).exclude(source=Source.ESIA).exclude(user=acting.user)
    due = rows.filter(~Exists(recent), revoked_at=None, since__lt=before)
    return due.filter(Q(until=None) | Q(until__gt=timezone.now())).select_related("user", "branch")


def usable_grants(user: User) -> list[Grant]:
    """The person's grants with organization and branch, administrators' first; one query."""
    grants = Grant.objects.usable().filter(user=user).select_related("organization", "branch")
    return list(grants.order_by("-is_admin", "organization__short_name", "branch__name", "pk"))


def branch_by_kpp(organization: Organization, kpp: str) -> Branch | None:
    """The branch that a report's КПП names; None for the organization itself and for a КПП that nobody knows yet."""
    return organization.branches.filter(kpp=kpp).first() if kpp else None


def organization_cards(user: User) -> list[OrganizationCard]:
    """What the page «Организации из ЕСИА» shows: first what can be entered, then what cannot, by name. Two queries."""
    grants = usable_grants(user)
    roles: dict[int, list[EsiaRole]] = {}
    for role in EsiaRole.objects.of(user).order_by("short_name", "full_name", "pk"):
        roles.setdefault(role.org_oid, []).append(role)
    cards = []
    placed: set[int] = set()
    for same_organization in roles.values():
        theirs = [grant for grant in grants if _is_of(grant.organization, same_organization)]
        placed.update(grant.pk for grant in theirs)
        cards.append(_card(same_organization, theirs))
    cards.extend(_card_without_role(grant) for grant in grants if grant.pk not in placed)
    return sorted(cards, key=lambda card: (not card.entries, card.name))


def chosen_entry(user: User, *, role: str, grant: str) -> tuple[EsiaRole, Grant | None] | None:
    """The posted choice, if it is one of the entries on the person's page; ids of anybody else's rows are not."""
    if not (_is_id(role) and (_is_id(grant) or grant == "")):
        return None
    wanted = (int(role), int(grant) if grant else None)
    for card in organization_cards(user):
        if any((entry.role_id, entry.grant_id) == wanted for entry in card.entries):
            found = EsiaRole.objects.live().get(user=user, pk=wanted[0])
            return found, Grant.objects.filter(user=user, pk=wanted[1]).first() if wanted[1] is not None else None
    return None


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 18


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


def _card(roles: list[EsiaRole], grants: list[Grant]) -> OrganizationCard:
    live = sorted((role for role in roles if role.active and not role.is_liquidated), key=_rank)
    best = live[0] if live else sorted(roles, key=_rank)[0]
    entries = _entries(live, grants)
    return OrganizationCard(
        role_id=best.pk,
        name=best.name,
        full_name=best.full_name,
        ogrn=best.ogrn,
        role=f"{best.label}, {best.branch_name}" if best.branch_name else best.label,
        entries=entries,
        reason="" if entries else _reason(best),
        may_check=not entries and not best.is_liquidated,
    )


def _rank(role: EsiaRole) -> tuple[bool, bool, bool, int]:
    """The head before the administrator before the rest, the whole organization before a branch."""
    return not role.chief, not role.admin, role.branch_oid is not None, role.pk


def _entries(live: list[EsiaRole], grants: list[Grant]) -> list[Entry]:
    """By every role that gives administrative access, then by the grants in other scopes."""
    if not live:
        return []
    giving = [role for role in live if role.gives_administrative_access]
    entries = [
        Entry(grant_id=None, role_id=role.pk, scope=role.branch_name or WHOLE_ORGANIZATION, access=ADMINISTRATIVE)
        for role in giving
    ]
    others = [grant for grant in grants if not any(_same_scope(grant, role) for role in giving)]
    return entries + [_entry(grant, live[0]) for grant in others]


def _same_scope(grant: Grant, role: EsiaRole) -> bool:
    return (grant.branch.esia_oid if grant.branch else None) == role.branch_oid


def _entry(grant: Grant, role: EsiaRole) -> Entry:
    held = effective_rights(grant.organization, is_admin=grant.is_admin, rights=grant.rights)
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
        reason=NOT_EMPLOYEE,
        may_check=True,
    )
