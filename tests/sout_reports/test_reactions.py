"""The employer is told at once, and the organization learns what became of its file."""

import pytest

from core.journal import record
from core.journal.tasks import deliver_due
from core.notifications.models import Notice
from sout_reports.states import State
from tests import factories

pytestmark = pytest.mark.django_db


def test_both_sides_are_told_of_acceptance_once():
    report = factories.report()
    for _ in range(2):
        record("report.accepted", report, actor=None, organization=report.employer)
        deliver_due()
    notices = Notice.objects.filter(key__endswith=str(report.uid))
    assert {notice.organization for notice in notices} == {report.employer, report.organization}
    assert notices.count() == 2
    assert all("Соответствует требованиям" in notice.text for notice in notices)


def test_the_notice_tells_the_verdict_of_then():
    report = factories.report()
    said = {"verdict": "violations", "open_flags": 3}
    record("report.accepted", report, actor=None, organization=report.employer, **said)
    deliver_due()
    (notice,) = Notice.objects.filter(organization=report.organization)
    assert notice.text.endswith("принят. Не соответствует требованиям: 3\N{NO-BREAK SPACE}признака.")


def test_of_a_report_with_flags_the_employer_hears_once():
    report = factories.report()
    record("report.accepted", report, actor=None, organization=report.employer, verdict="violations", open_flags=3)
    deliver_due()
    (notice,) = Notice.objects.filter(organization=report.employer)
    assert (
        notice.text
        == f"Поступил отчёт СОУТ № {report.number}. Не соответствует требованиям: 3\N{NO-BREAK SPACE}признака."
    )
    for right in ("sout.view_reports", "control.view_flags"):
        reader = factories.acting(report.employer, rights=[right])
        assert Notice.objects.visible_to(reader).count() == 1
    clerk = factories.acting(report.employer, rights=["admin.settings"])
    assert not Notice.objects.visible_to(clerk).exists()


def test_only_who_may_see_reports_sees_the_notice():
    report = factories.report()
    record("report.accepted", report, actor=None, organization=report.employer)
    deliver_due()
    reader = factories.acting(report.employer, rights=["sout.view_reports"])
    clerk = factories.acting(report.employer, rights=["admin.settings"])
    stranger = factories.acting()
    assert Notice.objects.visible_to(reader).count() == 1
    assert not Notice.objects.visible_to(clerk).exists()
    assert not Notice.objects.visible_to(stranger).exists()


def test_the_organization_is_told_of_a_refusal():
    report = factories.report(employer=None, state=State.REFUSED, problems_total=7)
    record("report.refused", report, actor=None, organization=report.organization)
    deliver_due()
    notice = Notice.objects.get()
    assert notice.organization == report.organization
    assert "7" in notice.text
    assert str(report.uid) in notice.url
