"""A kept signature judged again: what is tampered with is found, what happened since does not matter."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime, timedelta
from io import BytesIO, StringIO

import pytest
import time_machine
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.utils import DatabaseError
from django.utils import timezone

from core.files import store
from core.journal.models import Event, Seal
from core.journal.sealing import seal_committed
from signatures import actions
from signatures.archive import judging, walking, watching
from signatures.archive.judging import judge
from signatures.archive.lines import _differing
from signatures.archive.reasons import TEXTS, Finding, Reason
from signatures.archive.tasks import judge_archive
from signatures.archive.words import _broken
from signatures.gost.streebog import streebog
from signatures.management.commands import verify_archive
from signatures.models import ArchiveCheck, RevocationList, Signature, SignedDocument, TrustedCertificate
from signatures.selectors import trust_store
from signatures.verification import verify_detached
from simulators.demo_ca import sign
from tests.signatures.accepting import accept_signature
from tests.signatures.conftest import DOCUMENT, issued
from tests.signatures.crafting import head_revoked

pytestmark = pytest.mark.django_db


def accepted(trusted, head, *, document=DOCUMENT, signer=None, **more):
    signature = sign(document, signer or trusted.signer)
    row = accept_signature(
        signature=signature, document=document, name="protocol.xml", purpose="p", acting=head, **more
    )
    seal_committed()
    return fresh(row)


@pytest.fixture
def kept(trusted, head):
    return accepted(trusted, head)


def fresh(row):
    return walking.kept_signatures(uid=row.uid).get()


def codes(row):
    return judge(fresh(row)).codes


def tamper(row, **columns):
    """Change a row as somebody with the database's password does: no trigger stands in his way."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        names = ", ".join(f"{name} = %s" for name in columns)
        where = row._meta.pk.column
        cursor.execute(f"UPDATE {row._meta.db_table} SET {names} WHERE {where} = %s", [*columns.values(), row.pk])
        assert cursor.rowcount == 1
        cursor.execute("SET session_replication_role = origin")


# ---- what holds


def test_what_was_kept_holds(kept):
    judgement = judge(kept)
    assert (judgement.holds, judgement.codes, judgement.root_listed_then) == (True, [], True)


def test_it_holds_though_the_root_was_removed_since(kept):
    for row in TrustedCertificate.objects.all():
        actions.remove_trusted_certificate(row, actor=None, reason="больше не доверяем")
    judgement = judge(fresh(kept))
    assert judgement.holds
    assert judgement.root_listed_then, "it was trusted at the receipt"


def test_it_holds_though_the_certificate_was_revoked_since(trusted, kept):
    later = timezone.now() + timedelta(hours=1)
    with time_machine.travel(later + timedelta(minutes=1)):
        actions.import_crl(head_revoked(trusted, later))
        now = timezone.now()
        (today,) = verify_detached(sign(DOCUMENT, trusted.signer), DOCUMENT, trust_store(now), now)
        assert today.verdict == "revoked"
        assert judge(fresh(kept)).holds


def test_it_holds_ten_years_later_when_the_whole_chain_has_run_out(kept):
    with time_machine.travel(timezone.now() + timedelta(days=20 * 365)):
        judgement = judge(fresh(kept))
        assert judgement.holds
        assert judgement.root_listed_then


def test_a_document_in_a_file_is_read_from_the_storage(trusted, head):
    stored = store(BytesIO(DOCUMENT), name="protocol.xml", actor=head, purpose="signed")
    row = accepted(trusted, head, file=stored)
    assert row.document.body is None
    assert judge(row).holds
    default_storage.delete(stored.storage_name)
    assert codes(row) == [Reason.DOCUMENT_MISSING]
    default_storage.save(stored.storage_name, BytesIO(DOCUMENT.replace(b"7", b"8")))
    assert codes(row) == [Reason.DOCUMENT_CHANGED]
    stored.dropped_at = timezone.now()
    stored.save()
    assert codes(row) == [Reason.DOCUMENT_MISSING]


def test_a_certificate_that_is_not_qualified_holds_where_that_was_enough(trusted, head, settings):
    settings.SIGNATURE_REQUIRE_QUALIFIED = False
    signer = issued(trusted, subject=trusted.head.certificate.subject, qualified=False)
    row = accepted(trusted, head, signer=signer)
    settings.SIGNATURE_REQUIRE_QUALIFIED = True
    assert not row.qualified
    assert judge(row).holds


