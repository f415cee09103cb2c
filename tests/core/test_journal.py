"""Promise 4: every change has an author, a time and a line in the journal; a changed journal is found out."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.db.transaction import TransactionManagementError

from core.journal import reaction, record
from core.journal.models import ChainHead, Delivery, Event, Seal
from core.journal.sealing import seal_committed, verify
from core.journal.subscriptions import _by_name, _by_verb
from core.journal.tasks import deliver_due
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def three_events():
    acting = factories.acting()
    for number in range(3):
        record("probe.made", acting.organization, actor=acting, number=number, when="2026-11-21")
    assert seal_committed() == 3
    return list(Event.objects.filter(verb="probe.made").order_by("id"))


def without_triggers(statement: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(statement, values)
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")


def kinds() -> set[str]:
    return {breach.kind for breach in verify()}


def test_a_whole_journal_is_whole(three_events):
    assert verify() == []
    record("probe.made", None, actor=None)
    assert verify() == [], "an event that waits for its seal is no breach"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE journal_event SET verb = 'other' WHERE id = %s",
        "DELETE FROM journal_event WHERE id = %s",
    ],
)
def test_the_journal_is_append_only(three_events, statement):
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, [three_events[0].pk])


@pytest.mark.parametrize("table", ["journal_event", "journal_seal"])
@pytest.mark.django_db(transaction=True)
def test_truncate_is_refused(table):
    with pytest.raises(DatabaseError, match="append-only"), connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {table} CASCADE")


@pytest.mark.parametrize(
    "change",
    [
        "verb = 'other'",
        "at = at + interval '1 second'",
        "payload = '{}'",
        "actor_id = NULL",
        "organization_id = NULL",
        "subject_id = '999'",
    ],
)
def test_a_row_changed_with_triggers_off_is_found(three_events, change):
    without_triggers(f"UPDATE journal_event SET {change} WHERE id = %s", three_events[1].pk)
    assert "changed" in kinds()
    with pytest.raises(CommandError):
        call_command("verify_journal")


def test_a_row_removed_with_triggers_off_is_found(three_events):
    without_triggers("DELETE FROM journal_event WHERE id = %s", three_events[1].pk)
    assert "removed" in kinds()


def test_a_row_removed_together_with_its_seal_is_found(three_events):
    without_triggers("DELETE FROM journal_event WHERE id = %s", three_events[1].pk)
    without_triggers("DELETE FROM journal_seal WHERE event_id = %s", three_events[1].pk)
    assert "removed" in kinds()


def test_the_end_of_a_chain_cut_off_is_found(three_events):
    without_triggers("DELETE FROM journal_event WHERE id = %s", three_events[2].pk)
    without_triggers("DELETE FROM journal_seal WHERE event_id = %s", three_events[2].pk)
    assert "cut" in kinds()


def test_a_row_inserted_behind_our_back_is_found(three_events):
    without_triggers(
        "INSERT INTO journal_event (at, verb, organization_id, subject_type, subject_id, payload, mac)"
        " VALUES (now(), 'probe.made', %s, '', '', '{}', repeat('0', 64))",
        three_events[0].organization_id,
    )
    assert "inserted" in kinds()


def test_a_row_copied_from_a_real_one_is_found(three_events):
    """The digest of a copy is right, but sealing it needs a place in the chain that is taken by no event of ours."""
    event = three_events[0]
    without_triggers(
        "INSERT INTO journal_seal (event_id, chain, number, digest) VALUES (%s, %s, 999, repeat('0', 64))",
        event.pk + 100_000,
        event.organization_id,
    )
    assert kinds() & {"removed", "changed", "cut"}


def test_each_organization_has_its_own_chain():
    first, second = factories.acting(), factories.acting()
    for acting in (first, second, first):
        record("probe.made", None, actor=acting)
    record("probe.made", None, actor=None)
    seal_committed()
    heads = dict(ChainHead.objects.values_list("chain", "number"))
    assert heads[first.organization.pk] == 2
    assert heads[second.organization.pk] == 1
    assert heads[0] == 1


def test_sealing_again_changes_nothing(three_events):
    before = list(Seal.objects.values_list("event_id", "number", "digest"))
    assert seal_committed() == 0
    assert list(Seal.objects.values_list("event_id", "number", "digest")) == before


@pytest.mark.django_db(transaction=True)
def test_recording_outside_a_transaction_is_refused():
    with pytest.raises(TransactionManagementError):
        record("probe.made", None, actor=None)


@pytest.fixture
def a_reaction():
    seen: list[int] = []

    @reaction("probe.reacted")
    def react(event: Event) -> None:
        seen.append(event.pk)
        if event.payload.get("break"):
            raise ValueError("broken")

    yield seen
    _by_verb.pop("probe.reacted")
    _by_name.pop(f"{react.__module__}.{react.__qualname__}")


def test_a_reaction_runs_once_for_each_event(a_reaction):
    event = record("probe.reacted", None, actor=None)
    assert deliver_due() == 1
    assert deliver_due() == 0, "a second delivery finds nothing to do"
    assert a_reaction == [event.pk]
    assert Delivery.objects.get().done_at is not None


def test_a_broken_reaction_is_kept_and_holds_up_nobody(a_reaction):
    record("probe.reacted", None, actor=None, **{"break": True})
    good = record("probe.reacted", None, actor=None)
    assert deliver_due() == 1
    waiting = Delivery.objects.get(done_at=None)
    assert waiting.trouble == "ValueError"
    assert waiting.leased_until is not None
    assert good.pk in a_reaction
