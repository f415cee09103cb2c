"""For whom a person acts: an organization or a branch of it, by a grant in force. Made once per request by the middleware."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.db.models import Exists, Q, QuerySet
from django.http import HttpRequest

from accounts import drafts
from accounts.models import Branch, Grant, Inspectorate, Organization, SignInSession, User
from accounts.rights import BY_CODE, effective_rights, rights_of_kinds
from accounts.selectors import granters
from accounts.sessions import acts_by
from core.regions import region_of_codes

SESSION_GRANT = "acting_grant_id"
SESSION_PLACE = "acting_place"  # [organization id, branch id or None] of that grant
SESSION_CONFIRMED = "esia_confirmed_organizations"
EVERY_REGION = "every"


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

    @property
    def supervised(self) -> str:
        """The code of the region that is supervised, EVERY_REGION, or "" for nothing: what a person of an inspectorate sees.

        Who acts for a branch sees the branch's region, that of its КПП, as far as the whole inspectorate supervises it.
        """
        match self.organization.inspectorate:
            case Inspectorate.TERRITORIAL:
                whole = self.organization.region
            case Inspectorate.FEDERAL | Inspectorate.OPERATOR:
                whole = EVERY_REGION
            case _:
                return ""
        if self.branch is None:
            return whole
        own = region_of_codes(self.branch.kpp)
        return own if whole in {EVERY_REGION, own} else ""

    @property
    def supervises_every_region(self) -> bool:
        return self.supervised == EVERY_REGION

    def territory_q(self, field: str) -> Q:
        """`supervised` as a condition on a column of region codes. Never an empty Q: `Q(pk__in=[]) | Q()` would be nothing."""
        if self.supervises_every_region:
            return ~Q(pk__in=[])
        return Q(**{field: self.supervised}) if self.supervised else Q(pk__in=[])

    def supervises(self, region: str) -> bool:
        """`territory_q`, asked of a region's code."""
        return self.supervises_every_region or (self.supervised != "" and region == self.supervised)

    def is_still_in_force(self) -> bool:
        """Asked anew of the database: the grant is usable and the browser's session lives. One short query.

        A grant that was changed is another one: what runs by the former ends, and is asked for again by the new.
        """
        grant = Grant.objects.usable().filter(pk=self.grant.pk)
        if self.sign_in is None:
            return grant.exists()
        return SignInSession.objects.alive().filter(Exists(grant), pk=self.sign_in.pk).exists()

    def can_be_given(self, right: str) -> bool:
        """Whether an organization of this kind has the right at all."""
        return right in rights_of_kinds(self.organization)

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


def acting_of(request: HttpRequest) -> Acting:
    """Who acts in a request that a door for an acting organization has let in."""
    acting = acting_if_any(request)
    assert acting is not None, "the door lets in nobody without an organization"
    return acting


def acting_if_any(request: HttpRequest) -> Acting | None:
    """Who acts, behind a door for signed-in people or for everybody (accounts.middleware.acting sets it)."""
    found: Acting | None = request.acting  # type: ignore[attr-defined]  # our addition to every request
    return found


def resolve(request: HttpRequest) -> Acting | None:
    """The acting of this request: the session's grant, read again, if it is this person's and usable; else None.

    A grant that was changed meanwhile is followed to the one in its place, under a new session id. No query where the
    session's row brought the grant along (accounts.sessions.living), and none for who has not chosen an organization.
    """
    grant_id = request.session.get(SESSION_GRANT)
    if grant_id is None or not request.user.is_authenticated:
        return None
    user: User = request.user
    sign_in: SignInSession | None = getattr(request, "sign_in", None)
    if sign_in is not None and sign_in.grant is not None and sign_in.grant.pk == grant_id and sign_in.grant_usable:  # type: ignore[attr-defined]  # annotated by living
        return acting_by(sign_in.grant, user, sign_in)
    mine = Grant.objects.usable().select_related("organization", "branch").filter(user=user)
    grant = mine.filter(pk=grant_id).first() or _in_its_place(request, grant_id, user, mine)
    return acting_by(grant, user, sign_in) if grant is not None else None


def _in_its_place(request: HttpRequest, grant_id: int, user: User, mine: QuerySet[Grant]) -> Grant | None:
    """The usable grant of the same person and scope as one that opens nothing any more; the session follows it."""
    former = Grant.objects.filter(pk=grant_id, user=user).first()
    if former is None:
        return None
    same_place = mine.filter(organization=former.organization_id, branch=former.branch_id)
    grant = same_place.order_by("-is_admin", "-pk").first()
    if grant is not None:
        act_by(request, grant)
    return grant


def act_by(request: HttpRequest, grant: Grant) -> None:
    """From the next request on the person acts by `grant`. The session gets a new id: what it may do has changed. What was
    typed for another organization or branch is forgotten; a changed grant, or a token renewed on the way, leaves it."""
    request.session.cycle_key()
    place = [grant.organization_id, grant.branch_id]
    if request.session.get(SESSION_PLACE) != place:
        drafts.forget_all(request)
    request.session[SESSION_PLACE] = place
    request.session[SESSION_GRANT] = grant.pk
    acts_by(request, grant)


def confirm(request: HttpRequest, organization_id: int) -> None:
    """ЕСИА has confirmed in this session that the person works there: switching back needs no second question."""
    confirmed = request.session.get(SESSION_CONFIRMED, [])
    if organization_id not in confirmed:
        request.session[SESSION_CONFIRMED] = [*confirmed, organization_id]


def is_confirmed(request: HttpRequest, organization_id: int) -> bool:
    return organization_id in request.session.get(SESSION_CONFIRMED, [])
