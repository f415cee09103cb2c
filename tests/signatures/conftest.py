"""Vectors made by another implementation, and a demo CA of this run."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from accounts.acting import Acting
from signatures.cms.encoding import load_certificates
from signatures.cms.revocation import RevocationList, load_revocation_lists
from signatures.verification import TrustStore, verify_detached
from simulators.demo_ca import DemoAuthority, PersonCertificate, Signer, ensure_demo_ca, issue_person_certificate
from simulators.demo_ca.certificates import make_certificate, make_name
from simulators.demo_ca.keys import GostPrivateKey
from simulators.demo_ca.trusting import trust_demo_authority
from tests import factories
from tests.signatures.papers import CODE

VECTORS = Path(__file__).resolve().parents[1] / "fixtures" / "signatures"
# Invented; check digits are valid.
HEAD = {
    "surname": "Иванов",
    "given_name": "Пётр Сергеевич",
    "snils": "11223344595",
    "inn": "770455500191",
    "innle": "7704001236",
    "ogrn": "1027700456783",
    "organization": "ООО «Ромашка»",
    "title": "Директор",
}
DOCUMENT = "<Protocol>Протокол № 7</Protocol>".encode()


def read(name: str) -> bytes:
    return (VECTORS / name).read_bytes()


def expected() -> dict[str, Any]:
    return json.loads((VECTORS / "expected.json").read_text())


def store_of(
    *, roots: Sequence[bytes] = (), intermediates: Sequence[bytes] = (), crls: Sequence[bytes] = (), **more: Any
) -> TrustStore:
    """A store from the contents of DER or PEM files."""
    return TrustStore(
        roots=[each for content in roots for each in load_certificates(content)],
        intermediates=[each for content in intermediates for each in load_certificates(content)],
        crls=[each for content in crls for each in load_revocation_lists(content)],
        **more,
    )


def trust_of_vectors() -> TrustStore:
    """The trust that expected.json names."""
    names = expected()
    return store_of(
        roots=[read(name) for name in names["trusted_roots"]],
        intermediates=[read(name) for name in names["intermediates"]],
        crls=[read(name) for name in names["crls"]],
    )


@pytest.fixture(scope="session")
def vector_trust() -> TrustStore:
    return trust_of_vectors()


@dataclass
class Demo:
    """The demo CA with one head, and shortcuts."""

    authority: DemoAuthority
    head: PersonCertificate

    @property
    def signer(self) -> Signer:
        return self.authority.signer(self.head)

    def trust(self, **changes: Any) -> TrustStore:
        given = {
            "roots": [self.authority.root],
            "intermediates": [self.authority.issuing],
            "crls": [RevocationList(der) for der in self.authority.revocation_lists],
        }
        return TrustStore(**(given | changes))

    def issue(self, **changes: Any) -> PersonCertificate:
        return issue_person_certificate(self.authority, **(HEAD | changes))


def issued(demo: Demo, **changes: Any) -> Signer:
    """A certificate straight from the issuing authority, with anything changed."""
    key = changes.pop("key", None) or GostPrivateKey.generate()
    now = datetime.now(UTC)
    given: dict[str, Any] = {
        "subject": make_name({"cn": "Проба", "snils": "11223344595"}),
        "key": key,
        "issuer": demo.authority.issuer(),
        "not_before": now - timedelta(days=1),
        "not_after": now + timedelta(days=1),
        "serial": 1000,
    }
    return Signer(key, make_certificate(**(given | changes)), (demo.authority.issuing,))


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    authority = ensure_demo_ca(tmp_path_factory.mktemp("state"))
    return Demo(authority, issue_person_certificate(authority, **HEAD))


@pytest.fixture
def trusted(demo: Demo) -> Demo:
    """The demo CA is on the trust list of the test's database."""
    trust_demo_authority(demo.authority)
    return demo


@pytest.fixture
def head() -> Acting:
    """The owner of the demo certificate, acting for its organization."""
    organization = factories.organization(inn=HEAD["innle"], ogrn=HEAD["ogrn"])
    person = factories.user(snils=HEAD["snils"], inn=HEAD["inn"])
    return factories.acting_by(factories.grant(person, organization), person)


@pytest.fixture
def signing_power(settings: Any) -> None:
    """The power of the papers of these tests lets somebody sign."""
    settings.SIGNATURE_MCHD_POWERS = [CODE]
    settings.SIGNATURE_MCHD_POWER_TEXTS = {CODE: "Подписание документов"}


@pytest.fixture
def verdict(demo: Demo) -> Callable[..., str]:
    """verdict(signature, data=DOCUMENT, trust=…): the verdict of the only signer."""

    def judged(signature: bytes, data: bytes = DOCUMENT, trust: TrustStore | None = None) -> str:
        reports = verify_detached(signature, data, trust or demo.trust(), datetime.now(UTC))
        assert len(reports) == 1
        assert reports[0].explanation.endswith(".")
        return reports[0].verdict.value

    return judged


@pytest.fixture(autouse=True)
def no_slips_of_our_own(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Damage may stumble a parser, never a line of ours: see signatures.cms.refusal."""
    yield
    slips = [item.getMessage() for item in caplog.get_records("call") if item.name == "signatures.cms.refusal"]
    assert not slips
