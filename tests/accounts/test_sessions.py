"""Sessions: their list, their ends by the person and by the clock, the reason told, the id that changes with what it may do."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.acting import SESSION_GRANT, Acting
from accounts.actions import block_person, create_grant, expire_sessions, forget_sessions, unblock_person
from accounts.middleware import NOT_SENT
from accounts.models import Ended, Grant, SignInSession, Source
from accounts.sessions import SESSION_ROW
from accounts.tasks import sweep_sessions
from core.doors import SIGNED_OUT
from core.journal.models import Event
from simulators.people import ZMZ_HEAD
from tests import factories

pytestmark = pytest.mark.django_db

NOON = datetime(2030, 3, 18, 9, 0, tzinfo=UTC)  # later than what fixtures make
IDLE = timedelta(seconds=settings.SESSION_IDLE_SECONDS)
ABSOLUTE = timedelta(seconds=settings.SESSION_ABSOLUTE_SECONDS)
POLL = {"HX-Request": "true"}
PRESS = {"HX-Request": "true", "X-By-Person": "1"}
CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36"
)


@pytest.fixture
def who() -> Acting:
    return factories.acting()


@pytest.fixture
def working(who: Acting) -> Client:
    return factories.sign_in(Client(), who)


def row_of(client: Client) -> SignInSession:
    return SignInSession.objects.get(pk=client.session[SESSION_ROW])


def key_of(client: Client) -> str:
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def another(who: Acting, **fields: Any) -> SignInSession:
    return SignInSession.objects.create(user=who.user, **fields)


def told(client: Client) -> str:
    """The start page, as the redirect leads to it."""
    return client.get("/").content.decode()


HOME = "/home/"


# --- the clock


def test_idle_ends_a_session_and_the_start_page_says_so(who):
    with time_machine.travel(NOON, tick=False) as clock:
        client = factories.sign_in(Client(), who)
        clock.shift(IDLE - timedelta(seconds=1))
        assert client.get(HOME).status_code == 200, "a press at the last moment"
        clock.shift(IDLE - timedelta(seconds=1))
        assert client.get(HOME).status_code == 200, "counts anew from the press"
        clock.shift(IDLE)
        answer = client.get(HOME)
        assert (answer.status_code, answer["Location"]) == (302, "/")
        assert "Сеанс завершён. Долго не было действий." in told(client)
        assert "Сеанс завершён" not in told(client), "said once"
        row = SignInSession.objects.get(user=who.user)
        assert (row.ended_why, row.ended_at) == (Ended.IDLE, timezone.now())
    event = Event.objects.get(verb="session.ended")
    assert (event.actor, event.payload["why"]) == (None, "idle")


def test_no_work_lasts_longer_than_the_absolute_term(who):
    with time_machine.travel(NOON, tick=False) as clock:
        client = factories.sign_in(Client(), who)
        while timezone.now() + timedelta(minutes=30) < NOON + ABSOLUTE:
            clock.shift(timedelta(minutes=30))
            assert client.get(HOME).status_code == 200
        clock.shift(timedelta(minutes=30))
        assert client.get(HOME).status_code == 302
        assert Ended.ABSOLUTE.label in told(client)
        assert SignInSession.objects.get(user=who.user).ended_why == Ended.ABSOLUTE


def test_the_reason_is_told_the_next_morning_too(who):
    with time_machine.travel(NOON, tick=False) as clock:
        client = factories.sign_in(Client(), who)
        clock.shift(timedelta(hours=20))
        assert Ended.IDLE.label in told(client)


@pytest.mark.parametrize(
    ("headers", "lives"),
    [(POLL, False), (PRESS, True), (POLL | {"HX-Boosted": "true"}, True), ({}, True)],
    ids=["poll", "press", "boosted", "page"],
)
def test_polls_do_not_keep_a_session_alive(who, headers, lives):
    with time_machine.travel(NOON, tick=False) as clock:
        client = factories.sign_in(Client(), who)
        for _ in range(7):
            clock.shift(IDLE / 6)
            last = client.get(HOME, headers=headers)
        assert (last.status_code == 200) is lives


def test_a_press_is_noted_at_most_once_a_minute(who):
    with time_machine.travel(NOON, tick=False) as clock:
        client = factories.sign_in(Client(), who)
        clock.shift(59)
        client.get(HOME)
        assert row_of(client).seen_at == NOON
        clock.shift(2)
        client.get(HOME, headers={"user-agent": CHROME})
        row = row_of(client)
        assert (row.seen_at, row.ip, row.agent) == (timezone.now(), "127.0.0.1", CHROME)


def test_going_on_by_the_warning_is_a_press(who):
    with time_machine.travel(NOON, tick=False) as clock:
        client = factories.sign_in(Client(), who)
        clock.shift(IDLE - timedelta(seconds=30))
        answer = client.post(reverse("accounts:session_continue"), headers={"X-Requested-With": "XMLHttpRequest"})
        left = answer.json()
        assert left["idle"] == settings.SESSION_IDLE_SECONDS
        assert left["whole"] == (ABSOLUTE - IDLE).total_seconds() + 30
        clock.shift(IDLE - timedelta(seconds=30))
        assert client.get(HOME).status_code == 200
        assert client.post(reverse("accounts:session_continue")).status_code == 302, "without JavaScript too"


def test_the_page_knows_how_long_the_session_lasts(who):
    with time_machine.travel(NOON, tick=False) as clock:
        client = factories.sign_in(Client(), who)
        clock.shift(50)
        page = client.get(HOME).content.decode()
    assert f'data-idle="{settings.SESSION_IDLE_SECONDS - 50}"' in page
    assert f'data-whole="{settings.SESSION_ABSOLUTE_SECONDS - 50}"' in page
    assert "data-session" not in Client().get("/").content.decode(), "nobody is warned who is not signed in"


# --- what was sent after the end


def ended_now(client: Client) -> None:
    SignInSession.objects.filter(pk=row_of(client).pk).update(seen_at=timezone.now() - IDLE)


def test_a_form_sent_after_the_end_is_told_to_be_lost(who, working):
    ended_now(working)
    answer = working.post(reverse("core:notices_read"), {"up_to": "1"})
    assert (answer.status_code, answer["Location"]) == (302, "/")
    page = told(working)
    assert Ended.IDLE.label in page
    assert NOT_SENT in page


def test_a_form_sent_without_any_session_is_told_to_be_lost():
    client = Client()
    client.post(reverse("core:notices_read"))
    assert NOT_SENT in told(client)


def test_signing_out_after_the_end_and_signing_in_lose_nothing(working, esia):
    ended_now(working)
    working.post(reverse("accounts:sign_out"))
    assert NOT_SENT not in told(working)
    assert Client().post(reverse("accounts:sign_in"))["Location"].startswith(esia.url)


@pytest.mark.parametrize("headers", [POLL, {"X-Requested-With": "XMLHttpRequest"}], ids=["htmx", "script"])
def test_a_script_is_told_by_its_answer_and_leaves_the_message_for_the_page(working, headers):
    ended_now(working)
    answer = working.post(reverse("core:notices_read"), headers=headers)
    assert (answer.status_code, answer.content.decode()) == (401, SIGNED_OUT)
    assert answer.get("HX-Redirect") == ("/" if headers is POLL else None)
    assert NOT_SENT in told(working)


# --- the id of the session


def dead(key: str) -> bool:
    """Whether a cookie opens nothing any more."""
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = key
    return client.get(reverse("accounts:sessions")).status_code == 302 and not Session.objects.filter(pk=key).exists()


def test_a_new_id_at_sign_in(walker):
    walker.start()
    before = key_of(walker.cabinet)
    walker.sign_in(ZMZ_HEAD)
    after = key_of(walker.cabinet)
    assert after != before
    assert dead(before)
    assert not dead(after)


def test_a_new_id_at_the_choice_of_an_organization_and_at_another(walker):
    walker.sign_in(ZMZ_HEAD)
    before = key_of(walker.cabinet)
    walker.choose("ЗМЗ")
    chosen = key_of(walker.cabinet)
    assert chosen != before
    assert dead(before)
    grant = Grant.objects.get(user__esia_oid=ZMZ_HEAD)
    walker.cabinet.post(reverse("accounts:switch", args=[grant.pk]))
    switched = key_of(walker.cabinet)
    assert switched != chosen
    assert dead(chosen)
    assert not dead(switched)
    assert Event.objects.filter(verb="acting.chosen").count() == 2
    assert row_of(walker.cabinet).grant == grant
    assert SignInSession.objects.count() == 1, "it is one browser all the time"


def test_a_new_id_when_the_rights_change():
    admin = factories.acting()
    clerk = factories.acting(admin.organization, rights=["control.view_flags"])
    client = factories.sign_in(Client(), clerk)
    assert client.get(reverse("sout_reports:reports")).status_code == 403
    before = key_of(client)
    create_grant(
        user=clerk.user,
        organization=admin.organization,
        source=Source.GRANT,
        actor=admin,
        rights=["control.view_flags", "sout.view_reports"],
    )
    assert client.get(reverse("sout_reports:reports")).status_code == 200
    assert key_of(client) != before
    assert dead(before)
    assert row_of(client).grant_id == client.session[SESSION_GRANT] != clerk.grant.pk


def test_signing_in_over_a_session_ends_the_former(walker):
    walker.sign_in(ZMZ_HEAD)
    walker.sign_in(ZMZ_HEAD)
    assert sorted(SignInSession.objects.values_list("ended_why", flat=True)) == ["", Ended.SIGNED_OUT]


def test_a_session_without_a_row_is_nobody_s(working):
    session = working.session
    del session[SESSION_ROW]
    session.save()
    assert working.get(HOME).status_code == 302


def test_a_row_of_somebody_else_opens_nothing(working):
    session = working.session
    session[SESSION_ROW] = another(factories.acting()).pk
    session.save()
    assert working.get(HOME).status_code == 302


# --- «Мои сеансы»


def test_the_list_tells_device_place_time_and_for_whom(who, working):
    with time_machine.travel(NOON, tick=False):
        another(who, agent=CHROME, ip="10.1.2.3", grant=who.grant)
        another(who, agent="robot/1 <b>", ip="10.9.9.9")
        another(factories.acting(), ip="10.4.4.4")
        working = factories.sign_in(Client(), who)
        page = working.get(reverse("accounts:sessions")).content.decode()
    for words in ("Chrome, Windows 10 или 11", "10.1.2.3", "18.03.2030, 12:00", who.organization.short_name):
        assert words in page
    assert "Неизвестное устройство" in page
    assert "robot/1 &lt;b&gt;" in page
    assert "10.4.4.4" not in page, "somebody else's"
    assert page.count("Это устройство") == 1


def test_it_needs_no_organization(who):
    client = Client()
    client.force_login(who.user)
    for name in ("accounts:sessions", "accounts:my_actions"):
        assert client.get(reverse(name)).status_code == 200


def test_ending_one(who, working):
    other = factories.sign_in(Client(), who)
    answer = working.post(reverse("accounts:session_end", args=[row_of(other).pk]), follow=True)
    assert "Сеанс завершён: Неизвестное устройство." in answer.content.decode()
    assert other.get(HOME).status_code == 302
    assert Ended.BY_PERSON.label in told(other)
    assert working.get(HOME).status_code == 200
    event = Event.objects.get(verb="session.ended")
    assert event.actor == who.user


def test_ending_one_twice_changes_nothing(who, working):
    other = another(who)
    address = reverse("accounts:session_end", args=[other.pk])
    working.post(address)
    assert "уже был завершён" in working.post(address, follow=True).content.decode()
    assert Event.objects.filter(verb="session.ended").count() == 1


def test_somebody_else_s_session_is_as_an_absent_one(working):
    theirs = another(factories.acting())
    foreign = working.post(reverse("accounts:session_end", args=[theirs.pk]))
    absent = working.post(reverse("accounts:session_end", args=[999_999_999]))
    assert (foreign.status_code, absent.status_code) == (404, 404)
    assert _plain(foreign) == _plain(absent)
    theirs.refresh_from_db()
    assert theirs.ended_at is None


def _plain(answer: Any) -> str:
    return "\n".join(line for line in answer.content.decode().splitlines() if "csrfmiddlewaretoken" not in line)


def test_ending_this_one_is_signing_out(working, who):
    answer = working.post(reverse("accounts:session_end", args=[row_of(working).pk]))
    assert "/idp/ext/Logout" in answer["Location"]
    assert working.get(HOME).status_code == 302
    assert SignInSession.objects.get(user=who.user).ended_why == Ended.SIGNED_OUT
    assert Event.objects.filter(verb="person.signed_out", actor=who.user).count() == 1


def test_ending_all_others_and_all(who, working):
    others = [factories.sign_in(Client(), who) for _ in range(2)]
    answer = working.post(reverse("accounts:sessions_end_others"), follow=True)
    assert "Завершено: 2\u00a0сеанса." in answer.content.decode()
    assert [other.get(HOME).status_code for other in others] == [302, 302]
    assert working.get(HOME).status_code == 200
    last = factories.sign_in(Client(), who)
    assert "/idp/ext/Logout" in working.post(reverse("accounts:sessions_end_all"))["Location"]
    assert last.get(HOME).status_code == 302
    assert working.get(HOME).status_code == 302
    assert not SignInSession.objects.of(who.user).alive().exists()


def test_ended_ones_of_thirty_days_with_the_reason(who):
    with time_machine.travel(NOON, tick=False) as clock:
        another(
            who,
            ip="10.0.0.1",
            ended_at=NOON - timedelta(days=31),
            ended_why=Ended.IDLE,
            seen_at=NOON - timedelta(days=31),
        )
        another(who, ip="10.0.0.2", ended_at=NOON - timedelta(days=29), ended_why=Ended.BLOCKED)
        another(who, ip="10.0.0.3")
        clock.shift(IDLE)
        page = factories.sign_in(Client(), who).get(reverse("accounts:sessions")).content.decode()
    assert "10.0.0.1" not in page
    assert Ended.BLOCKED.label in page
    assert page.index("10.0.0.3") > page.index("Завершённые за последние 30 дней")
    assert Ended.IDLE.label in page, "not noted yet by the clock's task, but over"


@pytest.mark.parametrize("rows", [1, 40])
def test_the_list_costs_the_same(who, rows):
    """The open ones, the ended ones and their capped count."""
    for _ in range(rows):
        another(who, grant=who.grant)
        another(who, grant=who.grant, ended_at=timezone.now(), ended_why=Ended.IDLE)
    client = factories.sign_in(Client(), who)
    assert factories.selects(client, reverse("accounts:sessions")) == 3


def test_acting_costs_no_query_of_its_own(who, working, django_assert_num_queries):
    """Django's session, the person, the row with its grant."""
    page = reverse("accounts:session_continue")
    with django_assert_num_queries(4):  # and the row's update
        working.post(page)


