"""The demo cast as rows: organizations of their kinds, and the access given before the story begins. Runs any number of times.

People come in by signing in; those who were given access before are named by СНИЛС, as the command grant_access does it.
"""

from __future__ import annotations

from django.db import transaction

from accounts.actions import claim_organization, create_grant, ensure_person, mark_inspectorate, mark_sout_organization
from accounts.esia.said import BranchSaid, OrganizationSaid
from accounts.models import Grant, Inspectorate, Organization, Source, User
from simulators.people import Cast, DemoGrant, DemoOrganization, demo_cast


@transaction.atomic
def load_demo_accounts() -> None:
    """Organizations that somebody has signed in for, with kinds, branches and grants of the cast."""
    cast = demo_cast()
    rows = {oid: _organization(cast, organization) for oid, organization in cast.organizations.items()}
    for grant in cast.grants:
        _grant(cast, grant, rows[grant.organization])


def _organization(cast: Cast, demo: DemoOrganization) -> Organization:
    numbers = {"inn": demo.inn, "ogrn": demo.ogrn, "full_name": demo.full_name, "short_name": demo.short_name}
    place = {"region": demo.region, "address": demo.address}
    if demo.sout_number:
        mark_sout_organization(registration_number=demo.sout_number, **numbers, **place)
    if demo.inspectorate:
        mark_inspectorate(kind=Inspectorate(demo.inspectorate), **numbers, **place)
    head = next(each.person for each in cast.staff_of(demo.oid) if each.chief or each.admin)
    return claim_organization(
        OrganizationSaid(
            oid=demo.oid,
            full_name=demo.full_name,
            short_name=demo.short_name,
            inn=demo.inn,
            kpp=demo.kpp,
            ogrn=demo.ogrn,
            entity=demo.entity,
            branches=tuple(BranchSaid(branch.oid, branch.name, branch.kpp) for branch in demo.branches),
        ),
        user=_user(cast, head),
    )


def _user(cast: Cast, oid: int) -> User:
    person = cast.people[oid]
    return ensure_person(
        snils=person.snils,
        last_name=person.last_name,
        first_name=person.first_name,
        middle_name=person.middle_name,
    )


def _grant(cast: Cast, demo: DemoGrant, organization: Organization) -> None:
    user = _user(cast, demo.person)
    branch = organization.branches.get(esia_oid=demo.branch) if demo.branch else None
    known = Grant.objects.filter(user=user, organization=organization, branch=branch, source=Source.DEMO)
    if known.exists():
        return
    create_grant(
        user=user,
        organization=organization,
        branch=branch,
        rights=demo.rights,
        ground=demo.ground,
        position=next((each.position for each in cast.staff_of(demo.organization) if each.person == demo.person), ""),
        source=Source.DEMO,
        actor=None,
    )
