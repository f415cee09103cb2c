"""Organizations come from three sides: a report names an employer, a register names a SOUT organization, a person signs in."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.actions.grants import grant_of_role
from accounts.esia.said import BranchSaid, OrganizationSaid
from accounts.models import Branch, EsiaRole, Grant, Inspectorate, Organization, User
from core.journal import record
from core.regions import REGIONS, region_of_codes

# The fifth and sixth signs of a КПП: 01 the organization itself, 50 the largest taxpayers; others are its branches and
# property (order ММВ-7-6/435@ of 2012-06-29, part II). A branch's КПП must not become the organization's.
KPP_OF_WHOLE = ("01", "50")


@transaction.atomic
def ensure_employer(
    *, inn: str, ogrn: str, kpp: str = "", full_name: str, short_name: str = "", region: str = "", address: str = ""
) -> Organization:
    """The employer that a report names, by ИНН and ОГРН; created unclaimed where nobody knows it.

    Names and address of a known organization are left alone: what ЕСИА said is better than what a file says; only an empty
    region is filled, without which no inspectorate would see its reports. The report's branch is
    `accounts.selectors.branch_by_kpp(organization, kpp)`.
    """
    stated = region if region in REGIONS else region_of_codes(kpp, inn)
    organization, created = Organization.objects.get_or_create(
        inn=inn,
        ogrn=ogrn,
        defaults={
            "kpp": kpp if kpp[4:6] in KPP_OF_WHOLE else "",
            "full_name": full_name,
            "short_name": short_name,
            "region": stated,
            "address": address,
        },
    )
    if created:
        record("organization.created", organization, actor=None, organization=organization, from_report=True)
        return organization
    changes: dict[str, object] = {} if organization.is_employer else {"is_employer": True}
    if not organization.region and stated:
        changes["region"] = stated
    if changes:
        for name, value in changes.items():
            setattr(organization, name, value)
        organization.save(update_fields=list(changes))
        record("organization.updated", organization, actor=None, organization=organization, **changes)
    return organization


@transaction.atomic
def mark_sout_organization(
    *,
    inn: str,
    ogrn: str,
    registration_number: str,
    full_name: str,
    short_name: str = "",
    region: str = "",
    address: str = "",
) -> Organization:
    """Written by the import of the register of SOUT organizations: the kind, and the number in the register. Without a region the
    organization's ИНН tells it."""
    organization, created = Organization.objects.get_or_create(
        inn=inn,
        ogrn=ogrn,
        defaults={
            "full_name": full_name,
            "short_name": short_name,
            "region": region or region_of_codes(inn),
            "address": address,
            "is_sout_organization": True,
            "sout_registration_number": registration_number,
        },
    )
    known = organization.is_sout_organization and organization.sout_registration_number == registration_number
    if not created and known:
        return organization
    organization.is_sout_organization = True
    organization.sout_registration_number = registration_number
    organization.save(update_fields=["is_sout_organization", "sout_registration_number"])
    record(
        "organization.marked_sout",
        organization,
        actor=None,
        organization=organization,
        registration_number=registration_number,
    )
    return organization


@transaction.atomic
def mark_inspectorate(
    *,
    inn: str,
    ogrn: str,
    full_name: str,
    short_name: str = "",
    region: str,
    address: str = "",
    kind: Inspectorate = Inspectorate.TERRITORIAL,
) -> Organization:
    """A supervising body, an employer only where a report names it as one. `region` is a territorial one's territory."""
    organization, created = Organization.objects.get_or_create(
        inn=inn,
        ogrn=ogrn,
        defaults={
            "full_name": full_name,
            "short_name": short_name,
            "region": region,
            "address": address,
            "is_employer": False,
            "is_inspectorate": True,
            "inspectorate": kind,
        },
    )
    wanted = {"is_inspectorate": True, "inspectorate": kind, "region": region}
    if created or any(getattr(organization, name) != value for name, value in wanted.items()):
        for name, value in wanted.items():
            setattr(organization, name, value)
        organization.save(update_fields=list(wanted))
        record(
            "organization.marked_inspectorate",
            organization,
            actor=None,
            organization=organization,
            region=region,
            kind=str(kind),
        )
    return organization


@transaction.atomic
def claim_organization(said: OrganizationSaid, *, user: User) -> Organization:
    """Take in what ЕСИА says of an organization whose employee `user` is.

    An unclaimed employer with the same ИНН and ОГРН becomes this organization, with all its reports; an unknown one is
    created. Later calls update names, numbers and branches.
    """
    organization = _find(said)
    changes = {
        "inn": said.inn,
        "ogrn": said.ogrn,
        "kpp": said.kpp,
        "esia_oid": said.oid,
        "entity": said.entity,
        "full_name": said.full_name,
        "short_name": said.short_name,
    }
    created = False
    if organization is None:
        # a colleague may be a moment quicker: then his row is taken
        fresh = changes | {"region": region_of_codes(said.kpp, said.inn), "claimed_at": timezone.now()}
        organization, created = Organization.objects.get_or_create(inn=said.inn, ogrn=said.ogrn, defaults=fresh)
    if created:
        record("organization.claimed", organization, actor=user, organization=organization, known_before=False)
    else:
        _update(organization, changes, user)
    for branch in said.branches:
        _keep_branch(organization, branch, user)
    return organization


