"""The closed lists of answers: how each code is reached through the public entry, and the words it has.

One row for each code of ``Verdict`` (by ``verify_detached``), ``AuthorityCode`` (by ``who_may_sign`` of a report that
``verify_detached`` gave) and ``AcceptanceCode`` (by what checks and keeps).  A code without a row fails the test, so one
that nothing can reach any more has to go.
"""

import dataclasses
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from asn1crypto import pem

from signatures.authority import AuthorityCode, who_may_sign
from signatures.refusals import TEXTS as ACCEPTANCE_TEXTS
from signatures.refusals import AcceptanceCode, SignatureRefused
from signatures.verdicts import TEXTS, Verdict
from signatures.verification import verify_detached
from simulators.demo_ca import sign
from simulators.demo_ca.certificates import Issuer
from simulators.demo_ca.signing import Signer, assemble
from simulators.demo_ca.trusting import trust_demo_authority
from tests import factories
from tests.signatures.accepting import accept_signature
from tests.signatures.conftest import DOCUMENT, HEAD, issued, read
from tests.signatures.crafting import built, field

NOW = datetime.now(UTC)
DAY = timedelta(days=1)


def vector(name):
    """A file of the vectors, made by OpenSSL; against their document and trust."""
    return lambda demo, vectors: (read(f"sig/{name}.p7s"), read("data/doc.txt"), vectors)


def made(build, **trust):
    """A file of the demo CA; against its document and trust, which may be changed."""
    return lambda demo, vectors: (build(demo), DOCUMENT, demo.trust(**trust))


def below_a_person(demo):
    person = demo.signer
    below = issued(demo, issuer=Issuer(person.certificate.subject, person.key))
    return sign(DOCUMENT, Signer(below.key, below.certificate, (person.certificate, demo.authority.issuing)))


def with_a_stranger(demo):
    """A spare certificate that nobody here has signed."""
    (stranger,) = pem.unarmor(read("certs/sub.crt"), multiple=True)
    from signatures.cms.encoding import load_certificate

    spare = load_certificate(stranger[2])
    return sign(DOCUMENT, dataclasses.replace(demo.signer, chain=(demo.authority.issuing, spare)))


HOW: dict[Verdict, object] = {
    Verdict.OK: vector("head"),
    Verdict.MALFORMED: made(lambda demo: sign(DOCUMENT, demo.signer)[:-1]),
    Verdict.NO_SIGNERS: made(lambda demo: assemble(None, [demo.signer], [])),
    Verdict.ATTACHED_CONTENT_DIFFERS: made(lambda demo: sign(b"another", demo.signer, attached=True)),
    Verdict.SIGNER_CERTIFICATE_MISSING: vector("head_nocert"),
    Verdict.DIGEST_NOT_ALLOWED: made(lambda demo: built(demo, tamper=field("digest_algorithm", {"algorithm": "sha1"}))),
    Verdict.ALGORITHM_NOT_ALLOWED: made(
        lambda demo: built(demo, tamper=field("signature_algorithm", {"algorithm": "1.2.643.2.2.3"}))
    ),
    Verdict.NOT_CADES_BES: vector("head_cms_not_cades"),
    Verdict.SIGNING_CERTIFICATE_MISMATCH: made(
        lambda demo: sign(DOCUMENT, demo.signer).replace(
            demo.signer.certificate.dump(), demo.signer.certificate.dump()[:-1] + b"\0"
        )
    ),
    Verdict.CONTENT_DIGEST_MISMATCH: lambda demo, vectors: (
        read("sig/head.p7s"),
        read("data/doc_tampered.txt"),
        vectors,
    ),
    Verdict.SIGNATURE_INVALID: vector("head_bitflip"),
    Verdict.KEY_USAGE: made(lambda demo: sign(DOCUMENT, issued(demo, usage=["key_encipherment"]))),
    Verdict.NOT_QUALIFIED: vector("unqual"),
    Verdict.EXPIRED: vector("expired"),
    Verdict.NOT_YET_VALID: vector("future"),
    Verdict.REVOKED: vector("revoked"),
    Verdict.NO_REVOCATION_DATA: made(lambda demo: sign(DOCUMENT, demo.signer), crls=[]),
    Verdict.NO_TRUSTED_CHAIN: made(lambda demo: sign(DOCUMENT, demo.signer), roots=[]),
    Verdict.CHAIN_INVALID: made(below_a_person),
    Verdict.EMBEDDED_CERTIFICATE_INVALID: made(with_a_stranger),
}


def test_every_verdict_has_a_row_and_its_words():
    assert set(HOW) == set(Verdict) == set(TEXTS)
    for verdict in Verdict:
        assert verdict.explanation.endswith(".")
        assert bool(verdict.advice) == (verdict is not Verdict.OK)
        assert verdict is Verdict.OK or verdict.advice.endswith(".")
    assert len({verdict.explanation for verdict in Verdict}) == len(Verdict)


@pytest.mark.parametrize("verdict", HOW)
def test_a_verdict_is_reached(demo, vector_trust, verdict):
    signature, data, trust = HOW[verdict](demo, vector_trust)
    (report,) = verify_detached(signature, data, trust, datetime.now(UTC))
    assert report.verdict is verdict, report.detail
    assert report.explanation.endswith(".")


# ---- whose signature it is

OF_HEAD = {"organization_inn": HEAD["innle"], "organization_ogrn": HEAD["ogrn"], "person_snils": HEAD["snils"]}
TRADER = {"innle": "", "ogrn": "", "organization": "", "inn": "540112233406", "ogrnip": "316547600123457"}
OF_TRADER = {
    "organization_inn": TRADER["inn"],
    "organization_ogrn": TRADER["ogrnip"],
    "person_snils": HEAD["snils"],
}

