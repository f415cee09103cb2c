"""Promise 4: every change has an author, a time and a line in the journal; a changed journal is found out."""

from __future__ import annotations

import hashlib
import hmac
import logging
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.db.transaction import TransactionManagementError
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from kombu.exceptions import OperationalError

from core.journal import Line, reaction, record, record_many, sealing, verifying
from core.journal.digests import content_mac
from core.journal.models import ChainHead, Delivery, Event, Seal
from core.journal.sealing import seal_committed
from core.journal.subscriptions import _by_name, _by_verb
from core.journal.tasks import LEASE, LEASE_MAX, TELL_AFTER, UNKNOWN, deliver_due, seal_stragglers
from core.journal.verifying import verify
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def three_events():
    """Done for a branch."""
    place = factories.organization()
    branch = place.branches.create(name="Филиал в Туле", kpp="710101001")
    acting = factories.acting(place, branch=branch)
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


def test_an_event_of_no_branch_keeps_the_digest_it_had_before_there_were_branches():
    key, at = b"key", datetime(2026, 11, 21, 12, tzinfo=UTC)
    common = {"at": at, "verb": "probe.made", "actor_id": 1, "organization_id": 2, "subject": "a.b:3", "payload": {}}
    before = "\x1f".join(("2026-11-21T12:00:00.000000+00:00", "probe.made", "1", "2", "a.b:3", "{}"))
    assert content_mac(key, branch_id=None, **common) == hmac.new(key, before.encode(), hashlib.sha256).hexdigest()
    assert content_mac(key, branch_id=4, **common) != content_mac(key, branch_id=None, **common)


def test_many_events_are_recorded_as_one_is(three_events):
    places = [factories.organization() for _ in range(3)]
    with CaptureQueriesContext(connection) as few:
        record_many("probe.made", [Line(places[0], places[0], {"number": 1})], actor=None)
    with CaptureQueriesContext(connection) as many:
        events = record_many(
            "probe.made", [Line(each, each, {"when": date(2026, 11, 21)}) for each in places], actor=None
        )
    assert len(few) == len(many)
    assert [event.organization for event in events] == places
    assert [event.subject_id for event in events] == [str(each.pk) for each in places]
    assert events[0].payload == {"when": "2026-11-21"}
    assert seal_committed() == 4
    assert verify() == []
    assert record_many("probe.made", [], actor=None) == []


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
        "branch_id = NULL",
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
    with pytest.raises(TransactionManagementError):
        record_many("probe.made", [], actor=None)


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


def test_each_of_many_events_reaches_its_reaction(a_reaction):
    place = factories.organization()
    events = record_many("probe.reacted", [Line(place, place, {}), Line(place, place, {})], actor=None)
    assert deliver_due() == 2
    assert a_reaction == [event.pk for event in events]


def test_a_broken_reaction_is_kept_and_holds_up_nobody(a_reaction):
    record("probe.reacted", None, actor=None, **{"break": True})
    good = record("probe.reacted", None, actor=None)
    assert deliver_due() == 1
    waiting = Delivery.objects.get(done_at=None)
    assert waiting.trouble == "ValueError"
    assert waiting.leased_until is not None
    assert good.pk in a_reaction


def make_due() -> None:
    Delivery.objects.filter(done_at=None).update(leased_until=timezone.now() - timedelta(seconds=1))


def test_a_delivery_is_never_given_up_and_waits_ever_longer(a_reaction, caplog):
    record("probe.reacted", None, actor=None, **{"break": True})
    attempts, waits = 25, []
    for _ in range(attempts):
        deliver_due()
        waits.append(Delivery.objects.get().leased_until - timezone.now())
        make_due()
    assert len(a_reaction) == attempts
    assert Delivery.objects.get().attempts == attempts
    assert [round(wait / LEASE) for wait in waits[:4]] == [1, 2, 4, 8]
    assert max(waits) <= LEASE_MAX
    told = [each for each in caplog.records if "retry_deliveries" in each.getMessage()]
    assert len(told) == attempts // TELL_AFTER
    assert {each.levelno for each in told} == {logging.ERROR}


def test_a_reaction_nobody_knows_spends_no_attempts(a_reaction, caplog):
    event = record("probe.reacted", None, actor=None)
    name = Delivery.objects.get().reaction
    function = _by_name.pop(name)
    for _ in range(3):
        assert deliver_due() == 0
        assert deliver_due() == 0
        waiting = Delivery.objects.get()
        assert (waiting.attempts, waiting.trouble, waiting.done_at) == (0, UNKNOWN, None)
        make_due()
    assert caplog.text.count("no reaction called") == 1, "said once, not every two minutes"
    _by_name[name] = function
    assert deliver_due() == 1
    assert a_reaction == [event.pk]


def test_the_operator_makes_failed_deliveries_due(a_reaction, capsys):
    broken = record("probe.reacted", None, actor=None, **{"break": True})
    deliver_due()
    held = record("probe.reacted", None, actor=None)
    in_hand = timezone.now() + LEASE
    Delivery.objects.filter(event=held).update(leased_until=in_hand, attempts=1)
    assert deliver_due() == 0
    call_command("retry_deliveries")
    said = capsys.readouterr().out
    assert f"Event {broken.pk}" in said
    assert "ValueError" in said
    assert "Due again: 1" in said
    assert Delivery.objects.get(event=held).leased_until == in_hand, "a worker has it in hand"
    again = Delivery.objects.get(event=broken)
    assert (again.leased_until, again.attempts) == (None, 0)
    call_command("retry_deliveries", "--reaction", "another")
    assert "Due again: 0" in capsys.readouterr().out


