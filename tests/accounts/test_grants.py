"""Grants: dated rows that are given, replaced and revoked by verbs, and that the database keeps honest."""

from datetime import timedelta

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from accounts.acting import acting_by
from accounts.actions import GrantRefused, create_grant, ensure_person, revoke_grant
from accounts.models import EsiaRole, Grant, Organization, Source, User
from accounts.rights import Right
from core.journal.models import Event
from tests import factories

pytestmark = pytest.mark.django_db

VIEW = [Right.VIEW_REPORTS]


def give(actor=None, **values):
    defaults = {"user": factories.user(), "rights": VIEW, "source": Source.GRANT if actor else Source.COMMAND}
    if "organization" not in values:
        values["organization"] = actor.organization if actor else factories.organization()
    return create_grant(actor=actor, **(defaults | values))


def test_a_grant_tells_who_gave_what_on_what_ground():
    head = factories.acting()
    grant = give(head, ground="Приказ № 5", rights=[Right.VIEW_FLAGS, Right.VIEW_REPORTS])
    assert (grant.granted_by, grant.source, grant.ground) == (head.user, "grant", "Приказ № 5")
    assert grant.rights == ["sout.view_reports", "control.view_flags"], "in the dialog's order"
    event = Event.objects.get(verb="grant.created")
    assert (event.actor, event.organization) == (head.user, head.organization)
    assert event.payload["rights"] == grant.rights


def test_dates():
    now = timezone.now()
    with time_machine.travel(now, tick=False):
        grant = give(since=now, until=now + timedelta(days=1))
        later = give(since=now + timedelta(days=1))
        assert grant.is_in_force()
        assert not later.is_in_force()
    with time_machine.travel(now + timedelta(days=1), tick=False):
        assert not grant.is_in_force()
        assert later.is_in_force()
        assert list(Grant.objects.in_force()) == [later]


def test_a_new_grant_replaces_the_open_one():
    person, place = factories.user(), factories.organization()
    first = give(user=person, organization=place)
    second = give(user=person, organization=place, rights=[Right.VIEW_FLAGS])
    first.refresh_from_db()
    assert first.revoked_at is not None
    assert list(Grant.objects.in_force()) == [second]


def test_the_role_of_esia_and_a_persons_grant_stand_side_by_side():
    person, place = factories.user(), factories.organization()
    give(user=person, organization=place)
    give(user=person, organization=place, rights=[], is_admin=True, source=Source.ESIA)
    assert Grant.objects.in_force().count() == 2


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"rights": ["sout.fly"]}, "Таких прав нет"),
        ({"rights": []}, "Отметьте хотя бы одно право"),
        ({"is_admin": True}, "отдельные права ему не отмечают"),
        ({"rights": [Right.IMPORT_REPORTS]}, "Импорт отчётов СОУТ"),
    ],
)
def test_what_cannot_be_granted(values, words):
    with pytest.raises(GrantRefused, match=words):
        give(**values)


def test_nobody_grants_more_than_he_holds():
    place = factories.organization()
    keeper = factories.acting(place, rights=[Right.ACCESS, Right.VIEW_REPORTS])
    assert give(keeper).granted_by == keeper.user
    with pytest.raises(GrantRefused, match="которых нет у вас"):
        give(keeper, rights=[Right.SIGN_PROTOCOLS])
    with pytest.raises(GrantRefused, match="только администратор"):
        give(keeper, rights=[], is_admin=True)
    with pytest.raises(GrantRefused, match="Управление доступом"):
        give(factories.acting(place, rights=VIEW))
    with pytest.raises(GrantRefused, match="в этой организации"):
        give(keeper, organization=factories.organization())


