"""The list of accredited authorities: who gets onto the trust list by it, and off."""

import hashlib
import threading
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from asn1crypto import x509
from django.core.management import CommandError, call_command
from django.db import connection

from core.journal.models import Event
from signatures import actions
from signatures.cms.revocation import public_key_sha256
from signatures.models import AccreditedAuthority, FetchAddress, RevocationList, TrustedCertificate, TrustListImport
from signatures.refusals import TrustRefused
from signatures.selectors import trust_store
from signatures.verification import verify_detached
from simulators.demo_ca import sign
from simulators.demo_ca.certificates import Issuer, make_name, make_revocation_list
from simulators.demo_ca.keys import GostPrivateKey
from simulators.demo_ca.signing import Signer
from tests.signatures.conftest import DOCUMENT, issued, read
from tests.signatures.test_chain import address
from tests.signatures.test_revocation_table import RELATIVE
from tests.signatures.tsl_files import Listed, take, trust_list

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
Source, Removed = TrustedCertificate.Source, TrustedCertificate.Removed


class Accredited:
    """A head authority and an accredited one below it, with a person's certificate; none of them a demo CA by name."""

    def __init__(self, demo):
        self.root_key, self.key = GostPrivateKey.generate(), GostPrivateKey.generate()
        head = Issuer(make_name({"cn": "Головной УЦ"}), self.root_key)
        self.issuer = Issuer(make_name({"cn": "УЦ «Север»"}), self.key)
        life = {"not_after": datetime.now(UTC) + 900 * DAY}
        self.root = issued(demo, subject=head.name, key=self.root_key, issuer=head, authority=True, **life).certificate
        self.below = issued(
            demo, subject=self.issuer.name, key=self.key, issuer=head, authority=True, serial=2, **life
        ).certificate
        leaf = issued(demo, issuer=self.issuer, serial=3)
        self.signer = Signer(leaf.key, leaf.certificate)
        now = datetime.now(UTC)
        times = {"this_update": now - DAY / 24, "next_update": now + DAY, "number": 1}
        self.lists = [make_revocation_list(issuer=each, **times).dump() for each in (head, self.issuer)]

    def ministry(self, **changes):
        return Listed("Минцифры", "0", [self.root.dump()], **{"ogrn": "1047702026701", **changes})

    def north(self, **changes):
        return Listed("ООО «Север»", "11", **{"certificates": [self.below.dump()], **changes})

    def verdict(self):
        now = datetime.now(UTC)
        return verify_detached(sign(DOCUMENT, self.signer), DOCUMENT, trust_store(now), now)[0].verdict.value


@pytest.fixture(scope="module")
def accredited(demo):
    return Accredited(demo)


def standing():
    return dict(TrustedCertificate.objects.in_force(datetime.now(UTC)).values_list("subject", "kind"))


def everything():
    """All that an import may change."""
    return [
        sorted(model.objects.order_by("pk").values_list())
        for model in (AccreditedAuthority, FetchAddress, TrustListImport)
    ] + [list(TrustedCertificate.objects.order_by("pk").values_list("pk", "sha256", "removed_at", "source"))]


# ---- whom a list makes trusted


def test_from_a_list_to_an_accepted_signature(accredited):
    urls = ["http://crl.example/north.crl", "ldap://crl.example/north", "https://crl.example/2.crl"]
    row = take(trust_list(accredited.ministry(), accredited.north(addresses=urls)))
    assert (row.version, row.dated.isoformat()) == ("7", "2026-11-20T10:00:00+03:00")
    assert row.counts == {
        "authorities": 2, "active": 2, "added": 2, "removed": 0, "withheld": 0, "skipped": 0, "addresses": 2,
    }  # fmt: skip
    assert standing() == {"Головной УЦ": "root", "УЦ «Север»": "intermediate"}
    assert set(TrustedCertificate.objects.values_list("source", flat=True)) == {Source.TRUST_LIST}
    key = public_key_sha256(accredited.below)
    assert set(FetchAddress.objects.values_list("url", "issuer_key_sha256", "used")) == {
        (url, key, True) for url in urls if url.startswith("http")
    }
    assert accredited.verdict() == "no_revocation_data"
    for der in accredited.lists:
        actions.import_crl(der)
    assert accredited.verdict() == "ok"
    event = Event.objects.get(verb="trust.list_imported")
    assert event.payload["confirmed"] == "unsigned"
    assert Event.objects.filter(verb="trust.certificate_added").count() == 2


