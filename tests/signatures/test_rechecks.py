"""«Отзыв ещё не проверен»: accepted without a list, asked again when one comes."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from django.db.utils import IntegrityError
from django.urls import reverse

from accounts.rights import Right
from core.jobs.models import Job
from core.jobs.tasks import run_job
from core.journal.models import Event
from core.notifications.models import Notice, Topic
from signatures import actions, tasks
from signatures.actions import rechecks
from signatures.checking.answer import answer_of
from signatures.models import RevocationRecheck, Signature
from signatures.receipts import documents
from signatures.receipts.facts import as_text
from signatures.refusals import SignatureRefused
from signatures.reports import PENDING
from signatures.selectors import verified_reports
from simulators.demo_ca import sign
from simulators.demo_ca.certificates import Issuer, make_name, make_revocation_list
from tests import factories
from tests.signatures import papers
from tests.signatures.accepting import accept_signature
from tests.signatures.conftest import DOCUMENT, HEAD, issued
from tests.violations import control
from tests.world import make_world

pytestmark = pytest.mark.django_db
NOW = datetime.now(UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
Outcome = RevocationRecheck.Outcome
SERIAL = 4242


@pytest.fixture
def head(settings):
    settings.SIGNATURE_REVOCATION = "later"
    organization = factories.organization(inn=HEAD["innle"], ogrn=HEAD["ogrn"])
    person = factories.user(snils=HEAD["snils"], inn=HEAD["inn"])
    return factories.acting_by(factories.grant(person, organization), person)


@pytest.fixture
def trusted(demo):
    actions.import_trusted_certificate(demo.authority.root.dump())
    actions.import_trusted_certificate(demo.authority.issuing.dump())
    return demo


def signer(demo, **changes):
    numbers = {name: HEAD[name] for name in ("snils", "innle", "ogrn", "inn")}
    return issued(demo, subject=make_name({"cn": "Ромашка", **numbers}), serial=SERIAL, **changes)


def accept(demo, acting, *, moment=None, **changes):
    return accept_signature(
        signature=sign(DOCUMENT, signer(demo, **changes)),
        document=DOCUMENT,
        name="protocol.xml",
        purpose="p",
        acting=acting,
        moment=moment,
    )


def lists_come(demo, *, revoked_at=None, this_update=None, which=("root", "issuing")):
    """Lists of both authorities, as of a moment (now by default)."""
    now = this_update or datetime.now(UTC)
    issuing = demo.authority.issuer()
    root_key = type(issuing.key).from_pem((demo.authority.folder / "root.key").read_bytes())
    for name, issuer in (("root", Issuer(demo.authority.root.subject, root_key)), ("issuing", issuing)):
        if name in which:
            revoked = [(SERIAL, revoked_at)] if revoked_at and name == "issuing" else ()
            made = make_revocation_list(
                issuer=issuer, this_update=now, next_update=now + 30 * DAY, number=int(now.timestamp()), revoked=revoked
            )
            actions.import_crl(made.dump(), moment=now)


def look_after():
    made = tasks.look_after_trust()
    for job in Job.objects.unfinished():
        run_job(str(job.pk))
    return made


def test_accepted_and_marked(trusted, head):
    row = accept(trusted, head)
    assert row.verdict == "ok"
    assert row.revocation == []
    assert row.recheck.words == "Отзыв ещё не проверен"
    assert len(row.recheck.waits_for) == 2
    assert Event.objects.about(row).filter(verb="signature.revocation_pending", organization=head.organization).exists()
    assert look_after() == 0, "not due yet"


def test_with_fresh_lists_nothing_is_owed(trusted, head):
    lists_come(trusted)
    accept(trusted, head)
    assert not RevocationRecheck.objects.exists()


def test_without_the_setting_it_is_refused(trusted, head, settings):
    settings.SIGNATURE_REVOCATION = "require"
    with pytest.raises(SignatureRefused):
        accept(trusted, head)
    assert not Signature.objects.exists()
    assert not RevocationRecheck.objects.exists()


def test_a_list_that_comes_answers_at_once(trusted, head):
    row = accept(trusted, head)
    lists_come(trusted, which=["issuing"])
    assert look_after() == 1
    recheck = RevocationRecheck.objects.get()
    assert recheck.done_at is None, "the list of the root is still missing"
    assert recheck.next_try_at > datetime.now(UTC)
    lists_come(trusted, which=["root"])
    assert look_after() == 1
    recheck.refresh_from_db()
    assert (recheck.outcome, recheck.revoked_at) == (Outcome.GOOD, None)
    assert recheck.words == "Сертификат не был отозван"
    (event,) = Event.objects.about(row).filter(verb="signature.revocation_checked")
    assert (event.payload["outcome"], event.organization) == ("good", head.organization)
    assert not Notice.objects.exists()
    assert look_after() == 0


def test_revoked_before_the_receipt(trusted, head):
    row = accept(trusted, head)
    revoked_at = row.moment - DAY
    lists_come(trusted, revoked_at=revoked_at, which=["issuing"])
    look_after()
    recheck = RevocationRecheck.objects.get()
    assert recheck.outcome == Outcome.REVOKED, "the missing list of the root changes nothing about it"
    assert recheck.revoked_at == revoked_at.replace(microsecond=0)
    notice = Notice.objects.get()
    assert (notice.organization, notice.topic) == (head.organization, Topic.REPORTS)
    assert "поставлена отозванным сертификатом" in notice.text
    assert HEAD["snils"] not in notice.text
    assert Event.objects.get(verb="signature.revocation_checked").payload["outcome"] == "revoked"
    row.refresh_from_db()
    assert row.verdict == "ok", "evidence is never changed"


def test_what_is_said_elsewhere_of_one_that_proved_revoked(trusted, head, client, settings):
    settings.ACCOUNT_RATE_LIMITS = {}
    row = accept(trusted, head)
    (report,) = verified_reports(bytes(row.der), DOCUMENT, NOW + HOUR)

    def accepted():
        return answer_of([report], NOW)["signers"][0]["accepted"]

    assert accepted().endswith("; был ли тогда отозван её сертификат, не установлено.")
    text, version = as_text(row), documents._version(row)
    assert f"Результат проверки на это время: {PENDING}" in text
    assert "что выяснено позже: Отзыв ещё не проверен" in text
    lists_come(trusted, revoked_at=row.moment - DAY)
    look_after()
    assert accepted() == "", "it was not good then"
    assert "что выяснено позже: Сертификат был отозван до приёма подписи (отозван" in as_text(row)
    assert documents._version(row) != version, "a printed receipt is made anew"
    RevocationRecheck.objects.update(outcome=Outcome.GOOD, revoked_at=None)
    assert accepted().endswith(", тогда была действительна.")


def test_who_reads_what_was_signed_is_told_of_a_revoked_certificate(trusted, head, settings):
    settings.SIGNATURE_MCHD_POWERS = [papers.CODE]
    xml = papers.paper()
    power = actions.add_power(xml, sign(xml, signer(trusted)), acting=head)
    lists_come(trusted, revoked_at=power.signature.moment - DAY)
    look_after()
    notice = Notice.objects.get()
    assert (notice.right, notice.topic) == (Right.ACCESS, Topic.ACCESS)
    assert notice.url == reverse("signatures:power", args=[power.pk])
    assert "доверенность (МЧД): подпись, принятая" in notice.text
    assert "оформите новую" in notice.text
    assert "Подпишите документ ещё раз" not in notice.text
    reader = factories.acting(head.organization, rights=["protocols.view"])
    assert not Notice.objects.visible_to(reader).exists()
    assert Notice.objects.visible_to(head).exists()


def test_revoked_after_the_receipt_is_no_harm(trusted, head):
    row = accept(trusted, head, moment=NOW - 2 * HOUR)
    lists_come(trusted, revoked_at=NOW - HOUR)
    assert row.moment < NOW - HOUR
    look_after()
    recheck = RevocationRecheck.objects.get()
    assert recheck.outcome == Outcome.REVOKED_LATER
    assert recheck.revoked_at == (NOW - HOUR).replace(microsecond=0)
    assert not Notice.objects.exists()


def test_a_list_of_the_moment_of_receipt_that_came_late(trusted, head):
    accept(trusted, head, moment=NOW - 2 * HOUR)
    lists_come(trusted, this_update=NOW - 3 * HOUR)
    look_after()
    assert RevocationRecheck.objects.get().outcome == Outcome.GOOD


def test_the_silence_of_a_list_about_an_expired_certificate_says_nothing(trusted, head, time_machine):
    end = NOW + 2 * HOUR
    accept(trusted, head, not_after=end)
    time_machine.move_to(NOW + DAY, tick=True)
    lists_come(trusted)
    look_after()
    recheck = RevocationRecheck.objects.get()
    assert recheck.outcome == Outcome.UNKNOWN
    assert "Установить не удалось" in recheck.words


def test_an_expired_certificate_that_a_list_of_then_answers_for(trusted, head, time_machine):
    accept(trusted, head, not_after=NOW + 2 * HOUR)
    lists_come(trusted, this_update=NOW - HOUR)
    time_machine.move_to(NOW + DAY, tick=True)
    look_after()
    assert RevocationRecheck.objects.get().outcome == Outcome.GOOD


def test_without_a_list_it_is_asked_by_the_clock(trusted, head, time_machine):
    accept(trusted, head)
    time_machine.move_to(NOW + 7 * HOUR, tick=True)
    assert look_after() == 1
    recheck = RevocationRecheck.objects.get()
    assert recheck.done_at is None
    assert recheck.next_try_at > NOW + 12 * HOUR


def test_delivered_twice(trusted, head):
    accept(trusted, head)
    lists_come(trusted, revoked_at=NOW - DAY)
    look_after()
    recheck = RevocationRecheck.objects.get()
    assert rechecks.settle(recheck, datetime.now(UTC)) == {"outcome": "revoked"}
    assert Notice.objects.count() == 1
    assert Event.objects.filter(verb="signature.revocation_checked").count() == 1


def test_a_list_of_another_authority_wakes_nobody(trusted, head):
    from signatures.cms.encoding import split_pem
    from tests.signatures.conftest import read

    accept(trusted, head)
    actions.import_trusted_certificate(split_pem(read("certs/root.crt"))[0])
    actions.import_crl(read("crl/root.crl"))
    assert look_after() == 0


def test_the_mark_stands_beside_the_signature(client):
    world = make_world()
    protocol = control.sent(world.admin)
    factories.sign_in(client, world.admin)
    address = reverse("violations:protocol", args=[protocol.uid])
    assert "Отзыв сертификата" not in client.get(address).content.decode()
    RevocationRecheck.objects.create(signature=protocol.signature, asked_at=NOW, next_try_at=NOW)
    assert "Отзыв ещё не проверен" in client.get(address).content.decode()


def test_done_has_an_outcome(trusted, head):
    accept(trusted, head)
    with pytest.raises(IntegrityError), transaction.atomic():
        RevocationRecheck.objects.update(done_at=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        RevocationRecheck.objects.update(outcome="good")
