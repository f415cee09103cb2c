"""Sending: to whom, once, never changed, withdrawn, and ten thousand recipients."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.acting import Acting
from accounts.models import Branch, Grant, Inspectorate, Organization, Source
from core.calendar import add_workdays, is_workday
from core.jobs.models import Job
from core.journal.models import Event
from core.moves import WrongState
from core.notifications.models import Letter, Notice, Topic
from core.notifications.spreading import spread_new
from core.versions import Stale
from sout_reports.states import State
from tests import factories
from tests.violations import control, letters
from violations.messages import actions, audience, selectors
from violations.messages.actions import sending
from violations.messages.models import Addressee, Message, Recipient
from violations.messages.states import MessageState, ThreadState

pytestmark = pytest.mark.django_db


@pytest.fixture
def inspector() -> Acting:
    return letters.inspector()


def test_one_recipient_has_it_at_once(inspector: Acting) -> None:
    employer = factories.organization()
    day = add_workdays(selectors.today(), 10)
    message = letters.sent(inspector, employer, answer_by=day, told=False)
    assert message.state == MessageState.SENT
    recipient = letters.one(message)
    assert (recipient.organization, recipient.branch, recipient.name) == (employer, None, employer.name)
    assert (recipient.inn, recipient.answer_by, recipient.state) == (employer.inn, day, ThreadState.SILENT)
    assert (recipient.read_at, recipient.sent_at) == (None, message.sent_at)


def test_the_recipient_is_told_why_and_by_when(inspector: Acting) -> None:
    employer = factories.organization()
    day = add_workdays(selectors.today(), 10)
    message = letters.sent(inspector, employer, answer_by=day)
    notice = Notice.objects.get(organization=employer)
    assert (notice.topic, notice.due_on, notice.right) == (Topic.MESSAGES, day, "control.view_messages")
    assert notice.why
    assert notice.action == "Открыть сообщение"
    assert str(letters.one(message).uid) in notice.url
    assert message.subject not in notice.text, "a subject may name a person, and notices go out by mail"


def test_a_branch_has_a_name_of_its_own(inspector: Acting) -> None:
    employer = factories.organization()
    branch = Branch.objects.create(organization=employer, kpp="770202002", name="Филиал в г. Ижевск")
    message = letters.sent(inspector, employer, branch)
    names = set(Recipient.objects.filter(message=message).values_list("name", "branch_id"))
    assert names == {(employer.name, None), (f"{employer.name} › Филиал в г. Ижевск", branch.pk)}


@pytest.mark.parametrize(("region", "kind"), [("78", Inspectorate.TERRITORIAL)])
def test_no_organization_outside_the_territory(inspector: Acting, region: str, kind: str) -> None:
    foreign = factories.organization(region=region)
    branch = Branch.objects.create(organization=foreign, kpp="780202002", name="Филиал")
    draft = letters.drafted(inspector)
    assert actions.choose(draft, acting=inspector, organizations=[foreign.pk, 999_999_999], branches=[branch.pk]) == 0
    assert not Addressee.objects.filter(message=draft).exists()


def test_who_left_the_territory_meanwhile_is_not_written(inspector: Acting) -> None:
    stays, leaves = factories.organization(), factories.organization()
    draft = letters.drafted(inspector, stays, leaves)
    Organization.objects.filter(pk=leaves.pk).update(region="78")
    assert audience.reach(draft, inspector) == 1
    message = actions.send(draft, version=draft.version, acting=inspector)
    assert letters.one(message).organization == stays


def test_who_works_in_the_territory_is_written_to_wherever_it_is_registered(inspector: Acting) -> None:
    elsewhere = factories.organization(region="78", short_name="АО «Приезжее»")
    branch = Branch.objects.create(organization=elsewhere, kpp="770202002", name="Филиал в г. Москве")
    factories.report(elsewhere, region="77", branch=branch)
    factories.report(factories.organization(region="78"), region="77", state=State.REFUSED)
    assert audience.addressable(inspector).filter(region="78").get() == elsewhere
    assert set(audience.in_territory(inspector, {"q": "приезжее"})) == {elsewhere}
    message = letters.sent(inspector, elsewhere, branch)
    names = set(Recipient.objects.filter(message=message).values_list("name", flat=True))
    assert names == {"АО «Приезжее»", "АО «Приезжее» › Филиал в г. Москве"}
    draft = actions.choose_all(letters.drafted(inspector), acting=inspector, filters={"q": "приезжее"})
    assert audience.reach(draft, inspector) == 1
    stranger = letters.inspector("66")
    assert actions.choose(letters.drafted(stranger), acting=stranger, organizations=[elsewhere.pk]) == 0
    sender = factories.acting(inspector.organization, rights=["inspect.send_messages"])
    assert elsewhere in audience.addressable(sender), "whoever sends it, a message reaches the same organizations"
    assert not audience.addressable(factories.acting(elsewhere)).exists()
    assert not audience.addressable(None).exists()


def test_rostrud_writes_to_the_whole_country() -> None:
    rostrud = factories.acting(factories.inspectorate(kind=Inspectorate.FEDERAL, region="77"))
    message = letters.sent(rostrud, factories.organization(region="78"), factories.organization(region="66"))
    assert Recipient.objects.filter(message=message).count() == 2


def test_an_employer_cannot_write_even_with_the_action(inspector: Acting) -> None:
    employer = factories.acting()
    draft = actions.new_draft(acting=employer)
    assert actions.choose(draft, acting=employer, organizations=[employer.organization.pk]) == 0


def test_sent_twice_is_sent_once(inspector: Acting) -> None:
    draft = letters.drafted(inspector, factories.organization())
    first = actions.send(draft, version=draft.version, acting=inspector)
    with pytest.raises(WrongState):
        actions.send(draft, version=draft.version, acting=inspector)
    letters.work(first)
    letters.run(Job.objects.of(first).get())  # a second delivery of the same message of the broker
    assert sending.deliver(first).state == MessageState.SENT
    assert (Recipient.objects.count(), Notice.objects.count()) == (1, 1)
    assert Event.objects.filter(verb="message.sent").count() == 1


def test_a_draft_changed_in_another_tab_is_not_sent(inspector: Acting) -> None:
    draft = letters.drafted(inspector, factories.organization())
    actions.choose(draft, acting=inspector, organizations=[factories.organization().pk])
    with pytest.raises(Stale):
        actions.send(draft, version=draft.version, acting=inspector)
    assert Message.objects.get(pk=draft.pk).state == MessageState.DRAFT


def test_what_is_missing_is_told_all_at_once(inspector: Acting) -> None:
    draft = actions.new_draft(acting=inspector)
    with pytest.raises(actions.NotReady) as refused:
        actions.send(draft, version=draft.version, acting=inspector)
    assert refused.value.reasons == ["Не указана тема.", "Нет текста сообщения.", sending.NOBODY]
    late = letters.drafted(inspector, factories.organization())
    Message.objects.filter(pk=late.pk).update(answer_by=selectors.today())
    late.refresh_from_db()
    with pytest.raises(actions.NotReady) as refused:
        actions.send(late, version=late.version, acting=inspector)
    assert "позже сегодняшнего дня" in refused.value.reasons[0]


def test_the_last_day_is_a_working_day() -> None:
    day = selectors.today() + timedelta(days=5)
    while is_workday(day):
        day += timedelta(days=1)
    said = selectors.answer_day_trouble(day)
    assert "нерабочий день" in said
    assert f"{add_workdays(day, 1):%d.%m.%Y}" in said
    assert selectors.answer_day_trouble(add_workdays(day, 1)) == ""
    assert "дальше года" in selectors.answer_day_trouble(day + timedelta(days=700))


def test_a_sent_message_never_changes(inspector: Acting) -> None:
    message = letters.sent(inspector, factories.organization(), files=(letters.upload(),))
    typed = actions.TypedMessage(subject="Другое", text="Другое")
    with pytest.raises(WrongState):
        actions.save_draft(message, typed, version=message.version, acting=inspector)
    with pytest.raises(WrongState):
        actions.choose(message, acting=inspector, organizations=[factories.organization().pk])
    with pytest.raises(WrongState):
        actions.discard(message, acting=inspector)
    for change in (
        lambda: Message.objects.filter(pk=message.pk).update(text="Другое"),
        lambda: Message.objects.filter(pk=message.pk).update(answer_by=selectors.today()),
        lambda: message.attachments.all().delete(),
        lambda: Message.objects.filter(pk=message.pk).delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    message.refresh_from_db()
    assert (message.text, message.attachments.count()) == (letters.TEXT, 1)


def test_a_correction_is_a_new_message_that_names_the_old(inspector: Acting) -> None:
    employer = factories.organization()
    first = letters.sent(inspector, employer, files=(letters.upload("Форма.docx", b"PK\x03\x04 invented"),))
    draft = actions.correct(first, acting=inspector)
    assert (draft.corrects, draft.subject, draft.text) == (first, first.subject, first.text)
    assert [each.file.name for each in draft.attachments.all()] == ["Форма.docx"]
    typed = actions.TypedMessage(subject="Уточнение", text="Срок иной.")
    draft = actions.save_draft(draft, typed, version=draft.version, acting=inspector)
    second = actions.send(draft, version=draft.version, acting=inspector)
    earlier, _ = selectors.linked(letters.one(second))
    assert earlier is not None
    assert earlier.uid == letters.one(first).uid
    _, later = selectors.linked(letters.one(first))
    assert [each.uid for each in later] == [letters.one(second).uid]
    with pytest.raises(WrongState):
        actions.correct(letters.drafted(inspector), acting=inspector)


def test_a_file_taken_off_a_correction_stays_with_the_first(inspector: Acting) -> None:
    first = letters.sent(inspector, factories.organization(), files=(letters.upload(),))
    draft = actions.correct(first, acting=inspector)
    actions.discard(draft, acting=inspector)
    assert first.attachments.get().file.expires_at is None
    lone = letters.drafted(inspector, files=(letters.upload(),))
    stored = lone.attachments.get().file
    actions.discard(lone, acting=inspector)
    stored.refresh_from_db()
    assert stored.expires_at is not None


def test_withdrawn_stays_visible_with_its_reason(inspector: Acting) -> None:
    employer = factories.acting()
    message = letters.sent(inspector, employer.organization)
    with pytest.raises(ValueError, match="reason"):
        actions.withdraw(message, reason="  ", acting=inspector)
    actions.withdraw(message, reason="Направлено по ошибке.", acting=inspector)
    letters.work(message)
    recipient = Recipient.objects.visible_to(employer).get()
    assert recipient.message.withdrawn_reason == "Направлено по ошибке."
    assert not recipient.is_awaited
    assert selectors.unread_count(employer) == 0
    texts = list(
        Notice.objects.filter(organization=employer.organization).order_by("pk").values_list("text", flat=True)
    )
    assert len(texts) == 2
    assert "отозвано" in texts[1]
    with pytest.raises(WrongState):
        actions.withdraw(message, reason="Ещё раз", acting=inspector)
    with pytest.raises(WrongState):
        letters.answered(recipient, employer)
    with pytest.raises(WrongState):
        actions.withdraw(letters.drafted(inspector), reason="Черновик", acting=inspector)


def test_withdrawn_before_all_were_told(inspector: Acting, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first job stops, the job of the withdrawal tells everybody."""
    message = letters.sent(inspector, *[factories.organization() for _ in range(3)], told=False)
    actions.withdraw(message, reason="Ошибка", acting=inspector)
    letters.work(message)
    assert set(Notice.objects.values_list("key", flat=True)) == {
        f"message.withdrawn:{each.uid}" for each in Recipient.objects.all()
    }
    assert set(Recipient.objects.values_list("told", flat=True)) == {"withdrawn"}


