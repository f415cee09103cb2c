"""Terms by the clock, however many they are and whatever is wrong with one of them; who is told of a question's end."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.acting import Acting
from accounts.models import Branch, Inspectorate, Organization
from core.journal.models import Event
from core.journal.tasks import deliver_due
from core.notifications.models import Notice
from core.notifications.readers import readers
from tests import factories
from tests.violations import control
from tests.violations.inspection.conftest import INSPECTORS_RIGHTS
from violations.flags.actions import recheck_report
from violations.flags.models import REVIEW, VIEW_BRANCH, Flag
from violations.flags.raising import make_obsolete
from violations.inspection.actions import answer, ask, confirm, expire_questions, remind_of_questions, watching
from violations.inspection.models import Question
from violations.inspection.states import Ground, QuestionState, Review
from violations.inspection.telling import remind_of_question
from violations.tasks import watch_questions

pytestmark = pytest.mark.django_db
MOSCOW = ZoneInfo("Europe/Moscow")
THURSDAY = datetime(2026, 11, 19, 12, tzinfo=MOSCOW)
BEFORE_THE_END = datetime(2026, 12, 2, 9, tzinfo=MOSCOW)  # one working day before the end of a term of ten
AFTER_THE_END = datetime(2026, 12, 4, 9, tzinfo=MOSCOW)


def several(employer: Organization, inspector: Acting, number: int) -> list[Question]:
    _, flags = control.not_unique(employer, places=number)
    with time_machine.travel(THURSDAY):
        return [ask(flag, text="Поясните номер места.", days=10, acting=inspector) for flag in flags]


def told(start: str) -> list[Notice]:
    deliver_due()
    deliver_due()
    return list(Notice.objects.filter(key__startswith=start).order_by("pk"))


def bell(acting: Acting) -> list[Notice]:
    return list(Notice.objects.visible_to(acting))


@pytest.mark.parametrize("number", ["{snils}", "{dashed}", "РМ-{snils}", "{spaced}"])
def test_a_place_that_is_called_by_a_snils_is_masked_and_stops_nobody(
    number: str, employer: Organization, inspector: Acting
):
    """A file may write a worker's СНИЛС for the number of his place."""
    questions = several(employer, inspector, 3)
    digits = factories.snils(7)
    groups = (digits[:3], digits[3:6], digits[6:9], digits[9:])
    written = number.format(
        snils=digits, dashed=f"{'-'.join(groups[:3])} {groups[3]}", spaced="\N{NO-BREAK SPACE}".join(groups)
    )
    Flag.objects.filter(pk=questions[0].flag_id).update(workplace_number=written)
    with time_machine.travel(BEFORE_THE_END):
        watch_questions()
    with time_machine.travel(AFTER_THE_END):
        watch_questions()
    for start in ("question.soon", "question.over"):
        notices = told(start)
        assert len(notices) == 3
        assert not any(written in each.text for each in notices)
        assert sum("***-***-**" in each.text for each in notices) == 1


def test_one_reminder_that_fails_does_not_stop_the_others(
    employer: Organization, inspector: Acting, monkeypatch, caplog
):
    questions = several(employer, inspector, 3)

    def broken(question: Question, days: int) -> None:
        remind_of_question(question, days)
        if question == questions[1]:
            raise RuntimeError("сведения, которым не место в журнале программы")

    monkeypatch.setattr(watching, "remind_of_question", broken)
    with time_machine.travel(BEFORE_THE_END), caplog.at_level(logging.ERROR):
        assert remind_of_questions() == 2
        assert len(told("question.soon")) == 2, "what the failing one had done is undone"
        monkeypatch.undo()
        assert remind_of_questions() == 1, "it is tried again"
    (line,) = [each.getMessage() for each in caplog.records if "term" in each.getMessage()]
    assert f"question {questions[1].pk}" in line
    assert "RuntimeError" in line
    assert "сведения" not in caplog.text


