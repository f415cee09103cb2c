"""Questions about people, organizations and access that change nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Q

from accounts.models import Branch, EsiaRole, Grant, Organization, User
from accounts.rights import Right, by_heading, effective_rights, rights_of_kinds

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
    """One way into an organization. `grant_id` None: by the ЕСИА role, whose grant is made when it is chosen."""

    grant_id: int | None
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

    An administrator grants what the organization's kinds give; somebody with «Управление доступом» only what he holds.
    """
    if right not in rights_of_kinds(organization):
        return []
    scope = Q(branch=None) | Q(branch=branch) if branch is not None else Q(branch=None)
    may_grant = Q(is_admin=True) | Q(rights__contains=[Right.ACCESS.value, right])
    grants = Grant.objects.usable().filter(scope & may_grant, organization=organization)
    return list(User.objects.filter(pk__in=grants.values("user")).order_by("name_key", "pk"))


def usable_grants(user: User) -> list[Grant]:
    """The person's grants with organization and branch, administrators' first; one query."""
    grants = Grant.objects.usable().filter(user=user).select_related("organization", "branch")
    return list(grants.order_by("-is_admin", "organization__short_name", "branch__name", "pk"))


def branch_by_kpp(organization: Organization, kpp: str) -> Branch | None:
    """The branch that a report's КПП names; None for the organization itself and for a КПП that nobody knows yet."""
    return organization.branches.filter(kpp=kpp).first() if kpp else None


def organization_by_numbers(inn: str, ogrn: str) -> Organization | None:
    return Organization.objects.filter(inn=inn, ogrn=ogrn).first()


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
    if not role.isdecimal() or not (grant.isdecimal() or grant == ""):
        return None
    wanted = int(grant) if grant else None
    for card in organization_cards(user):
        if card.role_id == int(role) and any(entry.grant_id == wanted for entry in card.entries):
            found = EsiaRole.objects.live().get(user=user, pk=card.role_id)
            return found, Grant.objects.filter(user=user, pk=wanted).first() if wanted is not None else None
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


def _card(roles: list[EsiaRole], grants: list[Grant]) -> OrganizationCard:
    live = [role for role in roles if role.active and not role.is_liquidated]
    ranked = sorted(live or roles, key=lambda role: (not role.chief, not role.admin, role.branch_oid is not None))
    best = ranked[0]
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


def _entries(live: list[EsiaRole], grants: list[Grant]) -> list[Entry]:
    entries = [
        Entry(grant_id=None, scope=role.branch_name or WHOLE_ORGANIZATION, access=ADMINISTRATIVE)
        for role in live[:1]
        if role.gives_administrative_access
    ]
    if not live:
        return []
    return entries + [_entry(grant) for grant in grants if not entries or not _same_scope(grant, live[0])]


def _same_scope(grant: Grant, role: EsiaRole) -> bool:
    return (grant.branch.esia_oid if grant.branch else None) == role.branch_oid


def _entry(grant: Grant) -> Entry:
    held = effective_rights(grant.organization, is_admin=grant.is_admin, rights=grant.rights)
    return Entry(
        grant_id=grant.pk,
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
