"""Addresses that people type: nothing goes there before the link in a letter is followed."""

from __future__ import annotations

import re

import pytest
import time_machine
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.acting import Acting
from accounts.models import Branch, Grant, Organization
from core.journal.models import Event
from core.notifications.addresses import (
    CONFIRMATIONS_AN_HOUR,
    AddressRefused,
    add_copy_address,
    ask_own_address,
    change_topics,
    confirm_address,
    drop_own_address,
    keep_address,
    remove_address,
)
from core.notifications.keeping import pause_unkept
from core.notifications.models import Address, Fate, Notice, Topic
from core.notifications.readers import email_of
from core.notifications.sending import send_due
from core.notifications.spreading import spread_new
from tests import factories
from tests.core.notifications.mailing import moscow, reader, say, tick

pytestmark = pytest.mark.django_db


@pytest.fixture
def employer() -> Organization:
    return factories.organization(short_name="АО «Завод»")


@pytest.fixture
def who(employer: Organization) -> Acting:
    return reader(employer, email="esia@mail.example")


def link(word: str) -> str:
    """The path of a link in the last letter."""
    found = re.search(rf"http://127\.0\.0\.1:8000(/notices/address/\S+/{word}/)", mail.outbox[-1].body)
    assert found, mail.outbox[-1].body
    assert "@" not in found[1], "no address in an address"
    return found[1]


def test_the_persons_own_address(who: Acting, employer: Organization) -> None:
    ask_own_address(who.user, "own@mail.example")
    assert tick() == 1
    assert mail.outbox[0].to == ["own@mail.example"]
    assert f"{who.user.full_name}, здравствуйте!" in mail.outbox[0].body
    path = link("confirm")
    assert email_of(who.user) == "esia@mail.example", "not before the link is followed"
    stranger = Client()
    assert "Подтвердить адрес" in stranger.get(path).content.decode()
    assert email_of(who.user) == "esia@mail.example", "a GET of a mail scanner confirms nothing"
    assert "Адрес подтверждён" in stranger.post(path).content.decode()
    say(employer)
    assert tick() == 1
    assert mail.outbox[-1].to == ["own@mail.example"]
    assert "Адрес подтверждён" in stranger.post(path).content.decode(), "a second time changes nothing"
    assert Event.objects.filter(verb="address.confirmed").count() == 1
    drop_own_address(who.user)
    assert email_of(who.user) == "esia@mail.example"


def test_a_new_address_takes_the_place_of_the_old_one(who: Acting) -> None:
    for email in ("first@mail.example", "second@mail.example"):
        confirm_address(ask_own_address(who.user, email), actor=who)
    assert email_of(who.user) == "second@mail.example"
    assert Address.objects.of_person(who.user).count() == 1


def test_the_link_grows_old(who: Acting) -> None:
    with time_machine.travel(moscow(23, 12), tick=False) as clock:
        ask_own_address(who.user, "own@mail.example")
        tick()
        path = link("confirm")
        clock.move_to(moscow(26, 12, 1))
        answer = Client().post(path)
        assert answer.status_code == 410
        assert "Ссылка больше не действует" in answer.content.decode()
    assert email_of(who.user) == "esia@mail.example"


def test_a_changed_link_is_nobodys(who: Acting) -> None:
    ask_own_address(who.user, "own@mail.example")
    tick()
    path = link("confirm")
    for wrong in (path.replace("/address/", "/address/1"), reverse("core:address_confirm", args=["1:x:y"])):
        assert Client().get(wrong).status_code == 404
    assert Client().post(path.replace("/confirm/", "/stop/")).status_code == 404, "a link is for one purpose"


def test_a_request_that_was_replaced_confirms_nothing(who: Acting) -> None:
    ask_own_address(who.user, "first@mail.example")
    tick()
    path = link("confirm")
    ask_own_address(who.user, "second@mail.example")
    assert Client().post(path).status_code == 404
    assert email_of(who.user) == "esia@mail.example"


