"""From the trust list to an accepted signature, once."""

import threading
from datetime import UTC, datetime, timedelta
from io import BytesIO, StringIO

import pytest
from asn1crypto import cms, core, pem
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.utils import DatabaseError, IntegrityError

from core.files import store
from core.journal.models import Event
from signatures import actions, checks, purposes
from signatures.cms import algorithms
from signatures.cms.document import Document
from signatures.gost import streebog as streebog_module
from signatures.models import RevocationList, Signature, SignedDocument, TrustedCertificate
from signatures.refusals import SignatureRefused, TrustRefused
from signatures.selectors import STREEBOG_256, hash_ahead, trust_store
from signatures.verification import verify_detached
from simulators.demo_ca import sign
from simulators.demo_ca.authority import LIST_LIFE
from simulators.demo_ca.certificates import Issuer, make_revocation_list
from simulators.demo_ca.keys import GostPrivateKey
from simulators.demo_ca.trusting import trust_demo_authority
from tests import factories
from tests.signatures.accepting import accept_signature
from tests.signatures.conftest import DOCUMENT, HEAD, VECTORS, issued, read

pytestmark = pytest.mark.django_db


def accept(signature, acting, **changes):
    given = {"document": DOCUMENT, "name": "protocol.xml", "purpose": "commission_protocol"}
    return accept_signature(signature=signature, acting=acting, **(given | changes))


def refusal(signature, acting, **changes):
    def kept():
        return Signature.objects.count(), SignedDocument.objects.count()

    before = kept()
    with pytest.raises(SignatureRefused) as caught:
        accept(signature, acting, **changes)
    assert kept() == before
    assert caught.value.text.endswith(".")
    return str(caught.value.code)


# ---- acceptance


def test_what_is_kept(trusted, head):
    before = datetime.now(UTC)
    row = accept(sign(DOCUMENT, trusted.signer), head)
    row.refresh_from_db()
    assert (row.verdict, row.organization, row.person) == ("ok", head.organization, head.user)
    assert before <= row.moment <= datetime.now(UTC)
    assert bytes(row.certificate) == trusted.head.certificate.dump()
    assert row.subject.snils == HEAD["snils"]
    assert [link["name"] for link in row.chain][1:] == [
        "Демонстрационный УЦ ЛКОТ: выпускающий",
        "Демонстрационный УЦ ЛКОТ: корневой",
    ]
    assert {used["sha256"] for used in row.revocation} == set(RevocationList.objects.values_list("sha256", flat=True))
    assert row.qualified
    assert bytes(row.document.body) == DOCUMENT
    assert row.document.size == len(DOCUMENT)
    assert len(row.document.streebog256) == 64
    event = Event.objects.about(row).get()
    assert (event.verb, event.actor, event.organization) == ("signature.accepted", head.user, head.organization)
    assert HEAD["snils"] not in str(event.payload)


def test_a_kept_signature_can_be_judged_again(trusted, head):
    row = accept(sign(DOCUMENT, trusted.signer), head)
    row.refresh_from_db()
    (report,) = verify_detached(bytes(row.der), bytes(row.document.body), trust_store(row.moment), row.moment)
    assert report.ok
    assert report.fingerprint == row.fingerprint


def test_the_bytes_may_be_a_stored_file(trusted, head, settings, tmp_path):
    file = store(BytesIO(DOCUMENT), name="protocol.xml", actor=head, purpose="protocol")
    row = accept(sign(DOCUMENT, trusted.signer), head, file=file)
    assert row.document.file == file
    assert row.document.body is None
    other = store(BytesIO(b"other"), name="other.xml", actor=head, purpose="protocol")
    with pytest.raises(ValueError, match="does not hold"):
        accept(sign(DOCUMENT, trusted.signer), head, file=other, purpose="another")


def test_accepted_once_per_purpose(trusted, head):
    signature = sign(DOCUMENT, trusted.signer)
    accept(signature, head)
    assert refusal(signature, head) == "already_accepted"
    assert Signature.objects.count() == 1
    accept(signature, head, purpose="objection")
    accept(sign(DOCUMENT, trusted.signer, moment=datetime.now(UTC) - timedelta(minutes=1)), head)
    assert SignedDocument.objects.count() == 2