# ---- what does not


def changed(data, at=-1):
    content = bytearray(bytes(data))
    content[at] ^= 1
    return bytes(content)


def test_a_changed_document_is_found(kept):
    tamper(kept.document, body=DOCUMENT.replace(b"7", b"8"))
    assert codes(kept) == [Reason.DOCUMENT_CHANGED]


def test_a_document_changed_with_its_digests_is_found(kept):
    forged = DOCUMENT.replace(b"7", b"8")
    tamper(
        kept.document,
        body=forged,
        sha256=hashlib.sha256(forged).hexdigest(),
        streebog256=streebog(forged).hex(),
        size=len(forged),
    )
    assert codes(kept) == [Reason.VERDICT_DIFFERS, Reason.JOURNAL_LINE_DIFFERS]


@pytest.mark.parametrize(
    ("column", "value"),
    [("sha256", "0" * 64), ("streebog256", "0" * 64), ("size", 1)],
)
def test_every_stated_measure_of_the_document_is_compared(kept, column, value):
    tamper(kept.document, **{column: value})
    assert Reason.DOCUMENT_CHANGED in codes(kept)


def test_a_changed_signature_file_is_found(kept):
    tamper(kept, der=changed(kept.der))
    assert codes(kept) == [Reason.SIGNATURE_CHANGED, Reason.VERDICT_DIFFERS]


def test_another_signature_of_the_same_person_is_found(trusted, kept):
    other = sign(DOCUMENT, trusted.signer, moment=datetime.now(UTC) - timedelta(days=1))
    tamper(kept, der=other, sha256=hashlib.sha256(other).hexdigest())
    assert codes(kept) == [Reason.FACTS_CHANGED]


def test_another_certificate_is_found(trusted, kept):
    tamper(kept, certificate=trusted.authority.issuing.dump())
    assert codes(kept) == [Reason.CERTIFICATE_CHANGED]


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("fingerprint", "0" * 64),
        ("thumbprint", "0" * 40),
        ("serial", "7"),
        ("not_before", datetime(2020, 1, 1, tzinfo=UTC)),
        ("not_after", datetime(2040, 1, 1, tzinfo=UTC)),
        ("qualified", False),
        ("signing_time", datetime(2020, 1, 1, tzinfo=UTC)),
        ("purpose", "declaration"),
    ],
)
def test_every_stated_fact_is_compared(kept, column, value):
    tamper(kept, **{column: value})
    assert Reason.FACTS_CHANGED in codes(kept)


@pytest.mark.parametrize("chain", [[], [{}], [{"der": "!"}], [{"der": "MAA="}], [7]])
def test_a_damaged_chain_is_found(kept, chain):
    tamper(kept, chain=json.dumps(chain))
    assert codes(kept) == [Reason.CHAIN_DAMAGED, Reason.JOURNAL_LINE_DIFFERS]
    assert not judge(fresh(kept)).root_listed_then


def test_a_chain_that_was_cut_short_is_found(kept):
    tamper(kept, chain=json.dumps([kept.chain[0], kept.chain[-1]]))
    assert codes(kept) == [Reason.FACTS_CHANGED]
    tamper(kept, chain=json.dumps(kept.chain[:2]))
    assert codes(kept) == [Reason.FACTS_CHANGED, Reason.JOURNAL_LINE_DIFFERS]
    lists = {each.sha256: each.issuer for each in RevocationList.objects.all()}
    needed = [each for each in kept.revocation if lists[each["sha256"]] == "Демонстрационный УЦ ЛКОТ: выпускающий"]
    tamper(kept, revocation=json.dumps(needed))
    assert codes(kept) == [Reason.JOURNAL_LINE_DIFFERS], "the lists were cut too: the journal knows the root"


@pytest.mark.parametrize("junk", ["7", "null", '"text"', "[7]", "[null]", '[{"no": 1}]', '{"a": 1}', "[[]]"])
@pytest.mark.parametrize("column", ["chain", "revocation", "payload"])
def test_junk_in_a_column_is_found_and_no_error(kept, column, junk):
    if column != "payload":
        tamper(kept, **{column: junk})
        assert codes(kept)
        return
    tamper(Event.objects.about(kept).get(verb="signature.accepted"), payload=junk)
    assert Reason.JOURNAL_LINE_CHANGED in codes(kept)