def test_nobody_writes_to_strangers_without_end(who: Acting) -> None:
    for number in range(CONFIRMATIONS_AN_HOUR):
        ask_own_address(who.user, f"a{number}@mail.example")
    with pytest.raises(AddressRefused, match="За час"):
        ask_own_address(who.user, "one-too-many@mail.example")


def test_copies_go_to_the_organizations_address(who: Acting, employer: Organization) -> None:
    address = add_copy_address(who, email="safety@plant.example", topics=[Topic.FLAGS])
    tick()
    assert "АО «Завод»" in mail.outbox[0].body
    say(employer)
    assert tick() == 1, "not confirmed: to the person only"
    confirm_address(address, actor=None)
    say(employer)
    say(employer, topic=Topic.MESSAGES)
    say(employer, user=who.user)
    mail.outbox.clear()
    tick()
    copies = [letter for letter in mail.outbox if letter.to == ["safety@plant.example"]]
    assert len(copies) == 1, "of a chosen topic, and not what is told to one person"
    assert "Здравствуйте!" in copies[0].body
    assert who.user.last_name not in copies[0].body
    assert "/settings/addresses/" in copies[0].body
    mail.outbox[:] = copies
    path = link("stop")
    assert "Больше не присылать" in Client().get(path).content.decode()
    assert "Писем больше не будет" in Client().post(path).content.decode()
    mail.outbox.clear()
    say(employer)
    tick()
    assert [letter.to for letter in mail.outbox] == [["esia@mail.example"]]


def test_an_address_removed_before_the_copy_left(who: Acting, employer: Organization) -> None:
    address = add_copy_address(who, email="safety@plant.example", topics=[Topic.FLAGS])
    confirm_address(address, actor=None)
    tick()
    mail.outbox.clear()
    say(employer)
    spread_new()
    remove_address(address, actor=who)
    send_due()
    assert [letter.to for letter in mail.outbox] == [["esia@mail.example"]]


def test_an_address_of_a_branch_gets_what_is_told_to_the_branch(employer: Organization) -> None:
    branch = Branch.objects.create(organization=employer, name="Филиал", kpp="661243001")
    there = reader(employer, branch=branch)
    confirm_address(add_copy_address(there, email="branch@plant.example", topics=[Topic.FLAGS]), actor=None)
    say(employer)
    say(employer, branch=branch)
    tick()
    assert [letter.to for letter in mail.outbox].count(["branch@plant.example"]) == 1
    head = reader(employer)
    assert Address.objects.visible_to(head).count() == 1, "the parent's keeper sees all"
    assert Address.objects.visible_to(reader(employer, rights=("sout.view_reports",))).count() == 0


def test_the_journal_holds_no_address(who: Acting) -> None:
    confirm_address(ask_own_address(who.user, "own@mail.example"), actor=who)
    drop_own_address(who.user)
    remove_address(add_copy_address(who, email="safety@plant.example", topics=[Topic.FLAGS]), actor=who)
    events = Event.objects.filter(verb__startswith="address.")
    assert events.count() == 5
    assert not [event for event in events if "example" in str(event.payload)]


def copy_of(who: Acting, *topics: str) -> Address:
    """A confirmed address of the organization, asked for by `who`."""
    address = add_copy_address(who, email="safety@plant.example", topics=topics or (Topic.FLAGS,))
    confirm_address(address, actor=None)
    tick()
    mail.outbox.clear()
    return Address.objects.get(pk=address.pk)


def copies() -> int:
    """How many came since this was asked last."""
    tick()
    came = [letter.to for letter in mail.outbox].count(["safety@plant.example"])
    mail.outbox.clear()
    return came


def leaves(who: Acting) -> None:
    Grant.objects.filter(user=who.user).update(revoked_at=timezone.now(), reason="Уволен")