@pytest.mark.django_db(transaction=True)
def test_a_dead_broker_does_not_undo_what_is_committed(a_reaction, monkeypatch):
    def refuse(*args, **kwargs):
        raise OperationalError("no broker")

    monkeypatch.setattr(deliver_due, "apply_async", refuse)
    with transaction.atomic():
        record("probe.reacted", None, actor=None)
    assert Delivery.objects.filter(done_at=None).count() == 1


def test_one_hint_a_transaction(a_reaction, monkeypatch, django_capture_on_commit_callbacks):
    sent = []
    monkeypatch.setattr(deliver_due, "apply_async", lambda **kwargs: sent.append(kwargs))
    with django_capture_on_commit_callbacks(execute=True) as callbacks:
        for _ in range(3):
            record("probe.reacted", None, actor=None)
        with transaction.atomic():
            record("probe.reacted", None, actor=None)
    assert len(callbacks) == len(sent) == 1


@pytest.mark.django_db(transaction=True)
def test_what_a_savepoint_took_back_takes_no_hint_with_it(a_reaction, monkeypatch):
    sent = []
    monkeypatch.setattr(deliver_due, "apply_async", lambda **kwargs: sent.append(kwargs))
    with transaction.atomic():
        with transaction.atomic():
            record("probe.reacted", None, actor=None)
            transaction.set_rollback(True)
        record("probe.reacted", None, actor=None)
    assert len(sent) == 1


@pytest.mark.django_db(transaction=True)
def test_verifying_sees_one_moment(monkeypatch):
    """What is recorded and sealed between two reads of the verifier is no breach."""
    organization = factories.organization()
    with transaction.atomic():
        record("probe.made", None, actor=None, organization=organization)
    seal_committed()
    check_heads = verifying._check_heads

    def meanwhile() -> None:
        with transaction.atomic():
            record("probe.made", None, actor=None, organization=organization)
        seal_committed()
        connection.close()

    def check_after_more(seen):
        with ThreadPoolExecutor(1) as pool:
            pool.submit(meanwhile).result()
        return list(check_heads(seen))

    monkeypatch.setattr(verifying, "_check_heads", check_after_more)
    assert verify() == []
    assert Seal.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_verifying_writes_nothing(monkeypatch):
    monkeypatch.setattr(verifying, "_check_events", lambda: Event.objects.create(at=timezone.now(), verb="x", mac=""))
    with pytest.raises(DatabaseError, match="read-only"):
        verify()


def test_verifying_asks_as_often_however_long_the_journal_is(three_events):
    acting = factories.acting()
    with CaptureQueriesContext(connection) as short:
        assert verify() == []
    for number in range(300):
        record("probe.made", None, actor=acting if number % 3 else None)
    seal_committed()
    with CaptureQueriesContext(connection) as long:
        assert verify() == []
    assert len(long) == len(short)


def number_events_from(number: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT setval('journal_event_id_seq', %s)", [number])


def test_sealing_looks_near_the_end_and_the_hourly_walk_everywhere(three_events, monkeypatch):
    """A number is given out before the commit: a slow transaction's event appears behind those of quick ones."""
    monkeypatch.setattr(sealing, "LOOK_BACK", 10)
    last = three_events[2].pk
    number_events_from(last + 100)
    record("probe.made", None, actor=None)
    assert seal_committed() == 1
    number_events_from(last + 94)
    record("probe.made", None, actor=None)
    assert seal_committed() == 1, "a little late"
    number_events_from(last + 50)
    record("probe.made", None, actor=None)
    number_events_from(last + 200)
    assert seal_committed() == 0, "very late"
    assert seal_stragglers() == 1
    assert verify() == []


def test_a_seal_put_in_by_hand_does_not_stop_the_sealer(three_events):
    without_triggers(
        "INSERT INTO journal_seal (event_id, chain, number, digest) VALUES (%s, 0, 999, repeat('0', 64))",
        three_events[2].pk + 10_000_000,
    )
    record("probe.made", None, actor=None)
    assert seal_committed() == 1


def test_a_key_can_be_changed(three_events, settings):
    first = settings.JOURNAL_KEY or settings.SECRET_KEY
    settings.JOURNAL_KEY = "the second key"
    assert kinds() == {"changed", "cut"}, "without the old key nothing of the past is believed"
    settings.JOURNAL_OLD_KEYS = [first]
    assert verify() == []
    record("probe.made", None, actor=None, organization=three_events[0].organization)
    seal_committed()
    assert verify() == []
    settings.JOURNAL_OLD_KEYS = []
    settings.JOURNAL_KEY = first
    assert kinds() == {"changed", "cut"}, "what is new was written under the new key"


def test_an_old_key_opens_nothing_but_what_was_written_under_it(three_events, settings):
    settings.JOURNAL_OLD_KEYS = [settings.JOURNAL_KEY or settings.SECRET_KEY]
    settings.JOURNAL_KEY = "the second key"
    without_triggers("UPDATE journal_event SET verb = 'other' WHERE id = %s", three_events[1].pk)
    assert "changed" in kinds()
