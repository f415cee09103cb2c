"""What an invitation by СНИЛС gives away, and what it is worth, before ЕСИА names the person here (ADR 9)."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from accounts.acting import Acting
from accounts.actions import Given, GrantRefused, Named, give_access, revoke_grant
from accounts.models import EsiaRole, Grant, Invitation, User
from accounts.people import PERSON_STATES
from accounts.rights import Right
from tests import factories

pytestmark = pytest.mark.django_db

LIST = "/administration/"
VIEW = (Right.VIEW_REPORTS.value,)


@pytest.fixture
def head() -> Acting:
    return factories.acting()


@pytest.fixture
def reading(head: Acting) -> Client:
    return factories.sign_in(Client(), head)


def invite(person: User, head: Acting, surname: str = "Угадайкина", **given: object) -> Grant:
    named = Named(snils=person.snils, last_name=surname, first_name="Ия")
    return give_access(named, Given(**({"rights": VIEW} | given)), actor=head)


def pick(person: User, head: Acting, **given: object) -> Grant:
    """As from ЕСИА's list of employees."""
    named = Named(
        snils=person.snils, last_name="Настоящая", first_name="Яна", esia_oid=person.esia_oid or 1_999_999_998
    )
    return give_access(named, Given(**({"rights": VIEW} | given)), actor=head)


def named_by_esia(person: User, head: Acting, **values: object) -> None:
    place = head.organization
    EsiaRole.objects.create(
        user=person, org_oid=place.esia_oid, full_name="О", ogrn=place.ogrn, seen_at=timezone.now(), **values
    )


def states(client: Client) -> dict[str, tuple[str, str]]:
    """Surname → state and note, which the filter by state must confirm."""
    found = {}
    for code, label in PERSON_STATES:
        for person in client.get(LIST, {"state": code}).context["rows"]:
            (shown,) = person.grants
            assert shown.state == label
            found[person.name.split()[0]] = (shown.state, shown.note)
    return found


def test_whether_a_snils_is_used_elsewhere_is_not_told(head, reading):
    uses_the_cabinet, new = factories.user(last_name="Занятая"), User(snils=factories.snils(611))
    factories.grant(uses_the_cabinet, factories.organization())
    invite(uses_the_cabinet, head, "Первая")
    invite(new, head, "Вторая")
    told = states(reading)
    assert told["Первая"] == told["Вторая"]
    assert told["Первая"][0] == "Приглашён, ещё не входил"
    named_by_esia(uses_the_cabinet, head, gone_at=timezone.now())
    assert states(reading)[uses_the_cabinet.last_name][0] == "ЕСИА не подтверждает"
    EsiaRole.objects.update(gone_at=None)
    assert states(reading)[uses_the_cabinet.last_name] == ("Действует", "")


def test_who_was_picked_from_esia_s_list_is_not_said_to_be_missing_from_it(head, reading):
    """He uses the cabinet for another organization, and has not come for this one yet."""
    pick(factories.user(last_name="Списочная"), head)
    state, note = states(reading)["Списочная"]
    assert state == "Приглашён, ещё не входил"
    assert "не называет" not in note


def test_nothing_is_promised_to_the_blocked(head, reading):
    invite(User(snils=factories.snils(612)), head, is_blocked=True)
    assert states(reading)["Угадайкина"] == ("Заблокирован", "")


@pytest.mark.parametrize("uses_the_cabinet", [True, False])
def test_an_invited_administrator_is_not_the_one_who_is_left(head, uses_the_cabinet):
    """A СНИЛС typed wrong is somebody's who works elsewhere: he could not even enter."""
    person = factories.acting().user if uses_the_cabinet else User(snils=factories.snils(613))
    invite(person, head, is_admin=True, rights=())
    with pytest.raises(GrantRefused, match="последний администратор"):
        revoke_grant(head.grant, actor=head, reason="Ухожу")
    named_by_esia(User.objects.get(snils=person.snils), head)
    User.objects.filter(esia_oid=None).update(esia_oid=1_999_999_997)
    assert revoke_grant(head.grant, actor=head, reason="Ухожу")


def test_picking_the_invited_confirms_him_although_he_has_access_already(head, reading):
    """ЕСИА has just told who he is: there is no reason to wait for his sign-in."""
    unknown = User(snils=factories.snils(614))
    invite(unknown, head)
    with pytest.raises(GrantRefused, match="уже есть доступ"):
        pick(unknown, head)
    assert "Настоящая" in states(reading)
    assert Invitation.objects.get().confirmed_at is not None
    assert Grant.objects.filter(user__snils=unknown.snils).count() == 1


def test_a_branch_is_not_told_when_somebody_came_for_another(head):
    branch = head.organization.branches.create(name="Филиал", kpp="770143001", esia_oid=3_400_000_011)
    person = factories.user()
    whole = factories.grant(person, head.organization, rights=VIEW)
    factories.sign_in(Client(), Acting(person, head.organization, None, whole, frozenset(VIEW)))
    factories.grant(person, head.organization, branch=branch, rights=VIEW)
    local = factories.acting(head.organization, branch=branch)

    def seen(who: Acting) -> object:
        rows = factories.sign_in(Client(), who).get(LIST).context["rows"]
        return next(each.seen_at for each in rows if each.pk == person.pk)

    assert seen(head) is not None
    assert seen(local) is None
