"""Who may change whose access, what a block holds, what terms and companions allow: the rules of ADR 9."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.acting import acting_by
from accounts.actions import (
    Given,
    GrantRefused,
    Named,
    ask_for_right,
    block_access,
    change_access,
    confirm_grants,
    create_grant,
    decline_request,
    end_access,
    give_access,
    grant_request,
    lift_block,
    open_organization,
    revoke_grant,
)
from accounts.esia.said import OrganizationSaid
from accounts.models import AccessRequest, EsiaRole, Grant, RequestState, SignInSession, Source, User
from accounts.reminders import remind_of_reviews
from accounts.rights import Right
from accounts.selectors import organization_cards
from core.journal.models import Event
from core.moves import WrongState
from core.notifications.models import Notice
from tests import factories

pytestmark = pytest.mark.django_db

VIEW = (Right.VIEW_REPORTS.value,)
KEEPER = [Right.ACCESS, Right.VIEW_REPORTS, Right.VIEW_PROTOCOLS]
OF_ADMINISTRATOR = "Доступ администратора изменяет только администратор"


def by_role(where, *, branch=None, person=None, **role):
    """An administrator by his role in ЕСИА."""
    who = person or factories.user()
    EsiaRole.objects.create(
        user=who,
        org_oid=where.esia_oid,
        branch_oid=branch.esia_oid if branch else None,
        full_name=where.full_name,
        ogrn=where.ogrn,
        seen_at=timezone.now(),
        **({"admin": True} | role),
    )
    return Grant.objects.create(user=who, organization=where, branch=branch, is_admin=True, source=Source.ESIA)


def block(who, where, actor=None, **values):
    return create_grant(
        user=who,
        organization=where,
        is_blocked=True,
        source=Source.GRANT if actor else Source.COMMAND,
        actor=actor,
        **values,
    )


def branch_of(where, number=1):
    return where.branches.create(
        name=f"Филиал {number}", kpp=f"77014300{number}", esia_oid=where.esia_oid * 10 + number
    )


def usable(who):
    return list(Grant.objects.usable().filter(user=who))


@pytest.fixture
def place():
    return factories.organization()


@pytest.fixture
def head(place):
    return factories.acting(place)


@pytest.fixture
def keeper(place):
    """Manages access, and is no administrator."""
    return factories.acting(place, rights=KEEPER)


class TestAdministratorsAreProtected:
    def test_a_keeper_neither_blocks_an_administrator_by_role_nor_gives_him_rights(self, place, keeper):
        theirs = by_role(place)
        with pytest.raises(GrantRefused, match=OF_ADMINISTRATOR):
            block(theirs.user, place, keeper)
        with pytest.raises(GrantRefused, match=OF_ADMINISTRATOR):
            block_access(theirs, actor=keeper, reason="Проверка")
        with pytest.raises(GrantRefused, match=OF_ADMINISTRATOR):
            create_grant(user=theirs.user, organization=place, rights=VIEW, source=Source.GRANT, actor=keeper)
        assert usable(theirs.user) == [theirs]

    def test_nor_one_whom_esia_names_administrator_and_who_has_not_chosen_the_organization_yet(self, place, keeper):
        theirs = by_role(place)
        revoke_grant(theirs, actor=None, reason="Проверка")
        with pytest.raises(GrantRefused, match=OF_ADMINISTRATOR):
            block(theirs.user, place, keeper)

    def test_a_keeper_does_not_lift_the_block_of_an_administrator(self, place, head, keeper):
        theirs = by_role(place)
        standing = block(theirs.user, place, head)
        for change in (
            lambda: lift_block(standing, actor=keeper, reason="Проверка"),
            lambda: end_access(standing, actor=keeper, reason="Проверка"),
            lambda: revoke_grant(standing, actor=keeper, reason="Проверка"),
            lambda: change_access(standing, Given(rights=VIEW), actor=keeper),
        ):
            with pytest.raises(GrantRefused):
                change()
        assert usable(theirs.user) == []
        assert lift_block(standing, actor=head, reason="Разобрались") is None
        assert usable(theirs.user) == [theirs]

    def test_a_block_of_the_whole_organization_does_not_reach_a_branch_administrator(self, place, head, keeper):
        branch = branch_of(place)
        theirs = factories.grant(factories.user(), place, branch=branch)
        with pytest.raises(GrantRefused, match=OF_ADMINISTRATOR):
            block(theirs.user, place, keeper)
        assert usable(theirs.user) == [theirs]
        create_grant(user=theirs.user, organization=place, rights=VIEW, source=Source.GRANT, actor=keeper)
        block(theirs.user, place, head)
        assert usable(theirs.user) == []

    def test_what_a_keeper_may_still_do(self, place, keeper):
        worker = factories.acting(place, rights=VIEW)
        standing = block(worker.user, place, keeper, rights=VIEW)
        opened = lift_block(standing, actor=keeper, reason="Вернулся")
        assert usable(worker.user) == [opened]

    def test_in_pages(self, place, head, keeper, client):
        theirs = by_role(place)
        factories.sign_in(client, keeper)
        address = reverse("accounts:access_edit", args=[theirs.pk])
        assert 'value="block"' not in client.get(address).content.decode()
        answer = client.post(address, {"do": "block", "reason": "Так надо"})
        assert answer.status_code == 422
        assert OF_ADMINISTRATOR in answer.content.decode()
        standing = block(theirs.user, place, head)
        client.post(reverse("accounts:access_revoke", args=[standing.pk]), {"do": "lift", "reason": "Так надо"})
        assert usable(theirs.user) == []
        listed = client.get("/administration/").content.decode()
        assert reverse("accounts:access_edit", args=[standing.pk]) not in listed, "nothing is offered that is refused"


class TestAskedAgainUnderTheLock:
    def test_who_was_blocked_a_moment_ago_acts_no_more(self, place, head):
        other = factories.acting(place)
        worker = factories.acting(place, rights=VIEW)
        asked, _ = ask_for_right(Right.VIEW_PROTOCOLS, actor=worker)
        block(other.user, place, head)
        given = Given(rights=VIEW)
        named = Named(snils=factories.snils(70_001), last_name="А", first_name="Б")
        for act in (
            lambda: create_grant(user=worker.user, organization=place, rights=VIEW, source=Source.GRANT, actor=other),
            lambda: revoke_grant(worker.grant, actor=other, reason="Проверка"),
            lambda: change_access(worker.grant, given, actor=other),
            lambda: give_access(named, given, actor=other),
            lambda: grant_request(asked, actor=other),
            lambda: decline_request(asked, actor=other, reason="Проверка"),
            lambda: confirm_grants([worker.grant.pk], actor=other),
        ):
            with pytest.raises(GrantRefused, match="ваш собственный доступ изменился"):
                act()
        assert usable(worker.user) == [worker.grant]

    def test_whose_browser_was_signed_out_acts_no_more(self, place, head):
        session = SignInSession.objects.create(user=head.user, grant=head.grant)
        signed_in = replace(head, sign_in=session)
        confirm_grants([], actor=signed_in)
        SignInSession.objects.filter(pk=session.pk).end("by_person")
        with pytest.raises(GrantRefused, match="ваш собственный доступ изменился"):
            confirm_grants([], actor=signed_in)


def test_the_organization_is_the_first_lock_of_every_verb(place, head):
    """Verbs that lock in another order would wait for each other for ever."""
    worker = factories.acting(place, rights=VIEW)
    asked, other = (ask_for_right(right, actor=worker)[0] for right in (Right.VIEW_PROTOCOLS, Right.VIEW_FLAGS))
    theirs = by_role(place)
    standing: list[Grant] = []
    given = Given(rights=VIEW)
    named = Named(snils=factories.snils(70_003), last_name="А", first_name="Б")
    for verb in (
        lambda: ask_for_right(Right.VIEW_MESSAGES, actor=worker),
        lambda: decline_request(other, actor=head, reason="Не нужно"),
        lambda: grant_request(asked, actor=head),
        lambda: give_access(named, given, actor=head),
        lambda: change_access(Grant.objects.get(user=worker.user, revoked_at=None), given, actor=head),
        lambda: standing.append(block_access(theirs, actor=head, reason="Проверка")),
        lambda: lift_block(standing[0], actor=head, reason="Разобрались"),
        lambda: confirm_grants([worker.grant.pk], actor=head),
        lambda: end_access(Grant.objects.get(user=worker.user, revoked_at=None), actor=head, reason="Уволен"),
        lambda: create_grant(user=worker.user, organization=place, rights=VIEW, source=Source.GRANT, actor=head),
        lambda: revoke_grant(Grant.objects.get(user=worker.user, revoked_at=None), actor=head, reason="Уволен"),
    ):
        with CaptureQueriesContext(connection) as queries:
            verb()
        asks = [each["sql"] for each in queries if not each["sql"].startswith(("SAVEPOINT", "RELEASE"))]
        writing = next(sql for sql in asks if "FOR NO KEY UPDATE" in sql or not sql.startswith("SELECT"))
        assert 'FROM "accounts_organization"' in writing
        assert "FOR NO KEY UPDATE" in writing


class TestTheLastAdministrator:
    def test_an_invited_administrator_is_none_yet(self, place, head):
        factories.grant(factories.user(esia_oid=None), place)
        with pytest.raises(GrantRefused, match="последний администратор"):
            revoke_grant(head.grant, actor=head, reason="Ухожу")

    @pytest.mark.parametrize(
        ("role", "person"),
        [
            ({"branch_oid": 5}, {}),
            ({"is_liquidated": True}, {}),
            ({"active": False}, {}),
            ({"gone_at": timezone.now()}, {}),
            ({}, {"is_active": False}),
        ],
    )
    def test_a_head_who_cannot_act_is_none(self, place, head, role, person):
        EsiaRole.objects.create(
            user=factories.user(**person),
            org_oid=place.esia_oid,
            full_name="О",
            chief=True,
            seen_at=timezone.now(),
            **role,
        )
        with pytest.raises(GrantRefused, match="последний администратор"):
            revoke_grant(head.grant, actor=head, reason="Ухожу")

    def test_a_head_who_can_is_enough(self, place, head):
        EsiaRole.objects.create(
            user=factories.user(), org_oid=place.esia_oid, full_name="О", chief=True, seen_at=timezone.now()
        )
        assert revoke_grant(head.grant, actor=head, reason="Ухожу")

    def test_the_head_of_a_branch_is_not_the_head(self, place, head):
        branch = branch_of(place)
        theirs = by_role(place, branch=branch, chief=True)
        block(theirs.user, place, head)
        assert usable(theirs.user) == []

    def test_no_block_holds_against_the_head(self, place, head):
        theirs = by_role(place)
        block(theirs.user, place, head)
        EsiaRole.objects.filter(user=theirs.user).update(chief=True)
        assert usable(theirs.user) == [theirs]


class TestABlockHolds:
    def test_past_the_last_day_of_the_rights_it_keeps(self, place, head):
        theirs = by_role(place)
        end = timezone.now() + timedelta(days=3)
        standing = block(theirs.user, place, head, rights=VIEW, until=end)
        with time_machine.travel(end + timedelta(days=1), tick=False):
            assert usable(theirs.user) == []
            lift_block(standing, actor=head, reason="Разобрались")
            assert usable(theirs.user) == [theirs], "the kept rights were over"

    def test_the_table_says_so_of_all_that_it_closes(self, place, head, client):
        branch = branch_of(place)
        theirs = by_role(place)
        in_branch = factories.grant(theirs.user, place, branch=branch, rights=VIEW)
        end = timezone.now() + timedelta(days=3)
        block(theirs.user, place, head, until=end)
        branch_head = factories.acting(place, branch=branch)
        with time_machine.travel(end + timedelta(days=1), tick=False):
            for who, seen in ((head, 3), (branch_head, 1)):
                factories.sign_in(client, who)
                (person,) = client.get("/administration/?state=blocked").context["rows"]
                assert [each.state for each in person.grants] == ["Заблокирован"] * seen
                for state in ("active", "ended", "waiting", "unconfirmed"):
                    rows = client.get(f"/administration/?state={state}").context["rows"]
                    assert theirs.user.pk not in {each.pk for each in rows}
        assert in_branch.user == theirs.user

    def test_adding_and_answering_lift_nothing_by_the_way(self, place, head):
        worker = factories.acting(place, rights=VIEW)
        asked, _ = ask_for_right(Right.VIEW_PROTOCOLS, actor=worker)
        standing = block(worker.user, place, head, rights=VIEW)
        named = Named(snils=worker.user.snils, last_name="А", first_name="Б")
        with pytest.raises(GrantRefused, match="заблокирован"):
            give_access(named, Given(rights=VIEW), actor=head)
        AccessRequest.objects.filter(pk=asked.pk).update(state=RequestState.OPEN, decided_at=None)
        with pytest.raises(GrantRefused, match="заблокирован"):
            grant_request(asked, actor=head)
        standing.refresh_from_db()
        assert standing.revoked_at is None

    def test_nor_does_a_branch_open_under_a_block_of_the_whole(self, place, head):
        branch = branch_of(place)
        worker = factories.acting(place, rights=VIEW)
        block(worker.user, place, head)
        named = Named(snils=worker.user.snils, last_name="А", first_name="Б")
        with pytest.raises(GrantRefused, match="во всей организации"):
            give_access(named, Given(branch=branch, rights=VIEW), actor=head)

    def test_access_that_is_over_is_not_prolonged_by_the_way(self, place, head):
        end = timezone.now() + timedelta(days=3)
        worker = factories.user()
        given = create_grant(user=worker, organization=place, rights=VIEW, until=end, source=Source.GRANT, actor=head)
        asked, _ = ask_for_right(Right.VIEW_PROTOCOLS, actor=acting_by(given, worker))
        named = Named(snils=worker.snils, last_name="А", first_name="Б")
        with pytest.raises(GrantRefused, match="уже есть доступ"):
            give_access(named, Given(rights=VIEW), actor=head)
        with time_machine.travel(end + timedelta(days=1), tick=False):
            with pytest.raises(GrantRefused, match="закончился"):
                grant_request(asked, actor=head)
            with pytest.raises(GrantRefused, match="закончился"):
                give_access(named, Given(rights=VIEW), actor=head)
            assert usable(worker) == []

    def test_a_yes_keeps_the_term(self, place, head):
        end = timezone.now() + timedelta(days=30)
        worker = factories.user()
        given = create_grant(user=worker, organization=place, rights=VIEW, until=end, source=Source.GRANT, actor=head)
        asked, _ = ask_for_right(Right.VIEW_PROTOCOLS, actor=acting_by(given, worker))
        assert grant_request(asked, actor=head).until == end

    def test_requests_end_with_the_access(self, place, head):
        for end in (
            lambda who: block(who.user, place, head),
            lambda who: revoke_grant(who.grant, actor=head, reason="Уволен"),
        ):
            worker = factories.acting(place, rights=VIEW)
            asked, _ = ask_for_right(Right.VIEW_PROTOCOLS, actor=worker)
            end(worker)
            asked.refresh_from_db()
            assert (asked.state, asked.decided_by) == (RequestState.CLOSED, head.user)
            with pytest.raises(WrongState):
                grant_request(asked, actor=head)

    def test_a_block_of_a_role_keeps_what_people_gave(self, place, head):
        theirs = by_role(place)
        factories.grant(theirs.user, place, rights=VIEW)
        standing = block_access(theirs, actor=head, reason="Проверка")
        assert (standing.rights, standing.block_reason) == (list(VIEW), "Проверка")
        opened = lift_block(standing, actor=head, reason="Разобрались")
        assert set(usable(theirs.user)) == {theirs, opened}
        closed = Event.objects.filter(verb="grant.revoked").latest("pk")
        assert (closed.payload["lifted"], closed.payload["reason"]) == (True, "Разобрались")

    def test_rights_that_the_organization_has_no_more_are_not_in_the_way(self, place, head):
        foreign = Right.IMPORT_REPORTS.value
        worker = factories.acting(place, rights=[*VIEW, foreign, "sout.abolished"])
        asked, _ = ask_for_right(Right.VIEW_PROTOCOLS, actor=worker)
        assert grant_request(asked, actor=head).rights == [*VIEW, "protocols.view"]
        other = factories.grant(factories.user(), place, rights=[foreign])
        assert change_access(other, Given(rights=VIEW), actor=head).rights == list(VIEW)
        kept = Grant.objects.create(
            user=factories.user(), organization=place, rights=[*VIEW, foreign], is_blocked=True, source=Source.DEMO
        )
        opened = lift_block(kept, actor=head, reason="Вернулся")
        assert opened is not None
        assert opened.rights == list(VIEW)


class TestTheBlockedPersonIsTold:
    def test_by_whom_when_and_why(self, place, client):
        head = factories.acting(place)
        theirs = by_role(place)
        factories.sign_in(client, acting_by(theirs, theirs.user))
        block(theirs.user, place, head, block_reason="Проверка безопасности.")
        (card,) = organization_cards(theirs.user)
        assert card.entries == []
        (said,) = card.blocks
        assert head.user.short_name in said
        assert f"{timezone.localdate():%d.%m.%Y}" in said
        assert "Причина: Проверка безопасности." in said
        assert card.reason == ""
        other = Client()
        other.force_login(theirs.user)
        page = other.get("/organizations/").content.decode()
        assert "Проверка безопасности" in page
        assert place.full_name in page
        assert ">Выбрать<" not in page

    def test_where_esia_names_no_role_too(self, place, head):
        worker = factories.acting(place, rights=VIEW)
        block(worker.user, place, head)
        (card,) = organization_cards(worker.user)
        assert "Причина не указана" in card.blocks[0]

    def test_a_block_of_a_branch_leaves_the_rest(self, place, head):
        branch = branch_of(place)
        theirs = by_role(place)
        factories.grant(theirs.user, place, branch=branch, rights=VIEW)
        create_grant(
            user=theirs.user, organization=place, branch=branch, is_blocked=True, source=Source.GRANT, actor=head
        )
        (card,) = organization_cards(theirs.user)
        assert [entry.grant_id for entry in card.entries] == [None]
        assert "Филиал 1" in card.blocks[0]

    def test_nothing_opens_by_the_role(self, place, head):
        theirs = by_role(place)
        block(theirs.user, place, head)
        said = OrganizationSaid(
            place.esia_oid, place.full_name, place.short_name, place.inn, place.kpp, place.ogrn, "LEGAL", ()
        )
        role = EsiaRole.objects.get(user=theirs.user)
        assert open_organization(said, role=role, grant=None) is None
        assert not Event.objects.filter(verb="acting.chosen").exists()


class TestTerms:
    def test_nobody_gives_beyond_his_own_last_day(self, place):
        end = timezone.now() + timedelta(days=10)
        given = Grant.objects.create(
            user=factories.user(), organization=place, is_admin=True, source=Source.DEMO, until=end
        )
        actor = acting_by(given, given.user)
        worker = factories.user()
        values: dict[str, Any] = {"organization": place, "source": Source.GRANT, "actor": actor}
        for until in (None, end + timedelta(days=1)):
            with pytest.raises(GrantRefused, match="Ваш собственный доступ действует по"):
                create_grant(user=worker, rights=VIEW, until=until, **values)
            with pytest.raises(GrantRefused, match="Ваш собственный доступ действует по"):
                create_grant(user=actor.user, is_admin=True, until=until, **values)
        assert create_grant(user=worker, rights=VIEW, until=end, **values).until == end

    def test_what_others_gave_for_longer_stays(self, place):
        end = timezone.now() + timedelta(days=10)
        given = Grant.objects.create(
            user=factories.user(), organization=place, is_admin=True, source=Source.DEMO, until=end
        )
        actor = acting_by(given, given.user)
        worker = factories.grant(factories.user(), place, rights=[*VIEW, Right.VIEW_FLAGS])
        fewer = change_access(worker, Given(rights=VIEW), actor=actor)
        assert fewer.until is None
        with pytest.raises(GrantRefused, match="Ваш собственный доступ действует по"):
            change_access(fewer, Given(rights=(*VIEW, Right.VIEW_FLAGS.value)), actor=actor)
        blocked = change_access(fewer, Given(rights=VIEW, is_blocked=True), actor=actor)
        assert lift_block(blocked, actor=actor, reason="Вернулся").until is None


class TestCompanionsAndPairs:
    def test_a_new_right_comes_with_its_companions(self, place, head):
        worker = factories.user()
        values: dict[str, Any] = {"user": worker, "organization": place, "source": Source.GRANT, "actor": head}
        with pytest.raises(GrantRefused, match="отметьте и «Просмотр протоколов решения комиссий»"):
            create_grant(rights=[Right.SIGN_PROTOCOLS], **values)
        assert create_grant(rights=[Right.SIGN_PROTOCOLS], is_blocked=True, **values).is_blocked

    def test_what_was_given_before_stays(self, place, head):
        old = factories.grant(factories.user(), place, rights=[Right.SIGN_PROTOCOLS, *VIEW])
        assert change_access(old, Given(rights=(Right.SIGN_PROTOCOLS.value,)), actor=head).rights

    def test_missing_ones_are_ticked_as_far_as_he_holds_them(self, place, client):
        factories.sign_in(
            client, factories.acting(place, rights=[Right.ACCESS, Right.SIGN_TRAINED, Right.VIEW_TRAINED])
        )
        answer = client.post("/administration/invite/", {"do": "complete", "rights": "training.sign_trained"})
        form = answer.context["form"]
        assert form.rights == ["training.view_trained", "training.sign_trained"]
        assert form.beyond == [Right.VIEW_NOTICE]
        assert "Попросите администратора" in answer.content.decode()

    def test_pairs_may_not_meet_in_two_branches(self, head):
        place = factories.organization(is_inspectorate=True, inspectorate="rostrud")
        head = factories.acting(place)
        worker = factories.grant(factories.user(), place, rights=[Right.SIGN_PROTOCOLS, Right.VIEW_PROTOCOLS])
        values: dict[str, Any] = {"user": worker.user, "organization": place, "source": Source.GRANT, "actor": head}
        with pytest.raises(GrantRefused, match="нельзя предоставить вместе"):
            create_grant(branch=branch_of(place), rights=[Right.REVIEW_FLAGS, Right.INSPECT_FLAGS], **values)


class TestRequests:
    def test_no_is_said_by_who_could_say_yes(self, place, head):
        keeper = factories.acting(place, rights=[Right.ACCESS])
        worker = factories.acting(place, rights=VIEW)
        asked, _ = ask_for_right(Right.VIEW_PROTOCOLS, actor=worker)
        with pytest.raises(GrantRefused, match="у кого это право есть"):
            decline_request(asked, actor=keeper, reason="Не нужно")
        assert decline_request(asked, actor=head, reason="Не нужно").state == RequestState.DECLINED

    def test_not_asked_again_right_after_a_refusal(self, place, head, client):
        worker = factories.acting(place, rights=VIEW)
        asked, _ = ask_for_right(Right.VIEW_PROTOCOLS, actor=worker)
        decline_request(asked, actor=head, reason="Не нужно.")
        day = timezone.localdate() + timedelta(days=7)
        with pytest.raises(GrantRefused, match=f"Причина: Не нужно. Попросить о нём снова можно после {day:%d.%m.%Y}"):
            ask_for_right(Right.VIEW_PROTOCOLS, actor=worker)
        ask_for_right(Right.VIEW_FLAGS, actor=worker)
        with time_machine.travel(timezone.now() + timedelta(days=7, minutes=1), tick=False):
            assert ask_for_right(Right.VIEW_PROTOCOLS, actor=worker)[1]

    def test_the_list_holds_what_can_be_answered(self, place, head, client):
        keepers = [factories.acting(place, rights=VIEW) for _ in range(23)]
        for each in keepers:
            ask_for_right(Right.VIEW_PROTOCOLS, actor=each)
        unknown = AccessRequest.objects.create(user=keepers[0].user, organization=place, right="sout.abolished")
        # as they were left before requests ended with the access
        Grant.objects.filter(pk=keepers[1].grant.pk).update(revoked_at=timezone.now(), reason="Уволен")
        factories.sign_in(client, head)
        page = client.get("/administration/")
        assert page.status_code == 200
        shown = [each for each, _ in [*page.context["first_asked"], *page.context["more_asked"]]]
        assert {each.user_id for each in shown} == {each.user.pk for each in keepers} - {keepers[1].user.pk}
        assert unknown not in shown
        assert "Показать остальные: 2" in page.content.decode()
        assert "не все просьбы" not in page.content.decode()

    def test_however_many_ask_the_list_stays_short(self, place, head, client):
        rights = [each.value for each in Right if each.kinds == Right.VIEW_REPORTS.kinds]
        for _ in range(6):
            asker = factories.acting(place, rights=[Right.SETTINGS])
            AccessRequest.objects.bulk_create(
                AccessRequest(user=asker.user, organization=place, right=code) for code in rights
            )
        factories.sign_in(client, head)
        page = client.get("/administration/")
        assert len(page.context["first_asked"]) + len(page.context["more_asked"]) == 100
        assert "Показать остальные: 80" in page.content.decode()
        assert "не все просьбы" in page.content.decode()


class TestTextThatAnybodyMayType:
    @pytest.mark.parametrize("day", ["9999-12-31", "2100-01-01"])
    def test_a_day_too_far_away(self, head, client, day):
        factories.sign_in(client, head)
        form = {"do": "save", "rights": "sout.view_reports", "last_name": "А", "first_name": "Б", "until": day}
        answer = client.post("/administration/invite/", form | {"snils": factories.snils(70_002)})
        assert answer.status_code == 422
        assert "не позже 31.12.2099" in answer.content.decode()

    @pytest.mark.parametrize(("reason", "said"), [("х" * 501, "больше 500"), ("\x00", "Укажите причину")])
    def test_reasons(self, place, head, client, reason, said):
        worker = factories.acting(place, rights=VIEW)
        asked, _ = ask_for_right(Right.VIEW_PROTOCOLS, actor=worker)
        factories.sign_in(client, head)
        ended = client.post(reverse("accounts:access_revoke", args=[worker.grant.pk]), {"reason": reason}, follow=True)
        assert said in ended.content.decode()
        declined = client.post(reverse("accounts:access_request", args=[asked.pk]), {"do": "decline", "reason": reason})
        assert declined.status_code == 422
        assert said in declined.content.decode()
        assert usable(worker.user) == [worker.grant]

    @pytest.mark.parametrize("text", ["9" * 5000, str(2**63), "²", "-1", "\x00", "1e3"])
    def test_ids(self, head, client, text):
        factories.sign_in(client, head)
        assert client.get("/home/", {"asked": text}).status_code == 200
        assert client.post("/administration/review/", {"grant": text}).status_code == 302
        assert client.post("/organizations/choose/", {"role": text, "grant": text}).status_code == 404
        assert client.post(reverse("core:notices_read"), {"up_to": text}).status_code == 302


class TestPagesOfABlockAndOfAStaleGrant:
    def test_lifting_says_what_it_opens(self, place, head, client):
        theirs = by_role(place)
        standing = block(theirs.user, place, head, rights=VIEW)
        factories.sign_in(client, head)
        page = client.get(reverse("accounts:access_edit", args=[standing.pk]))
        text = page.content.decode()
        assert page.context["opens"] == ["«Просмотр отчетов СОУТ»", "администратор по роли в ЕСИА"]
        assert "Снять блокировку" in text
        assert "Прекратить доступ</button>" not in text, "ending the block would open the role"
        address = reverse("accounts:access_revoke", args=[standing.pk])
        refused = client.post(address, {"reason": "Уволен"}, follow=True)
        assert "сняло бы и блокировку" in refused.content.decode()
        assert usable(theirs.user) == []
        done = client.post(address, {"do": "lift", "reason": "Разобрались"}, follow=True)
        assert "Блокировка снята." in done.content.decode()
        assert len(usable(theirs.user)) == 2

    def test_lifting_promises_nothing_while_the_whole_organization_is_blocked(self, place, head, client):
        branch = branch_of(place)
        worker = factories.user()
        block(worker, place, head)
        standing = block(worker, place, head, branch=branch, rights=VIEW)
        factories.sign_in(client, head)
        page = client.get(reverse("accounts:access_edit", args=[standing.pk]))
        assert page.context["opens"] == []
        assert "он заблокирован и во всей организации" in page.content.decode()
        lift_block(standing, actor=head, reason="Проверка")
        assert usable(worker) == []

    def test_a_block_of_all_that_there_was_may_end(self, place, head, client):
        worker = factories.acting(place, rights=VIEW)
        standing = block(worker.user, place, head, rights=VIEW)
        factories.sign_in(client, head)
        address = reverse("accounts:access_revoke", args=[standing.pk])
        assert "Доступ прекращён." in client.post(address, {"reason": "Уволен"}, follow=True).content.decode()
        assert usable(worker.user) == []

    def test_the_page_of_a_blocked_role_leads_to_the_block(self, place, head, client):
        theirs = by_role(place)
        standing = block_access(theirs, actor=head, reason="Проверка")
        factories.sign_in(client, head)
        text = client.get(reverse("accounts:access_edit", args=[theirs.pk])).content.decode()
        assert reverse("accounts:access_edit", args=[standing.pk]) in text
        assert "Причина: Проверка" in text
        again = client.post(reverse("accounts:access_edit", args=[theirs.pk]), {"do": "block", "reason": "Ещё раз"})
        assert "уже заблокирован" in again.content.decode()

    def test_a_stale_page_ends_nothing_and_says_so(self, place, head, client):
        old = factories.grant(factories.user(), place, rights=VIEW)
        now = change_access(old, Given(rights=(Right.VIEW_FLAGS.value,)), actor=head)
        factories.sign_in(client, head)
        answer = client.post(reverse("accounts:access_revoke", args=[old.pk]), {"reason": "Уволен"}, follow=True)
        assert answer.redirect_chain[-1][0] == reverse("accounts:access_edit", args=[now.pk])
        text = answer.content.decode()
        assert "Не сделано" in text
        assert "Доступ прекращён." not in text
        assert usable(old.user) == [now]
        revoke_grant(now, actor=head, reason="Уволен")
        answer = client.post(reverse("accounts:access_revoke", args=[now.pk]), {"reason": "Уволен"}, follow=True)
        assert "Этот доступ уже прекращён." in answer.content.decode()


class TestReview:
    def test_each_scope_has_its_reviewers(self, place):
        branch, other = branch_of(place), branch_of(place, 2)
        with time_machine.travel(timezone.now() - timedelta(days=100), tick=False):
            head, in_branch, elsewhere = (
                factories.acting(place),
                factories.acting(place, branch=branch),
                factories.acting(place, branch=other),
            )
            worker = factories.grant(factories.user(), place, branch=branch, rights=VIEW)
            sole = factories.acting()
        keeper = factories.acting(place, rights=VIEW)
        remind_of_reviews()
        told = {each.user_id for each in Notice.objects.filter(key__startswith="access.review:")}
        assert told == {head.user.pk, in_branch.user.pk}, "others have nobody to review, or may not"
        notice = Notice.objects.visible_to(in_branch).get()
        assert notice.branch == branch
        assert remind_of_reviews() == 2
        assert Notice.objects.filter(key__startswith="access.review:").count() == 2
        assert elsewhere.grant.branch == other
        assert sole.user.pk not in told
        assert keeper.user.pk not in told
        assert confirm_grants([worker.pk], actor=elsewhere) == 0
        assert confirm_grants([worker.pk], actor=in_branch) == 1

    def test_the_list_says_what_a_block_shuts(self, place, client):
        branch = branch_of(place)
        with time_machine.travel(timezone.now() - timedelta(days=100), tick=False):
            head = factories.acting(place)
            worker = factories.grant(factories.user(), place, branch=branch, rights=VIEW)
        block(worker.user, place, head)
        factories.sign_in(client, head)
        assert "Заблокирован" in client.get("/administration/review/").content.decode()

    def test_a_keeper_is_not_led_to_what_he_may_not_change(self, place, client):
        with time_machine.travel(timezone.now() - timedelta(days=100), tick=False):
            head = factories.acting(place)
            worker = factories.grant(factories.user(), place, rights=VIEW)
        factories.sign_in(client, factories.acting(place, rights=KEEPER))
        text = client.get("/administration/review/").content.decode()
        assert head.user.full_name in text
        assert reverse("accounts:access_edit", args=[head.grant.pk]) not in text
        assert reverse("accounts:access_edit", args=[worker.pk]) in text

    def test_access_that_ends_while_the_page_is_made_is_left_out(self, place, head, client, monkeypatch):
        with time_machine.travel(timezone.now() - timedelta(days=100), tick=False):
            factories.grant(factories.user(), place, rights=VIEW)
        factories.sign_in(client, head)
        assert len(client.get("/administration/review/").context["rows"]) == 1
        monkeypatch.setattr("accounts.views.access_review.people_with_access", lambda acting: User.objects.none())
        assert client.get("/administration/review/").context["rows"] == []

    def test_only_what_is_on_the_list_is_confirmed(self, place):
        with time_machine.travel(timezone.now() - timedelta(days=100), tick=False):
            head = factories.acting(place)
            theirs = by_role(place)
            due = factories.grant(factories.user(), place, rights=VIEW)
        fresh = factories.grant(factories.user(), place, rights=VIEW)
        assert confirm_grants([head.grant.pk, theirs.pk, due.pk, fresh.pk], actor=head) == 1
