"""Chain and revocation: who is trusted, since when, until when."""

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from asn1crypto import crl, x509

from signatures.cms.chain import run_without_loop
from signatures.cms.revocation import RevocationList, RevocationStatus
from signatures.trust import RevocationPolicy
from signatures.verification import verify_detached
from simulators.demo_ca import ensure_demo_ca, sign
from simulators.demo_ca.certificates import Issuer, make_name, make_revocation_list
from simulators.demo_ca.der import tagged
from simulators.demo_ca.keys import GostPrivateKey
from simulators.demo_ca.signing import Signer
from tests.signatures.conftest import DOCUMENT, VECTORS, issued, read, store_of

NOW = datetime.now(UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def test_validity(demo, verdict):
    assert verdict(sign(DOCUMENT, issued(demo))) == "ok"
    expired = issued(demo, not_before=NOW - 2 * DAY, not_after=NOW - DAY)
    assert verdict(sign(DOCUMENT, expired)) == "expired"
    future = issued(demo, not_before=NOW + DAY, not_after=NOW + 2 * DAY)
    assert verdict(sign(DOCUMENT, future)) == "not_yet_valid"


def test_the_detail_tells_the_date(demo):
    expired = issued(demo, not_before=datetime(2024, 1, 1, tzinfo=UTC), not_after=datetime(2025, 4, 1, tzinfo=UTC))
    (report,) = verify_detached(sign(DOCUMENT, expired), DOCUMENT, demo.trust(), NOW)
    assert report.explanation == "Срок действия сертификата истёк (действовал до 01.04.2025)."


def test_key_usage(demo, verdict):
    assert verdict(sign(DOCUMENT, issued(demo, usage=["key_encipherment", "key_agreement"]))) == "key_usage"
    assert verdict(sign(DOCUMENT, issued(demo, usage=["non_repudiation"]))) == "ok"


def for_purposes(*purposes):
    return {"extn_id": "extended_key_usage", "critical": False, "extn_value": x509.ExtKeyUsageSyntax(list(purposes))}


def test_extended_key_usage(demo, verdict):
    """A certificate made for a server or a service alone signs no documents; other purposes say nothing against it."""
    for purposes in (["server_auth"], ["time_stamping"], ["ocsp_signing", "code_signing"]):
        assert verdict(sign(DOCUMENT, issued(demo, more=[for_purposes(*purposes)]))) == "key_usage", purposes
    for purposes in (
        ["email_protection", "client_auth"],
        ["server_auth", "1.2.643.2.2.34.6"],
        ["any_extended_key_usage"],
    ):
        assert verdict(sign(DOCUMENT, issued(demo, more=[for_purposes(*purposes)]))) == "ok", purposes


def key_period(**bounds):
    period = x509.PrivateKeyUsagePeriod({name: moment.replace(microsecond=0) for name, moment in bounds.items()})
    return {"extn_id": "private_key_usage_period", "critical": False, "extn_value": period}


def test_the_period_of_the_private_key(demo, verdict):
    """It ends before the certificate does: the certificate still serves to verify, the key signs no more."""
    assert verdict(sign(DOCUMENT, issued(demo, more=[key_period(not_before=NOW - DAY, not_after=NOW + DAY)]))) == "ok"
    assert verdict(sign(DOCUMENT, issued(demo, more=[key_period(not_before=NOW - DAY)]))) == "ok"
    assert verdict(sign(DOCUMENT, issued(demo, more=[key_period(not_after=NOW - HOUR)]))) == "expired"
    assert verdict(sign(DOCUMENT, issued(demo, more=[key_period(not_before=NOW + HOUR)]))) == "not_yet_valid"
    late = issued(demo, more=[key_period(not_after=datetime(2026, 1, 2, tzinfo=UTC))])
    (report,) = verify_detached(sign(DOCUMENT, late), DOCUMENT, demo.trust(), NOW)
    assert report.explanation == "Срок действия сертификата истёк (ключ подписи действовал до 02.01.2026)."


def test_a_period_of_the_private_key_in_the_year_0(demo, verdict):
    for tag in (0x80, 0x81):
        period = x509.PrivateKeyUsagePeriod.load(tagged(0x30, tagged(tag, b"00000101000000Z")))
        extension = {"extn_id": "private_key_usage_period", "critical": False, "extn_value": period}
        assert verdict(sign(DOCUMENT, issued(demo, more=[extension]))) == "malformed"


def test_qualified_marks(demo, verdict):
    plain = issued(demo, qualified=False)
    assert verdict(sign(DOCUMENT, plain)) == "not_qualified"
    assert verdict(sign(DOCUMENT, plain), trust=demo.trust(require_qualified=False)) == "ok"


def test_a_signer_that_is_no_authority_issues_nothing(demo, verdict):
    """A person's certificate signs another: the chain is there, but not by an authority."""
    person = demo.signer
    below = issued(demo, issuer=Issuer(person.certificate.subject, person.key))
    crafted = Signer(below.key, below.certificate, (person.certificate, demo.authority.issuing))
    assert verdict(sign(DOCUMENT, crafted)) == "chain_invalid"


def test_a_forged_issuer_of_the_same_name(demo, verdict):
    forger = GostPrivateKey.generate()
    forged = issued(demo, issuer=Issuer(demo.authority.issuing.subject, forger))
    assert verdict(sign(DOCUMENT, forged)) in {"no_trusted_chain", "chain_invalid"}


def test_with_the_root_out_of_the_store(demo, verdict):
    signature = sign(DOCUMENT, demo.signer)
    assert verdict(signature, trust=demo.trust(roots=[])) == "no_trusted_chain"
    alien = store_of(roots=[read("certs/root.crt")]).roots
    assert verdict(signature, trust=demo.trust(roots=alien)) == "no_trusted_chain"


def test_an_impostor_root_of_the_same_name():
    """alien.crt bears the name of the trusted root and another key."""
    roots = store_of(roots=[read("certs/alien.crt")], intermediates=[read("certs/sub.crt")])
    (report,) = verify_detached(read("sig/head.p7s"), read("data/doc.txt"), roots, NOW)
    assert report.verdict in {"no_trusted_chain", "chain_invalid"}


def test_the_intermediate_may_come_in_the_signature_alone(demo, verdict):
    trust = demo.trust(intermediates=[])
    assert verdict(sign(DOCUMENT, demo.signer), trust=trust) == "ok"
    alone = Signer(demo.signer.key, demo.signer.certificate)
    assert verdict(sign(DOCUMENT, alone), trust=trust) == "no_trusted_chain"
    assert verdict(sign(DOCUMENT, alone)) == "ok"


# ---- revocation


def lists(demo, *, revoked=(), this_update=NOW - HOUR, next_update=NOW + DAY, key=None):
    """Lists of both authorities; `revoked` by the issuing one."""
    issuing = demo.authority.issuer() if key is None else Issuer(demo.authority.issuing.subject, key)
    made = make_revocation_list(
        issuer=issuing, this_update=this_update, next_update=next_update, number=5, revoked=revoked
    )
    return [RevocationList(made.dump()), RevocationList(demo.authority.revocation_lists[0])]


def test_revoked(demo, verdict):
    signer = issued(demo, serial=4242)
    trust = demo.trust(crls=lists(demo, revoked=[(4242, NOW - HOUR)]))
    assert verdict(sign(DOCUMENT, signer), trust=trust) == "revoked"
    assert verdict(sign(DOCUMENT, demo.signer), trust=trust) == "ok"


def test_one_list_that_says_revoked_outweighs_another(demo, verdict):
    signer = issued(demo, serial=4242)
    signature = sign(DOCUMENT, signer)
    both = [*demo.trust().crls, *lists(demo, revoked=[(4242, NOW - HOUR)])]
    assert verdict(signature, trust=demo.trust(crls=both)) == "revoked"
    assert verdict(signature, trust=demo.trust(crls=both[::-1])) == "revoked"


def test_a_missing_list(demo, verdict):
    signature = sign(DOCUMENT, demo.signer)
    root_only, issuing_only = demo.trust().crls
    for crls in ([], [root_only], [issuing_only]):
        assert verdict(signature, trust=demo.trust(crls=crls)) == "no_revocation_data"
    skipping = demo.trust(crls=[], revocation=RevocationPolicy.SKIP)
    assert verdict(signature, trust=skipping) == "ok"


def test_revoked_is_said_even_where_another_list_is_missing(demo, verdict):
    signer = issued(demo, serial=4242)
    trust = demo.trust(crls=lists(demo, revoked=[(4242, NOW - HOUR)])[:1])
    assert verdict(sign(DOCUMENT, signer), trust=trust) == "revoked"


def test_a_stale_list_or_one_of_the_future(demo, verdict):
    signature = sign(DOCUMENT, demo.signer)
    stale = lists(demo, this_update=NOW - 3 * DAY, next_update=NOW - DAY)
    future = lists(demo, this_update=NOW + DAY, next_update=NOW + 3 * DAY)
    for crls in (stale, future):
        assert verdict(signature, trust=demo.trust(crls=crls)) == "no_revocation_data"


def test_a_list_signed_by_another_key(demo, verdict):
    forged = lists(demo, key=GostPrivateKey.generate())
    assert verdict(sign(DOCUMENT, demo.signer), trust=demo.trust(crls=forged)) == "no_revocation_data"


def test_a_list_checked_before_counts_under_its_key_only(demo, verdict):
    signature = sign(DOCUMENT, demo.signer)
    root_list, issuing_list = demo.authority.revocation_lists
    elsewhere = [RevocationList(root_list), RevocationList(issuing_list, verified_key="0" * 64)]
    assert verdict(signature, trust=demo.trust(crls=elsewhere)) == "no_revocation_data"


def changed_list(demo, change):
    """A list of the issuing authority with its body changed before signing."""
    issuer = demo.authority.issuer()
    made = make_revocation_list(issuer=issuer, this_update=NOW - HOUR, next_update=NOW + DAY, number=5)
    body = crl.TbsCertList.load(made["tbs_cert_list"].dump())
    change(body)
    from simulators.demo_ca.certificates import _sign

    return _sign(body, issuer.key)


def extended(**extension):
    return lambda body: body["crl_extensions"].append(extension)


def distribution_point(**parts):
    return extended(extn_id="issuing_distribution_point", critical=True, extn_value=crl.IssuingDistributionPoint(parts))


def address(url):
    name = x509.GeneralName("uniform_resource_identifier", url)
    return crl.DistributionPointName("full_name", x509.GeneralNames([name]))


@pytest.mark.parametrize(
    "change",
    [
        extended(extn_id="delta_crl_indicator", critical=True, extn_value=1),
        distribution_point(indirect_crl=True),
        distribution_point(only_contains_attribute_certs=True),
        distribution_point(only_some_reasons={"key_compromise"}),
        extended(extn_id="1.2.3.4", critical=True, extn_value=b"\x05\x00"),
        lambda body: body.__setitem__("next_update", None),
    ],
    ids=["delta", "indirect", "attributes", "reasons", "critical", "endless"],
)
def test_lists_that_are_not_complete(demo, change):
    with pytest.raises(ValueError, match="not a usable"):
        RevocationList(changed_list(demo, change))


def test_what_a_list_speaks_for(demo):
    head, root = demo.head.certificate, demo.authority.root
    issuing = demo.authority.issuing

    def answer(change, certificate=head):
        return RevocationList(changed_list(demo, change)).status(certificate, issuing, NOW)

    assert answer(distribution_point(only_contains_user_certs=True)) is RevocationStatus.GOOD
    assert answer(distribution_point(only_contains_ca_certs=True)) is RevocationStatus.UNKNOWN
    assert (
        answer(distribution_point(distribution_point=address("http://other.example/1.crl"))) is RevocationStatus.UNKNOWN
    )
    assert RevocationList(changed_list(demo, lambda body: None)).status(head, root, NOW) is RevocationStatus.UNKNOWN


def test_a_list_speaks_for_certificates_of_its_distribution_point():
    """The vectors' certificates name an address of their list."""
    certificate = store_of(intermediates=[read("certs/head.crt")]).intermediates[0]
    (url,) = [entry.url for entry in certificate.crl_distribution_points]
    parsed = RevocationList.__new__(RevocationList)
    from cryptography import x509 as pyca

    def point(where):
        return pyca.IssuingDistributionPoint(
            [pyca.UniformResourceIdentifier(where)], None, False, False, None, False, False
        )

    parsed._point = point(url)
    assert parsed._speaks_for(certificate)
    parsed._point = point(url + "x")
    assert not parsed._speaks_for(certificate)


def test_bytes_that_are_no_list():
    for der in (b"", b"\x30\x00", read("crl/root.crl")[:-40], b"\x30\x82\x01\x00" + b"\0" * 256):
        with pytest.raises(ValueError, match="not a usable"):
            RevocationList(der)


def test_the_demo_lists_are_renewed(tmp_path, time_machine):
    time_machine.move_to(NOW, tick=False)
    first = ensure_demo_ca(tmp_path).revocation_lists
    assert ensure_demo_ca(tmp_path).revocation_lists == first
    time_machine.shift(2 * DAY)
    second = ensure_demo_ca(tmp_path).revocation_lists
    assert second != first
    assert RevocationList(second[0]).this_update > RevocationList(first[0]).this_update


# ---- the runner of the path validator


def test_inside_an_event_loop(demo):
    async def page():
        return verify_detached(sign(DOCUMENT, demo.signer), DOCUMENT, demo.trust(), datetime.now(UTC))

    # a thread of its own: in this one Playwright may keep its loop between tests
    with ThreadPoolExecutor(1) as pool:
        (report,) = pool.submit(lambda: asyncio.run(page())).result()
    assert report.ok


def test_a_coroutine_that_waits_is_a_mistake():
    with pytest.raises(RuntimeError, match="waited"):
        run_without_loop(asyncio.sleep(0))


def test_fixtures_hold_no_private_keys():
    for path in VECTORS.rglob("*"):
        assert path.is_dir() or b"PRIVATE KEY" not in path.read_bytes()


@pytest.mark.parametrize("size", [8, 30])
def test_a_crowd_of_authorities_of_one_name_does_not_keep_the_validator_busy(demo, verdict, size):
    """Without a bound the path validator tries every order of them: 8 took 20 s, 12 would take days."""
    name, key = make_name({"cn": "Толпа"}), GostPrivateKey.generate()
    crowd = [
        issued(demo, subject=name, key=key, issuer=Issuer(name, key), serial=serial, authority=True).certificate
        for serial in range(1, size + 1)
    ]
    leaf = issued(demo, issuer=Issuer(name, key))
    signature = sign(DOCUMENT, Signer(leaf.key, leaf.certificate, tuple(crowd)))
    started = time.process_time()
    assert verdict(signature) == "no_trusted_chain"
    assert time.process_time() - started < 3


def test_authorities_with_names_written_in_another_way(demo, verdict):
    """RFC 5280, 7.1: letters' case and spaces do not matter in a name."""
    name, key = make_name({"cn": "ЗАПАДНЫЙ  УЦ"}), GostPrivateKey.generate()
    authority = issued(demo, subject=make_name({"cn": "Западный УЦ"}), key=key, authority=True)
    leaf = issued(demo, issuer=Issuer(name, key))
    signer = Signer(leaf.key, leaf.certificate, (authority.certificate, demo.authority.issuing))
    trust = demo.trust(revocation=RevocationPolicy.SKIP)
    assert verdict(sign(DOCUMENT, signer), trust=trust) == "ok"
