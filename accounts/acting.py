"""For whom a person acts: an organization or a branch of it, by a grant in force. Made once per request by the middleware."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.db.models import Q
from django.http import HttpRequest

from accounts.models import Branch, Grant, Inspectorate, Organization, SignInSession, User
from accounts.rights import BY_CODE, effective_rights
from accounts.selectors import granters
from accounts.sessions import acts_by

SESSION_GRANT = "acting_grant_id"
SESSION_CONFIRMED = "esia_confirmed_organizations"


@dataclass(frozen=True, slots=True)
class Acting:
    """`branch` None means the whole organization. `rights` are codes of accounts.rights."""

    user: User
    organization: Organization
    branch: Branch | None
    grant: Grant
    rights: frozenset[str] = field(repr=False)
    sign_in: SignInSession | None = None  # the browser; None for who acts without one (a job, a preview)

    @property
    def is_admin(self) -> bool:
        return self.grant.is_admin

    @property
    def name(self) -> str:
        """«АО «ЗМЗ»» or «АО «ЗМЗ» › Филиал в г. …»."""
        return f"{self.organization.name} › {self.branch.name}" if self.branch else self.organization.name

    def holds(self, right: str) -> bool:
        return right in self.rights

    def territory_q(self, field: str) -> Q:
        """A condition on a column of region codes: what an inspectorate supervises. Nothing for who acts for none."""
        match self.organization.inspectorate:
            case Inspectorate.TERRITORIAL:
                return Q(**{field: self.organization.region})
            case Inspectorate.FEDERAL | Inspectorate.OPERATOR:
                return Q()
            case _:
                return Q(pk__in=[])

    def supervises(self, region: str) -> bool:
        """`territory_q`, asked of a region's code."""
        match self.organization.inspectorate:
            case Inspectorate.TERRITORIAL:
                return region == self.organization.region
            case kind:
                return kind in {Inspectorate.FEDERAL, Inspectorate.OPERATOR}

    def is_still_in_force(self) -> bool:
        """Asked anew of the database: the grant is usable and the browser's session lives. Two short queries."""
        if self.sign_in is not None and not SignInSession.objects.alive().filter(pk=self.sign_in.pk).exists():
            return False
        return Grant.objects.usable().filter(pk=self.grant.pk).exists()

    def granters(self, right: str) -> list[User]:
        """People with access in force who can grant `right` here; one database query."""
        return granters(self.organization, self.branch, right)

    def label(self, right: str) -> str:
        """The right's name as the dialog of rights has it. Raises KeyError for what is no right."""
        return BY_CODE[right].label


def acting_by(grant: Grant, user: User, sign_in: SignInSession | None = None) -> Acting:
    """The acting that a grant gives, stored or not. `grant` comes with its organization and branch."""
    return Acting(
        user=user,
        organization=grant.organization,
        branch=grant.branch,
        grant=grant,
        rights=effective_rights(grant.organization, is_admin=grant.is_admin, rights=grant.rights),
        sign_in=sign_in,
    )


def resolve(request: HttpRequest) -> Acting | None:
    """The acting of this request: the session's grant, read again, if it is this person's and usable; else None.

    A grant that was changed meanwhile is followed to the one in its place, under a new session id. One query, and none for
    who has not chosen an organization.
    """
    grant_id = request.session.get(SESSION_GRANT)
    if grant_id is None or not request.user.is_authenticated:
        return None
    user: User = request.user
    mine = Grant.objects.usable().select_related("organization", "branch").filter(user=user)
    grant = mine.filter(pk=grant_id).first()
    if grant is None:
        former = Grant.objects.filter(pk=grant_id, user=user).first()
        if former is None:
            return None
        same_place = mine.filter(organization=former.organization_id, branch=former.branch_id)
        grant = same_place.order_by("-is_admin", "-pk").first()
        if grant is None:
            return None
        act_by(request, grant)
    return acting_by(grant, user, getattr(request, "sign_in", None))


def act_by(request: HttpRequest, grant: Grant) -> None:
    """From the next request on the person acts by `grant`. The session gets a new id: what it may do has changed."""
    request.session.cycle_key()
    request.session[SESSION_GRANT] = grant.pk
    acts_by(request, grant)


def confirm(request: HttpRequest, organization_id: int) -> None:
    """ЕСИА has confirmed in this session that the person works there: switching back needs no second question."""
    confirmed = request.session.get(SESSION_CONFIRMED, [])
    if organization_id not in confirmed:
        request.session[SESSION_CONFIRMED] = [*confirmed, organization_id]


def is_confirmed(request: HttpRequest, organization_id: int) -> bool:
    return organization_id in request.session.get(SESSION_CONFIRMED, [])
