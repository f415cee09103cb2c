"""Lines of the journal about flags, questions and messages name them, for whom they open, and nobody's number."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.acting import Acting
from accounts.models import Organization
from core.journal.models import Event
from core.journal.words import subjects_called, subjects_of
from tests import factories
from tests.violations import control, letters
from violations.flags.models import Flag
from violations.inspection.actions import answer, ask

pytestmark = pytest.mark.django_db
KINDS = ("violations.flag", "violations.question", "violations.message", "violations.recipient")


@pytest.fixture
def story(employer: Organization, head: Acting) -> dict[str, Acting]:
    """A question about a flag with its answer, and a message with its answer."""
    inspector = letters.inspector()
    _, (flag,) = control.not_unique(employer)
    Flag.objects.filter(pk=flag.pk).update(workplace_number=factories.snils(5))
    ask(flag, text="Поясните номер места.", days=5, acting=inspector)
    answer(flag, text="Номер исправим.", files=[], acting=head)
    message = letters.sent(inspector, employer, number="12-3/456")
    letters.answered(letters.one(message), head)
    stranger = factories.acting(factories.inspectorate(region="16"))
    return {"inspector": inspector, "head": head, "stranger": stranger}


def events() -> list[Event]:
    return list(Event.objects.filter(subject_type__in=KINDS))


def told(acting: Acting) -> dict[str, tuple[str, str]]:
    """Kind → (label, address)."""
    found = subjects_of(events(), acting)
    kinds = {event.pk: event.subject_type for event in events()}
    return {kinds[pk].removeprefix("violations."): (subject.label, subject.url) for pk, subject in found.items()}


def test_each_side_reads_what_it_may_open(story: dict[str, Acting], employer: Organization):
    flag = Flag.objects.get(rule="SOUT-UNIQ-001")
    name = f"ризнак SOUT-UNIQ-001, отчёт № {flag.report.number}"
    to_head, to_inspector = told(story["head"]), told(story["inspector"])
    assert set(to_head) == {"flag", "question", "recipient"}
    assert set(to_inspector) == {"flag", "question", "message", "recipient"}
    for side in (to_head, to_inspector):
        assert side["flag"] == (f"П{name}", f"/control/flags/{flag.pk}/")
        assert side["question"] == (f"Вопрос: п{name}", f"/control/flags/{flag.pk}/")
    assert to_head["recipient"][0] == f"Сообщение: {story['inspector'].organization.name}"
    assert to_inspector["recipient"][0] == f"Переписка: {employer.name}"
    assert "12-3/456" in to_inspector["message"][0]
    for acting, side in ((story["head"], to_head), (story["inspector"], to_inspector)):
        client = factories.sign_in(Client(), acting)
        for _, address in side.values():
            assert client.get(address, follow=True).status_code == 200, address
        assert not any(factories.snils(5) in label for label, _ in side.values())


def test_others_read_nothing(story: dict[str, Acting], inspectorate_clerk: Acting):
    assert told(story["stranger"]) == {}
    assert told(factories.acting()) == {}
    assert told(inspectorate_clerk) == {}


@pytest.fixture
def inspectorate_clerk(story: dict[str, Acting]) -> Acting:
    """Keeps access in the inspectorate, and sees no flags and no messages."""
    return factories.acting(story["inspector"].organization, rights=["admin.access"])


def test_one_question_for_each_kind(story: dict[str, Acting]):
    lines = events()
    with CaptureQueriesContext(connection) as queries:
        subjects_of(lines, story["inspector"])
    assert len(queries) == 4


def test_found_by_rule_and_by_the_papers_number(story: dict[str, Acting]):
    inspector = story["inspector"]
    assert set(subjects_called("sout-uniq-001", inspector)) == {"violations.flag"}
    assert set(subjects_called("№ 12-3/456", inspector)) == {"violations.message"}
    assert not subjects_called("12-3/456", story["head"])
    assert not subjects_called("SOUT-UNIQ-001", story["stranger"])