def test_an_accredited_intermediate_without_its_root_is_not_trusted(accredited):
    take(trust_list(accredited.north()))
    assert standing() == {"УЦ «Север»": "intermediate"}
    assert accredited.verdict() == "no_trusted_chain"


def test_the_same_list_again_changes_nothing(accredited):
    content = trust_list(accredited.ministry(), accredited.north(addresses=["http://crl.example/1.crl"]))
    row = take(content)
    before, events = everything(), Event.objects.count()
    assert take(content, moment=datetime.now(UTC) + DAY) == row
    assert everything() == before
    assert Event.objects.count() == events


def test_a_newer_list_with_the_same_content_keeps_the_rows(accredited):
    take(trust_list(accredited.ministry(), accredited.north()))
    kept = list(TrustedCertificate.objects.values_list("pk", flat=True))
    row = take(trust_list(accredited.ministry(), accredited.north(), version="8"))
    assert (row.counts["added"], row.counts["removed"]) == (0, 0)
    assert list(TrustedCertificate.objects.values_list("pk", flat=True)) == kept


def test_only_active_authorities_are_trusted_and_the_others_are_kept(accredited):
    ended = accredited.north(
        status="Прекращена", since="2024-05-06T00:00:00", history=[("Действует", "2014-01-01T00:00:00"), ("Прекращена", "")]
    )  # fmt: skip
    row = take(trust_list(accredited.ministry(), ended))
    assert (row.counts["authorities"], row.counts["active"]) == (2, 1)
    assert standing() == {"Головной УЦ": "root"}
    authority = AccreditedAuthority.objects.get(registry_number="11")
    assert (authority.status, authority.status_since.isoformat()) == ("Прекращена", "2024-05-05T21:00:00+00:00")
    assert [each["status"] for each in authority.history] == ["Действует", "Прекращена"]
    assert not authority.is_active


def test_an_authority_that_loses_its_accreditation_or_leaves_the_list(accredited):
    take(trust_list(accredited.ministry(), accredited.north(addresses=["http://crl.example/1.crl"])))
    was_accepted_at = datetime.now(UTC)
    row = take(trust_list(accredited.ministry(), accredited.north(status="Аннулирована"), version="8"))
    assert row.counts["removed"] == 1
    below = TrustedCertificate.objects.get(kind="intermediate")
    assert below.removed_reason == Removed.STATUS
    assert below.removed_at > was_accepted_at, "what was accepted before stays as it was"
    assert below in TrustedCertificate.objects.in_force(was_accepted_at)
    assert not FetchAddress.objects.filter(used=True).exists()
    assert accredited.verdict() == "no_trusted_chain"
    take(trust_list(accredited.ministry(), accredited.north(), version="9"))
    assert standing() == {"Головной УЦ": "root", "УЦ «Север»": "intermediate"}, "it is back"
    row = take(trust_list(accredited.ministry(), version="10"))
    assert row.counts["removed"] == 1
    assert TrustedCertificate.objects.filter(removed_reason=Removed.GONE).count() == 1
    assert not AccreditedAuthority.objects.get(registry_number="11").listed
    removals = Event.objects.filter(verb="trust.certificate_removed").values_list("payload__reason", flat=True)
    assert set(removals) == {Removed.STATUS.label, Removed.GONE.label}


def test_an_accreditation_that_ends_later_is_trusted_until_then(accredited):
    end = datetime.now(UTC) + DAY
    ending = accredited.north(status="Прекращена", since=end.isoformat())
    take(trust_list(accredited.ministry(), ending))
    (below,) = TrustedCertificate.objects.filter(kind="intermediate")
    assert below.removed_at == end
    assert below in TrustedCertificate.objects.in_force(datetime.now(UTC))
    assert below not in TrustedCertificate.objects.in_force(end + DAY)
    take(trust_list(accredited.ministry(), accredited.north(), version="8"))
    below.refresh_from_db()
    assert (below.removed_at, below.removed_reason) == (None, ""), "the end was called off"


def test_what_was_added_or_removed_by_hand_is_the_operators(accredited):
    actions.import_trusted_certificate(accredited.below.dump())
    take(trust_list(accredited.ministry(), accredited.north()))
    assert TrustedCertificate.objects.get(kind="intermediate").source == Source.MANUAL
    take(trust_list(accredited.ministry(), version="8"))
    assert "УЦ «Север»" in standing(), "no list takes off what was added by hand"
    root = TrustedCertificate.objects.get(kind="root")
    actions.remove_trusted_certificate(root, actor=None, reason="test")
    row = take(trust_list(accredited.ministry(), accredited.north(), version="9"))
    assert row.counts["withheld"] == 1
    assert "Головной УЦ" not in standing(), "nor brings back what was taken off by hand"