def test_one_error_does_not_keep_the_others_from_being_judged(trusted, head, kept, monkeypatch, caplog):
    accepted(trusted, head, document=b"another")
    real = watching._judge_one

    def judged_one(uid, shelf):
        if uid == kept.uid:
            raise RuntimeError("the storage is away")
        return real(uid, shelf)

    monkeypatch.setattr(watching, "_judge_one", judged_one)
    assert judge_archive() == 0
    assert ArchiveCheck.objects.count() == 1
    assert f"{kept.uid} could not be judged" in caplog.text


def test_a_deleted_revocation_list_is_said(kept):
    RevocationList.objects.filter(sha256=kept.revocation[0]["sha256"]).delete()
    judgement = judge(fresh(kept))
    assert judgement.codes == [Reason.REVOCATION_LIST_MISSING]
    assert "№" in judgement.findings[0].text


def test_a_changed_revocation_list_is_said(kept):
    row = RevocationList.objects.get(sha256=kept.revocation[0]["sha256"])
    RevocationList.objects.filter(pk=row.pk).update(der=changed(row.der))
    assert codes(kept) == [Reason.REVOCATION_LIST_CHANGED]


def test_a_list_that_was_not_asked_does_not_stand_in(kept):
    tamper(kept, revocation=json.dumps([]))
    assert codes(kept) == [Reason.VERDICT_DIFFERS]


@pytest.mark.parametrize("column", ["moment"])
def test_another_moment_of_receipt_is_found(kept, column):
    tamper(kept, moment=kept.moment - timedelta(seconds=1))
    assert codes(kept) == [Reason.JOURNAL_LINE_DIFFERS]


def test_a_missing_line_of_the_journal_is_found(kept):
    event = Event.objects.about(kept).get(verb="signature.accepted")
    tamper(event, verb="signature.something")
    assert codes(kept) == [Reason.JOURNAL_LINE_MISSING]


def test_a_changed_line_of_the_journal_is_found(kept):
    event = Event.objects.about(kept).get(verb="signature.accepted")
    tamper(event, payload=json.dumps(event.payload | {"note": "x"}))
    assert codes(kept) == [Reason.JOURNAL_LINE_CHANGED]


def test_a_broken_seal_is_found(kept):
    event = Event.objects.about(kept).get(verb="signature.accepted")
    tamper(Seal.objects.get(event_id=event.pk), digest="0" * 64)
    assert codes(kept) == [Reason.JOURNAL_LINE_CHANGED]


def test_a_line_that_nobody_sealed_is_found_once_it_should_be(trusted, head):
    row = accept_signature(
        signature=sign(DOCUMENT, trusted.signer), document=DOCUMENT, name="n", purpose="p", acting=head
    )
    assert codes(row) == []
    with time_machine.travel(timezone.now() + timedelta(hours=3)):
        assert codes(row) == [Reason.JOURNAL_LINE_NOT_SEALED]


def test_a_line_of_before_lines_stated_the_moment(trusted, head, monkeypatch):
    row = accepted(trusted, head)
    event = Event.objects.about(row).get(verb="signature.accepted")
    event.payload.pop("moment")
    assert _differing(row, event) == []
    event.at += timedelta(hours=2)
    assert _differing(row, event) == ["время приёма"]
    event.payload["moment"] = 7
    assert _differing(row, event) == ["время приёма"]


def test_who_keeps_more_of_a_signature_judges_that(kept, monkeypatch):
    monkeypatch.setattr(judging, "_checks", [])
    judging.register_check(check := lambda row: [Finding(Reason.POWER_DAMAGED, "№ 7")])
    judging.register_check(check)
    assert codes(kept) == [Reason.POWER_DAMAGED]


def test_every_reason_is_said_in_words():
    assert set(TEXTS) == set(Reason)
    for reason in Reason:
        assert reason.explanation.endswith(".")
        assert Finding(reason, "деталь").text.endswith("(деталь).")
    assert "Нет списка отзыва" in _broken({"reasons": ["revocation_list_missing", "unheard_of"]})


# ---- the command


def command(*arguments):
    out = StringIO()
    code = 0
    try:
        call_command("verify_archive", *arguments, stdout=out, stderr=StringIO())
    except SystemExit as stop:
        code = stop.code
    return code, out.getvalue()


def test_the_command_says_how_many_hold(kept):
    assert command() == (0, "Проверено подписей: 1. Не подтвердилось: 0.\n")


