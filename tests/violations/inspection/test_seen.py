"""A decision stands on what the inspector saw, and on a ground that fits it."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts.acting import Acting
from core.versions import Stale
from sout_reports.models import SoutReport
from tests import factories
from tests.violations.inspection.conftest import INSPECTORS_RIGHTS
from violations.flags.models import Flag
from violations.inspection.actions import answer, ask, confirm, dismiss, expire_questions
from violations.inspection.models import Decision, Question
from violations.inspection.selectors import grounds_now, seen_state
from violations.inspection.states import GROUNDS, Ground, Review, Verb

pytestmark = pytest.mark.django_db

WORDS = "Номер занят другим местом, пояснения нет."
CHANGED = "Пока вы писали, признак изменился: ничего не сохранено"


def address(flag: Flag, name: str = "inspect_flag") -> str:
    return reverse(f"violations:{name}", args=[flag.pk])


def shown_digest(text: str) -> set[str]:
    return set(re.findall(r'name="seen" value="([0-9a-f]+)"', text))


def offered(text: str, verb: str) -> set[str]:
    (form,) = re.findall(rf'action="[^"]*/{verb}/".*?</form>', text, re.DOTALL)
    return set(re.findall(r'<option value="(\w+)"', form))


@pytest.fixture
def client(inspector: Acting) -> Client:
    return factories.sign_in(Client(), inspector)


def test_an_answer_that_comes_while_he_writes_is_shown_before_he_decides(
    flag: Flag, inspector: Acting, head: Acting, client: Client
):
    question = ask(flag, text="Поясните номер места.", days=5, acting=inspector)
    with time_machine.travel(question.due_on + timedelta(days=2)):
        expire_questions()
    (digest,) = shown_digest(client.get(address(flag)).content.decode())
    answer(flag, text="Номер исправлен приказом.", files=[], acting=head)
    typed = {"ground": "no_answer", "text": WORDS, "seen": digest}
    answered = client.post(address(flag, "inspect_confirm"), typed)
    assert answered.status_code == 409
    text = answered.content.decode()
    assert CHANGED in text
    assert "Номер исправлен приказом." in text
    assert WORDS in text, "what was typed is not lost"
    assert "no_answer" not in offered(text, "confirm")
    assert not Decision.objects.exists()
    (fresh,) = shown_digest(text)
    assert fresh != digest
    again = client.post(address(flag, "inspect_confirm"), typed | {"ground": "not_refuted", "seen": fresh})
    assert again.status_code == 302
    assert Decision.objects.get().ground == "not_refuted"


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("inspect_confirm", {"ground": "report_shows", "text": WORDS}),
        ("inspect_dismiss", {"ground": "no_violation", "text": WORDS}),
        ("inspect_ask", {"text": WORDS, "days": "10"}),
    ],
)
@pytest.mark.parametrize("values", [{"found": "№ 5"}, {"expected": "№ 6"}, {"message": "Другое"}, {"severity": "РИСК"}])
def test_other_values_ask_for_another_look(name: str, typed: dict, values: dict, flag: Flag, client: Client):
    (digest,) = shown_digest(client.get(address(flag)).content.decode())
    Flag.objects.filter(pk=flag.pk).update(**values)
    answered = client.post(address(flag, name), typed | {"seen": digest})
    assert answered.status_code == 409
    assert WORDS in answered.content.decode()
    assert not Decision.objects.exists()
    assert not Question.objects.exists()


@pytest.mark.parametrize("seen", [None, "", "0" * 32, "\x00", "я" * 5000])
def test_a_form_that_shows_nothing_of_ours_decides_nothing(seen: str | None, flag: Flag, client: Client):
    typed = {"ground": "report_shows", "text": WORDS} | ({} if seen is None else {"seen": seen})
    answered = client.post(address(flag, "inspect_confirm"), typed)
    assert answered.status_code == 409
    assert not Decision.objects.exists()


def test_the_last_look_is_under_the_lock(flag: Flag, inspector: Acting):
    seen = seen_state(flag)
    colleague = factories.acting(inspector.organization, rights=INSPECTORS_RIGHTS)
    confirm(flag, ground=Ground.REPORT_SHOWS, text="", acting=colleague, seen=seen)
    with pytest.raises(Stale):
        dismiss(flag, ground=Ground.RULE_WRONG, text=WORDS, acting=inspector, seen=seen)
    Flag.objects.filter(pk=flag.pk).update(review=Review.NEW)
    with pytest.raises(Stale):
        ask(flag, text=WORDS, days=5, acting=inspector, seen=seen)
    dismiss(flag, ground=Ground.RULE_WRONG, text=WORDS, acting=inspector, seen=seen_state(flag))
    assert Decision.objects.count() == 2


def test_a_replaced_report_is_another_state(flag: Flag):
    before = seen_state(flag)
    assert seen_state(flag) == before
    SoutReport.objects.filter(pk=flag.report_id).update(state="superseded", superseded_at="2026-11-20T10:00+03:00")
    assert seen_state(flag) != before


def test_grounds_fit_where_the_flag_stands(flag: Flag, inspector: Acting, head: Acting, client: Client):
    def kept_back() -> set[Ground]:
        flag.refresh_from_db()
        text = client.get(address(flag)).content.decode()
        missing: set[Ground] = set()
        for verb in Verb:
            now = grounds_now(flag, verb)
            assert offered(text, verb.value) == {each.value for each in now}
            missing |= set(GROUNDS[verb]) - set(now)
        return missing

    of_answer = {Ground.NOT_REFUTED, Ground.EXPLAINED}
    assert kept_back() == of_answer | {Ground.NO_ANSWER}
    question = ask(flag, text="Поясните номер места.", days=5, acting=inspector)
    assert kept_back() == of_answer | {Ground.NO_ANSWER}, "the term is not over"
    with time_machine.travel(question.due_on + timedelta(days=2)):
        expire_questions()
    assert kept_back() == of_answer
    answer(flag, text="Номер исправлен.", files=[], acting=head)
    assert kept_back() == {Ground.NO_ANSWER}
    ask(flag, text="Приложите приказ.", days=5, acting=inspector)
    assert kept_back() == {Ground.NO_ANSWER}, "there is an explanation already"


@pytest.mark.parametrize(
    ("act", "ground"), [(confirm, Ground.NO_ANSWER), (confirm, Ground.NOT_REFUTED), (dismiss, Ground.EXPLAINED)]
)
def test_the_action_itself_refuses_an_unfit_ground(act, ground: Ground, flag: Flag, inspector: Acting):
    with pytest.raises(ValueError, match="no ground"):
        act(flag, ground=ground, text=WORDS, acting=inspector)
    assert not Decision.objects.exists()
    flag.refresh_from_db()
    assert flag.review == Review.NEW


def test_a_term_that_is_over_today_is_not_a_silence_yet(flag: Flag, inspector: Acting):
    question = ask(flag, text="Поясните номер места.", days=1, acting=inspector)
    assert question.due_on > date.today()
    with pytest.raises(ValueError, match="no ground"):
        confirm(flag, ground=Ground.NO_ANSWER, text="", acting=inspector)
