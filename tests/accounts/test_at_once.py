"""Two tabs, two colleagues: the same first sign-in and the same first claim at the same moment make one effect."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier

import pytest
from django.db import connection, transaction
from django.utils import timezone

from accounts.actions import (
    create_grant,
    open_organization,
    revoke_grant,
    sign_in_from_esia,
    sync_roles_from_esia,
)
from accounts.esia.said import BranchSaid, OrganizationSaid, PersonSaid, RoleSaid
from accounts.models import EsiaRole, Grant, Organization, Source, User
from core.journal.models import Event
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)

TIMES = 4
ROLE = RoleSaid(
    org_oid=7,
    full_name="Общество",
    short_name="О",
    ogrn="1026600621475",
    entity="LEGAL",
    chief=True,
    admin=False,
    active=True,
    is_liquidated=False,
)
PERSON = PersonSaid(5, "Скоров", "Иван", "Ильич", "11223344696", "", "", (ROLE,))
BRANCH = BranchSaid(8, "Ф", "661243001")
PLACE = OrganizationSaid(
    7, "Общество", "О", "6603007127", "660301001", "1026600621475", "LEGAL", (BranchSaid(8, "Ф", "661243001"),)
)


def at_once(work) -> None:
    """Run `work(number)` in several threads that begin together."""
    begin = Barrier(TIMES)

    def one(number: int) -> None:
        try:
            begin.wait()
            work(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(TIMES) as pool:
        list(pool.map(one, range(TIMES)))


def test_one_person_in_several_tabs():
    at_once(lambda number: sign_in_from_esia(PERSON))
    assert User.objects.get().esia_oid == 5
    assert EsiaRole.objects.count() == 1
    assert Event.objects.filter(verb="person.signed_in", payload__first_time=True).count() == 1


def test_one_choice_in_several_tabs():
    user, _account = sign_in_from_esia(PERSON)

    @transaction.atomic
    def choose(number: int) -> None:
        sync_roles_from_esia(user, PERSON.roles)
        open_organization(PLACE, role=EsiaRole.objects.get(), grant=None)

    at_once(choose)
    assert Organization.objects.get().branches.count() == 1
    assert Grant.objects.count() == 1
    assert Event.objects.filter(verb="organization.claimed").count() == 1


def test_access_that_was_changed_on_the_way_through_esia_is_followed():
    """An administrator saves another set of rights while the browser is in ЕСИА."""
    user, _account = sign_in_from_esia(replace(PERSON, roles=(replace(ROLE, chief=False),)))
    role = EsiaRole.objects.get()
    place = factories.organization(inn=PLACE.inn, ogrn=PLACE.ogrn, esia_oid=PLACE.oid)
    given = {"user": user, "organization": place, "source": Source.COMMAND, "actor": None}
    chosen = create_grant(**given, rights=["sout.view_reports"])
    now = create_grant(**given, rights=["protocols.view"])
    assert open_organization(PLACE, role=role, grant=Grant.objects.get(pk=chosen.pk)) == now
    revoke_grant(now, actor=None, reason="Уволен")
    assert open_organization(PLACE, role=role, grant=Grant.objects.get(pk=chosen.pk)) is None


def test_several_colleagues_claim_one_organization():
    people = [factories.user() for _ in range(TIMES)]
    roles = [
        EsiaRole.objects.create(user=user, org_oid=7, full_name="Общество", chief=True, seen_at=timezone.now())
        for user in people
    ]
    at_once(lambda number: open_organization(PLACE, role=roles[number], grant=None))
    assert Organization.objects.count() == 1
    assert Grant.objects.in_force().count() == TIMES
    assert Event.objects.filter(verb="organization.claimed").count() == 1