def test_one_term_that_cannot_be_marked_does_not_stop_the_others(
    employer: Organization, inspector: Acting, monkeypatch
):
    questions = several(employer, inspector, 3)
    act = watching.step

    def broken(flag: Flag, *args, **kwargs):
        if flag.pk == questions[0].flag_id:
            raise RuntimeError
        return act(flag, *args, **kwargs)

    monkeypatch.setattr(watching, "step", broken)
    with time_machine.travel(AFTER_THE_END):
        assert expire_questions() == 2
    assert Flag.objects.filter(review=Review.OVERDUE).count() == 2


def test_a_run_drains_everything_in_batches(employer: Organization, inspector: Acting, monkeypatch):
    several(employer, inspector, 5)
    monkeypatch.setattr(watching, "BATCH", 2)
    with time_machine.travel(BEFORE_THE_END):
        assert remind_of_questions() == 5
    with time_machine.travel(AFTER_THE_END):
        assert expire_questions() == 5
        assert expire_questions() == 0


def test_who_was_reminded_costs_nothing_more(employer: Organization, inspector: Acting):
    asked = []
    for more in (1, 5):
        several(employer, inspector, more)
        with time_machine.travel(BEFORE_THE_END):
            watch_questions()
            with CaptureQueriesContext(connection) as queries:
                watch_questions()
        asked.append(len(queries))
    assert asked[0] == asked[1] <= 3


def test_a_question_that_lapses_is_journaled_and_told(flag: Flag, employer: Organization, inspector: Acting):
    question = ask(flag, text="Поясните номер места.", days=5, acting=inspector)
    flag.report.places.update(current_number="77")
    with transaction.atomic():
        recheck_report(flag.report, actor=None, protocol=None, reason="проверка")
    question.refresh_from_db()
    assert question.state == QuestionState.CLOSED
    event = Event.objects.get(verb="question.closed")
    assert (event.subject_id, event.organization) == (str(question.pk), inspector.organization)
    assert event.payload["lapsed"] is True
    assert Event.objects.get(verb="flag.renewed").organization == employer
    (to_employer,) = told("question.closed")
    assert (to_employer.organization, to_employer.url) == (employer, f"/control/flags/{flag.pk}/")
    assert "отвечать не нужно" in to_employer.text
    (to_inspector,) = told("question.lapsed")
    assert (to_inspector.organization, to_inspector.user) == (inspector.organization, inspector.user)


def test_an_answer_that_nobody_judged_lapses_without_a_word(flag: Flag, head: Acting, inspector: Acting):
    ask(flag, text="Поясните номер места.", days=5, acting=inspector)
    answer(flag, text="Номер исправим.", files=[], acting=head)
    with transaction.atomic():
        make_obsolete(flag.report, reason="Отчёт заменён исправленным № 5")
    flag.refresh_from_db()
    assert flag.review == Review.NEW
    assert not told("question.closed")
    assert Event.objects.filter(verb="flag.renewed").count() == 1


def test_a_decision_closes_the_question_and_is_told_itself(flag: Flag, inspector: Acting):
    question = ask(flag, text="Поясните номер места.", days=5, acting=inspector)
    confirm(flag, ground=Ground.REPORT_SHOWS, text="", acting=inspector)
    assert Event.objects.get(verb="question.closed").subject_id == str(question.pk)
    assert not told("question.closed")
    assert told("decision:")


# --- which inspector is told


def explained(flag: Flag, asked_by: Acting, head: Acting) -> list[Notice]:
    question = Question.objects.open().filter(flag=flag).first()
    question = question or ask(flag, text="Поясните номер места.", days=5, acting=asked_by)
    answer(flag, text="Номер исправим.", files=[], acting=head)
    return told("explanation:")


def revoke(acting: Acting) -> None:
    acting.grant.revoked_at, acting.grant.reason = THURSDAY, "другая работа"
    acting.grant.save(update_fields=["revoked_at", "reason"])


def test_who_may_review_no_more_does_not_swallow_the_notice(flag: Flag, inspector: Acting, head: Acting):
    """He is still with the inspectorate, by a grant that does not let him review."""
    colleague = factories.acting(inspector.organization, rights=INSPECTORS_RIGHTS)
    ask(flag, text="Поясните номер места.", days=5, acting=inspector)
    revoke(inspector)
    factories.grant(inspector.user, inspector.organization, rights=["inspect.send_messages"])
    (notice,) = explained(flag, inspector, head)
    assert (notice.user, notice.right) == (None, REVIEW)
    assert notice in bell(colleague)