def test_a_listed_certificate_added_by_hand_stays(accredited):
    take(trust_list(accredited.ministry(), accredited.north()))
    actions.import_trusted_certificate(accredited.below.dump())
    take(trust_list(accredited.ministry(), version="8"))
    assert "УЦ «Север»" in standing()


def test_certificates_of_no_authority_are_passed_over(accredited):
    row = take(trust_list(accredited.ministry(), accredited.north(certificates=[accredited.signer.certificate.dump()])))
    assert row.counts["skipped"] == 1
    assert standing() == {"Головной УЦ": "root"}


def test_expired_certificates_are_passed_over(accredited, demo):
    past = {"not_before": datetime.now(UTC) - 9 * DAY, "not_after": datetime.now(UTC) - DAY}
    old = issued(demo, subject=accredited.issuer.name, authority=True, **past).certificate.dump()
    row = take(trust_list(accredited.ministry(), accredited.north(certificates=[old, accredited.below.dump()])))
    assert (row.counts["skipped"], row.counts["added"]) == (1, 2)


def test_addresses_named_by_trusted_certificates(accredited, demo):
    points = x509.CRLDistributionPoints(
        [{"distribution_point": address(url)} for url in ("http://crl.example/root.crl", "ldap://x/")]
    )
    relative = x509.DistributionPoint({"distribution_point": RELATIVE})
    points.append(relative)
    points.append(x509.DistributionPoint({"reasons": {"key_compromise"}}))
    more = [{"extn_id": "crl_distribution_points", "critical": False, "extn_value": points}]
    below = issued(
        demo,
        subject=accredited.issuer.name,
        key=accredited.key,
        issuer=Issuer(accredited.root.subject, accredited.root_key),
        authority=True,
        more=more,
    )
    take(trust_list(accredited.ministry(), accredited.north(certificates=[below.certificate.dump()])))
    found = FetchAddress.objects.get()  # neither of the other points has an address
    assert (found.url, found.issuer_key_sha256) == ("http://crl.example/root.crl", public_key_sha256(accredited.root))
    TrustedCertificate.objects.update(removed_at=datetime.now(UTC))
    actions.refresh_addresses(datetime.now(UTC))
    found.refresh_from_db()
    assert not found.used


# ---- refusals


def refused(content, **changes):
    before = everything()
    with pytest.raises(TrustRefused) as caught:
        take(content, **changes)
    assert everything() == before
    assert caught.value.text.endswith(".")
    return caught.value.text


def test_a_broken_list_changes_nothing_and_says_where(accredited):
    good = accredited.ministry()
    north = accredited.north
    text = trust_list(good, north()).decode()
    assert "этот УЦ стоит в перечне второй раз" in refused(trust_list(good, north(), north()))
    assert "УЦ № 11, строка" in refused(trust_list(good, north(certificates=[b"\x30\x03abc"])))
    assert "повреждены или это не сертификат" in refused(
        trust_list(good, north(certificates=[accredited.below.dump()[:-9]]))
    )
    assert "пусты или больше 64 КБ" in refused(trust_list(good, north(certificates=[b"\x30" * 70_000])))
    assert "ключ A1B2: данные сертификата не в кодировке base64" in refused(
        text.replace("<Данные>MII", "<Данные>M*I").encode()
    )
    assert "не заполнен элемент «Название»" in refused(trust_list(good, Listed(" ", "5")))
    assert "УЦ без номера" in refused(trust_list(good, Listed("Юг", "")))
    assert "в элементе «ОГРН» 16 знаков" in refused(trust_list(good, Listed("Юг", "5", ogrn="1" * 16)))
    assert "не заполнен элемент «Статус»" in refused(trust_list(good, Listed("Юг", "5", status="")))
    nothing = text.replace("СтатусАккредитации>", "Иное>").encode()
    assert "нет элемента «СтатусАккредитации»" in refused(nothing)
    assert not TrustedCertificate.objects.exists()


def test_what_is_no_list(accredited):
    whole = trust_list(accredited.ministry(), accredited.north())
    assert "другого вида" in refused(b"<Reports><a/></Reports>")
    assert "DOCTYPE" in refused(whole.replace(b"\n<", b'\n<!DOCTYPE a [<!ENTITY x "y">]><', 1))
    for broken in (whole[:-200], b"", b"\x00\x01", b"%PDF-1.7", whole.replace("</Версия>".encode(), b"")):
        assert "не загружен" in refused(broken)
    assert "ни одного действующего УЦ" in refused(trust_list())
    assert "ни одного действующего УЦ" in refused(trust_list(accredited.north(status="Прекращена")))


