"""When letters leave, to whom, and what happens to them when something fails. The tests travel in time and read the outbox."""

from __future__ import annotations

import logging
from datetime import date, time, timedelta

import pytest
import time_machine
from django.core import mail
from django.utils import timezone

from accounts.acting import Acting
from accounts.models import Branch, Grant, Organization
from core.notifications import sending
from core.notifications.actions import mark_followed, tell
from core.notifications.choosing import save_preferences
from core.notifications.models import Fate, Letter, LetterState, Notice, Topic, Way
from core.notifications.spreading import spread_new
from tests import factories
from tests.core.notifications.mailing import moscow, reader, say, tick

pytestmark = pytest.mark.django_db
HERE = "tests.core.notifications.mailing"


@pytest.fixture
def employer() -> Organization:
    return factories.organization(short_name="АО «Завод»")


def prefer(who: Acting, version: int = 0, **changes: object) -> None:
    ways = {topic.value: Way.AT_ONCE.value for topic in Topic}
    values = {"ways": ways, "digest_at": time(9), "quiet_from": None, "quiet_until": None}
    save_preferences(who.user, version=version, **(values | changes))


def ways(**chosen: Way) -> dict[str, str]:
    return {topic.value: chosen.get(topic.value, Way.AT_ONCE).value for topic in Topic}


def test_at_once(employer: Organization) -> None:
    who = reader(employer, email="head@plant.example")
    with time_machine.travel(moscow(23, 12), tick=False):
        notice = say(employer, "В отчёте СОУТ № 7 найдены признаки нарушений: 3.", due_on=date(2031, 6, 27))
        assert tick() == 1
        letter = mail.outbox[0]
        assert letter.to == ["head@plant.example"]
        assert letter.subject.startswith("АО «Завод»: В отчёте СОУТ № 7")
        html = letter.alternatives[0][0]
        for text in (letter.body, html):
            assert f"{who.user.full_name}, здравствуйте!" in text
            assert "АО «Завод»" in text
            assert "найдены признаки нарушений: 3." in text
            assert "Почему вам: Отчёт составлен о рабочих местах вашей организации." in text
            assert "до 27.06.2031, осталось 4\u00a0рабочих дня." in text
            assert f"http://127.0.0.1:8000/notices/{notice.pk}/open/" in text
            assert "http://127.0.0.1:8000/notices/settings/" in text
            assert "UNDEFINED" not in text
        assert tick() == 0, "said once"
    assert Letter.objects.get().state == LetterState.SENT


def test_the_usual_way_of_reports_is_the_digest(employer: Organization) -> None:
    reader(employer)
    with time_machine.travel(moscow(23, 12), tick=False) as clock:
        say(employer, topic=Topic.REPORTS)
        assert tick() == 0
        clock.move_to(moscow(24, 8, 59))
        assert tick() == 0
        clock.move_to(moscow(24, 9))
        assert tick() == 1


def test_a_digest_is_one_letter_with_all_that_waits(employer: Organization) -> None:
    who = reader(employer)
    other = factories.organization(short_name="ООО «Другая»")
    factories.grant(who.user, other)
    with time_machine.travel(moscow(23, 12), tick=False) as clock:
        prefer(who, ways=ways(flags=Way.DIGEST, messages=Way.DIGEST), digest_at=time(18, 30))
        say(employer, "Первое.")
        say(other, "Второе.", topic=Topic.MESSAGES)
        tick()
        clock.move_to(moscow(23, 17))
        say(employer, "Третье.")
        assert tick() == 0
        clock.move_to(moscow(23, 18, 31))
        say(employer, "Опоздавшее.")
        assert tick() == 1
        (letter,) = mail.outbox
        assert letter.subject == "Сводка уведомлений за 23.06.2031"
        for text in (letter.body, letter.alternatives[0][0]):
            assert "3\u00a0уведомления" in text
            assert text.count("АО «Завод»") == 1, "one heading an organization"
            assert "ООО «Другая»" in text
            for words in ("Первое.", "Второе.", "Третье."):
                assert words in text
            assert "Опоздавшее." not in text
        clock.move_to(moscow(24, 18, 30))
        assert tick() == 1
        assert "Опоздавшее." in mail.outbox[1].body