def test_a_branch_administrator_keeps_to_the_branch():
    place = factories.organization()
    branch, other = (
        place.branches.create(name=name, kpp=kpp) for name, kpp in [("А", "770143001"), ("Б", "770143002")]
    )
    keeper = factories.acting(place, branch=branch)
    assert give(keeper, branch=branch).branch == branch
    for wrong in (None, other):
        with pytest.raises(GrantRefused, match="своего филиала"):
            give(keeper, branch=wrong)
    with pytest.raises(GrantRefused, match="другой организации"):
        give(factories.acting(), branch=branch)


def test_revocation_keeps_the_row_and_its_reason():
    head = factories.acting()
    grant = give(head)
    first = revoke_grant(grant, actor=head, reason="Уволен")
    assert revoke_grant(grant, actor=head, reason="Ещё раз") is None
    first.refresh_from_db()
    assert (first.revoked_by, first.reason) == (head.user, "Уволен")
    assert Event.objects.filter(verb="grant.revoked").count() == 1
    with pytest.raises(GrantRefused, match="причину"):
        revoke_grant(give(head), actor=head, reason=" ")
    with pytest.raises(GrantRefused):
        revoke_grant(grant, actor=factories.acting(), reason="Чужой")


def refused(change):
    """The database refuses, whoever asks."""
    with pytest.raises(DatabaseError), transaction.atomic():
        change()


def test_the_database_never_loses_a_grant():
    grant = factories.grant(factories.user(), factories.organization(), rights=VIEW)
    refused(grant.delete)
    refused(lambda: Grant.objects.filter(pk=grant.pk).delete())
    refused(lambda: Grant.objects.filter(pk=grant.pk).update(rights=["admin.access"]))
    refused(lambda: Grant.objects.filter(pk=grant.pk).update(until=timezone.now()))
    refused(lambda: Grant.objects.filter(pk=grant.pk).update(user=factories.user()))


@pytest.mark.parametrize(
    "values",
    [
        {"is_admin": True, "rights": ["sout.view_reports"]},
        {"rights": []},
        {"source": "esia"},
        {"source": "grant"},
        {"source": "else"},
        {"reason": "без даты"},
        {"revoked_at": timezone.now()},
        {"until": timezone.now() - timedelta(days=9)},
    ],
)
def test_rows_that_cannot_be(values):
    row = {
        "user": factories.user(),
        "organization": factories.organization(),
        "rights": ["sout.view_reports"],
        "source": "demo",
    }
    with pytest.raises(IntegrityError), transaction.atomic():
        Grant.objects.create(**(row | values))


def test_two_open_grants_of_one_scope_cannot_be():
    person, place = factories.user(), factories.organization()
    factories.grant(person, place)
    with pytest.raises(IntegrityError), transaction.atomic():
        factories.grant(person, place)


