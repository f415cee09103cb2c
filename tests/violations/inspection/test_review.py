"""The life of a review: question, explanation, decision; what each does to the flag, the report, the history and the journal."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from io import BytesIO
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import IntegrityError, transaction

from accounts.acting import Acting
from accounts.models import Branch, Organization
from core.files.models import StoredFile
from core.files.tasks import drop_expired
from core.journal.models import Event
from core.journal.tasks import deliver_due
from core.moves import WrongState
from core.notifications.models import Notice
from registries.models import WorkplaceInForce
from sout_reports.models import SoutReport
from sout_reports.states import Verdict
from tests import factories
from tests.violations import control
from violations.flags.actions import recheck_report
from violations.flags.models import VIEW, VIEW_BRANCH, Flag, FlagChange
from violations.flags.raising import make_obsolete
from violations.flags.states import FlagState
from violations.inspection.actions import answer, ask, confirm, dismiss, explain
from violations.inspection.models import Decision, Explanation, Question
from violations.inspection.states import Ground, QuestionState, Review
from violations.tasks import watch_questions

pytestmark = pytest.mark.django_db
MOSCOW = ZoneInfo("Europe/Moscow")
THURSDAY = datetime(2026, 11, 19, 12, tzinfo=MOSCOW)


def asked(flag: Flag, inspector: Acting, days: int = 5) -> Question:
    return ask(flag, text="Поясните номер рабочего места.", days=days, acting=inspector)


def history(flag: Flag) -> list[str]:
    return [change.what for change in FlagChange.objects.filter(flag=flag).order_by("pk")]


def recheck(report: SoutReport) -> None:
    with transaction.atomic():
        recheck_report(report, actor=None, protocol=None, reason="проверка")


@time_machine.travel(THURSDAY, tick=False)
def test_a_question_has_a_term_in_working_days(flag: Flag, inspector: Acting):
    question = asked(flag, inspector, days=3)
    assert question.due_on == date(2026, 11, 24), "Friday, Monday, Tuesday"
    flag.refresh_from_db()
    assert (flag.review, flag.state) == (Review.ASKED, FlagState.OPEN)
    assert question.calendar_version
    assert history(flag)[-1] == "questioned"
    change = FlagChange.objects.filter(flag=flag).latest("pk")
    assert (change.actor, change.organization) == (inspector.user, inspector.organization)
    event = Event.objects.get(verb="flag.questioned")
    assert (event.actor, event.organization) == (inspector.user, inspector.organization)
    assert event.payload["question"] == question.pk


@pytest.mark.parametrize("days", [0, 31])
def test_a_term_out_of_bounds(days: int, flag: Flag, inspector: Acting):
    with pytest.raises(ValueError, match="working days"):
        asked(flag, inspector, days=days)


def test_a_second_question_waits_for_the_first(flag: Flag, inspector: Acting):
    asked(flag, inspector)
    with pytest.raises(WrongState):
        asked(flag, inspector)
    assert Question.objects.count() == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        Question.objects.create(
            flag=flag,
            inspectorate=inspector.organization,
            asked_by=inspector.user,
            text="Ещё",
            days=1,
            due_on=date.today(),
            calendar_version="1",
        )


def test_an_answer_and_then_another_question(flag: Flag, inspector: Acting, head: Acting):
    question = asked(flag, inspector)
    said = answer(flag, text="Номер исправим.", files=[("приказ.txt", BytesIO(b"text"))], acting=head)
    flag.refresh_from_db()
    question.refresh_from_db()
    assert (flag.review, question.state, said.is_late) == (Review.ANSWERED, QuestionState.ANSWERED, False)
    kept = said.attachments.get().file
    assert (kept.name, kept.expires_at, kept.organization) == ("приказ.txt", None, head.organization)
    assert Event.objects.get(verb="flag.explained").organization == head.organization
    with pytest.raises(WrongState):
        answer(flag, text="И ещё раз.", files=[], acting=head)
    assert Explanation.objects.count() == 1
    again = asked(flag, inspector)
    assert again.pk != question.pk
    assert history(flag)[-3:] == ["questioned", "explained", "questioned"]


def test_an_answer_that_comes_second_leaves_no_file(flag: Flag, inspector: Acting, head: Acting, monkeypatch):
    """The first answer commits while the files of the second are being stored."""
    asked(flag, inspector)
    from violations.inspection.actions import answering

    keep = answering._keep_for_now

    def slow(name: str, stream: BytesIO, acting: Acting) -> StoredFile:
        kept = keep(name, stream, acting)
        answer(flag, text="Первое пояснение.", files=[], acting=head)
        return kept

    monkeypatch.setattr(answering, "_keep_for_now", slow)
    with pytest.raises(WrongState):
        answer(flag, text="Второе пояснение.", files=[("a.txt", BytesIO(b"a"))], acting=head)
    assert [each.text for each in Explanation.objects.all()] == ["Первое пояснение."]
    orphan = StoredFile.objects.get(name="a.txt")
    with time_machine.travel(orphan.expires_at + timedelta(hours=1)):
        assert drop_expired() == 1


def test_after_the_term_an_answer_is_taken_as_late(flag: Flag, inspector: Acting, head: Acting):
    with time_machine.travel(THURSDAY):
        question = asked(flag, inspector, days=3)
    with time_machine.travel(datetime(2026, 11, 24, 23, 50, tzinfo=MOSCOW)):
        watch_questions()
        flag.refresh_from_db()
        assert flag.review == Review.ASKED, "the last day is not over"
    with time_machine.travel(datetime(2026, 11, 25, 0, 10, tzinfo=MOSCOW)):
        watch_questions()
        watch_questions()
        flag.refresh_from_db()
        assert flag.review == Review.OVERDUE
        assert history(flag).count("overdue") == 1
        assert Event.objects.filter(verb="flag.overdue").count() == 1
        said = answer(flag, text="Извините, опоздали.", files=[], acting=head)
        flag.refresh_from_db()
        assert (said.is_late, flag.review, said.question) == (True, Review.ANSWERED, question)


def test_confirmed_stays_open(flag: Flag, inspector: Acting, head: Acting):
    before = SoutReport.objects.get(pk=flag.report_id)
    decision = confirm(flag, ground=Ground.REPORT_SHOWS, text="", acting=inspector)
    flag.refresh_from_db()
    assert (flag.state, flag.review) == (FlagState.OPEN, Review.CONFIRMED)
    assert (decision.found, decision.expected) == (flag.found, flag.expected)
    after = SoutReport.objects.get(pk=flag.report_id)
    assert (after.verdict, after.open_flags) == (before.verdict, before.open_flags)
    with pytest.raises(WrongState):
        confirm(flag, ground=Ground.OTHER, text="Ещё раз", acting=inspector)
    with pytest.raises(WrongState):
        answer(flag, text="Поздно.", files=[], acting=head)
    assert Decision.objects.count() == 1


def test_dismissed_closes_and_the_verdict_follows(flag: Flag, inspector: Acting, head: Acting):
    assert SoutReport.objects.get(pk=flag.report_id).verdict == Verdict.VIOLATIONS
    question = asked(flag, inspector)
    dismiss(flag, ground=Ground.MENDED, text="Документы представлены.", acting=inspector)
    flag.refresh_from_db()
    question.refresh_from_db()
    assert (flag.state, flag.review) == (FlagState.DISMISSED, Review.DISMISSED)
    assert flag.closed_at
    assert flag.reason == "Нарушение устранено, подтверждено документами"
    assert (question.state, question.close_reason) == (QuestionState.CLOSED, "Решение инспектора: снят")
    report = SoutReport.objects.get(pk=flag.report_id)
    assert (report.verdict, report.open_flags, report.open_violations) == (Verdict.CONFORMS, 0, 0)
    assert Event.objects.filter(verb="report.verdict_changed").latest("pk").actor == inspector.user
    for late in (
        lambda: asked(flag, inspector),
        lambda: answer(flag, text="Поздно.", files=[], acting=head),
        lambda: confirm(flag, ground=Ground.OTHER, text="Передумали", acting=inspector),
        lambda: dismiss(flag, ground=Ground.OTHER, text="Ещё раз", acting=inspector),
    ):
        with pytest.raises(WrongState):
            late()
    assert Decision.objects.count() == 1


def test_a_confirmed_flag_can_be_dismissed_later(flag: Flag, inspector: Acting):
    confirm(flag, ground=Ground.INSPECTED, text="", acting=inspector)
    dismiss(flag, ground=Ground.MENDED, text="Устранено при проверке.", acting=inspector)
    assert [each.verb for each in Decision.objects.order_by("pk")] == ["confirm", "dismiss"]


def test_a_ground_belongs_to_its_decision(flag: Flag, inspector: Acting):
    with pytest.raises(ValueError, match="no ground"):
        confirm(flag, ground=Ground.EXPLAINED, text="", acting=inspector)
    with pytest.raises(ValueError, match="no ground"):
        dismiss(flag, ground=Ground.REPORT_SHOWS, text="", acting=inspector)


def test_a_recheck_leaves_a_dismissed_flag_closed(flag: Flag, inspector: Acting):
    dismiss(flag, ground=Ground.RULE_WRONG, text="Правило не для этого места.", acting=inspector)
    recheck(flag.report)
    flag.refresh_from_db()
    assert (flag.state, flag.review) == (FlagState.DISMISSED, Review.DISMISSED)
    assert SoutReport.objects.get(pk=flag.report_id).verdict == Verdict.CONFORMS
    assert history(flag)[-1] == "dismissed"


def test_a_recheck_with_other_values_opens_it_with_history(flag: Flag, inspector: Acting):
    dismiss(flag, ground=Ground.RULE_WRONG, text="Правило не для этого места.", acting=inspector)
    WorkplaceInForce.objects.exclude(report_uid=flag.report.uid).update(position="Старший слесарь")
    recheck(flag.report)
    flag.refresh_from_db()
    assert (flag.state, flag.review, flag.closed_at) == (FlagState.OPEN, Review.NEW, None)
    change = FlagChange.objects.filter(flag=flag).latest("pk")
    assert change.what == "reopened"
    assert "Старший слесарь" in change.after["message"]
    assert "Слесарь 1" in change.before["message"]
    assert SoutReport.objects.get(pk=flag.report_id).verdict == Verdict.VIOLATIONS


def test_a_recheck_with_other_values_asks_for_a_new_look_at_a_confirmed_one(flag: Flag, inspector: Acting):
    confirm(flag, ground=Ground.REPORT_SHOWS, text="", acting=inspector)
    recheck(flag.report)
    flag.refresh_from_db()
    assert flag.review == Review.CONFIRMED
    WorkplaceInForce.objects.exclude(report_uid=flag.report.uid).update(position="Старший слесарь")
    recheck(flag.report)
    flag.refresh_from_db()
    assert (flag.state, flag.review) == (FlagState.OPEN, Review.NEW)


def test_a_flag_that_goes_by_itself_ends_its_question(flag: Flag, inspector: Acting, head: Acting):
    question = asked(flag, inspector)
    flag.report.places.update(current_number="77")
    recheck(flag.report)
    flag.refresh_from_db()
    question.refresh_from_db()
    assert (flag.state, flag.review) == (FlagState.CLEARED, Review.NEW)
    assert question.state == QuestionState.CLOSED
    with pytest.raises(WrongState):
        answer(flag, text="Отвечаем.", files=[], acting=head)


def test_a_corrected_report_ends_the_questions_of_the_old_one(flag: Flag, inspector: Acting):
    question = asked(flag, inspector)
    with transaction.atomic():
        make_obsolete(flag.report, reason="Отчёт заменён исправленным № 5")
    question.refresh_from_db()
    assert (question.state, question.close_reason) == (QuestionState.CLOSED, "Отчёт заменён исправленным № 5")


def test_an_explanation_before_anybody_asked(flag: Flag, inspector: Acting, head: Acting):
    with pytest.raises(ValueError, match="not cleared by an explanation"):
        explain(flag, text="Мы не согласны.", files=[], acting=head)
    Flag.objects.filter(pk=flag.pk).update(rule="SOUT-TRM-001")
    flag.refresh_from_db()
    said = explain(flag, text="Опоздали из-за болезни.", files=[], acting=head)
    flag.refresh_from_db()
    assert (said.question, flag.review) == (None, Review.ANSWERED)
    dismiss(flag, ground=Ground.EXPLAINED, text="Принято.", acting=inspector)


def test_the_database_agrees_with_the_states(flag: Flag):
    for values in ({"review": "dismissed"}, {"state": "cleared", "closed_at": THURSDAY, "review": "asked"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Flag.objects.filter(pk=flag.pk).update(**values)


# --- who is told


def told(organization: Organization) -> list[Notice]:
    deliver_due()
    deliver_due()
    return list(Notice.objects.filter(organization=organization).order_by("pk"))


def test_the_employer_is_told_of_a_question_once(flag: Flag, inspector: Acting, employer: Organization):
    question = asked(flag, inspector)
    (notice,) = told(employer)
    assert (notice.due_on, notice.right, notice.topic) == (question.due_on, VIEW, "flags")
    assert f"до {question.due_on:%d.%m.%Y}" in notice.text
    assert inspector.organization.name in notice.why
    assert notice.url == f"/control/flags/{flag.pk}/"


def test_who_sees_a_branch_only_is_told_by_name(employer: Organization, inspector: Acting):
    branch = Branch.objects.create(organization=employer, kpp="770202002", name="Филиал", esia_oid=78)
    other = Branch.objects.create(organization=employer, kpp="770303003", name="Другой", esia_oid=79)
    only = factories.acting(employer, branch=branch, rights=[VIEW_BRANCH])
    factories.acting(employer, branch=branch, rights=[VIEW, VIEW_BRANCH])
    factories.acting(employer, branch=other, rights=[VIEW_BRANCH])
    _, (found,) = control.not_unique(employer, branch=branch)
    asked(found, inspector)
    notices = told(employer)
    assert [(each.branch, each.right, each.user) for each in notices] == [
        (branch, VIEW, None),
        (branch, VIEW_BRANCH, only.user),
    ]


def test_reminders_come_once_each(flag: Flag, inspector: Acting, employer: Organization):
    with time_machine.travel(THURSDAY):
        question = asked(flag, inspector, days=10)
    assert question.due_on == date(2026, 12, 3)
    counts = []
    for day in (date(2026, 11, 27), date(2026, 11, 30), date(2026, 12, 1), date(2026, 12, 2), date(2026, 12, 3)):
        with time_machine.travel(datetime(day.year, day.month, day.day, 9, tzinfo=MOSCOW)):
            watch_questions()
            watch_questions()
            counts.append(Notice.objects.filter(organization=employer, key__startswith="question.soon").count())
    assert counts == [0, 1, 1, 2, 2], "three working days before, and one"


def test_an_answered_question_is_not_reminded_of(flag: Flag, inspector: Acting, head: Acting):
    with time_machine.travel(THURSDAY):
        asked(flag, inspector, days=5)
        answer(flag, text="Отвечаем сразу.", files=[], acting=head)
    with time_machine.travel(datetime(2026, 11, 30, 9, tzinfo=MOSCOW)):
        watch_questions()
    assert not Notice.objects.filter(key__startswith="question.soon").exists()
    flag.refresh_from_db()
    assert flag.review == Review.ANSWERED


def test_the_inspector_is_told_of_the_answer(flag: Flag, inspector: Acting, head: Acting):
    asked(flag, inspector)
    answer(flag, text="Отвечаем сразу.", files=[], acting=head)
    (notice,) = told(inspector.organization)
    assert (notice.user, notice.right) == (inspector.user, "inspect.review_flags")
    assert notice.url == f"/control/inspection/flags/{flag.pk}/"


def test_where_the_inspector_has_left_his_colleagues_are_told(flag: Flag, inspector: Acting, head: Acting):
    asked(flag, inspector)
    inspector.grant.revoked_at, inspector.grant.reason = THURSDAY, "уволен"
    inspector.grant.save(update_fields=["revoked_at", "reason"])
    answer(flag, text="Отвечаем сразу.", files=[], acting=head)
    (notice,) = told(inspector.organization)
    assert notice.user is None


def test_both_sides_are_told_of_the_outcome(flag: Flag, inspector: Acting, employer: Organization):
    confirm(flag, ground=Ground.REPORT_SHOWS, text="", acting=inspector)
    for side in (employer, flag.report.organization):
        (notice,) = told(side)
        assert "Инспектор подтвердил признак нарушения" in notice.text
    dismiss(flag, ground=Ground.MENDED, text="Устранено.", acting=inspector)
    texts = [each.text for each in told(flag.report.organization)]
    assert "Инспектор снял признак нарушения" in texts[1]
    assert "непогашенных признаков нарушений не осталось" in texts[2]