def test_a_job_that_died_goes_on_where_it_stopped(inspector: Acting, monkeypatch: pytest.MonkeyPatch) -> None:
    message = letters.sent(inspector, *[factories.organization() for _ in range(5)], told=False)
    monkeypatch.setattr(sending, "BATCH", 2)
    tell_all, batches = sending.tell_all, []

    def dies(notices: list[Notice]) -> None:
        batches.append(len(notices))
        tell_all(notices)
        if len(batches) == 2:
            raise ConnectionError("killed")

    monkeypatch.setattr(sending, "tell_all", dies)
    with pytest.raises(ConnectionError):
        letters.run(Job.objects.of(message).get())
    assert Notice.objects.count() == 2, "the batch that broke left nothing"
    job = Job.objects.of(message).get()
    Job.objects.filter(pk=job.pk).update(leased_until=timezone.now() - timedelta(seconds=1))
    letters.run(job)
    assert Notice.objects.count() == 5
    assert batches == [2, 2, 2, 1], "those who were told are not told again"
    Recipient.objects.update(told="")
    assert sending.tell_recipients(message, MessageState.SENT) == 5
    assert Notice.objects.count() == 5, "a notice of the same news is one, whatever was noted of it"


def test_notices_that_a_job_left_behind_are_resumed(inspector: Acting) -> None:
    message = letters.sent(inspector, factories.organization(), told=False)
    Job.objects.of(message).update(state="failed", finished_at=timezone.now())
    assert actions.resume_telling() == 1
    letters.work(message)
    assert Notice.objects.count() == 1
    assert actions.resume_telling() == 0


