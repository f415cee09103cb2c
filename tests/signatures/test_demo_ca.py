"""The development CA: made once, kept, its keys for the owner's eyes."""

import stat
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import override_settings

from signatures.demo_mark import is_demo_authority
from signatures.models import RevocationList, TrustedCertificate
from signatures.selectors import trust_store
from signatures.verification import verify_detached
from simulators.demo_ca import ensure_demo_ca, issue_person_certificate, sign
from simulators.demo_ca.holders import LONG_AGO, ODD, SOON_DAYS, certificates_of, holder_of_cast
from simulators.demo_ca.people import Sort, sort_of
from simulators.people import SOLE_TRADER, TECHNO_HEAD, ZMZ_HEAD, ZMZ_SAFETY, demo_cast
from tests.signatures.conftest import DOCUMENT, HEAD, read, store_of

NOW = datetime.now(UTC)


def test_made_once(tmp_path):
    first, second = ensure_demo_ca(tmp_path), ensure_demo_ca(tmp_path)
    assert first.root.dump() == second.root.dump()
    assert first.revocation_lists == second.revocation_lists
    person = issue_person_certificate(first, **HEAD)
    assert issue_person_certificate(second, **HEAD).thumbprint == person.thumbprint
    assert [item.thumbprint for item in second.people()] == [person.thumbprint]
    assert second.person(person.thumbprint).subject.snils == HEAD["snils"]
    assert second.person("0" * 40) is None


def test_keys_are_for_the_owner_only(tmp_path):
    authority = ensure_demo_ca(tmp_path)
    issue_person_certificate(authority, **HEAD)
    keys = list(authority.folder.rglob("*.key"))
    assert len(keys) == 3
    for path in keys:
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(authority.folder.stat().st_mode) == 0o700


def test_a_certificate_is_issued_anew_before_it_runs_out(tmp_path, time_machine):
    authority = ensure_demo_ca(tmp_path)
    first = issue_person_certificate(authority, **HEAD)
    time_machine.move_to(first.certificate.not_valid_after - timedelta(days=20))
    second = issue_person_certificate(authority, **HEAD)
    assert second.thumbprint != first.thumbprint
    assert second.is_in_force(datetime.now(UTC))


def test_everything_of_it_is_marked(demo):
    for certificate in (demo.authority.root, demo.authority.issuing, demo.head.certificate):
        assert is_demo_authority(certificate)
    assert not is_demo_authority(store_of(roots=[read("certs/root.crt")]).roots[0])


def held(authority, oid):
    person = demo_cast().people[oid]
    return certificates_of(authority, *holder_of_cast(person.snils))


def test_what_people_of_the_cast_hold(tmp_path):
    authority = ensure_demo_ca(tmp_path)
    head = held(authority, ZMZ_HEAD)
    assert [person.is_in_force(NOW) for person in head] == [True, False, True, True, True, True, True, True]
    assert [sort_of(person.certificate) for person in head] == [Sort()] * 4 + list(ODD)
    own, expired, stranger, *more = (person.subject for person in head)
    assert all(subject == own for subject in more)
    left = head[3].certificate.not_valid_after - NOW
    assert timedelta(days=SOON_DAYS - 1) < left < timedelta(days=SOON_DAYS + 1)
    for oid in (SOLE_TRADER, ZMZ_SAFETY, TECHNO_HEAD):
        assert len(held(authority, oid)) <= 3, "the signing page of others is not cluttered"
    assert own == expired
    assert own.innle != stranger.innle
    assert own.snils == stranger.snils
    assert head[1].certificate.not_valid_after == LONG_AGO[1]
    (trader, *_rest) = held(authority, SOLE_TRADER)
    assert trader.subject.ogrnip
    assert trader.subject.innle is None
    (personal, *_rest) = held(authority, ZMZ_SAFETY)
    assert personal.subject.innle is None
    assert personal.subject.o is None
    assert holder_of_cast("00000000000") is None


@pytest.mark.django_db
def test_from_the_command_to_a_verified_signature(tmp_path, settings):
    settings.STATE_DIR = tmp_path
    call_command("demo_ca", stdout=StringIO())
    call_command("demo_ca", stdout=StringIO())
    assert TrustedCertificate.objects.count() == 2
    assert RevocationList.objects.count() == 2
    document = tmp_path / "protocol.xml"
    document.write_bytes(DOCUMENT)
    out = StringIO()
    snils = demo_cast().people[ZMZ_HEAD].snils
    call_command("demo_sign", str(document), "--snils", snils, stdout=out)
    assert snils not in out.getvalue()
    signature = (tmp_path / "protocol.xml.sig").read_bytes()
    now = datetime.now(UTC)
    (report,) = verify_detached(signature, DOCUMENT, trust_store(now), now)
    assert report.ok, report.explanation
    assert report.subject.snils == snils
    TrustedCertificate.objects.filter(kind="root").update(removed_at=now)
    (report,) = verify_detached(signature, DOCUMENT, trust_store(now), now)
    assert report.verdict == "no_trusted_chain"


@pytest.mark.django_db
def test_the_command_where_the_demo_is_off(tmp_path, settings):
    settings.STATE_DIR = tmp_path
    with override_settings(LKOT_DEMO_SIGNER=False), pytest.raises(CommandError, match="демонстрационного"):
        call_command("demo_ca", stdout=StringIO())
    assert not TrustedCertificate.objects.exists()


def test_signing_from_the_command_line(tmp_path, settings):
    settings.STATE_DIR = tmp_path
    document = tmp_path / "a.txt"
    document.write_bytes(b"text")
    cast = demo_cast()
    snils = cast.people[SOLE_TRADER].snils
    out = StringIO()
    call_command("demo_sign", str(document), "--snils", snils, "--attached", "-o", str(tmp_path / "b.sig"), stdout=out)
    assert b"text" in (tmp_path / "b.sig").read_bytes()
    listed = StringIO()
    call_command("demo_sign", "--list", stdout=listed)
    lines = listed.getvalue().splitlines()
    assert len(lines) == 3
    chosen = lines[0].split()[0]
    call_command("demo_sign", str(document), "--certificate", chosen.lower(), stdout=StringIO())
    assert (tmp_path / "a.txt.sig").exists()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "Укажите файл"),
        (["{file}"], "--snils"),
        (["{file}", "--snils", "000-000-000 00"], "нет человека"),
        (["{file}", "--snils", "{snils}", "--inn", "0000000000"], "таким ИНН"),
        (["{file}", "--certificate", "00"], "отпечатком"),
        (["{missing}", "--snils", "{snils}"], "missing"),
    ],
)
def test_what_the_command_asks_for(tmp_path, settings, arguments, words):
    settings.STATE_DIR = tmp_path
    (tmp_path / "file").write_bytes(b"text")
    values = {
        "file": tmp_path / "file",
        "missing": tmp_path / "missing",
        "snils": demo_cast().people[ZMZ_HEAD].snils,
    }
    with pytest.raises(CommandError, match=words):
        call_command("demo_sign", *(argument.format(**values) for argument in arguments), stdout=StringIO())


def test_another_signer_of_the_same_bytes(demo):
    """Signing is random: two signatures of one document differ and both are right."""
    first, second = sign(DOCUMENT, demo.signer), sign(DOCUMENT, demo.signer)
    assert first != second
    moment = datetime.now(UTC)
    for signature in (first, second):
        assert verify_detached(signature, DOCUMENT, demo.trust(), moment)[0].ok