# Code: what is changed in the certificate, whom it is to be accepted from.
WHOSE: dict[AuthorityCode, tuple[dict[str, str], dict[str, str]]] = {
    AuthorityCode.OK: ({}, OF_HEAD),
    AuthorityCode.SIGNATURE_NOT_VALID: ({}, OF_HEAD),
    AuthorityCode.PERSONAL_CERTIFICATE: ({"innle": "", "ogrn": "", "organization": ""}, OF_HEAD),
    AuthorityCode.ORGANIZATION_INN_MISSING: ({"innle": ""}, OF_HEAD),
    AuthorityCode.ORGANIZATION_INN_DIFFERS: ({"innle": "5401234566"}, OF_HEAD),
    AuthorityCode.ORGANIZATION_OGRN_MISSING: ({"ogrn": ""}, OF_HEAD),
    AuthorityCode.ORGANIZATION_OGRN_DIFFERS: ({"ogrn": "1025400000008"}, OF_HEAD),
    AuthorityCode.TRADER_INN_MISSING: (TRADER | {"inn": ""}, OF_TRADER),
    AuthorityCode.TRADER_INN_DIFFERS: (TRADER | {"inn": "770455500191"}, OF_TRADER),
    AuthorityCode.TRADER_OGRNIP_MISSING: (TRADER | {"ogrnip": ""}, OF_TRADER),
    AuthorityCode.TRADER_OGRNIP_DIFFERS: (TRADER | {"ogrnip": "304540707500034"}, OF_TRADER),
    AuthorityCode.PERSON_SNILS_MISSING: ({"snils": ""}, OF_HEAD),
    AuthorityCode.PERSON_SNILS_DIFFERS: ({"snils": "08765430300"}, OF_HEAD),
}


# Of a paper that does not do: each is reached by an acceptance in test_powers.py.
UNDER_A_POWER = {code for code in AuthorityCode if code.startswith("power_")}


def test_every_authority_code_has_a_row():
    assert set(WHOSE) | UNDER_A_POWER == set(AuthorityCode)
    told = (Path(__file__).parent / "test_powers.py").read_text()
    assert all(f'"{code.value}"' in told for code in UNDER_A_POWER)


@pytest.mark.parametrize("code", WHOSE)
def test_an_authority_code_is_reached(demo, code):
    changes, expected = WHOSE[code]
    signature = sign(DOCUMENT, demo.authority.signer(demo.issue(**changes)))
    data = DOCUMENT + b" " if code is AuthorityCode.SIGNATURE_NOT_VALID else DOCUMENT
    (report,) = verify_detached(signature, data, demo.trust(), datetime.now(UTC))
    assert report.ok == (code is not AuthorityCode.SIGNATURE_NOT_VALID), report.detail
    authority = who_may_sign(report, **expected)
    assert authority.code is code
    assert authority.explanation.endswith(".")
    assert bool(authority.advice) == (code is not AuthorityCode.OK)
    assert HEAD["snils"] not in authority.explanation


# ---- what the receipt itself refuses


def again(demo):
    return [sign(DOCUMENT, demo.signer, moment=NOW)] * 2


def together(demo):
    return [sign(DOCUMENT, demo.signer, demo.authority.signer(demo.issue(title="Заместитель")))]


# Of a request: each is reached by `sign_request` in test_requests.py; the trial text by the doctor's tests.
OF_A_REQUEST = {
    AcceptanceCode.REQUEST_CLOSED,
    AcceptanceCode.REQUEST_EXPIRED,
    AcceptanceCode.OTHER_REQUEST,
    AcceptanceCode.NOT_ASKED,
    AcceptanceCode.NOT_YET,
    AcceptanceCode.TURN_OVER,
    AcceptanceCode.NO_RIGHT_TO_SIGN,
}
OF_AN_OPINION = {AcceptanceCode.OPINION_WAITS, AcceptanceCode.OPINION_OF_ANOTHER}
OF_THE_DOCTOR = {AcceptanceCode.TRIAL_TEXT}
RECEIPT = {AcceptanceCode.ALREADY_ACCEPTED: again, AcceptanceCode.SEVERAL_SIGNERS: together}


def test_every_code_of_the_receipt_has_a_row_and_its_words():
    elsewhere = {
        "test_requests.py": OF_A_REQUEST,
        "test_opinions.py": OF_AN_OPINION,
        "views/test_doctor.py": OF_THE_DOCTOR,
    }
    assert set(RECEIPT).union(*elsewhere.values()) == set(AcceptanceCode) == set(ACCEPTANCE_TEXTS)
    for name, codes in elsewhere.items():
        told = (Path(__file__).parent / name).read_text()
        assert all(f'"{code.value}"' in told for code in codes), name
    for explanation, advice in ACCEPTANCE_TEXTS.values():
        assert explanation.endswith(".")
        assert advice.endswith(".")


@pytest.mark.django_db
@pytest.mark.parametrize("code", RECEIPT)
def test_a_code_of_the_receipt_is_reached(demo, code):
    trust_demo_authority(demo.authority)
    organization = factories.organization(inn=HEAD["innle"], ogrn=HEAD["ogrn"])
    person = factories.user(snils=HEAD["snils"], inn=HEAD["inn"])
    acting = factories.acting_by(factories.grant(person, organization), person)
    *before, last = RECEIPT[code](demo)
    for signature in before:
        accept_signature(signature=signature, document=DOCUMENT, name="a.xml", purpose="probe", acting=acting)
    with pytest.raises(SignatureRefused) as caught:
        accept_signature(signature=last, document=DOCUMENT, name="a.xml", purpose="probe", acting=acting)
    assert caught.value.code is code
    assert caught.value.explanation.endswith(".")
    assert caught.value.advice.endswith(".")