def test_a_late_withdrawal_is_resumed_too(inspector: Acting) -> None:
    message = letters.sent(inspector, factories.organization())
    Recipient.objects.update(sent_at=timezone.now() - timedelta(days=100))
    actions.withdraw(message, reason="Ошибка", acting=inspector)
    Job.objects.of(message).unfinished().update(state="failed", finished_at=timezone.now())
    assert actions.resume_telling() == 1
    letters.work(message)
    assert Notice.objects.filter(key__startswith="message.withdrawn:").count() == 1


def test_a_message_that_nobody_meets_any_more_is_a_draft_again(
    inspector: Acting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "AT_ONCE", 0)
    employer = factories.organization()
    draft = letters.drafted(inspector, employer)
    message = actions.send(draft, version=draft.version, acting=inspector)
    assert (message.state, Recipient.objects.count()) == (MessageState.SENDING, 0)
    Organization.objects.filter(pk=employer.pk).update(region="78")
    letters.work(message)
    message.refresh_from_db()
    assert (message.state, message.sent_at) == (MessageState.DRAFT, None)
    notice = Notice.objects.get()
    assert (notice.user, notice.organization) == (inspector.user, inspector.organization)
    assert "не отправлено" in notice.text


def test_a_second_failed_sending_is_told_too(inspector: Acting, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "AT_ONCE", 0)
    draft = letters.drafted(inspector, factories.organization())
    for attempt in (1, 2):
        message = actions.send(Message.objects.get(pk=draft.pk), version=draft.version, acting=inspector)
        job = Job.objects.of(message).unfinished().get()
        Job.objects.filter(pk=job.pk).update(attempt=99)
        letters.run(job)
        letters.run(job)
        assert Notice.objects.filter(key__startswith="message.not_sent").count() == attempt
    assert Message.objects.get(pk=draft.pk).state == MessageState.DRAFT