def test_an_element_too_large_or_a_list_too_large(accredited, settings):
    assert "не загружен" in refused(trust_list(accredited.ministry(more="<x>" + "a" * 300_000 + "</x>")))
    assert "не загружен" in refused(trust_list(accredited.ministry(more="<x>" * 400 + "</x>" * 400)))
    settings.SIGNATURE_TSL_MAX_BYTES = 1000
    assert "больше 0 МБ" in refused(trust_list(accredited.ministry()))


def test_an_older_list_does_not_replace_a_newer(accredited):
    take(trust_list(accredited.ministry(), accredited.north()))
    assert "загруженный раньше новее: от 20.11.2026" in refused(
        trust_list(accredited.ministry(), dated="2026-11-19T10:00:00")
    )
    take(trust_list(accredited.ministry(), dated="не дата"))


def test_dates_that_cannot_be_read_are_no_dates(accredited):
    for number, since in enumerate(("", "вчера", "9999-12-31T23:59:59", "0001-01-01T00:00:00", "2026-13-01")):
        take(trust_list(accredited.ministry(since=since), version=str(number)))
        assert AccreditedAuthority.objects.get().status_since is None


def test_the_demo_authority_in_a_list(accredited, demo, settings):
    with_demo = trust_list(accredited.ministry(), Listed("Чужой", "5", [demo.authority.root.dump()]))
    settings.LKOT_DEMO_SIGNER = False
    assert "демонстрационный УЦ" in refused(with_demo)
    settings.LKOT_DEMO_SIGNER = True
    take(with_demo)
    assert TrustedCertificate.objects.get(source=Source.DEMO)


@pytest.mark.django_db(transaction=True)
def test_two_imports_at_once(accredited):
    content = trust_list(accredited.ministry(), accredited.north())
    together = threading.Barrier(2)
    rows, troubles = [], []

    def importing():
        try:
            together.wait()
            rows.append(take(content).pk)
        except Exception as trouble:  # noqa: BLE001 - told by the test
            troubles.append(trouble)
        finally:
            connection.close()

    threads = [threading.Thread(target=importing) for _ in range(2)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert not troubles
    assert rows[0] == rows[1]
    assert TrustedCertificate.objects.count() == 2


# ---- the command


def command(*arguments):
    out = StringIO()
    call_command("import_trust", *arguments, stdout=out)
    return out.getvalue()


def test_the_command_wants_the_digest_or_an_open_refusal_of_it(accredited, tmp_path):
    path = tmp_path / "tsl.xml"
    content = trust_list(accredited.ministry(), accredited.north())
    path.write_bytes(content)
    digest = hashlib.sha256(content).hexdigest()
    for arguments in ([], ["--sha256", digest, "--unsigned"]):
        with pytest.raises(CommandError, match="Подпись самого перечня система не проверяет"):
            command("--tsl", str(path), *arguments)
    with pytest.raises(CommandError, match=f"другая: {digest}"):
        command("--tsl", str(path), "--sha256", "0" * 64)
    assert not TrustListImport.objects.exists()
    said = command("--tsl", str(path), "--sha256", f"{digest[:32]} {digest[32:]}".upper())
    assert "действующих УЦ 2 из 2; сертификатов добавлено 2, исключено 0" in said
    assert TrustListImport.objects.get().confirmed == "sha256"
    newer = tmp_path / "newer.xml"
    newer.write_bytes(trust_list(accredited.ministry(), version="8"))
    assert "исключено 1" in command("--tsl", str(newer), "--unsigned")
    path.write_bytes(b"<x/>")
    for wrong in (path, tmp_path / "missing", tmp_path):
        with pytest.raises(CommandError):
            command("--tsl", str(wrong), "--unsigned")


def test_a_list_of_the_vectors_serves_them(tmp_path):
    """Certificates made by another implementation, through the list."""
    from signatures.cms.encoding import split_pem

    roots = [
        der for name in ("certs/root.crt", "certs/root512.crt", "certs/rsaroot.crt") for der in split_pem(read(name))
    ]
    below = split_pem(read("certs/sub.crt"))
    take(trust_list(Listed("Корни", "1", roots), Listed("Ниже", "2", below)))
    actions.import_crl(read("crl/root.crl"))
    actions.import_crl(read("crl/sub.crl"))
    now = datetime.now(UTC)
    (report,) = verify_detached(read("sig/head.p7s"), read("data/doc.txt"), trust_store(now), now)
    assert report.verdict == "ok"
    assert RevocationList.objects.count() == 2