# --- blocking


def test_a_block_in_one_organization_ends_the_sessions_for_it_alone(who):
    admin = factories.acting(who.organization)
    elsewhere = factories.grant(who.user, factories.organization())
    here, there = (factories.sign_in(Client(), who) for _ in range(2))
    SignInSession.objects.filter(pk=row_of(there).pk).update(grant=elsewhere)
    session = there.session
    session[SESSION_GRANT] = elsewhere.pk
    session.save()
    create_grant(user=who.user, organization=who.organization, source=Source.GRANT, actor=admin, is_blocked=True)
    assert here.get(HOME).status_code == 302
    assert Ended.BLOCKED.label in told(here)
    assert there.get(HOME).status_code == 200
    event = Event.objects.get(verb="session.ended")
    assert (event.actor, event.organization) == (admin.user, who.organization)


def test_the_operator_blocks_and_lets_in_again(who, working):
    out = StringIO()
    call_command("block_person", snils=who.user.snils, reason="Утрата учётной записи", stdout=out)
    assert "open sessions ended: 1" in out.getvalue()
    assert working.get(HOME).status_code == 302
    assert Ended.CLOSED.label in told(working)
    who.user.refresh_from_db()
    assert not who.user.is_active
    stamp = who.user.session_stamp
    call_command("block_person", snils=who.user.snils, reason="ещё раз", stdout=out)
    assert "blocked already" in out.getvalue()
    assert Event.objects.filter(verb="person.blocked").count() == 1
    call_command("unblock_person", snils=who.user.snils, reason="Восстановлена", stdout=out)
    who.user.refresh_from_db()
    assert who.user.is_active
    assert who.user.session_stamp != stamp
    assert working.get(HOME).status_code == 302, "he signs in anew"
    assert factories.sign_in(Client(), who).get(HOME).status_code == 200, "with the rights he had"
    assert Event.objects.get(verb="person.unblocked").payload["reason"] == "Восстановлена"


