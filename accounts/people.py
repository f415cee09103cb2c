"""The table of «Администрирование»: one row a person, with all his open access here."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from accounts.acting import Acting
from accounts.administrators import is_administrator
from accounts.models import EsiaRole, Grant, GrantQuerySet, Invitation, SignInSession, Source, User
from accounts.person_facts import PersonFact, facts_of
from accounts.rights import BY_CODE, SIGNING

PERSON_STATES = [
    ("active", "Действует"),
    ("blocked", "Заблокирован"),
    ("waiting", "Приглашён, ещё не входил"),
    ("unconfirmed", "ЕСИА не подтверждает"),
    ("ended", "Срок закончился"),
]
NOTES = {
    "waiting": "доступ откроется, когда он впервые войдёт через Госуслуги от имени организации",
    "unconfirmed": (
        "ЕСИА больше не называет его сотрудником: пусть администратор профиля организации вернёт его на Госуслугах"
    ),
}
Narrow = Callable[[QuerySet[User], str], QuerySet[User]]


@dataclass(frozen=True, slots=True)
class ShownGrant:
    """`scope` "" for the whole organization; `access` in words; `state` a key of PERSON_STATES, `tone` of a badge."""

    grant: Grant
    scope: str
    access: str
    state: str
    tone: str
    note: str
    may_change: bool


@dataclass(frozen=True, slots=True)
class ShownPerson:
    """A person as those who manage access may see him: by what the inviter typed until ЕСИА names him an employee here."""

    pk: int
    name: str
    inn: str
    masked_snils: str
    position: str
    grants: list[ShownGrant]
    seen_at: datetime | None
    signing: list[PersonFact]  # beside the right to sign, of who has it


def open_grants(acting: Acting) -> GrantQuerySet:
    """Access here that nobody has ended, in the scope that this person manages."""
    return Grant.objects.visible_to(acting).filter(revoked_at=None)


def people_with_access(acting: Acting) -> QuerySet[User]:
    """With `seen_at`: when each was last here for this organization, or for the branch for which somebody acts."""
    theirs = SignInSession.objects.filter(user=OuterRef("pk"), grant__organization=acting.organization)
    if acting.branch is not None:
        theirs = theirs.filter(grant__branch=acting.branch)
    latest = theirs.order_by("-seen_at").values("seen_at")[:1]
    people = User.objects.filter(Exists(open_grants(acting).filter(user=OuterRef("pk"))))
    return people.annotate(seen_at=Subquery(latest))


def by_branch(acting: Acting) -> Narrow:
    def narrow(rows: QuerySet[User], value: str) -> QuerySet[User]:
        wanted = Q(branch=None) if value == "whole" else Q(branch=int(value))
        return rows.filter(Exists(open_grants(acting).filter(wanted, user=OuterRef("pk"))))

    return narrow


def by_state(acting: Acting) -> Narrow:
    """As `_state` says of a grant already at hand."""

    def narrow(rows: QuerySet[User], value: str) -> QuerySet[User]:
        theirs = open_grants(acting).filter(user=OuterRef("pk"))
        over = Q(until__lte=timezone.now())
        here = EsiaRole.objects.filter(user=OuterRef("pk"), org_oid=acting.organization.esia_oid or 0)
        going = rows.filter(Exists(theirs.exclude(over).not_shut()))
        match value:
            case "blocked":
                return rows.filter(Exists(theirs.shut()))
            case "ended":
                return rows.filter(Exists(theirs.filter(over).not_shut()))
            case "waiting":
                return going.filter(~Exists(here))
            case "unconfirmed":
                return going.filter(Exists(here), ~Exists(here.live()))
            case _:
                return going.filter(Exists(here.live()))

    return narrow


def shown_people(users: Iterable[User], acting: Acting) -> list[ShownPerson]:
    """Three queries and those of the registered facts, whatever the number of people."""
    people = list(users)
    grants: dict[int, list[Grant]] = {}
    of_page = open_grants(acting).with_shut().filter(user__in=people).select_related("branch")
    for grant in of_page.order_by("branch__name", "pk"):
        grants.setdefault(grant.user_id, []).append(grant)
    roles = _roles(people, acting)
    invited = _invitations(people, acting)
    signers = [user for user in people if _signs(grants.get(user.pk, []))]
    facts = facts_of(acting, signers)
    return [_shown(user, grants.get(user.pk, []), roles, invited, facts, acting) for user in people]


def _signs(grants: list[Grant]) -> bool:
    return any(grant.is_admin or not SIGNING.isdisjoint(grant.rights) for grant in grants)


def _roles(people: list[User], acting: Acting) -> dict[int, list[EsiaRole]]:
    found: dict[int, list[EsiaRole]] = {}
    for role in EsiaRole.objects.filter(user__in=people, org_oid=acting.organization.esia_oid or 0):
        found.setdefault(role.user_id, []).append(role)
    return found


def _invitations(people: list[User], acting: Acting) -> dict[int, Invitation]:
    """The latest of each person whom ЕСИА has not named here."""
    rows = Invitation.objects.unconfirmed().filter(organization=acting.organization, user__in=people).order_by("pk")
    return {each.user_id: each for each in rows}


def _shown(
    user: User,
    grants: list[Grant],
    roles: dict[int, list[EsiaRole]],
    invited: dict[int, Invitation],
    facts: dict[int, list[PersonFact]],
    acting: Acting,
) -> ShownPerson:
    theirs = roles.get(user.pk, [])
    typed = invited.get(user.pk)
    position = next((grant.position for grant in grants if grant.position), "")
    return ShownPerson(
        pk=user.pk,
        name=typed.full_name if typed else user.full_name,
        inn=typed.inn if typed else user.inn,
        masked_snils=user.masked_snils,
        position=(typed.position if typed else position) or position,
        grants=[_shown_grant(grant, grants, theirs, acting) for grant in grants],
        seen_at=getattr(user, "seen_at", None),
        signing=facts.get(user.pk, []),
    )


def _shown_grant(grant: Grant, grants: list[Grant], roles: list[EsiaRole], acting: Acting) -> ShownGrant:
    state = _state(grant, roles)
    tones = {"active": "good", "blocked": "stop", "waiting": "info", "unconfirmed": "careful", "ended": "plain"}
    held = [code for code in grant.rights if code in BY_CODE]
    if grant.is_admin:
        access = "Администратор (роль в ЕСИА)" if grant.source == Source.ESIA else "Администратор"
    else:
        access = f"Прав: {len(held)}" if held else "Без прав"
    return ShownGrant(
        grant=grant,
        scope=grant.branch.name if grant.branch else "",
        access=access,
        state=dict(PERSON_STATES)[state],
        tone=tones[state],
        note=_note(grant, state),
        may_change=acting.is_admin
        or not (grant.is_admin or is_administrator(grants, roles, grant.branch, with_branches=grant.is_blocked)),
    )


def _state(grant: Grant, roles: list[EsiaRole]) -> str:
    """By what ЕСИА said of him in this organization only: whether he uses the cabinet elsewhere is no business of an inviter."""
    if grant.is_shut:  # type: ignore[attr-defined]  # annotated by shown_people
        return "blocked"
    if grant.is_over:
        return "ended"
    if not roles:
        return "waiting"
    if not any(role.active and role.gone_at is None for role in roles):
        return "unconfirmed"
    return "active"


def _note(grant: Grant, state: str) -> str:
    """What the state alone does not say."""
    if state in {"blocked", "ended"}:
        return ""
    if grant.since > timezone.now():
        return f"начнётся {timezone.localdate(grant.since):%d.%m.%Y}"
    return NOTES.get(state, "")
