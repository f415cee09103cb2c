"""The tables answer exactly as the parsed lists do; a list is imported wholly or not at all."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from asn1crypto import core, crl, pem, x509
from django.db import connection, transaction

from core.journal.models import Event
from signatures import actions
from signatures.actions.revocation_lists import keep_lists, read_lists
from signatures.cms.document import Document
from signatures.cms.revocation import RevocationList as ParsedList
from signatures.cms.revocation import RevocationStatus
from signatures.models import RevocationList, RevokedSerial, Signature, TrustedCertificate
from signatures.refusals import TrustRefused
from signatures.revocation_table import RevocationTable
from signatures.selectors import trust_store
from signatures.trust import RevocationPolicy
from signatures.verification import verify_detached
from simulators.demo_ca import sign
from simulators.demo_ca.certificates import Issuer, make_revocation_list
from simulators.demo_ca.keys import GostPrivateKey
from simulators.demo_ca.large_lists import make_large_list
from simulators.demo_ca.trusting import trust_demo_authority
from tests import factories
from tests.signatures.conftest import DOCUMENT, expected, issued, read
from tests.signatures.test_chain import address, changed_list, distribution_point

pytestmark = pytest.mark.django_db
NOW = datetime.now(UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
CASES = expected()["signatures"]


@pytest.fixture
def trusted(demo):
    actions.import_trusted_certificate(demo.authority.root.dump())
    actions.import_trusted_certificate(demo.authority.issuing.dump())
    return demo


def made(demo, *, revoked=(), this_update=NOW - HOUR, next_update=NOW + DAY, number=5, key=None):
    issuer = demo.authority.issuer() if key is None else Issuer(demo.authority.issuing.subject, key)
    return make_revocation_list(
        issuer=issuer, this_update=this_update, next_update=next_update, number=number, revoked=revoked
    ).dump()


def ask(demo, certificate=None, issuer=None, moment=NOW):
    return RevocationTable().ask(certificate or demo.head.certificate, issuer or demo.authority.issuing, moment)


def nothing_kept():
    return not RevocationList.objects.exists() and not RevokedSerial.objects.exists()


# ---- the same answers


@pytest.fixture
def vectors_in_tables():
    names = expected()
    for name in (*names["trusted_roots"], *names["intermediates"]):
        actions.import_trusted_certificate(read(name))
    for name in names["crls"]:
        actions.import_crl(read(name))


def test_every_vector_gives_its_verdict_through_the_tables(vectors_in_tables, vector_trust):
    store = trust_store(datetime.now(UTC))
    for case in CASES:
        given = read(case["file"]), read(case["data"])
        (report,) = verify_detached(*given, store, datetime.now(UTC))
        (parsed,) = verify_detached(*given, vector_trust, datetime.now(UTC))
        assert report.verdict.value == case["verdict"], case
        assert set(report.revocation_lists) == set(parsed.revocation_lists), case


def test_no_list_is_read_by_a_verification(vectors_in_tables, django_assert_max_num_queries):
    trust_store(NOW)
    with django_assert_max_num_queries(3) as context:
        (report,) = verify_detached(read("sig/head.p7s"), read("data/doc.txt"), trust_store(NOW), datetime.now(UTC))
    assert report.ok
    assert not any('"der"' in query["sql"] for query in context.captured_queries)


RELATIVE = crl.DistributionPointName(
    "name_relative_to_crl_issuer",
    x509.RelativeDistinguishedName(
        [{"type": "common_name", "value": x509.DirectoryString("utf8_string", core.UTF8String("x"))}]
    ),
)
POINTS = {
    "everything": lambda body: None,
    "people": distribution_point(only_contains_user_certs=True),
    "authorities": distribution_point(only_contains_ca_certs=True),
    "elsewhere": distribution_point(distribution_point=address("http://other.example/1.crl")),
    "its own": distribution_point(distribution_point=address("http://crl.example/1.crl")),
    "relative": distribution_point(distribution_point=RELATIVE),
}


def with_point(demo, url):
    points = x509.CRLDistributionPoints([{"distribution_point": RELATIVE}, {"distribution_point": address(url)}])
    more = [{"extn_id": "crl_distribution_points", "critical": False, "extn_value": points}]
    return issued(demo, serial=77, more=more).certificate


@pytest.mark.parametrize("name", POINTS)
def test_the_tables_answer_as_the_parsed_list(trusted, name):
    der = changed_list(trusted, POINTS[name])
    parsed = ParsedList(der)
    actions.import_crl(der)
    authority = trusted.authority
    certificates = [
        trusted.head.certificate,
        with_point(trusted, "http://crl.example/1.crl"),
        with_point(trusted, "http://crl.example/2.crl"),
        authority.issuing,
        issued(trusted, authority=True, serial=78).certificate,
        issued(trusted, issuer=Issuer(x509.Name.build({"common_name": "Другой"}), authority.issuer().key)).certificate,
    ]
    asked = 0
    for certificate in certificates:
        for issuer in (authority.issuing, authority.root, trusted.head.certificate):
            for moment in (NOW - 2 * HOUR, NOW, NOW + 2 * DAY):
                known = parsed.ask(certificate, issuer, moment)
                assert RevocationTable().ask(certificate, issuer, moment) == known, (certificate.serial_number, moment)
                asked += known.status is not RevocationStatus.UNKNOWN
    assert asked >= (name not in {"elsewhere", "relative"})


def test_an_issuer_with_the_same_key_that_may_not_sign_lists(trusted):
    actions.import_crl(made(trusted))
    key = trusted.authority.issuer().key
    name = trusted.authority.issuing.subject
    twin = issued(trusted, subject=name, key=key, authority=True, usage=["key_cert_sign"]).certificate
    assert ask(trusted, issuer=twin).status is RevocationStatus.UNKNOWN
    whole = issued(trusted, subject=name, key=key, authority=True).certificate
    assert ask(trusted, issuer=whole).status is RevocationStatus.GOOD
    other = issued(trusted, subject=x509.Name.build({"common_name": "Другой"}), key=key, authority=True).certificate
    assert ask(trusted, issuer=other).status is RevocationStatus.UNKNOWN


def test_revoked_with_its_date_and_list(trusted):
    (row,) = actions.import_crl(made(trusted, revoked=[(4242, NOW - DAY), (-5, NOW), (2**159, NOW)]))
    answer = ask(trusted, issued(trusted, serial=4242).certificate)
    assert answer.status is RevocationStatus.REVOKED
    assert answer.revoked_at == (NOW - DAY).replace(microsecond=0)
    assert answer.used.sha256 == row.sha256
    assert set(RevokedSerial.objects.values_list("serial", flat=True)) == {"1092", "-5", f"{2**159:x}"}
    assert ask(trusted).status is RevocationStatus.GOOD


def test_lists_of_two_scopes(trusted):
    signer = issued(trusted, serial=4242)
    actions.import_crl(changed_list(trusted, POINTS["people"]))
    assert ask(trusted, signer.certificate).status is RevocationStatus.GOOD
    actions.import_crl(made(trusted, revoked=[(4242, NOW - HOUR)]))
    assert ask(trusted, signer.certificate).status is RevocationStatus.REVOKED, "«revoked» outweighs «good»"
    assert ask(trusted).status is RevocationStatus.GOOD


def test_the_newest_list_decides_also_when_it_has_run_out(trusted):
    actions.import_crl(made(trusted, this_update=NOW - 3 * HOUR, next_update=NOW + 9 * DAY, number=1))
    newer = made(trusted, this_update=NOW - HOUR, next_update=NOW + HOUR, number=2, revoked=[(4242, NOW - HOUR)])
    actions.import_crl(newer)
    signer = issued(trusted, serial=4242).certificate
    assert ask(trusted, signer, moment=NOW - 2 * HOUR).status is RevocationStatus.GOOD, "what was known then"
    assert ask(trusted, signer).status is RevocationStatus.REVOKED
    assert ask(trusted, signer, moment=NOW + 2 * HOUR).status is RevocationStatus.UNKNOWN


def test_a_list_kept_before_there_was_a_table_is_read(trusted):
    """As after the migration, and for old evidence whose serials were dropped."""
    (row,) = actions.import_crl(made(trusted, revoked=[(4242, NOW - HOUR)]))
    signer = issued(trusted, serial=4242).certificate
    in_table = ask(trusted, signer), ask(trusted)
    RevokedSerial.objects.filter(list=row)._raw_delete(using="default")
    RevocationList.objects.update(loaded_at=None, issuer_name_sha256="", authority_key="", point={})
    assert (ask(trusted, signer), ask(trusted)) == in_table
    (again,) = actions.import_crl(bytes(row.der))
    assert again == row
    assert RevocationList.objects.get().loaded_at is not None
    assert RevokedSerial.objects.count() == 1
    assert (ask(trusted, signer), ask(trusted)) == in_table
    assert Event.objects.filter(verb="trust.revocation_list_added").count() == 1


# ---- the policy


def test_without_a_list_by_policy(trusted, settings):
    signature = sign(DOCUMENT, trusted.signer)

    def report():
        (answer,) = verify_detached(signature, DOCUMENT, trust_store(datetime.now(UTC)), datetime.now(UTC))
        return answer

    assert report().verdict == "no_revocation_data"
    settings.SIGNATURE_REVOCATION = "later"
    pending = report()
    assert pending.ok
    assert pending.revocation_pending
    assert pending.explanation == "Подпись верна, но отзыв сертификата ещё не проверен: нет свежего списка отзыва."
    trust_demo_authority(trusted.authority)
    known = report()
    assert known.ok
    assert not known.revocation_pending
    assert len(known.revocation_lists) == 2
    settings.SIGNATURE_REVOCATION = "never"
    with pytest.raises(ValueError, match="never"):
        report()


def test_revoked_is_refused_under_every_policy(trusted, settings):
    settings.SIGNATURE_REVOCATION = "later"
    actions.import_crl(made(trusted, revoked=[(4242, NOW - HOUR)]))
    signature = sign(DOCUMENT, issued(trusted, serial=4242))
    trust = trust_store(datetime.now(UTC))
    assert trust.revocation is RevocationPolicy.LATER
    assert verify_detached(signature, DOCUMENT, trust, datetime.now(UTC))[0].verdict == "revoked"


# ---- import


def entry(serial, **extensions):
    return {
        "user_certificate": serial,
        "revocation_date": x509.Time({"utc_time": NOW.replace(microsecond=0)}),
        **({"crl_entry_extensions": [extensions]} if extensions else {}),
    }


def with_entries(*entries):
    return lambda body: body.__setitem__("revoked_certificates", list(entries))


def test_what_stands_in_the_table(trusted):
    der = changed_list(
        trusted,
        with_entries(
            entry(1, extn_id="crl_reason", critical=False, extn_value="certificate_hold"),
            entry(2, extn_id="invalidity_date", critical=True, extn_value=NOW.replace(microsecond=0)),
            entry(1),
        ),
    )
    (row,) = actions.import_crl(der)
    assert row.revoked_count == 3
    assert list(RevokedSerial.objects.order_by("serial").values_list("list", "serial", "reason")) == [
        (row.pk, "1", ""),
        (row.pk, "2", ""),
    ]


@pytest.mark.parametrize(
    "bad",
    [
        entry(2, extn_id="1.2.3.4", critical=True, extn_value=b"\x05\x00"),
        entry(2**400),
    ],
    ids=["critical", "long"],
)
def test_an_entry_that_cannot_be_used_refuses_the_whole_list(trusted, bad):
    der = changed_list(trusted, with_entries(entry(1), bad))
    with pytest.raises(TrustRefused, match="есть запись, которую нельзя прочитать: список не загружен"):
        actions.import_crl(der)
    assert nothing_kept()
    assert not Event.objects.filter(verb="trust.revocation_list_added").exists()


def test_a_list_too_large_or_with_numbers_too_long(trusted, settings):
    long_number = lambda body: body["crl_extensions"][1].__setitem__("extn_value", 10**60)  # noqa: E731
    with pytest.raises(TrustRefused, match="не является полным"):
        actions.import_crl(changed_list(trusted, long_number))
    settings.SIGNATURE_CRL_MAX_BYTES = 100
    with pytest.raises(TrustRefused, match="больше 0 МБ"):
        actions.import_crl(made(trusted))
    assert nothing_kept()


def test_one_bad_list_of_a_file_spoils_all(trusted):
    forged = made(trusted, key=GostPrivateKey.generate())
    damaged = changed_list(trusted, with_entries(entry(2**400)))
    for bad in (forged, damaged):
        with pytest.raises(TrustRefused):
            actions.import_crl(pem.armor("X509 CRL", made(trusted)) + pem.armor("X509 CRL", bad))
        assert nothing_kept()
    root_list, issuing_list = trusted.authority.revocation_lists
    assert len(actions.import_crl(pem.armor("X509 CRL", root_list) + pem.armor("X509 CRL", issuing_list))) == 2


def test_a_large_list_in_pem(trusted):
    """A text above the size where asn1crypto adds line to line."""
    der = make_large_list(
        range(2**140, 2**140 + 6000),
        issuer=trusted.authority.issuer(),
        this_update=NOW - HOUR,
        next_update=NOW + DAY,
        number=9,
    )
    text = pem.armor("X509 CRL", der)
    assert len(text) > 256 * 1024
    seen = []
    (row,) = actions.import_crl(text, progress=lambda *told: seen.append(told))
    assert row.revoked_count == RevokedSerial.objects.count() == 6000
    assert seen[0] == (0, 0, "Проверка подписи списка")
    assert seen[-1] == (6000, 6000, "Загрузка отозванных сертификатов")
    assert RevokedSerial.objects.first().reason == "keyCompromise"
    for broken in (text[:-400], text.replace(b"BEGIN X509 CRL", b"BEGIN OTHER"), text.replace(b"A", b"*")):
        with pytest.raises(TrustRefused, match="в кодировке DER или PEM"):
            actions.import_crl(broken)


def test_too_many_lists_in_one_file(trusted):
    with pytest.raises(TrustRefused, match="больше 100 списков"):
        actions.import_crl(pem.armor("X509 CRL", made(trusted)) * 101)
    assert nothing_kept()


def test_killed_in_the_middle_of_the_copy_leaves_nothing(trusted):
    der = made(trusted, revoked=[(number, NOW - HOUR) for number in range(1, 50)])

    class Killed(Exception):
        pass

    def until(done, total, step):
        if done == 25:
            raise Killed

    with pytest.raises(Killed):
        actions.import_crl(der, progress=until)
    assert nothing_kept()
    actions.import_crl(der)
    assert RevokedSerial.objects.count() == 49


def test_the_same_list_again_costs_no_signature(trusted, monkeypatch):
    der = made(trusted, revoked=[(1, NOW)])
    (row,) = actions.import_crl(der)
    monkeypatch.setattr(ParsedList, "is_signed_by", lambda self, issuer: pytest.fail("verified twice"))
    assert actions.import_crl(der) == [row]
    assert RevokedSerial.objects.count() == 1
    assert Event.objects.filter(verb="trust.revocation_list_added").count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_imports_of_one_list_at_once(trusted):
    der = made(trusted, revoked=[(number, NOW - HOUR) for number in range(1, 500)])
    verified = [read_lists(der, NOW) for _ in range(2)]
    together = threading.Barrier(2)
    kept, troubles = [], []

    def write(lists):
        try:
            together.wait()
            kept.append(keep_lists(lists, moment=NOW)[0].pk)
        except Exception as trouble:  # noqa: BLE001 - told by the test
            troubles.append(trouble)
        finally:
            connection.close()

    threads = [threading.Thread(target=write, args=[lists]) for lists in verified]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert not troubles
    assert kept[0] == kept[1]
    assert RevokedSerial.objects.count() == 499
    assert Event.objects.filter(verb="trust.revocation_list_added").count() == 1


# ---- what is not needed any more


def superseded(demo):
    """An old list, the one after it, and the newest, by age of 40, 20 and 0 days."""
    rows = []
    for age in (40, 20, 0):
        then = NOW - timedelta(days=age)
        der = made(demo, this_update=then, next_update=then + 30 * DAY, number=100 - age, revoked=[(4242, then)])
        rows += actions.import_crl(der, moment=then + HOUR)
    return rows


def test_old_lists_go_unless_a_signature_names_them(trusted, settings):
    _old, middle, newest = superseded(trusted)
    settings.SIGNATURE_LISTS_KEPT_DAYS = 0
    assert actions.sweep_lists(NOW + HOUR) == (1, 0), "serials of what was superseded a week ago"
    assert set(RevokedSerial.objects.values_list("list", flat=True)) == {middle.pk, newest.pk}
    signer = issued(trusted, serial=4242).certificate
    assert ask(trusted, signer, moment=NOW - timedelta(days=30)).status is RevocationStatus.REVOKED
    settings.SIGNATURE_LISTS_KEPT_DAYS = 10
    assert actions.sweep_lists(NOW + HOUR) == (0, 1)
    assert set(RevocationList.objects.all()) == {middle, newest}
    assert actions.sweep_lists(NOW + 300 * DAY) == (1, 1), "the newest stays, whatever its age"
    assert RevocationList.objects.get() == newest


def test_a_list_that_a_kept_signature_names_stays_with_its_bytes(trusted, settings):
    old, *_ = superseded(trusted)
    acting = factories.acting()
    document = actions.keep_document(Document(DOCUMENT), name="n", purpose="p", acting=acting, file=None)
    Signature.objects.create(
        document=document, organization=acting.organization, person=acting.user, purpose="p", der=b"", sha256="",
        fingerprint="f", certificate=b"", thumbprint="", serial="", not_before=NOW, not_after=NOW, qualified=True,
        chain=[], revocation=[{"issuer": "x", "number": "1", "sha256": old.sha256}], verdict="ok", moment=NOW,
    )  # fmt: skip
    settings.SIGNATURE_LISTS_KEPT_DAYS = 1
    actions.sweep_lists(NOW + HOUR)
    old.refresh_from_db()
    assert old.loaded_at is None
    assert bytes(old.der)


def test_columns_of_older_rows_are_filled(trusted):
    keys = list(TrustedCertificate.objects.order_by("pk").values_list("key_sha256", flat=True))
    assert all(keys)
    TrustedCertificate.objects.update(key_sha256="")
    assert actions.fill_keys() == 2
    assert list(TrustedCertificate.objects.order_by("pk").values_list("key_sha256", flat=True)) == keys
    assert actions.fill_keys() == 0


def test_after_a_refusal_the_callers_transaction_goes_on(trusted):
    with transaction.atomic():
        with pytest.raises(TrustRefused):
            actions.import_crl(changed_list(trusted, with_entries(entry(2**400))))
        actions.import_crl(made(trusted))
    assert RevocationList.objects.count() == 1