def test_another_wrapping_of_the_same_signature_is_the_same(trusted, head):
    """Text instead of DER, or an unsigned attribute added: not a new act of signing."""
    signature = sign(DOCUMENT, trusted.signer)
    accept(signature, head)
    assert refusal(pem.armor("CMS", signature), head) == "already_accepted"
    whole = cms.ContentInfo.load(signature)
    (info,) = whole["content"]["signer_infos"]
    info["unsigned_attrs"] = cms.CMSAttributes([{"type": "1.2.3.4.5", "values": [core.Integer(1)]}])
    wrapped = whole.dump()
    assert wrapped != signature
    assert refusal(wrapped, head) == "already_accepted"


def test_after_a_refusal_the_callers_transaction_goes_on(trusted, head):
    signature = sign(DOCUMENT, trusted.signer)
    accept(signature, head)
    with transaction.atomic():
        assert refusal(signature, head) == "already_accepted"
        assert Signature.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_tabs(trusted, head):
    signature = sign(DOCUMENT, trusted.signer)
    together = threading.Barrier(2)
    answers = []

    def tab():
        together.wait()
        try:
            accept(signature, head)
            answers.append("accepted")
        except SignatureRefused as refused:
            answers.append(str(refused.code))
        finally:
            connection.close()

    tabs = [threading.Thread(target=tab) for _ in range(2)]
    for each in tabs:
        each.start()
    for each in tabs:
        each.join()
    assert sorted(answers) == ["accepted", "already_accepted"]
    assert Signature.objects.count() == 1


def test_refusals(trusted, head):
    signature = sign(DOCUMENT, trusted.signer)
    stranger = factories.acting()
    assert refusal(b"nothing", head) == "malformed"
    assert refusal(signature, head, document=DOCUMENT + b" ") == "content_digest_mismatch"
    assert refusal(signature, stranger) == "organization_inn_differs"
    colleague = factories.acting(head.organization)
    assert refusal(signature, colleague) == "person_snils_differs"
    personal = trusted.issue(innle="", ogrn="", organization="", title="")
    assert refusal(sign(DOCUMENT, trusted.authority.signer(personal)), head) == "personal_certificate"
    other = trusted.issue(title="Заместитель")
    assert refusal(sign(DOCUMENT, trusted.signer, trusted.authority.signer(other)), head) == "several_signers"
    assert not Signature.objects.exists()
    assert not SignedDocument.objects.exists()


def test_with_the_demo_root_out_of_the_list(trusted, head):
    root = TrustedCertificate.objects.get(kind="root")
    actions.remove_trusted_certificate(root, actor=None, reason="test")
    actions.remove_trusted_certificate(root, actor=None, reason="twice")
    assert refusal(sign(DOCUMENT, trusted.signer), head) == "no_trusted_chain"
    assert Event.objects.filter(verb="trust.certificate_removed").count() == 1


def test_in_production_the_demo_is_not_trusted_even_when_it_is_listed(trusted, head, settings):
    settings.LKOT_DEMO_SIGNER = False
    assert refusal(sign(DOCUMENT, trusted.signer), head) == "no_trusted_chain"


def test_evidence_is_never_changed(trusted, head):
    row = accept(sign(DOCUMENT, trusted.signer), head)
    for model, key in ((Signature, row.pk), (SignedDocument, row.document_id)):
        with pytest.raises(DatabaseError), transaction.atomic():
            model.objects.filter(pk=key).update(purpose="other")
        with pytest.raises(DatabaseError), transaction.atomic():
            model.objects.filter(pk=key)._raw_delete(using="default")


def test_own_rows_only(trusted, head, monkeypatch):
    monkeypatch.setattr(purposes, "_purposes", {})
    purposes.register_purpose("commission_protocol", label="Протокол", read_rights=["protocols.view"])
    row = accept(sign(DOCUMENT, trusted.signer), head)
    stranger = factories.acting()
    assert list(Signature.objects.visible_to(head)) == [row]
    assert not Signature.objects.visible_to(stranger).exists()
    assert not Signature.objects.visible_to(None).exists()


def test_a_document_has_bytes_somewhere(head):
    with pytest.raises(IntegrityError), transaction.atomic():
        SignedDocument.objects.create(
            organization=head.organization, purpose="p", name="n", size=0, sha256="0" * 64, streebog256="0" * 64
        )


# ---- the document is hashed once