def test_a_copy_is_what_the_keeper_sees_himself(employer: Organization) -> None:
    keeper = reader(employer, rights=("admin.settings", "control.view_messages"))
    copy_of(keeper, Topic.FLAGS, Topic.MESSAGES)
    say(employer, right="control.view_flags")
    say(employer, topic=Topic.MESSAGES, right="control.view_messages")
    assert copies() == 1, "of the one that he may read"
    factories.grant(keeper.user, factories.organization())
    Grant.objects.filter(user=keeper.user, organization=employer).update(revoked_at=timezone.now(), reason="Перешёл")
    say(employer, topic=Topic.MESSAGES, right="control.view_messages")
    assert copies() == 0, "access elsewhere is no access here"


def test_access_that_ended_before_the_copy_left(who: Acting, employer: Organization) -> None:
    address = copy_of(who)
    say(employer)
    spread_new()
    leaves(who)
    assert copies() == 0
    assert address.letters.get(notice__isnull=False).fate == Fate.NO_ACCESS


def test_copies_pause_and_the_keepers_of_settings_are_told_once(who: Acting, employer: Organization) -> None:
    address = copy_of(who)
    assert pause_unkept() == 0
    leaves(who)
    assert [pause_unkept(), pause_unkept()] == [1, 0]
    notice = Notice.objects.get(key__startswith="address.paused")
    assert (notice.organization, notice.right, notice.topic) == (employer, "admin.settings", Topic.ACCESS)
    assert notice.url == reverse("accounts:settings_address", args=[address.pk])
    assert "example" not in f"{notice.text} {notice.why}"
    assert Event.objects.get(verb="address.paused").organization == employer
    factories.grant(who.user, employer)
    say(employer)
    assert copies() == 0, "back again, but nobody has kept the address yet"
    colleague = reader(employer, rights=("admin.settings", "control.view_flags"))
    with pytest.raises(AddressRefused, match="нет прав"):
        keep_address(address, [Topic.ACCESS], acting=colleague)
    kept = keep_address(address, [Topic.FLAGS, Topic.ACCESS], acting=colleague)
    assert (kept.keeper_id, kept.topics) == (colleague.user.pk, [Topic.FLAGS])
    say(employer, right="control.view_flags")
    assert copies() == 1
    assert keep_address(address, [Topic.FLAGS], acting=who).kept_by == colleague.user, "only what has paused is kept"
    leaves(colleague)
    assert pause_unkept() == 1
    assert Notice.objects.filter(key__startswith="address.paused").count() == 2, "a second time is news again"


def test_an_address_of_the_whole_is_not_kept_from_a_branch(employer: Organization) -> None:
    branch = Branch.objects.create(organization=employer, name="Филиал", kpp="661243001")
    there, whole = reader(employer, branch=branch), reader(employer)
    of_branch = copy_of(there)
    of_whole = add_copy_address(whole, email="whole@plant.example", topics=[Topic.FLAGS])
    assert pause_unkept() == 0
    leaves(whole)
    factories.grant(whole.user, employer, branch=branch)
    assert pause_unkept() == 1
    of_whole.refresh_from_db()
    of_branch.refresh_from_db()
    assert (of_whole.paused_at is None, of_branch.paused_at) == (False, None)
    leaves(there)
    assert pause_unkept() == 1
    assert Notice.objects.filter(key__startswith="address.paused", branch=branch).count() == 1


def test_who_saves_the_topics_answers_for_the_address(who: Acting, employer: Organization) -> None:
    address = copy_of(who)
    colleague = reader(employer, rights=("admin.settings", "control.view_messages"))
    changed = change_topics(address, [Topic.FLAGS, Topic.MESSAGES], version=address.version, acting=colleague)
    assert changed.kept_by == colleague.user
    say(employer, right="control.view_flags")
    assert copies() == 0, "a topic added to the mailbox of an administrator opens nothing to who has no right"
    again = change_topics(changed, [Topic.FLAGS, Topic.MESSAGES], version=changed.version, acting=colleague)
    assert again.version == changed.version


def test_pausing_costs_the_same_for_one_and_many(employer: Organization) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert pause_unkept() == 0
        return len(asked)

    copy_of(reader(employer))
    one = cost()
    for number in range(5):
        place = factories.organization()
        add_copy_address(reader(place), email=f"a{number}@plant.example", topics=[Topic.FLAGS])
    assert cost() == one
