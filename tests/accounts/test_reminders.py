"""Reminders: two weeks and three days before access ends, and once a quarter of what nobody has looked at."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from accounts.acting import acting_by
from accounts.actions import confirm_grants, create_grant
from accounts.models import Grant, Source
from accounts.rights import Right
from accounts.tasks import remind_of_access
from core.notifications.models import Notice
from tests import factories

pytestmark = pytest.mark.django_db
START = timezone.make_aware(datetime(2026, 11, 2, 12))
END = timezone.make_aware(datetime(2026, 12, 1))  # the last day is 30.11.2026


@pytest.fixture
def place():
    with time_machine.travel(START, tick=False):
        head = factories.acting()
        given = create_grant(
            user=factories.user(last_name="Срочная"),
            organization=head.organization,
            rights=[Right.VIEW_REPORTS],
            until=END,
            source=Source.COMMAND,
            actor=None,
        )
    return head, given


def texts(who) -> list[str]:
    return list(Notice.objects.visible_to(who).order_by("pk").values_list("text", flat=True))


def test_both_are_told_twice_and_never_more(place):
    head, given = place
    worker = acting_by(Grant.objects.select_related("organization").get(pk=given.pk), given.user)
    with time_machine.travel(END - timedelta(days=15), tick=False):
        remind_of_access()
        assert texts(worker) == []
    for days in (14, 10, 3, 1):
        with time_machine.travel(END - timedelta(days=days), tick=False):
            remind_of_access()
            remind_of_access()
    assert len(texts(worker)) == 2
    assert "по 30.11.2026" in texts(worker)[0]
    (notice, _) = Notice.objects.visible_to(worker).order_by("pk")
    assert str(notice.due_on) == "2026-11-30"
    assert len([text for text in texts(head) if "одного из сотрудников" in text]) == 2
    with time_machine.travel(END + timedelta(days=1), tick=False):
        remind_of_access()
    assert len(texts(worker)) == 2, "what is over is not reminded of"


def test_many_are_told_in_a_few_statements(place, django_assert_max_num_queries):
    head, _ = place
    with time_machine.travel(START, tick=False):
        many = [factories.grant(factories.user(), head.organization, rights=[Right.VIEW_REPORTS]) for _ in range(30)]
        keepers = [factories.grant(factories.user(), head.organization) for _ in range(30)]
    Grant.objects.bulk_create(
        Grant(
            user=factories.user(),
            organization=head.organization,
            rights=["sout.view_reports"],
            since=START,
            until=END,
            source=Source.DEMO,
        )
        for _ in range(30)
    )
    with time_machine.travel(END - timedelta(days=14), tick=False), django_assert_max_num_queries(20):
        remind_of_access()
    with time_machine.travel(START + timedelta(days=100), tick=False), django_assert_max_num_queries(20):
        remind_of_access()
    kinds = [key.split(":")[0] for key in Notice.objects.values_list("key", flat=True)]
    assert (kinds.count("access.ends"), kinds.count("access.ends.keepers")) == (31, 31)
    assert kinds.count("access.review") == len(keepers) + 1
    assert len(many) == 30


def test_the_review_is_asked_once_a_quarter(place):
    head, _ = place
    with time_machine.travel(START, tick=False):
        kept = factories.grant(factories.user(), head.organization, rights=[Right.VIEW_REPORTS])
    reviews = "Пересмотрите доступ"
    later = START + timedelta(days=100)
    with time_machine.travel(later, tick=False):
        remind_of_access()
        remind_of_access()
        assert len([text for text in texts(head) if text.startswith(reviews)]) == 1
        mine = Grant.objects.filter(organization=head.organization, revoked_at=None)
        confirm_grants([kept.pk, *mine.values_list("pk", flat=True)], actor=head)
    with time_machine.travel(later + timedelta(days=60), tick=False):
        remind_of_access()
        assert len([text for text in texts(head) if text.startswith(reviews)]) == 1, "all was confirmed"
    with time_machine.travel(later + timedelta(days=95), tick=False):
        remind_of_access()
        assert len([text for text in texts(head) if text.startswith(reviews)]) == 2
