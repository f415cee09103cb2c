"""Opened, answered, asked once more, closed, reminded of: what happens at one recipient."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, transaction

from accounts.acting import Acting
from accounts.models import Branch
from core.calendar import add_workdays
from core.journal.models import Event
from core.moves import WrongState
from core.notifications.models import Notice
from core.pdf import _documents
from tests import factories
from tests.violations import letters
from violations.messages import actions, documents, selectors
from violations.messages.actions import FilesRefused, threads
from violations.messages.models import Attachment, Message, Recipient, Reply
from violations.messages.states import ThreadState

pytestmark = pytest.mark.django_db


@pytest.fixture
def inspector() -> Acting:
    return letters.inspector()


@pytest.fixture
def employer() -> Acting:
    return factories.acting()


@pytest.fixture
def letter(inspector: Acting, employer: Acting) -> Recipient:
    return letters.one(letters.sent(inspector, employer.organization))


def test_the_first_reader_is_kept(letter: Recipient, employer: Acting) -> None:
    first = actions.mark_read(letter, acting=employer)
    second = actions.mark_read(letter, acting=factories.acting(employer.organization))
    assert second.read_by == employer.user
    assert second.read_at == first.read_at
    event = Event.objects.get(verb="message.read")
    assert (event.organization, event.actor) == (employer.organization, employer.user)


def test_a_doubled_answer_is_one(letter: Recipient, employer: Acting, inspector: Acting) -> None:
    once = uuid.uuid4()
    first = actions.answer(letter, text="Ответ", once=once, acting=employer, files=[letters.upload()])
    second = actions.answer(letter, text="Ответ", once=once, acting=employer, files=[letters.upload()])
    assert first == second
    assert (Reply.objects.count(), Attachment.objects.count()) == (1, 1)
    assert Notice.objects.filter(organization=inspector.organization).count() == 1
    letter.refresh_from_db()
    assert (letter.state, letter.read_by) == (ThreadState.ANSWERED, employer.user), "who answers has read"
    with pytest.raises(DatabaseError), transaction.atomic():
        Reply.objects.update(text="Другой ответ")


def test_the_conversation_goes_on_and_is_closed(letter: Recipient, employer: Acting, inspector: Acting) -> None:
    letters.answered(letter, employer)
    day = add_workdays(selectors.today(), 5)
    actions.ask(letter, text="Пришлите приказ.", once=uuid.uuid4(), acting=inspector, answer_by=day)
    letter = letters.one(letter.message)
    assert (letter.state, letter.answer_by, letter.is_awaited) == (ThreadState.ASKED, day, True)
    letters.answered(letter, employer, "Приказ приложен.")
    closed = actions.close(letter, acting=inspector)
    assert closed.closed_at is not None
    with pytest.raises(WrongState):
        actions.close(letter, acting=inspector)
    with pytest.raises(WrongState):
        letters.answered(letter, employer)
    with pytest.raises(WrongState):
        actions.ask(letter, text="Ещё", once=uuid.uuid4(), acting=inspector)
    actions.reopen(letter, acting=inspector)
    with pytest.raises(WrongState):
        actions.reopen(letter, acting=inspector)
    letters.answered(letter, employer, "Ещё раз.")
    assert [each.side for each in selectors.conversation(letter)] == [
        "employer", "inspectorate", "employer", "employer"
    ]  # fmt: skip
    verbs = set(Event.objects.filter(verb__startswith="message.").values_list("verb", flat=True))
    assert {"message.answered", "message.asked", "message.closed", "message.reopened"} <= verbs


def test_a_day_that_was_met_is_not_held_against_the_employer(inspector: Acting, employer: Acting) -> None:
    day = add_workdays(selectors.today(), 5)
    letter = letters.one(letters.sent(inspector, employer.organization, answer_by=day))
    actions.ask(letter, text="Напоминаем.", once=uuid.uuid4(), acting=inspector)
    assert letters.one(letter.message).answer_by == day, "no answer yet: the day stands"
    letters.answered(letter, employer)
    actions.ask(letter, text="Спасибо. Уточните адрес.", once=uuid.uuid4(), acting=inspector)
    assert letters.one(letter.message).answer_by is None


def test_a_day_stands_again_with_the_conversation(inspector: Acting, employer: Acting) -> None:
    day = selectors.told_enough(add_workdays(selectors.today(), 2))
    letter = letters.one(letters.sent(inspector, employer.organization, answer_by=day))
    Recipient.objects.update(reminded_of=None)
    actions.close(letter, acting=inspector)
    actions.reopen(letter, acting=inspector)
    told = Notice.objects.get(key__startswith="message.reopened:")
    assert told.due_on == day, "the notice names the day"
    assert actions.remind() == 0, "and reminds of it"
    letters.answered(letter, employer)
    actions.close(letter, acting=inspector)
    actions.reopen(letter, acting=inspector)
    assert letters.one(letter.message).answer_by is None, "the answer has met that day"
    assert Notice.objects.filter(key__startswith="message.reopened:").latest("pk").due_on is None


def test_a_day_that_is_past_is_no_news(inspector: Acting, employer: Acting) -> None:
    letter = letters.one(letters.sent(inspector, employer.organization))
    Recipient.objects.update(answer_by=selectors.today() - timedelta(days=1))
    actions.close(letter, acting=inspector)
    actions.reopen(letter, acting=inspector)
    assert letters.one(letter.message).answer_by == selectors.today() - timedelta(days=1)
    assert Notice.objects.get(key__startswith="message.reopened:").due_on is None


def test_a_refused_file_leaves_no_answer(letter: Recipient, employer: Acting) -> None:
    with pytest.raises(FilesRefused):
        letters.answered(letter, employer, files=[letters.upload("virus.exe")])
    letter.refresh_from_db()
    assert (letter.state, letter.read_at, Reply.objects.count()) == (ThreadState.SILENT, None, 0)


def test_many_answers_are_one_notice_a_day(
    inspector: Acting, employer: Acting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(threads, "TOLD_EACH_UP_TO", 1)
    others = [factories.acting() for _ in range(2)]
    message = letters.sent(inspector, *(each.organization for each in others))
    for recipient, acting in zip(Recipient.objects.filter(message=message).order_by("pk"), others, strict=True):
        letters.answered(recipient, acting)
    notice = Notice.objects.get(organization=inspector.organization)
    assert "state=answered" in notice.url


def test_who_sees_which(inspector: Acting) -> None:
    organization = factories.organization()
    branch = Branch.objects.create(organization=organization, kpp="770202002", name="Филиал", esia_oid=79)
    other_branch = Branch.objects.create(organization=organization, kpp="770303003", name="Другой", esia_oid=80)
    whole = letters.one(letters.sent(inspector, organization))
    to_branch = letters.one(letters.sent(inspector, branch))
    letters.drafted(inspector, organization)
    views = ["control.view_messages"]

    def seen(acting: Acting | None) -> set[Recipient]:
        return set(Recipient.objects.visible_to(acting))

    assert seen(factories.acting(organization)) == {whole, to_branch}
    assert seen(factories.acting(organization, rights=views)) == {whole, to_branch}
    assert seen(factories.acting(organization, branch=branch, rights=views)) == {to_branch}
    assert seen(factories.acting(organization, branch=other_branch, rights=views)) == set()
    assert seen(factories.acting(organization, rights=["sout.view_reports"])) == set()
    assert seen(factories.acting()) == set()
    assert seen(inspector) == set()
    assert seen(None) == set()


def test_files_are_for_the_two_sides_only(inspector: Acting, employer: Acting) -> None:
    message = letters.sent(inspector, employer.organization, files=(letters.upload(),))
    letters.answered(letters.one(message), employer, files=[letters.upload("Ответ.pdf")])
    in_draft = letters.drafted(inspector, employer.organization, files=(letters.upload("Черновик.pdf"),))
    both = {each.pk for each in Attachment.objects.exclude(message=in_draft)}

    def seen(acting: Acting) -> set[int]:
        return set(Attachment.objects.visible_to(acting).values_list("pk", flat=True))

    assert seen(employer) == both
    assert seen(inspector) == both | {in_draft.attachments.get().pk}
    assert seen(factories.acting()) == set()
    assert seen(letters.inspector(region="77")) == set(), "a colleague of another inspectorate of the same region"
    assert seen(factories.acting(employer.organization, rights=["sout.view_reports"])) == set()
    assert seen(factories.acting(inspector.organization, rights=["inspect.view_flags"])) == set()
    actions.withdraw(Message.objects.get(pk=message.pk), reason="Ошибка", acting=inspector)
    assert seen(employer) == both, "a withdrawn message stays with its files"


def test_a_reminder_comes_once_and_before_the_day(inspector: Acting, employer: Acting) -> None:
    day = add_workdays(selectors.today(), 10)
    letter = letters.one(letters.sent(inspector, employer.organization, answer_by=day))
    letters.sent(inspector, employer.organization)
    before = Notice.objects.count()
    assert actions.remind() == 0, "the day is far"
    near = day - timedelta(days=2)
    assert actions.remind(on=near) == 1
    assert actions.remind(on=near) == 0
    assert actions.remind(on=day) == 0
    notice = Notice.objects.latest("pk")
    assert (Notice.objects.count(), notice.due_on, notice.action) == (before + 1, day, "Ответить")
    assert Event.objects.filter(verb="message.reminded", organization=employer.organization).count() == 1
    later = add_workdays(day, 10)
    actions.ask(letter, text="Продлеваем срок.", once=uuid.uuid4(), acting=inspector, answer_by=later)
    assert actions.remind(on=later) == 1, "a day that was set anew is reminded of anew"


@pytest.mark.parametrize("ending", ["answered", "closed", "withdrawn", "overdue"])
def test_nobody_is_reminded_in_vain(inspector: Acting, employer: Acting, ending: str) -> None:
    day = add_workdays(selectors.today(), 10)
    letter = letters.one(letters.sent(inspector, employer.organization, answer_by=day))
    match ending:
        case "answered":
            letters.answered(letter, employer)
        case "closed":
            actions.close(letter, acting=inspector)
        case "withdrawn":
            actions.withdraw(letter.message, reason="Ошибка", acting=inspector)
    assert actions.remind(on=day + timedelta(days=1) if ending == "overdue" else day) == 0


def test_a_short_term_is_told_by_the_message_itself(inspector: Acting, employer: Acting) -> None:
    letters.sent(inspector, employer.organization, answer_by=add_workdays(selectors.today(), 2))
    assert actions.remind() == 0


def test_a_short_term_set_anew_is_told_once(inspector: Acting, employer: Acting) -> None:
    letter = letters.one(letters.sent(inspector, employer.organization))
    soon, far = add_workdays(selectors.today(), 2), add_workdays(selectors.today(), 10)
    actions.ask(letter, text="Срочно.", once=uuid.uuid4(), acting=inspector, answer_by=soon)
    asked = Notice.objects.latest("pk")
    assert (asked.due_on, actions.remind()) == (soon, 0)
    actions.ask(letter, text="Можно позже.", once=uuid.uuid4(), acting=inspector, answer_by=far)
    assert actions.remind() == 0
    assert actions.remind(on=far - timedelta(days=1)) == 1, "a far day is reminded of when it is near"
    actions.ask(letter, text="Тот же срок.", once=uuid.uuid4(), acting=inspector)
    assert actions.remind(on=far) == 0


def test_a_row_at_hand_is_awaited_as_the_query_says(inspector: Acting, employer: Acting) -> None:
    """`AWAITED` and `is_awaited` are one rule written twice."""
    day = add_workdays(selectors.today(), 10)
    for answer_by in (None, day):
        for end in ("", "answered", "asked", "closed", "withdrawn"):
            letter = letters.one(letters.sent(inspector, employer.organization, answer_by=answer_by))
            match end:
                case "answered":
                    letters.answered(letter, employer)
                case "asked":
                    actions.ask(letter, text="Уточните.", once=uuid.uuid4(), acting=inspector)
                case "closed":
                    actions.close(letter, acting=inspector)
                case "withdrawn":
                    actions.withdraw(letter.message, reason="Ошибка", acting=inspector)
    rows = Recipient.objects.select_related("message")
    awaited = set(Recipient.objects.awaiting())
    assert {each for each in rows if each.is_awaited} == awaited
    assert len(awaited) == 3
    counted = selectors.figures([each.message for each in rows]).values()
    assert sum(each.awaited for each in counted) == 3


def test_the_printed_message_is_called_by_its_moscow_day(inspector: Acting, employer: Acting) -> None:
    letter = letters.one(letters.sent(inspector, employer.organization))
    letter.sent_at = datetime(2031, 6, 23, 22, 30, tzinfo=UTC)
    assert _documents[documents.MESSAGE].filename(letter) == "Сообщение от 24.06.2031.pdf"
