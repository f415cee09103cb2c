"""Addresses that people type: nothing goes there before the link in a letter is followed."""

from __future__ import annotations

import re

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts.acting import Acting
from accounts.models import Branch, Organization
from core.journal.models import Event
from core.notifications.addresses import (
    CONFIRMATIONS_AN_HOUR,
    AddressRefused,
    add_copy_address,
    ask_own_address,
    confirm_address,
    drop_own_address,
    remove_address,
)
from core.notifications.models import Address, Topic
from core.notifications.readers import email_of
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
    from core.notifications.sending import send_due
    from core.notifications.spreading import spread_new

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