def test_a_session_from_before_the_block_stays_dead(who, working):
    """Even with its row put back: the stamp has changed."""
    block_person(who.user, reason="проба")
    unblock_person(who.user, reason="проба")
    SignInSession.objects.update(ended_at=None, ended_why="")
    assert working.get(HOME).status_code == 302


@pytest.mark.parametrize(
    ("options", "said"),
    [({"snils": "123"}, "СНИЛС"), ({"snils": factories.snils(999_999)}, "Nobody"), ({"reason": " "}, "reason")],
)
def test_the_command_refuses(who, options, said):
    given = {"snils": who.user.snils, "reason": "проба"} | options
    with pytest.raises(CommandError, match=said):
        call_command("block_person", **given)


def test_the_operator_ends_an_access(who, working):
    out = StringIO()
    call_command("revoke_access", snils=who.user.snils, inn=who.organization.inn, reason="Уволен", stdout=out)
    assert f"grants {who.grant.pk}" in out.getvalue()
    assert working.get(HOME)["Location"] == reverse("accounts:organizations"), "signed in, but for nobody"
    assert Event.objects.get(verb="grant.revoked").payload["reason"] == "Уволен"
    with pytest.raises(CommandError, match="no open access"):
        call_command("revoke_access", snils=who.user.snils, inn=who.organization.inn, reason="Уволен")