@transaction.atomic
def open_organization(said: OrganizationSaid, *, role: EsiaRole, grant: Grant | None) -> Grant | None:
    """The end of the silent authorization: claim, then the grant to act by; None where the person has no access, or is
    blocked (accounts.selectors.why_not_entered has the words).

    grant: the one chosen on the page, of the same person, or what has taken its place meanwhile; None means by the role. Raises
    GrantRefused where the role does not carry it any more.
    """
    organization = claim_organization(said, user=role.user)
    theirs = Grant.objects.usable().filter(user=role.user, organization=organization)
    if grant is not None:
        same_place = theirs.filter(branch=grant.branch_id).order_by("-is_admin", "-pk")
        chosen = theirs.filter(pk=grant.pk).first() or same_place.first()
    elif role.gives_administrative_access:
        branch = _branch_of(role, organization)
        given = grant_of_role(role, organization, branch)
        chosen = Grant.objects.usable().filter(pk=given.pk).first()
    else:
        chosen = theirs.order_by("-is_admin", "branch", "pk").first()
    if chosen is not None:
        choose_grant(chosen, actor=role.user)
    return chosen


@transaction.atomic
def choose_grant(grant: Grant, *, actor: User) -> None:
    """The person begins to act by a grant of his; the caller ties it to the browser (accounts.acting.act_by)."""
    record("acting.chosen", grant, actor=actor, organization=grant.organization)


def _find(said: OrganizationSaid) -> Organization | None:
    """By ИНН and ОГРН, else by the ЕСИА id. Locked."""
    rows = Organization.objects.select_for_update(of=("self",), no_key=True).filter(
        Q(inn=said.inn, ogrn=said.ogrn) | Q(esia_oid=said.oid)
    )
    found = sorted(rows, key=lambda row: (row.inn, row.ogrn) != (said.inn, said.ogrn))
    for other in found[1:]:
        # ЕСИА has moved the id to another registration: the old row keeps its reports, the id goes where ЕСИА says
        other.esia_oid = None
        other.claimed_at = None
        other.save(update_fields=["esia_oid", "claimed_at"])
        record("organization.released", other, actor=None, organization=other, esia_oid=said.oid)
    return found[0] if found else None


def _update(organization: Organization, changes: dict[str, object], user: User) -> None:
    changed = {name: value for name, value in changes.items() if value and getattr(organization, name) != value}
    if not organization.region:
        region = region_of_codes(str(changes["kpp"]), str(changes["inn"]))
        changed |= {"region": region} if region else {}
    first_time = organization.claimed_at is None
    if first_time:
        changed["claimed_at"] = timezone.now()
    if not changed:
        return
    for name, value in changed.items():
        setattr(organization, name, value)
    organization.save(update_fields=list(changed))
    verb = "organization.claimed" if first_time else "organization.updated"
    record(verb, organization, actor=user, organization=organization, known_before=True, fields=sorted(changed))


def _keep_branch(organization: Organization, said: BranchSaid, user: User) -> None:
    """By the ЕСИА id, else by the КПП of a branch that has no id yet. Id and КПП leave whatever row held them before."""
    theirs = Branch.objects.select_for_update(of=("self",), no_key=True).filter(organization=organization)
    branch = theirs.filter(esia_oid=said.oid).first()
    if branch is None and said.kpp:
        branch = theirs.filter(esia_oid=None, kpp=said.kpp).first()
    if branch is not None and (branch.esia_oid, branch.kpp, branch.name) == (said.oid, said.kpp, said.name):
        return
    others = Branch.objects.exclude(pk=branch.pk) if branch is not None else Branch.objects.all()
    others.filter(esia_oid=said.oid).update(esia_oid=None)
    others.filter(organization=organization, kpp=said.kpp).update(kpp="")
    if branch is None:
        branch = Branch.objects.create(organization=organization, esia_oid=said.oid, kpp=said.kpp, name=said.name)
        record("branch.created", branch, actor=user, organization=organization, kpp=said.kpp)
        return
    branch.esia_oid, branch.kpp, branch.name = said.oid, said.kpp, said.name
    branch.save(update_fields=["esia_oid", "kpp", "name"])
    record("branch.updated", branch, actor=user, organization=organization, kpp=said.kpp)


def _branch_of(role: EsiaRole, organization: Organization) -> Branch | None:
    """The branch of a role. ЕСИА may name one that its list of branches leaves out: it is kept with what the role says."""
    if role.branch_oid is None:
        return None
    branch, created = Branch.objects.get_or_create(
        esia_oid=role.branch_oid, defaults={"organization": organization, "name": role.branch_name}
    )
    if created:
        record("branch.created", branch, actor=role.user, organization=organization, kpp="")
    return branch