@pytest.mark.parametrize(
    ("told", "leaves"),
    [
        (moscow(23, 21, 59), moscow(23, 21, 59)),
        (moscow(23, 22), moscow(24, 7)),
        (moscow(23, 23, 59), moscow(24, 7)),
        (moscow(24, 0), moscow(24, 7)),
        (moscow(24, 6, 59), moscow(24, 7)),
        (moscow(24, 7), moscow(24, 7)),
    ],
)
def test_quiet_hours_over_midnight(employer: Organization, told: object, leaves: object) -> None:
    who = reader(employer)
    with time_machine.travel(told, tick=False) as clock:
        prefer(who, quiet_from=time(22), quiet_until=time(7))
        say(employer)
        assert tick() == (told == leaves)
        if told != leaves:
            clock.move_to(leaves - timedelta(minutes=1))
            assert tick() == 0
            clock.move_to(leaves)
            assert tick() == 1


def test_quiet_hours_that_began_while_the_letter_waited(employer: Organization) -> None:
    """Beat was late: what was due at 21:59 does not ring at night."""
    who = reader(employer)
    with time_machine.travel(moscow(23, 21, 59), tick=False) as clock:
        prefer(who, quiet_from=time(22), quiet_until=time(7))
        say(employer)
        spread_new()
        clock.move_to(moscow(23, 22, 1))
        assert sending.send_due() == 0
        letter = Letter.objects.get()
        assert (letter.due_at, letter.attempts) == (moscow(24, 7), 0)
        clock.move_to(moscow(24, 7))
        assert sending.send_due() == 1


def test_a_digest_in_quiet_hours_waits_for_their_end(employer: Organization) -> None:
    who = reader(employer)
    with time_machine.travel(moscow(23, 12), tick=False) as clock:
        prefer(who, ways=ways(flags=Way.DIGEST), digest_at=time(6), quiet_from=time(22), quiet_until=time(7))
        say(employer)
        tick()
        clock.move_to(moscow(24, 6, 30))
        assert tick() == 0
        clock.move_to(moscow(24, 7))
        assert tick() == 1


def test_a_topic_only_in_the_bell(employer: Organization) -> None:
    who = reader(employer)
    prefer(who, ways=ways(flags=Way.BELL))
    notice = say(employer)
    assert tick() == 0
    assert Notice.objects.visible_to(who).unread_by(who.user).get() == notice
    letter = Letter.objects.get()
    assert (letter.state, letter.fate) == (LetterState.DROPPED, Fate.BELL)


def test_a_choice_holds_for_letters_that_wait(employer: Organization) -> None:
    who, colleague = reader(employer), reader(employer)
    with time_machine.travel(moscow(23, 12), tick=False):
        for each in (who, colleague):
            prefer(each, ways=ways(flags=Way.DIGEST))
        say(employer)
        tick()
        prefer(who, version=1, ways=ways(flags=Way.BELL))
        prefer(colleague, version=1, ways=ways(flags=Way.AT_ONCE))
        assert tick() == 1
    assert mail.outbox[0].to == [colleague.user.email]


def test_who_may_not_see_it_gets_no_letter(employer: Organization) -> None:
    seeing = reader(employer, rights=("control.view_flags",))
    reader(employer, rights=("admin.settings",))
    reader(factories.organization())
    branch = Branch.objects.create(organization=employer, name="Филиал", kpp="661243001")
    reader(employer, rights=("control.view_flags",), branch=branch)
    say(employer, right="control.view_flags")
    assert tick() == 1
    assert mail.outbox[0].to == [seeing.user.email]


def test_a_notice_to_one_person(employer: Organization) -> None:
    who = reader(employer)
    reader(employer)
    say(employer, user=who.user, topic=Topic.ACCESS)
    assert tick() == 1
    assert mail.outbox[0].to == [who.user.email]


