"""The doctor's findings, one by one, and that its diagnosis and the acceptance never disagree."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, timedelta

import pytest
from asn1crypto import core, x509
from cryptography import x509 as pyca
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from accounts.rights import Right
from signatures import purposes
from signatures.authority import who_may_sign
from signatures.cms.encoding import load_certificates
from signatures.doctor import Check, Status, Whose, diagnose_certificate, diagnose_signature, suitable_for
from signatures.doctor import power as seam
from signatures.doctor.kinds import Answer, kind_of, kinds, will_do
from signatures.doctor.power import Power
from signatures.doctor.summary import NOT_HERE, summary_of
from signatures.trust import RevocationPolicy
from signatures.verification import verify_detached
from simulators.demo_ca import sign
from simulators.demo_ca.authority import REVOKED_SERIAL, new_serial
from simulators.demo_ca.certificates import Issuer, make_certificate, make_name
from simulators.demo_ca.holders import certificates_of, holder_of_cast
from simulators.demo_ca.keys import GostPrivateKey
from simulators.demo_ca.people import Sort
from simulators.people import SOLE_TRADER, ZMZ_HEAD, ZMZ_SAFETY, demo_cast
from tests.signatures.conftest import DOCUMENT, HEAD, VECTORS, expected, issued, read

# The lists of the demo CA are made when the first test asks for them, which is long after this line.
NOW = datetime.now(UTC) + timedelta(hours=6)
OURS = Whose(HEAD["organization"], HEAD["innle"], HEAD["ogrn"], HEAD["snils"])
ALL_RIGHTS = lambda right: True  # noqa: E731  a stand-in for Acting.holds
NO_RIGHTS = lambda right: False  # noqa: E731  as above
HAS_POWER = lambda subject: Power(found=True, text="Доверенность № 1.", until=NOW + timedelta(days=90))  # noqa: E731


def diagnose(demo, certificate, whose=OURS, moment=NOW, trust=None, **more):
    return diagnose_certificate(certificate.dump(), whose=whose, trust=trust or demo.trust(), moment=moment, **more)


def finding(diagnosis, check):
    (found,) = [each for each in diagnosis.findings if each.check is check]
    return found


def head_name(**changes):
    return make_name(
        {part: text for part, text in (HEAD | {"cn": "Проба"} | changes).items() if part != "organization"}
    )


# ---- the doctor says it will work ⇔ a trial signature is accepted


def is_accepted(signature, document, whose, trust, moment=NOW):
    """What ``signatures.selectors.check_signature`` decides, without its database."""
    reports = verify_detached(signature, document, trust, moment)
    answer = who_may_sign(
        reports[0], organization_inn=whose.inn, organization_ogrn=whose.ogrn, person_snils=whose.snils
    )
    return len(reports) == 1 and all(report.ok for report in reports) and answer.ok


VECTOR_SIGNATURES = sorted({(case["file"], case["data"]) for case in expected()["signatures"]})
VECTOR_OWNERS = [OURS, Whose("Другое", "5401234566", "1025400000008", "08765430300")]


@pytest.mark.parametrize("whose", VECTOR_OWNERS, ids=lambda whose: whose.inn)
@pytest.mark.parametrize(("file", "data"), VECTOR_SIGNATURES)
def test_vectors_the_doctor_and_the_acceptance_agree(file, data, whose, vector_trust):
    signature, document = read(file), read(data)
    accepted = is_accepted(signature, document, whose, vector_trust)
    seen = diagnose_signature(signature, document, whose=whose, trust=vector_trust, moment=NOW)
    assert seen.suits is accepted
    check_consistent(seen)


@pytest.mark.parametrize("name", sorted(path.stem for path in (VECTORS / "certs").glob("*.crt")))
def test_vectors_a_certificate_alone_and_its_signature_agree(name, vector_trust):
    """Of every certificate whose signature is among the vectors; the others are judged by the hand-written list."""
    der = load_certificates(read(f"certs/{name}.crt"))[0].dump()
    seen = diagnose_certificate(der, whose=OURS, trust=vector_trust, moment=NOW)
    check_consistent(seen)
    made = VECTORS / "sig" / f"{name}.p7s"
    if made.exists():
        accepted = is_accepted(made.read_bytes(), read("data/doc.txt"), OURS, vector_trust)
    else:
        accepted = name in {"head512", "head_tca"}
    assert seen.suits is accepted


def check_consistent(seen):
    problems = seen.of(Status.PROBLEM)
    assert not (seen.suits and problems)
    assert seen.suits or seen.of(Status.PROBLEM, Status.UNKNOWN)
    checks = [each.check for each in seen.findings]
    assert checks == sorted(checks, key=list(Check).index)
    assert len(set(checks)) == len(checks)
    for each in seen.findings:
        assert each.text.endswith("."), each
        assert all(step.endswith(".") for step in each.advice), each
        assert each.status is Status.OK or each.status is Status.UNKNOWN or each.advice, each
        assert HEAD["snils"] not in each.text
        assert "112-233-445 95" not in each.text
    summary = summary_of(seen, suitable_for(seen, ALL_RIGHTS))
    assert (summary.kind == "stop") is (not seen.suits and not (seen.needs_power and len(seen.obstacles) == 1))


@pytest.mark.parametrize("oid", [ZMZ_HEAD, ZMZ_SAFETY, SOLE_TRADER])
def test_demo_holders_the_doctor_and_the_acceptance_agree(oid, demo):
    holder, offices = holder_of_cast(demo_cast().people[oid].snils)
    office = offices[0] if offices else None
    whose = (
        Whose("Наша", office.inn, office.ogrn, holder.snils)
        if office
        else dataclasses.replace(OURS, snils=holder.snils)
    )
    told = {}
    for person in certificates_of(demo.authority, holder, offices):
        signature = sign(DOCUMENT, demo.authority.signer(person))
        accepted = is_accepted(signature, DOCUMENT, whose, demo.trust())
        by_certificate = diagnose(demo, person.certificate, whose)
        by_signature = diagnose_signature(signature, DOCUMENT, whose=whose, trust=demo.trust(), moment=NOW)
        assert by_certificate.suits is by_signature.suits is accepted
        for seen in (by_certificate, by_signature):
            check_consistent(seen)
        told[person.thumbprint] = by_certificate
    assert any(seen.suits for seen in told.values()) is bool(offices)
    assert not all(seen.suits for seen in told.values())


def test_the_main_person_of_the_demo_has_every_sort(demo):
    holder, offices = holder_of_cast(demo_cast().people[ZMZ_HEAD].snils)
    whose = Whose(offices[0].name, offices[0].inn, offices[0].ogrn, holder.snils)
    held = certificates_of(demo.authority, holder, offices)
    worst = []
    for person in held:
        seen = diagnose(demo, person.certificate, whose)
        worst.append(seen.obstacles[0].check if seen.obstacles else seen.warnings[0].check if seen.warnings else None)
    sorts = [Check.PERIOD, Check.REVOCATION, Check.CHAIN, Check.QUALIFIED, Check.USAGE]
    assert worst[-5:] == sorts
    assert worst[0] is None
    assert [each.thumbprint for each in certificates_of(demo.authority, holder, offices)] == [
        each.thumbprint for each in held
    ]


# ---- findings of a certificate


def test_a_good_certificate(demo):
    seen = diagnose(demo, demo.head.certificate)
    assert seen.suits
    assert {each.status for each in seen.findings} == {Status.OK}
    assert {each.check for each in seen.findings} == {
        check for check in Check if list(Check).index(check) >= list(Check).index(Check.KIND)
    } - {Check.VERDICT}
    assert "***-***-**5 95" in finding(seen, Check.OWNER).text
    assert "Это ваша организация" in finding(seen, Check.ORGANIZATION).text
    assert "256 бит" in finding(seen, Check.ALGORITHM).text


@pytest.mark.parametrize(("days", "words"), [(12, "осталось 12"), (30, "осталось 30"), (0, "сегодня последний день")])
def test_thirty_days_ahead_one_is_warned(demo, days, words):
    noon = datetime(2026, 11, 25, 9, tzinfo=UTC)  # in Moscow
    certificate = issued(demo, subject=head_name(), not_after=noon + timedelta(days=days, hours=1)).certificate
    trust = demo.trust(revocation=RevocationPolicy.SKIP)
    seen = diagnose(demo, certificate, moment=max(noon, certificate.not_valid_before), trust=trust)
    period = finding(seen, Check.PERIOD)
    assert (seen.suits, period.status) == (True, Status.WARNING)
    assert words in period.text
    assert any("ФНС" in step for step in period.advice)
    summary = summary_of(seen, suitable_for(seen, ALL_RIGHTS))
    assert (summary.kind, summary.reasons) == ("careful", (period.text,))


def test_thirty_one_days_are_enough(demo):
    certificate = issued(demo, subject=head_name(), not_after=NOW + timedelta(days=31, hours=1)).certificate
    assert finding(diagnose(demo, certificate), Check.PERIOD).status is Status.OK


def test_expired_and_not_yet_valid_name_the_day_and_still_say_who_issued_it(demo):
    expired = demo.issue(validity=(datetime(2024, 1, 15, tzinfo=UTC), datetime(2025, 4, 15, tzinfo=UTC)))
    seen = diagnose(demo, expired.certificate)
    assert finding(seen, Check.PERIOD).status is Status.PROBLEM
    assert "закончился 15.04.2025" in finding(seen, Check.PERIOD).text
    assert finding(seen, Check.CHAIN).status is Status.UNKNOWN, "the demo CA is younger than this certificate"
    assert [each.check for each in seen.obstacles] == [Check.PERIOD]
    future = issued(demo, subject=head_name(), not_before=NOW + timedelta(days=3), not_after=NOW + timedelta(days=9))
    seen = diagnose(demo, future.certificate)
    assert "начнётся только" in finding(seen, Check.PERIOD).text
    assert finding(seen, Check.CHAIN).status is Status.OK
    assert [each.check for each in seen.obstacles] == [Check.PERIOD]


def test_a_certificate_for_ever(demo):
    """RFC 5280, 4.1.2.5: 99991231235959Z, which Moscow has no day for."""
    from simulators.demo_ca import certificates as made_by

    for_ever = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
    plain = made_by._time
    with pytest.MonkeyPatch.context() as patch:
        name = lambda moment: x509.Time({"general_time": moment}) if moment == for_ever else plain(moment)  # noqa: E731
        patch.setattr(made_by, "_time", name)
        certificate = issued(demo, subject=head_name(), not_after=for_ever).certificate
    seen = diagnose(demo, certificate)
    assert seen.suits
    assert finding(seen, Check.PERIOD).text == "Сертификат действует до 31.12.9999."


def key_period(ends):
    period = x509.PrivateKeyUsagePeriod({"not_before": NOW - timedelta(days=20), "not_after": ends})
    return [{"extn_id": "private_key_usage_period", "critical": False, "extn_value": period}]


@pytest.mark.parametrize(
    ("left", "status"),
    [(timedelta(days=-1), Status.PROBLEM), (timedelta(days=5), Status.WARNING), (timedelta(days=60), Status.OK)],
)
def test_the_period_of_the_private_key(demo, left, status):
    more = key_period((NOW + left).replace(microsecond=0))
    certificate = issued(demo, subject=head_name(), not_after=NOW + timedelta(days=200), more=more).certificate
    seen = diagnose(demo, certificate)
    assert finding(seen, Check.KEY_PERIOD).status is status
    assert finding(seen, Check.PERIOD).status is Status.OK
    assert seen.suits is (status is not Status.PROBLEM)


def test_another_organization_and_another_person_are_both_told(demo):
    whose = Whose("Другая", "5401234566", "1025400000008", "08765430300")
    seen = diagnose(demo, demo.head.certificate, whose)
    assert [each.check for each in seen.obstacles] == [Check.ORGANIZATION, Check.PERSON]
    assert "ИНН 7704001236, ожидается 5401234566" in seen.obstacles[0].text
    assert "***-***-**3 00" in seen.obstacles[1].text


def test_only_the_person_is_another(demo):
    seen = diagnose(demo, demo.head.certificate, dataclasses.replace(OURS, snils="08765430300"))
    assert [each.check for each in seen.obstacles] == [Check.PERSON]


def test_a_sole_trader(demo):
    trader = {"innle": "", "ogrn": "", "organization": "", "ogrnip": "316547600123457", "inn": "540112233406"}
    certificate = demo.issue(**trader).certificate
    seen = diagnose(demo, certificate, Whose("ИП Иванов", trader["inn"], trader["ogrnip"], HEAD["snils"]))
    assert seen.suits
    assert "предпринимателя" in finding(seen, Check.KIND).text
    seen = diagnose(demo, certificate, Whose("ИП Другой", "540112233406", "304500116000157", HEAD["snils"]))
    assert [each.check for each in seen.obstacles] == [Check.ORGANIZATION]


def personal(demo):
    return demo.issue(innle="", ogrn="", organization="", title="").certificate


def test_a_personal_certificate_needs_a_power(demo):
    seen = diagnose(demo, personal(demo))
    assert not seen.suits
    assert seen.needs_power
    assert [each.check for each in seen.obstacles] == [Check.POWER]
    assert any("руководителя оформить" in step for step in seen.obstacles[0].advice)
    protocol, power = suitable_for(seen, ALL_RIGHTS)
    assert (protocol.answer, power.answer) == (Answer.WITH_POWER, Answer.NO)
    assert "доверенности (МЧД)" in summary_of(seen, [protocol, power]).headline


def test_a_personal_certificate_with_a_power_where_the_acceptance_knows_of_it(demo, monkeypatch):
    """The seam: once ``who_may_sign`` accepts it, the doctor does."""
    from signatures.authority import Authority, AuthorityCode

    monkeypatch.setattr(seam, "who_may_sign", lambda *given, **more: Authority(AuthorityCode.OK, "Подходит."))
    seen = diagnose(demo, personal(demo), power_of=HAS_POWER)
    assert seen.suits
    assert "Доверенность № 1." in finding(seen, Check.POWER).text
    protocol, power = suitable_for(seen, ALL_RIGHTS)
    assert (protocol.answer, power.answer) == (Answer.YES, Answer.NO)
    assert will_do(seen, None)
    assert will_do(seen, kind_of("commission_protocol"))
    assert not will_do(seen, kind_of("mchd"))


def test_not_qualified(demo):
    certificate = issued(demo, subject=head_name(), qualified=False).certificate
    seen = diagnose(demo, certificate)
    assert [each.check for each in seen.obstacles] == [Check.QUALIFIED]
    assert finding(diagnose(demo, certificate, trust=demo.trust(require_qualified=False)), Check.QUALIFIED).status is (
        Status.WARNING
    )


def test_a_certificate_for_a_server(demo):
    seen = diagnose(demo, demo.issue(sort=Sort(server_only=True)).certificate)
    assert [each.check for each in seen.obstacles] == [Check.USAGE]
    assert "сервер" in seen.obstacles[0].text


def test_a_key_that_may_not_sign(demo):
    certificate = issued(demo, subject=head_name(), usage=["key_encipherment"]).certificate
    assert [each.check for each in diagnose(demo, certificate).obstacles] == [Check.USAGE]


def test_revoked(demo):
    seen = diagnose(demo, demo.issue(sort=Sort(revoked=True)).certificate)
    assert [each.check for each in seen.obstacles] == [Check.REVOCATION]
    assert "Отозван" in seen.obstacles[0].text


def test_no_list_of_revocation_is_nobodys_fault(demo):
    seen = diagnose(demo, demo.head.certificate, trust=demo.trust(crls=[]))
    assert not seen.suits
    assert [(each.check, each.status) for each in seen.obstacles] == [(Check.REVOCATION, Status.UNKNOWN)]
    assert "Это не ваша ошибка" in seen.obstacles[0].advice[0]
    skipped = diagnose(demo, demo.head.certificate, trust=demo.trust(crls=[], revocation=RevocationPolicy.SKIP))
    assert skipped.suits
    assert finding(skipped, Check.REVOCATION).status is Status.UNKNOWN


def test_an_unknown_authority_is_named(demo):
    seen = diagnose(demo, demo.issue(sort=Sort(unknown_issuer=True)).certificate)
    assert [each.check for each in seen.obstacles] == [Check.CHAIN]
    assert "неизвестный системе" in seen.obstacles[0].text
    assert any("e-trust.gosuslugi.ru" in step for step in seen.obstacles[0].advice)


def test_a_missing_root_is_named_above_the_known_authority(demo):
    seen = diagnose(demo, demo.head.certificate, trust=demo.trust(roots=[]))
    assert "выпускающий», а тому — «Демонстрационный УЦ ЛКОТ: корневой»" in finding(seen, Check.CHAIN).text


def test_authorities_in_the_same_file_help(demo):
    bare = demo.trust(intermediates=[])
    assert not diagnose(demo, demo.head.certificate, trust=bare).suits
    assert diagnose(demo, demo.head.certificate, trust=bare, embedded=[demo.authority.issuing.dump()]).suits


def test_a_forged_issuer_is_told_from_an_unknown_one(demo):
    forged = Issuer(demo.authority.root.subject, GostPrivateKey.generate())
    certificate = issued(demo, subject=head_name(), issuer=forged).certificate
    assert "не подписан" in finding(diagnose(demo, certificate), Check.CHAIN).text


def test_a_root_that_is_not_in_force(demo):
    key, over = GostPrivateKey.generate(), NOW - timedelta(days=1)
    name = make_name({"cn": "Старый корень"})
    more = {"not_before": over - timedelta(days=9), "not_after": over, "serial": 5, "authority": True}
    root = make_certificate(subject=name, key=key, issuer=Issuer(name, key), **more)
    certificate = issued(demo, subject=head_name(), issuer=Issuer(name, key)).certificate
    seen = diagnose(demo, certificate, trust=demo.trust(roots=[root], intermediates=[]))
    assert "«Старый корень», который известен системе, сейчас не действует" in finding(seen, Check.CHAIN).text


def test_an_authority_whose_time_is_over(demo):
    key = GostPrivateKey.generate()
    name = make_name({"cn": "Старый УЦ"})
    root = Issuer(
        demo.authority.root.subject, GostPrivateKey.from_pem((demo.authority.folder / "root.key").read_bytes())
    )
    over = NOW - timedelta(days=1)
    old = make_certificate(
        subject=name,
        key=key,
        issuer=root,
        not_before=over - timedelta(days=9),
        not_after=over,
        serial=5,
        authority=True,
    )
    certificate = issued(demo, subject=head_name(), issuer=Issuer(name, key)).certificate
    seen = diagnose(demo, certificate, trust=demo.trust(intermediates=[old]))
    assert "самого удостоверяющего центра" in finding(seen, Check.CHAIN).text


def test_the_certificate_of_an_authority(demo):
    seen = diagnose(demo, demo.authority.issuing)
    assert not seen.suits
    assert seen.obstacles[0].check is Check.KIND
    assert "удостоверяющего центра" in seen.obstacles[0].text
    assert Check.PERSON not in {each.check for each in seen.findings}


def self_signed(key, algorithm=None):
    name = pyca.Name([pyca.NameAttribute(pyca.NameOID.COMMON_NAME, "Проба")])
    builder = pyca.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(new_serial()).not_valid_before(NOW).not_valid_after(NOW + timedelta(days=99))
    return builder.sign(key, algorithm or hashes.SHA256()).public_bytes(serialization.Encoding.DER)


@pytest.mark.parametrize(
    ("make_key", "words"),
    [
        (lambda: rsa.generate_private_key(65537, 1024), "короче 2048"),
        (lambda: ec.generate_private_key(ec.SECP256K1()), "кривая"),
    ],
)
def test_a_key_that_is_too_weak(demo, make_key, words):
    seen = diagnose_certificate(self_signed(make_key()), whose=OURS, trust=demo.trust(), moment=NOW)
    assert seen.report.verdict == "algorithm_not_allowed"
    assert finding(seen, Check.ALGORITHM).status is Status.PROBLEM
    assert words in finding(seen, Check.ALGORITHM).text


def test_an_unknown_kind_of_key(demo):
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    name = pyca.Name([pyca.NameAttribute(pyca.NameOID.COMMON_NAME, "Проба")])
    key = Ed25519PrivateKey.generate()
    builder = pyca.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(1).not_valid_before(NOW).not_valid_after(NOW + timedelta(days=99))
    der = builder.sign(key, None).public_bytes(serialization.Encoding.DER)
    seen = diagnose_certificate(der, whose=OURS, trust=demo.trust(), moment=NOW)
    assert "1.3.101.112" in finding(seen, Check.ALGORITHM).text


def test_a_name_with_a_number_twice_is_refused_with_a_reason(demo):
    snils = [core.ObjectIdentifier("1.2.643.100.3"), core.NumericString("11223344595")]
    from simulators.demo_ca.der import SET, sequence, tagged

    name = x509.Name.load(sequence(*(tagged(SET, sequence(*snils)) for _ in range(2))))
    seen = diagnose(demo, issued(demo, subject=name).certificate)
    assert not seen.suits
    check_consistent(seen)


def test_what_is_no_certificate_raises(demo):
    for der in (b"", b"\x30\x00", b"nonsense", DOCUMENT):
        with pytest.raises(ValueError, match="certificate"):
            diagnose_certificate(der, whose=OURS, trust=demo.trust(), moment=NOW)


def test_flipped_bytes_neither_suit_nor_crash(demo):
    der = demo.head.certificate.dump()
    trust = demo.trust()
    for place in range(0, len(der), 17):
        changed = bytearray(der)
        changed[place] ^= 0x55
        try:
            seen = diagnose_certificate(bytes(changed), whose=OURS, trust=trust, moment=NOW)
        except ValueError:
            continue
        assert not seen.suits
        assert seen.obstacles


# ---- findings of a trial signature


def diagnose_trial(demo, signature, document=DOCUMENT, whose=OURS, moment=NOW):
    return diagnose_signature(signature, document, whose=whose, trust=demo.trust(), moment=moment)


def test_a_good_trial(demo):
    seen = diagnose_trial(demo, sign(DOCUMENT, demo.signer))
    assert seen.suits
    assert seen.is_trial
    assert {each.status for each in seen.findings} == {Status.OK}
    assert {each.check for each in seen.findings} == set(Check) - {Check.VERDICT}
    assert summary_of(seen, suitable_for(seen, ALL_RIGHTS)).headline == (
        "Пробная подпись верна. Этой подписью можно подписывать протоколы комиссии"
    )


def test_of_another_text(demo):
    seen = diagnose_trial(demo, sign(b"another", demo.signer))
    assert [each.check for each in seen.obstacles] == [Check.CONTENT]
    seen = diagnose_trial(demo, sign(b"another", demo.signer, attached=True))
    assert [each.check for each in seen.obstacles] == [Check.CONTENT]


def test_attached_with_the_same_text_is_taken(demo):
    assert diagnose_trial(demo, sign(DOCUMENT, demo.signer, attached=True)).suits


def test_two_signers(demo):
    seen = diagnose_trial(demo, sign(DOCUMENT, demo.signer, demo.authority.signer(demo.issue(title="Заместитель"))))
    assert not seen.suits
    assert [each.check for each in seen.obstacles] == [Check.SIGNERS]


@pytest.mark.parametrize(
    ("file", "check"),
    [
        ("sig/head_bitflip.p7s", Check.VALUE),
        ("sig/head_nocert.p7s", Check.KIND),
        ("sig/head_cms_not_cades.p7s", Check.ATTRIBUTES),
    ],
)
def test_damaged_signatures(file, check, vector_trust):
    seen = diagnose_signature(read(file), read("data/doc.txt"), whose=OURS, trust=vector_trust, moment=NOW)
    assert check in {each.check for each in seen.obstacles}


def test_what_is_no_signature(demo):
    for content in (b"", b"no signature", b"\x30\x80", demo.head.certificate.dump()):
        seen = diagnose_trial(demo, content)
        assert [each.check for each in seen.obstacles] == [Check.FORMAT]
        assert summary_of(seen, suitable_for(seen, ALL_RIGHTS)).headline == NOT_HERE


def test_a_clock_that_is_fast(demo):
    signature = sign(DOCUMENT, demo.signer, moment=NOW + timedelta(minutes=17))
    seen = diagnose_trial(demo, signature)
    assert seen.suits
    assert finding(seen, Check.TIME).status is Status.WARNING
    assert "спешат на 17" in finding(seen, Check.TIME).text
    assert finding(
        diagnose_trial(demo, sign(DOCUMENT, demo.signer, moment=NOW - timedelta(hours=1))), Check.TIME
    ).status is (Status.OK)


@pytest.mark.parametrize("signed_at", [datetime(2049, 12, 31, 23, 59, tzinfo=UTC), datetime(1950, 1, 1, tzinfo=UTC)])
def test_a_clock_that_is_wildly_wrong(demo, signed_at):
    assert diagnose_trial(demo, sign(DOCUMENT, demo.signer, moment=signed_at)).suits


def test_flipped_signatures_neither_crash_nor_disagree(demo):
    signature, trust = sign(DOCUMENT, demo.signer), demo.trust()
    for place in range(0, len(signature), 19):
        changed = bytearray(signature)
        changed[place] ^= 0x41
        for content in (bytes(changed), signature[:place]):
            seen = diagnose_signature(content, DOCUMENT, whose=OURS, trust=trust, moment=NOW)
            assert not seen.suits
            assert seen.obstacles
            assert suitable_for(seen, ALL_RIGHTS)
            assert summary_of(seen, []).headline


# ---- for which documents


def test_the_kinds_are_the_purposes(demo, monkeypatch):
    assert [kind.code for kind in kinds()] == ["commission_protocol", "mchd"]
    assert [kind.head_only for kind in kinds()] == [False, True]
    monkeypatch.setattr(purposes, "_purposes", dict(purposes._purposes))
    rights = (Right.SIGN_PROTOCOLS, Right.ACCESS)
    purposes.register_purpose("probe", label="Проба", many="пробы", read_rights=rights, sign_rights=rights)
    purposes.register_purpose("bare", label="Проба без слов", read_rights=rights, sign_rights=rights)
    seen = diagnose(demo, demo.head.certificate)
    assert summary_of(seen, suitable_for(seen, ALL_RIGHTS)).headline == (
        "Этой подписью можно подписывать пробы, документы «Проба без слов» и протоколы комиссии"
    )
    found = {each.kind.code: each for each in suitable_for(seen, NO_RIGHTS)}
    assert found["probe"].answer is Answer.NO_RIGHT
    assert all(f"«{right.label}»" in found["probe"].why for right in rights), "any one of them would do"
    found = {each.kind.code: each.answer for each in suitable_for(seen, lambda right: right == Right.ACCESS)}
    assert (found["probe"], found["commission_protocol"]) == (Answer.YES, Answer.NO_RIGHT)


def test_without_the_right_the_right_is_named(demo):
    seen = diagnose(demo, demo.head.certificate)
    protocol, power = suitable_for(seen, NO_RIGHTS)
    assert (protocol.answer, power.answer) == (Answer.NO_RIGHT, Answer.YES)
    assert "«Подпись и отправка протоколов решения комиссий»" in protocol.why
    summary = summary_of(seen, [protocol, power])
    assert summary.kind == "careful"
    assert "нет права" in summary.headline


def test_what_does_not_suit_suits_nothing(demo):
    seen = diagnose(demo, demo.issue(sort=Sort(revoked=True)).certificate)
    for each in suitable_for(seen, ALL_RIGHTS):
        assert each.answer is Answer.NO
        assert "Отозван" in each.why
    summary = summary_of(seen, suitable_for(seen, ALL_RIGHTS))
    assert (summary.kind, summary.headline) == ("stop", NOT_HERE)
    assert summary.steps


def test_the_demo_list_revokes_one_number_from_the_start(demo):
    from asn1crypto import crl

    lists = [crl.CertificateList.load(der)["tbs_cert_list"] for der in demo.authority.revocation_lists]
    serials = [[entry["user_certificate"].native for entry in each["revoked_certificates"] or ()] for each in lists]
    assert serials == [[], [REVOKED_SERIAL]]


# ---- sole traders and powers of attorney: the doctor and the acceptance agree

TRADER = {"inn": "540112233406", "ogrnip": "316547600123457"}
NOBODYS = {"innle": "", "ogrn": "", "organization": "", "title": ""}


def test_a_traders_certificate_is_no_personal_one_for_an_organization(demo):
    certificate = demo.issue(**NOBODYS, **TRADER).certificate
    seen = diagnose(demo, certificate, power_of=HAS_POWER)
    assert not seen.suits
    assert not seen.needs_power
    assert [each.check for each in seen.obstacles] == [Check.ORGANIZATION]
    assert "индивидуального предпринимателя" in seen.obstacles[0].text
    check_consistent(seen)
    assert {each.answer for each in suitable_for(seen, ALL_RIGHTS)} == {Answer.NO}


def test_a_traders_employee_needs_a_power_and_nothing_else(demo):
    whose = Whose("ИП Дельцов", *TRADER.values(), HEAD["snils"])
    for inn in (HEAD["inn"], ""):
        seen = diagnose(demo, demo.issue(**NOBODYS | {"inn": inn}).certificate, whose)
        assert seen.needs_power
        assert [each.check for each in seen.obstacles] == [Check.POWER]
        summary = summary_of(seen, suitable_for(seen, ALL_RIGHTS))
        assert summary.kind == "careful"
        assert "доверенности (МЧД)" in summary.headline
        check_consistent(seen)
    assert diagnose(demo, personal(demo), whose, power_of=HAS_POWER).suits


def test_what_gives_a_power_is_never_refused_beforehand(demo):
    """A paper is taken from its head, whoever brings it, and of a trader by his personal certificate too."""
    kind = kind_of("mchd")
    trader = Whose("ИП Дельцов", *TRADER.values(), "15000000756")
    bare = diagnose(demo, demo.issue(**NOBODYS | {"inn": TRADER["inn"], "snils": trader.snils}).certificate, trader)
    assert (bare.suits, will_do(bare, kind)) == (False, True)
    assert "за себя сам" in finding(bare, Check.POWER).text
    check_consistent(bare)
    assert will_do(diagnose(demo, demo.issue(**NOBODYS, **TRADER).certificate, trader), kind)
    assert not will_do(diagnose(demo, personal(demo), trader, power_of=HAS_POWER), kind)
    brought = diagnose(demo, demo.head.certificate, dataclasses.replace(OURS, snils="08765430300"))
    assert (brought.suits, will_do(brought, kind), will_do(brought, None)) == (False, True, False)
    assert not will_do(diagnose(demo, demo.issue(sort=Sort(revoked=True)).certificate), kind)