def test_organizations_and_people_that_cannot_be():
    place = factories.organization()
    for values in (
        {"inn": place.inn, "ogrn": place.ogrn},
        {"esia_oid": place.esia_oid},
        {"inn": ""},
        {"esia_oid": None},
        {"sout_registration_number": "7"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            factories.organization(**values)
    person = factories.user()
    for values in ({"snils": person.snils}, {"snils": "123"}, {"esia_oid": None, "snils": ""}):
        with pytest.raises(IntegrityError), transaction.atomic():
            factories.user(**values)


def test_visible_to():
    place = factories.organization()
    branch = place.branches.create(name="А", kpp="770143001")
    head = factories.acting(place)
    in_branch = factories.acting(place, branch=branch)
    viewer = factories.acting(place, rights=VIEW)
    stranger = factories.acting()
    assert set(Grant.objects.visible_to(head)) == {head.grant, in_branch.grant, viewer.grant}
    assert list(Grant.objects.visible_to(in_branch)) == [in_branch.grant]
    assert not Grant.objects.visible_to(viewer).exists()
    assert not Grant.objects.visible_to(None).exists()
    assert list(Organization.objects.visible_to(viewer)) == [place]
    assert set(User.objects.visible_to(head)) == {head.user, in_branch.user, viewer.user}
    assert set(User.objects.visible_to(stranger)) == {stranger.user}
    assert not User.objects.visible_to(None).exists()


def test_what_esia_says_closes_and_opens_a_grant():
    grant = factories.grant(factories.user(), factories.organization(), rights=VIEW)
    assert Grant.objects.usable().exists(), "no roles known: nothing contradicts"
    role = EsiaRole.objects.create(
        user=grant.user, org_oid=grant.organization.esia_oid, full_name="О", seen_at=timezone.now()
    )
    assert Grant.objects.usable().exists()
    for changes in ({"active": False}, {"active": True, "gone_at": timezone.now()}):
        EsiaRole.objects.filter(pk=role.pk).update(**changes)
        assert not Grant.objects.usable().exists()


def test_ending_all_sessions_of_a_person(client):
    who = factories.acting()
    factories.sign_in(client, who)
    assert client.get("/home/").status_code == 200
    User.objects.filter(pk=who.user.pk).update(session_stamp="another")
    assert client.get("/home/").status_code == 302


def test_names_sort_with_yo_as_ye():
    names = ["Жуков", "Ёлкин", "Егоров"]
    for name in names:
        factories.user(last_name=name)
    assert list(User.objects.order_by("name_key").values_list("last_name", flat=True)) == ["Егоров", "Ёлкин", "Жуков"]
    user = User.objects.get(last_name="Ёлкин")
    assert user.short_name == f"Ёлкин А. {user.middle_name[0]}."
    assert user.masked_snils.startswith("***-***-**")


class TestCommand:
    def run(self, *arguments):
        call_command("grant_access", *arguments)

    def test_administrative_access_and_a_branch(self, capsys):
        place = factories.organization()
        branch = place.branches.create(name="А", kpp="770143001")
        self.run("--snils", "112-233-446 96", "--inn", place.inn, "--kpp", branch.kpp, "--admin")
        grant = Grant.objects.get()
        assert (grant.is_admin, grant.branch, grant.user.snils, grant.source) == (
            True,
            branch,
            "11223344696",
            "command",
        )
        assert acting_by(grant, grant.user).is_admin
        assert "all rights" in capsys.readouterr().out

    @pytest.mark.parametrize(
        ("arguments", "words"),
        [
            (["--snils", "112-233-446 97"], "Контрольное число"),
            (["--inn", "7700000000"], "No organization"),
            (["--kpp", "999999999"], "no branch"),
            (["--rights", "sout.fly"], "Таких прав нет"),
            (["--rights", "sout.view_reports", "--until", "2026-02-31"], "--until"),
            (["--rights", "sout.view_reports", "--until", "2020-01-01"], "is over already"),
            (["--rights", "sout.view_reports", "--until", "9999-12-31"], "too far"),
            ([], "хотя бы одно"),
        ],
    )
    def test_refusals_leave_nothing(self, arguments, words):
        place = factories.organization()
        given = {"--snils": "112-233-446 96", "--inn": place.inn}
        given |= dict(zip(arguments[::2], arguments[1::2], strict=True))
        with pytest.raises(CommandError, match=words):
            self.run(*[text for pair in given.items() for text in pair])
        assert not User.objects.exists()
        assert not Grant.objects.exists()

    def test_a_block_is_not_lifted_by_the_way(self):
        place, user = factories.organization(), factories.user()
        given = {"user": user, "organization": place, "source": Source.COMMAND, "actor": None}
        block = create_grant(**given, is_blocked=True)
        arguments = ("--snils", user.snils, "--inn", place.inn, "--rights", "sout.view_reports")
        with pytest.raises(CommandError, match="is blocked there"):
            self.run(*arguments)
        assert Grant.objects.get(revoked_at=None) == block
        call_command("revoke_access", "--snils", user.snils, "--inn", place.inn, "--reason", "Разобрались")
        self.run(*arguments)
        assert not Grant.objects.get(revoked_at=None).is_blocked

    def test_a_person_named_twice_is_one(self):
        assert ensure_person(snils="11223344696") == ensure_person(snils="11223344696")