@pytest.fixture
def hashed(monkeypatch):
    """Sizes in bits of the Streebog digests of the whole document, as they were computed."""
    bits_of = []
    real = streebog_module.streebog

    def counting(data, bits=256):
        if data == DOCUMENT:
            bits_of.append(bits)
        return real(data, bits)

    monkeypatch.setattr(algorithms, "streebog", counting)
    return bits_of


def test_one_acceptance_hashes_the_document_once(trusted, head, hashed):
    accept(sign(DOCUMENT, trusted.signer), head)
    assert hashed == [256]


def test_a_kept_document_is_not_hashed_for_its_row_again(trusted, head, hashed):
    accept(sign(DOCUMENT, trusted.signer), head)
    again = Document(DOCUMENT)
    again.digest(STREEBOG_256)
    del hashed[:]
    accept(sign(DOCUMENT, trusted.signer, moment=datetime.now(UTC) - timedelta(minutes=1)), head, document=again)
    assert hashed == []
    # an ECDSA or 512-bit signature asks for another digest; the row, which is there, asks for none
    kept = actions.keep_document(Document(DOCUMENT), name="n", purpose="commission_protocol", acting=head, file=None)
    assert kept.streebog256 == again.digest(STREEBOG_256).hex()
    assert hashed == []


def test_many_signers_of_one_document_hash_it_once(trusted, head, hashed):
    signature = sign(DOCUMENT, *[trusted.signer] * 16)
    del hashed[:]  # signing hashes as well
    assert refusal(signature, head) == "several_signers"
    assert hashed == [256]


def test_hashing_ahead_leaves_nothing_to_hash(trusted, head, hashed):
    signature = sign(DOCUMENT, trusted.signer)
    document = Document(DOCUMENT)
    hash_ahead(signature, document)
    assert hashed == [256]
    accept(signature, head, document=document)
    assert hashed == [256]
    hash_ahead(b"nothing", Document(DOCUMENT))
    assert hashed == [256], "what cannot be read costs nothing"


# ---- the trust list


def test_certificates_are_listed_once():
    content = read("certs/trusted_roots.pem")
    rows = actions.import_trusted_certificate(content)
    assert [row.kind for row in rows] == ["root"] * 3
    assert actions.import_trusted_certificate(content) == rows
    (sub,) = actions.import_trusted_certificate(read("certs/sub.crt"))
    assert (sub.kind, sub.source) == ("intermediate", "manual")
    assert Event.objects.filter(verb="trust.certificate_added").count() == 4


@pytest.mark.parametrize("name", ["certs/head.crt", "data/doc.txt", "crl/root.crl", "expected.json"])
def test_what_is_no_certificate_of_an_authority(name):
    with pytest.raises(TrustRefused) as caught:
        actions.import_trusted_certificate(read(name))
    assert caught.value.text.endswith(".")
    assert not TrustedCertificate.objects.exists()


def test_a_bundle_is_imported_wholly_or_not_at_all():
    bundle = read("certs/root.crt") + read("certs/head.crt")
    with pytest.raises(TrustRefused):
        actions.import_trusted_certificate(bundle)
    assert not TrustedCertificate.objects.exists()


def test_lists_are_checked_when_they_come():
    actions.import_trusted_certificate(read("certs/root.crt"))
    (root_list,) = actions.import_crl(read("crl/root.crl"))
    assert root_list.issuer == "Учебный головной УЦ (тест)"
    assert actions.import_crl(read("crl/root.crl")) == [root_list]
    with pytest.raises(TrustRefused, match="не подписан доверенным"):
        actions.import_crl(read("crl/sub.crl"))
    with pytest.raises(TrustRefused, match="не подписан доверенным"):
        actions.import_crl(read("crl/all.pem"))
    actions.import_trusted_certificate(read("certs/sub.crt"))
    (sub_list,) = actions.import_crl(read("crl/sub.crl"))
    assert sub_list.revoked_count == 1
    for name in ("data/doc.txt", "certs/root.crt"):
        with pytest.raises(TrustRefused, match="списком отзыва"):
            actions.import_crl(read(name))


def test_a_forged_or_stale_list_is_refused(trusted):
    now = datetime.now(UTC)
    times = {"this_update": now - timedelta(days=2), "next_update": now + timedelta(days=1), "number": 9}
    forged = make_revocation_list(issuer=Issuer(trusted.authority.issuing.subject, GostPrivateKey.generate()), **times)
    with pytest.raises(TrustRefused, match="не подписан доверенным"):
        actions.import_crl(forged.dump())
    stale = make_revocation_list(
        issuer=trusted.authority.issuer(), **(times | {"next_update": now - timedelta(days=1)})
    )
    with pytest.raises(TrustRefused, match="устарел"):
        actions.import_crl(stale.dump())


