"""The bell, the one button, and the personal settings."""

from __future__ import annotations

from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts.acting import Acting
from core import landing
from core.journal.models import Event
from core.notifications.models import Address, Notice, Preferences, Topic, Way
from tests import factories
from tests.core.notifications.mailing import reader, say, tick

pytestmark = pytest.mark.django_db
SETTINGS = "/notices/settings/"


@pytest.fixture
def who() -> Acting:
    return reader(factories.organization(short_name="АО «Завод»"))


@pytest.fixture
def client(who: Acting) -> Client:
    return factories.sign_in(Client(), who)


def posted(**changes: Any) -> dict[str, Any]:
    ways = {f"way_{topic.value}": Way.AT_ONCE.value for topic in Topic}
    return {"do": "save", "version": 0, "digest_at": "09:00", "quiet_from": "", "quiet_until": ""} | ways | changes


def open_url(notice: Notice) -> str:
    return reverse("core:notice_open", args=[notice.pk])


def test_the_bell_filters(who: Acting, client: Client) -> None:
    say(who.organization, "О признаках.", topic=Topic.FLAGS)
    seen = say(who.organization, "О сообщении.", topic=Topic.MESSAGES, due_on=None)
    client.get(open_url(seen))
    everything = client.get("/notices/").content.decode()
    assert "О признаках." in everything
    assert "Почему вам: Отчёт составлен о рабочих местах вашей организации" in everything
    by_topic = client.get("/notices/?topic=messages").content.decode()
    assert "О сообщении." in by_topic
    assert "О признаках." not in by_topic
    unread = client.get("/notices/?unread=on").content.decode()
    assert "О признаках." in unread
    assert "О сообщении." not in unread


def test_marking_a_topic_leaves_the_others(who: Acting, client: Client) -> None:
    say(who.organization, topic=Topic.FLAGS)
    newest = say(who.organization, topic=Topic.MESSAGES)
    client.post("/notices/read/", {"up_to": newest.pk, "topic": "messages"})
    assert Notice.objects.visible_to(who).unread_by(who.user).get().topic == Topic.FLAGS


def test_the_button_marks_as_read_and_leads_on(who: Acting, client: Client) -> None:
    notice = say(who.organization, url="/notices/?topic=flags")
    for _ in range(2):
        answer = client.get(open_url(notice))
        assert (answer.status_code, answer["Location"]) == (302, "/notices/?topic=flags")
    assert not Notice.objects.visible_to(who).unread_by(who.user).exists()
    assert notice.readings.count() == 1


def test_a_notice_leads_nowhere_else(who: Acting, client: Client) -> None:
    for url in ("https://elsewhere.example/", "//elsewhere.example/"):
        assert client.get(open_url(say(who.organization, url=url)))["Location"] == reverse("core:notices")


def test_a_stranger_signs_in_first_and_comes_back(who: Acting) -> None:
    notice = say(who.organization)
    client = Client()
    assert client.get(open_url(notice))["Location"] == reverse("accounts:start")
    assert client.session[landing.SESSION_KEY]["path"] == open_url(notice)
    absent = client.get(reverse("core:notice_open", args=[10**30]))
    assert absent["Location"] == reverse("accounts:start"), "a stranger is not told what exists"


def test_who_may_not_see_it_is_told_what_an_absent_one_is_told(client: Client) -> None:
    foreign = say(factories.organization())
    assert client.get(open_url(foreign)).status_code == 404
    assert client.get(reverse("core:notice_open", args=[10**30])).status_code == 404


def test_a_notice_of_another_of_my_organizations(who: Acting, client: Client) -> None:
    other = factories.organization(short_name="ООО «Другая»")
    grant = factories.grant(who.user, other)
    notice = say(other)
    text = client.get(open_url(notice)).content.decode()
    assert "ООО «Другая»" in text
    assert reverse("accounts:switch", args=[grant.pk]) in text
    assert notice.text not in text
    session = client.session
    session["esia_confirmed_organizations"] = [other.pk]
    session.save()
    answer = client.post(reverse("accounts:switch", args=[grant.pk]))
    assert answer["Location"] == open_url(notice), "the notice opens by itself"
    assert client.get(answer["Location"])["Location"] == notice.url


def test_preferences(who: Acting, client: Client) -> None:
    page = client.get(SETTINGS).content.decode()
    for words in ("Отчёты СОУТ и протоколы комиссии", "В ежедневной сводке", who.user.email, "Передан из ЕСИА"):
        assert words in page
    answer = client.post(SETTINGS, posted(way_flags="digest", quiet_from="22:00", quiet_until="07:00"))
    assert answer.status_code == 302
    saved = Preferences.objects.get(user=who.user)
    assert (saved.way("flags"), saved.way("reports"), saved.version) == (Way.DIGEST, Way.AT_ONCE, 1)
    assert Event.objects.get(verb="notices.preferences_saved").actor == who.user


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"digest_at": ""}, "Укажите время сводки."),
        ({"quiet_from": "22:00"}, "Укажите и начало, и конец тихих часов."),
        ({"quiet_from": "22:00", "quiet_until": "22:00"}, "Тихие часы не могут длиться сутки"),
        ({"way_flags": "pigeon"}, "pigeon"),
    ],
)
def test_wrong_preferences(who: Acting, client: Client, changes: dict[str, str], words: str) -> None:
    answer = client.post(SETTINGS, posted(**changes))
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not Preferences.objects.exists()


def test_two_tabs(who: Acting, client: Client) -> None:
    client.post(SETTINGS, posted(digest_at="10:00"))
    answer = client.post(SETTINGS, posted(digest_at="11:00"))
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "Настройки изменены в другой вкладке" in text
    assert "сводка в 10:00" in text
    assert 'value="11:00"' in text, "what was typed stays"
    assert 'name="version" value="1"' in text
    assert client.post(SETTINGS, posted(digest_at="11:00", version=1)).status_code == 302


def test_without_an_address_the_page_says_so() -> None:
    who = factories.acting()
    text = factories.sign_in(Client(), who).get(SETTINGS).content.decode()
    assert "Письма вам не приходят" in text


def test_asking_for_another_address(who: Acting, client: Client) -> None:
    answer = client.post(SETTINGS, {"do": "address", "email": "own@mail.example"})
    assert answer.status_code == 302
    assert tick() == 1
    assert mail.outbox[0].to == ["own@mail.example"]
    text = client.get(SETTINGS).content.decode()
    assert "Ждёт подтверждения" in text
    assert client.post(SETTINGS, {"do": "address", "email": "nonsense"}).status_code == 422
    assert client.post(SETTINGS, {"do": "address", "email": who.user.email}).status_code == 422
    client.post(SETTINGS, {"do": "forget"})
    assert not Address.objects.of_person(who.user).exists()


def test_the_last_letters_are_shown_with_their_fate(who: Acting, client: Client) -> None:
    say(who.organization, "Отправленное.")
    tick()
    say(factories.organization(), "Чужое.")
    tick()
    text = client.get(SETTINGS).content.decode()
    assert "Отправленное." in text
    assert "Отправлено" in text
    assert "Чужое." not in text


def test_the_settings_are_in_the_user_menu(client: Client) -> None:
    text = client.get("/home/").content.decode()
    assert f'href="{SETTINGS}"' in text
    assert 'href="/settings/"' in text