def test_a_job_given_up_gives_the_draft_back(inspector: Acting, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "AT_ONCE", 0)
    draft = letters.drafted(inspector, factories.organization())
    message = actions.send(draft, version=draft.version, acting=inspector)
    Job.objects.of(message).update(attempt=99)
    letters.work(message)
    message.refresh_from_db()
    assert message.state == MessageState.DRAFT
    again = actions.send(message, version=message.version, acting=inspector)
    letters.work(again)
    assert Recipient.objects.count() == 1


def test_conditions_narrow_the_territory(inspector: Acting) -> None:
    plain = factories.organization(short_name="ООО «Простая»")
    flagged = factories.organization(short_name="ООО «С признаками»")
    _, (flag,) = control.not_unique(flagged)
    harmful = factories.organization(short_name="ООО «Вредная»")
    factories.report(harmful, class_counts={"3.2": 4, "2": 1}, harmful=4)
    factories.organization(region="78", short_name="ООО «Чужая простая»")
    for values, names in [
        ({}, {plain, flagged, harmful}),
        ({"q": "простая"}, {plain}),
        ({"q": flagged.inn}, {flagged}),
        ({"open": "1"}, {flagged}),
        ({"rule": flag.rule}, {flagged}),
        ({"rule": "SOUT-CLS-001"}, set()),
        ({"conditions": "3.2"}, {harmful}),
        ({"conditions": "3.1"}, set()),
        ({"conditions": "harmful"}, {harmful}),
        ({"conditions": "harmful", "q": "простая"}, set()),
        ({"region": "78"}, set()),
    ]:
        found = audience.in_territory(inspector, values).filter(pk__in=[plain.pk, flagged.pk, harmful.pk])
        assert set(found) == names, values


def test_a_branch_is_found_by_its_name_and_number(inspector: Acting) -> None:
    employer, other = factories.organization(), factories.organization()
    Branch.objects.create(organization=employer, kpp="183102002", name="Филиал в городе Ижевске")
    Branch.objects.create(organization=other, kpp="590202002", name="Филиал в городе Перми")
    for text, found in [
        ("ижевске", {employer}),
        ("городе филиал", {employer, other}),
        ("183102002", {employer}),
        ("ижевске перми", set()),
    ]:
        assert set(audience.in_territory(inspector, {"q": text}).filter(pk__in=[employer.pk, other.pk])) == found, text