def test_two_grants_one_letter(employer: Organization) -> None:
    who = reader(employer)
    branch = Branch.objects.create(organization=employer, name="Филиал в г. Полевском", kpp="661243001")
    factories.grant(who.user, employer, branch=branch)
    say(employer, branch=branch)
    assert tick() == 1
    assert "АО «Завод» › Филиал в г. Полевском" in mail.outbox[0].body


def test_two_organizations_two_letters_each_with_its_name(employer: Organization) -> None:
    who = reader(employer)
    other = factories.organization(short_name="ООО «Другая»")
    factories.grant(who.user, other)
    say(employer)
    say(other)
    assert tick() == 2
    assert {letter.subject.split(":")[0] for letter in mail.outbox} == {"АО «Завод»", "ООО «Другая»"}


@pytest.mark.parametrize("how", ["revoked", "blocked", "inactive"])
def test_who_lost_access_before_the_letter_left(employer: Organization, how: str) -> None:
    branch = Branch.objects.create(organization=employer, name="Филиал", kpp="661243001")
    who = reader(employer, branch=branch)
    say(employer, branch=branch)
    spread_new()
    assert Letter.objects.get().user == who.user
    if how == "revoked":
        who.grant.revoked_at, who.grant.reason = timezone.now(), "Уволен"
        who.grant.save(update_fields=["revoked_at", "reason"])
    elif how == "blocked":
        Grant.objects.create(user=who.user, organization=employer, is_blocked=True, source="demo")
    else:
        who.user.is_active = False
        who.user.save(update_fields=["is_active"])
    assert sending.send_due() == 0
    assert mail.outbox == []
    assert Letter.objects.get().fate == Fate.NO_ACCESS


def test_a_blocked_person_gets_no_row_at_all(employer: Organization) -> None:
    who = reader(employer)
    who.user.is_active = False
    who.user.save(update_fields=["is_active"])
    say(employer)
    assert tick() == 0
    assert not Letter.objects.exists()


def test_without_an_address_nothing_is_sent(employer: Organization) -> None:
    factories.acting(employer)
    say(employer)
    assert tick() == 0
    letter = Letter.objects.get()
    assert (letter.state, letter.fate) == (LetterState.DROPPED, Fate.NO_ADDRESS)


def test_what_was_opened_in_the_cabinet_is_not_sent(employer: Organization) -> None:
    who = reader(employer)
    with time_machine.travel(moscow(23, 12), tick=False) as clock:
        prefer(who, ways=ways(flags=Way.DIGEST))
        seen, unseen = say(employer, "Виденное."), say(employer, "Невиденное.")
        tick()
        mark_followed(seen, who.user)
        clock.move_to(moscow(24, 9))
        assert tick() == 1
    assert "Невиденное." in mail.outbox[0].body
    assert "Виденное." not in mail.outbox[0].body
    assert Letter.objects.get(notice=seen).fate == Fate.READ
    assert Letter.objects.get(notice=unseen).state == LetterState.SENT


def test_doubled_tasks_double_nothing(employer: Organization) -> None:
    who = reader(employer)
    notice = say(employer)
    spread_new()
    Notice.objects.filter(pk=notice.pk).update(spread_at=None)  # as a second worker that read before the first was done
    spread_new()
    assert Letter.objects.count() == 1
    pk = Letter.objects.get().pk
    now = timezone.now()
    assert [letter.user for letter in sending.claim(pk, now)] == [who.user]
    assert sending.claim(pk, now) == [], "held by the first worker"
    assert sending.send_due() == 0


def test_a_killed_worker_loses_nothing(employer: Organization, settings: object) -> None:
    reader(employer)
    locmem = settings.EMAIL_BACKEND
    with time_machine.travel(moscow(23, 12), tick=False) as clock:
        say(employer)
        settings.EMAIL_BACKEND = f"{HERE}.Killed"
        with pytest.raises(SystemExit):
            tick()
        settings.EMAIL_BACKEND = locmem
        assert tick() == 0, "the lease stands"
        clock.move_to(moscow(23, 12, 6))
        assert tick() == 1
    assert Letter.objects.get().attempts == 2