def test_who_moved_to_a_branch_of_another_region_does_not_swallow_it(flag: Flag, head: Acting):
    body = factories.inspectorate(Inspectorate.FEDERAL)
    inspector, colleague = (factories.acting(body, rights=INSPECTORS_RIGHTS) for _ in range(2))
    ask(flag, text="Поясните номер места.", days=5, acting=inspector)
    revoke(inspector)
    branch = Branch.objects.create(organization=body, kpp="160143001", name="Отдел в Казани")
    factories.grant(inspector.user, body, branch=branch, rights=INSPECTORS_RIGHTS)
    (notice,) = explained(flag, inspector, head)
    assert notice.user is None
    assert notice in bell(colleague)


def test_a_reviewer_of_a_branch_sees_what_he_is_told(flag: Flag, head: Acting):
    body = factories.inspectorate(Inspectorate.FEDERAL)
    branch = Branch.objects.create(organization=body, kpp="770143001", name="Отдел в Москве")
    inspector = factories.acting(body, branch=branch, rights=INSPECTORS_RIGHTS)
    (notice,) = explained(flag, inspector, head)
    assert (notice.user, notice.branch) == (inspector.user, branch)
    (found,) = [each for each in readers([body.pk]) if each.user == inspector.user]
    assert notice in bell(found)


def test_where_he_has_left_reviewers_of_a_branch_are_told_too(flag: Flag, head: Acting):
    body = factories.inspectorate(Inspectorate.FEDERAL)
    here, there = (
        Branch.objects.create(organization=body, kpp=kpp, name=kpp, esia_oid=int(kpp))
        for kpp in ("770143001", "160143001")
    )
    inspector = factories.acting(body, branch=here, rights=INSPECTORS_RIGHTS)
    colleague = factories.acting(body, branch=here, rights=INSPECTORS_RIGHTS)
    stranger = factories.acting(body, branch=there, rights=INSPECTORS_RIGHTS)
    chief = factories.acting(body)
    ask(flag, text="Поясните номер места.", days=5, acting=inspector)
    revoke(inspector)
    explained(flag, inspector, head)
    assert [len(bell(each)) for each in (colleague, chief, stranger)] == [1, 1, 0]


# --- new flags


def test_readers_of_a_branchs_flags_are_told_of_new_ones(employer: Organization):
    from core.journal import record

    branch = Branch.objects.create(organization=employer, kpp="770202002", name="Филиал", esia_oid=78)
    other = Branch.objects.create(organization=employer, kpp="770303003", name="Другой", esia_oid=79)
    only = factories.acting(employer, branch=branch, rights=[VIEW_BRANCH])
    both = factories.acting(employer, branch=branch, rights=[VIEW_BRANCH, "sout.view_reports"])
    elsewhere = factories.acting(employer, branch=other, rights=[VIEW_BRANCH])
    of_whole = factories.acting(employer, rights=[VIEW_BRANCH])
    report, _ = control.not_unique(employer, branch=branch)
    record(
        "report.accepted",
        report,
        actor=None,
        organization=employer,
        open_flags=1,
        open_violations=1,
        verdict="violations",
    )
    assert len(told("report.flags:")) == 2
    assert [len(bell(each)) for each in (only, both, elsewhere, of_whole)] == [1, 1, 0, 0]


def test_every_notice_of_a_term_is_of_its_own_day(employer: Organization, inspector: Acting):
    """Both marks fall between two runs, as after a stop of the clock: the nearest is told, the farther never."""
    (question,) = several(employer, inspector, 1)
    with time_machine.travel(BEFORE_THE_END):
        watch_questions()
        watch_questions()
    (notice,) = told("question.soon")
    assert notice.key == f"question.soon:{question.pk}:1"
    with time_machine.travel(BEFORE_THE_END + timedelta(hours=5)):
        assert remind_of_questions() == 0