def test_conditions_from_reports_take_the_right_to_see_them(inspector: Acting) -> None:
    sender = factories.acting(inspector.organization, rights=["inspect.send_messages"])
    draft = letters.drafted(sender)
    actions.choose_all(draft, acting=sender, filters={"open": "1", "q": "Проба"})
    draft.refresh_from_db()
    assert draft.filters == {"q": "Проба"}


def test_names_and_conditions_do_not_mix(inspector: Acting) -> None:
    one, other = factories.organization(), factories.organization()
    draft = letters.drafted(inspector, one)
    actions.choose_all(draft, acting=inspector, filters={"q": other.inn})
    draft.refresh_from_db()
    assert audience.reach(draft, inspector) == 1
    assert not draft.addressees.exists()
    actions.choose(draft, acting=inspector, organizations=[one.pk])
    draft.refresh_from_db()
    assert (draft.filters, draft.audience) == ({}, "chosen")
    actions.leave_out(draft, acting=inspector)
    assert audience.reach(draft, inspector) == 0


MANY = 10_000


def many_organizations(count: int) -> None:
    Organization.objects.bulk_create(
        [
            Organization(inn=f"77{n:08d}", ogrn=f"1{n:012d}", full_name=f"Организация {n}", region="77")
            for n in range(count)
        ],
        batch_size=2000,
    )


@pytest.mark.slow
def test_ten_thousand_recipients(inspector: Acting) -> None:
    """Writing, telling and reminding them takes a few statements for each thousand, and so does the spreading into letters."""
    many_organizations(MANY)
    draft = letters.drafted(inspector)
    draft = actions.choose_all(draft, acting=inspector, filters={"q": "Организация"})
    with CaptureQueriesContext(connection) as pressed:
        message = actions.send(draft, version=draft.version, acting=inspector)
    assert message.state == MessageState.SENDING, "so many are written by the job"
    assert len(pressed) < 20
    began = timezone.now()
    with CaptureQueriesContext(connection) as writing:
        message = sending.deliver(message)
    seconds = (timezone.now() - began).total_seconds()
    assert Recipient.objects.filter(message=message).count() == MANY
    assert len(writing) < 12
    assert seconds < 20, "a fraction of a second where nothing else runs"
    Grant.objects.bulk_create(
        Grant(user=inspector.user, organization=each, is_admin=True, source=Source.DEMO)
        for each in Organization.objects.filter(full_name__startswith="Организация ")
    )
    with CaptureQueriesContext(connection) as telling:
        assert sending.tell_recipients(message, MessageState.SENT) == MANY
    assert Notice.objects.filter(topic=Topic.MESSAGES).count() == MANY
    assert len(telling) < 100
    with CaptureQueriesContext(connection) as spreading:
        while spread_new():
            pass
    assert Letter.objects.count() == MANY
    assert len(spreading) < 150
    day = add_workdays(selectors.today(), 2)
    Recipient.objects.update(answer_by=day)
    with CaptureQueriesContext(connection) as reminding:
        assert actions.remind(on=day) == MANY
    assert Event.objects.filter(verb="message.reminded").count() == MANY
    assert len(reminding) < 120
    assert actions.remind(on=day) == 0
    figures = selectors.figures([message])[message.pk]
    assert (figures.recipients, figures.read) == (MANY, 0)


def test_a_message_of_a_branch_is_the_branchs_to_its_end() -> None:
    """Whoever of the inspectorate goes on with it: whom it may reach, its journal, its correction."""
    rostrud = factories.inspectorate(Inspectorate.FEDERAL)
    branch = rostrud.branches.create(name="Управление", kpp="660145001")
    inspector, boss = factories.acting(rostrud, branch=branch), factories.acting(rostrud)
    here, elsewhere = factories.organization(region="66"), factories.organization(region="78")
    draft = letters.drafted(inspector, here)
    assert audience.reachable(draft, boss).get() == here
    assert actions.choose(draft, acting=boss, organizations=[elsewhere.pk]) == 0, "it would not go there"
    message = actions.send(draft, version=draft.version, acting=boss)
    assert Event.objects.get(verb="message.sent").branch == branch, "its journal tells that it went out"
    correction = actions.correct(message, acting=boss)
    assert correction.sender_branch == branch
    assert actions.correct(message, acting=boss) == correction, "the button pressed twice"
    assert correction in Message.objects.visible_to(inspector), "its page names it: a link that opens"