# --- the sweep


def test_the_sweep_notes_ends_and_forgets_after_400_days(who):
    with time_machine.travel(NOON, tick=False) as clock:
        client = factories.sign_in(Client(), who)
        row = row_of(client)
        assert sweep_sessions() == 0
        clock.shift(IDLE)
        assert sweep_sessions() == 1
        assert sweep_sessions() == 0, "twice is once"
        row.refresh_from_db()
        assert row.ended_why == Ended.IDLE
        assert Event.objects.filter(verb="session.ended").count() == 1
        clock.shift(timedelta(days=399))
        sweep_sessions()
        assert SignInSession.objects.filter(pk=row.pk).exists()
        assert not Session.objects.exists(), "Django's own went with its date"
        clock.shift(timedelta(days=2))
        assert forget_sessions() == 1
        assert not SignInSession.objects.exists()


def test_the_sweep_tells_the_term_that_passed_first(who):
    with time_machine.travel(NOON, tick=False):
        another(who, created_at=NOON - ABSOLUTE, seen_at=NOON - timedelta(minutes=5))
        another(who, created_at=NOON - 2 * ABSOLUTE, seen_at=NOON - 2 * ABSOLUTE)
        another(who)
        assert expire_sessions() == 2
    assert list(SignInSession.objects.order_by("pk").values_list("ended_why", flat=True)) == ["absolute", "idle", ""]