def test_the_vectors_through_the_trust_list(django_assert_num_queries):
    actions.import_trusted_certificate(read("certs/root.crt") + read("certs/sub.crt"))
    actions.import_crl(read("crl/root.crl"))
    now = datetime.now(UTC)
    data = read("data/doc.txt")

    trust_store(now)  # the process has read the certificates

    def judged(name):
        with django_assert_num_queries(3, exact=False):  # the trust list, and each certificate under the root
            return verify_detached(read(name), data, trust_store(now), now)[0].verdict.value

    assert judged("sig/head.p7s") == "no_revocation_data"
    actions.import_crl(read("crl/sub.crl"))
    assert judged("sig/head.p7s") == "ok"
    assert judged("sig/revoked.p7s") == "revoked"


def test_the_newest_list_of_a_key_counts(trusted):
    now = datetime.now(UTC)
    signer = issued(trusted, serial=4242)
    signature = sign(DOCUMENT, signer)
    assert verify_detached(signature, DOCUMENT, trust_store(now), now)[0].ok
    newer = make_revocation_list(
        issuer=trusted.authority.issuer(),
        this_update=now,
        next_update=now + LIST_LIFE,
        number=int(now.timestamp()) + 10,
        revoked=[(4242, now)],
    )
    actions.import_crl(newer.dump())
    later = now + timedelta(seconds=1)
    assert verify_detached(signature, DOCUMENT, trust_store(later), later)[0].verdict == "revoked"


def test_a_known_revocation_is_not_forgotten_when_its_list_runs_out(trusted):
    """The newer list is short-lived; the older one, which does not know of the revocation, lasts longer."""
    now = datetime.now(UTC)
    signature = sign(DOCUMENT, issued(trusted, serial=4343))
    short = make_revocation_list(
        issuer=trusted.authority.issuer(),
        this_update=now,
        next_update=now + timedelta(minutes=5),
        number=int(now.timestamp()) + 20,
        revoked=[(4343, now)],
    )
    actions.import_crl(short.dump())

    def judged(moment):
        return verify_detached(signature, DOCUMENT, trust_store(moment), moment)[0].verdict

    assert judged(now + timedelta(minutes=1)) == "revoked"
    assert judged(now + timedelta(minutes=6)) == "no_revocation_data"


def test_the_import_command(tmp_path):
    out = StringIO()
    call_command("import_trust", str(VECTORS / "certs/root.crt"), str(VECTORS / "certs/sub.crt"), stdout=out)
    call_command("import_trust", str(VECTORS / "crl/root.crl"), "--crl", stdout=out)
    assert "Учебный головной УЦ" in out.getvalue()
    assert (TrustedCertificate.objects.count(), RevocationList.objects.count()) == (2, 1)
    for arguments in ([], [str(tmp_path / "missing")], [str(VECTORS / "data/doc.txt")]):
        with pytest.raises(CommandError):
            call_command("import_trust", *arguments, stdout=out)


# ---- system checks


def test_production_with_the_demo_on_its_list(trusted, settings):
    assert checks.demo_authority_is_not_trusted(None, databases=["default"]) == []
    settings.LKOT_DEMO_SIGNER = False
    (error,) = checks.demo_authority_is_not_trusted(None, databases=["default"])
    assert error.id == "signatures.E002"
    assert checks.demo_authority_is_not_trusted(None, databases=None) == []
    out = StringIO()
    call_command("import_trust", "--remove-demo", stdout=out)
    assert out.getvalue().count("Удалён") == 2
    assert checks.demo_authority_is_not_trusted(None, databases=["default"]) == []


def test_the_demo_cannot_be_imported_in_production(demo, settings):
    settings.LKOT_DEMO_SIGNER = False
    with pytest.raises(TrustRefused, match="среде разработки"):
        trust_demo_authority(demo.authority)
    assert not TrustedCertificate.objects.exists()


def test_production_with_the_stand_in_on(settings):
    settings.LKOT_DEMO_SIGNER = True
    (error,) = checks.demo_signer_is_off(None)
    assert error.id == "signatures.E001"
    settings.LKOT_DEMO_SIGNER = False
    assert checks.demo_signer_is_off(None) == []