def test_the_command_fails_where_one_does_not_hold(kept):
    tamper(kept.document, body=b"forged")
    code, said = command()
    assert code == 1
    assert str(kept.uid) in said
    assert "document_changed: Байты документа не те" in said
    code, said = command("--json")
    (row,) = json.loads(said)
    assert code == 1
    assert (row["uid"], row["holds"]) == (str(kept.uid), False)
    assert row["reasons"][0]["code"] == "document_changed"


def test_the_command_takes_a_part(trusted, head, kept, monkeypatch):
    monkeypatch.setattr(walking, "CHUNK", 2)
    for number in range(4):
        accepted(trusted, head, document=f"документ {number}".encode())
    every = json.loads(command("--json")[1])
    assert len({row["uid"] for row in every}) == 5
    assert len(json.loads(command("--json", "--organization", head.organization.inn)[1])) == 5
    assert json.loads(command("--json", "--organization", "7700000000")[1]) == []
    assert len(json.loads(command("--json", "--uid", str(kept.uid))[1])) == 1
    tomorrow = f"{timezone.localdate() + timedelta(days=1)}"
    assert json.loads(command("--json", "--since", tomorrow)[1]) == []
    assert len(json.loads(command("--json", "--since", f"{timezone.localdate()}")[1])) == 5


@pytest.mark.parametrize(
    "arguments", [["--since", "вчера"], ["--since", "2026-13-45"], ["--uid", "7"], ["--uid", f"{'0' * 32}"]]
)
def test_a_wrong_question_is_refused(arguments):
    with pytest.raises(CommandError) as refused:
        call_command("verify_archive", *arguments, stdout=StringIO())
    assert refused.value.returncode == 2


def test_the_command_tells_how_far_it_is(kept, monkeypatch):
    monkeypatch.setattr(verify_archive, "TOLD_EVERY", -1.0)
    heard = StringIO()
    call_command("verify_archive", stdout=StringIO(), stderr=heard)
    assert "Проверено: 1" in heard.getvalue()


# ---- by the clock


def test_the_clock_judges_the_longest_unjudged_first(trusted, head, kept):
    others = [accepted(trusted, head, document=f"документ {number}".encode()) for number in range(2)]
    assert judge_archive(limit=1) == 0
    assert list(ArchiveCheck.objects.values_list("signature_id", flat=True)) == [kept.pk]
    assert judge_archive(limit=2) == 0
    assert ArchiveCheck.objects.filter(holds=True).count() == 3
    assert walking.longest_unjudged(10)[0] == kept.pk
    assert judge_archive(limit=1) == 0
    assert walking.longest_unjudged(10) == [others[0].pk, others[1].pk, kept.pk]


def test_the_time_of_a_run_is_bounded(trusted, head, kept):
    accepted(trusted, head, document=b"another")
    assert judge_archive(seconds=0) == 0
    assert ArchiveCheck.objects.count() == 1


def test_the_operator_is_told_once_in_the_journal_and_daily_in_the_log(kept, caplog):
    tamper(kept.document, body=b"forged")
    told = Event.objects.about(kept).filter(verb="signature.archive_broken")
    for _ in range(3):
        assert judge_archive() == 1
    assert told.count() == 1
    assert told.get().payload == {"reasons": ["document_changed"]}
    assert told.get().organization is None, "it is the operator's matter"
    assert caplog.text.count("does not hold: document_changed") == 3
    tamper(kept.document, body=DOCUMENT)
    assert judge_archive() == 0
    assert Event.objects.about(kept).filter(verb="signature.archive_mended").count() == 1
    assert ArchiveCheck.objects.get().holds


def test_a_root_that_was_never_listed_is_said(kept, caplog):
    TrustedCertificate.objects.all().delete()
    assert judge_archive() == 0
    assert "was not on the trust list" in caplog.text
    assert "Замечание" in command()[1]


def test_many_rows_are_asked_for_in_few_questions(trusted, head, django_assert_max_num_queries):
    for number in range(3):
        accepted(trusted, head, document=f"документ {number}".encode())
    with django_assert_max_num_queries(3 * 6 + 4):
        assert all(each.holds for each in walking.judged(walking.kept_signatures()))


def test_the_rows_are_still_append_only(kept):
    with pytest.raises(DatabaseError), transaction.atomic():
        SignedDocument.objects.update(name="x")
    with pytest.raises(DatabaseError), transaction.atomic():
        Signature.objects.update(serial="x")