def test_a_server_that_is_down_costs_no_attempt(
    employer: Organization, settings: object, caplog: pytest.LogCaptureFixture
) -> None:
    reader(employer, email="nobody@plant.example")
    say(employer)
    locmem = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = f"{HERE}.Down"
    with caplog.at_level(logging.WARNING):
        assert tick() == 0
    assert "ConnectionRefusedError" in caplog.text
    letter = Letter.objects.get()
    assert (letter.state, letter.attempts, letter.leased_until) == (LetterState.WAITING, 0, None)
    settings.EMAIL_BACKEND = locmem
    assert tick() == 1


def test_failures_then_success_with_growing_pauses(
    employer: Organization, settings: object, caplog: pytest.LogCaptureFixture
) -> None:
    reader(employer, email="nobody@plant.example")
    locmem = settings.EMAIL_BACKEND
    with time_machine.travel(moscow(23, 12), tick=False) as clock:
        say(employer)
        settings.EMAIL_BACKEND = f"{HERE}.Busy"
        pauses = []
        for _ in range(3):
            assert tick() == 0
            due = Letter.objects.get().due_at
            pauses.append(due - timezone.now())
            assert tick() == 0, "not before its time"
            assert Letter.objects.get().due_at == due
            clock.move_to(due)
        assert pauses == [timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15)]
        settings.EMAIL_BACKEND = locmem
        assert tick() == 1
    letter = Letter.objects.get()
    assert (letter.state, letter.attempts, letter.trouble) == (LetterState.SENT, 4, "")
    assert "nobody@plant.example" not in caplog.text


def test_after_two_days_a_letter_is_given_up(employer: Organization, settings: object) -> None:
    reader(employer)
    settings.EMAIL_BACKEND = f"{HERE}.Busy"
    with time_machine.travel(moscow(23, 12), tick=False) as clock:
        say(employer)
        for _ in range(len(sending.PAUSES) + 1):
            assert Letter.objects.filter(state=LetterState.FAILED).count() == 0
            tick()
            clock.move_to(max(timezone.now(), Letter.objects.get().due_at))
    letter = Letter.objects.get()
    assert (letter.state, letter.trouble) == (LetterState.FAILED, "SMTPDataError")


def test_a_recipient_that_is_not_there_is_not_asked_again(
    employer: Organization, settings: object, caplog: pytest.LogCaptureFixture
) -> None:
    reader(employer, email="gone@plant.example")
    settings.EMAIL_BACKEND = f"{HERE}.NoSuchRecipient"
    say(employer)
    tick()
    assert Letter.objects.get().state == LetterState.FAILED
    assert "gone@plant.example" not in caplog.text


def test_one_bad_letter_holds_up_nobody(employer: Organization, settings: object, monkeypatch: object) -> None:
    first, second = reader(employer), reader(employer)
    write = sending.write

    def broken(letters: list[Letter], *, to: str) -> object:
        if to == first.user.email:
            raise KeyError("a mistake in a template")
        return write(letters, to=to)

    monkeypatch.setattr(sending, "write", broken)
    say(employer)
    assert tick() == 1
    assert mail.outbox[0].to == [second.user.email]
    assert Letter.objects.get(user=first.user).trouble == "KeyError"


def test_no_snils_can_be_told(employer: Organization) -> None:
    person = factories.user()
    digits = person.snils
    for number, text in enumerate((digits, f"{digits[:3]}-{digits[3:6]}-{digits[6:9]} {digits[9:]}")):
        told = tell(
            employer,
            text=f"Доступ для {text}.",
            url="/",
            action="Открыть",
            key=f"x:{number}",
            topic=Topic.ACCESS,
        )
        assert told.text == f"Доступ для ***-***-**{digits[8]} {digits[9:]}."
