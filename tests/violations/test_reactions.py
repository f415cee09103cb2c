"""Who is told what."""

from __future__ import annotations

import pytest
from django.urls import reverse

from accounts.acting import Acting
from accounts.models import Organization
from accounts.rights import Right
from core.journal.models import Event
from core.notifications.models import Notice
from tests import factories
from tests.violations import control
from violations import reactions

pytestmark = pytest.mark.django_db


def test_the_employer_is_told_of_flags_once(employer: Organization, head: Acting) -> None:
    report, _ = control.not_unique(employer)
    from django.db import transaction

    from core.journal import record

    with transaction.atomic():
        event = record("report.accepted", report, actor=None, organization=employer)
    for _ in range(2):
        reactions.tell_employer_of_flags(event)
    notice = Notice.objects.visible_to(head).get()
    assert (
        notice.text
        == f"Поступил отчёт СОУТ № {report.number}. Не соответствует требованиям: 1\N{NO-BREAK SPACE}признак."
    )
    assert notice.url == reverse("violations:expertise", args=[report.uid])


def test_who_may_sign_is_told_of_what_others_prepared(employer: Organization, head: Acting) -> None:
    _, flags = control.not_unique(employer)
    clerk = factories.acting(employer, rights=[Right.VIEW_FLAGS, Right.PREPARE_PROTOCOLS, Right.VIEW_PROTOCOLS])
    protocol = control.frozen(clerk, flags)
    event = Event.objects.about(protocol).get(verb="protocol.frozen")
    for _ in range(2):
        reactions.tell_signers(event)
    notice = Notice.objects.visible_to(head).get()
    assert notice.url == reverse("violations:protocol_sign", args=[protocol.uid])
    assert "ждёт подписи" in notice.text
    assert not Notice.objects.visible_to(clerk).exists()


def test_who_prepared_and_may_sign_needs_no_notice(employer: Organization, head: Acting) -> None:
    _, flags = control.not_unique(employer)
    protocol = control.frozen(head, flags)
    reactions.tell_signers(Event.objects.about(protocol).get(verb="protocol.frozen"))
    assert not Notice.objects.exists()


def test_the_sout_organization_is_told_that_it_conforms(employer: Organization, head: Acting) -> None:
    protocol = control.sent(head)
    report = protocol.rows.get().workplace.report
    event = Event.objects.about(report).get(verb="report.verdict_changed", payload__to="conforms")
    reactions.tell_organization_of_verdict(event)
    bringer = factories.acting(report.organization)
    assert "соответствует требованиям" in Notice.objects.visible_to(bringer).get().text
