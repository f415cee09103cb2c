"""The state of the development CA: a root and an issuing authority under the state folder.

``<state>/demo_ca/``: ``root`` and ``issuing`` with ``.key`` (mode 0600), ``.crt`` and ``.crl``, and
``people/<thumbprint>`` with ``.key`` and ``.crt``.  Everything is made at the first call and kept.
"""

from __future__ import annotations

import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from asn1crypto import crl, pem

from signatures.cms.encoding import load_certificate
from signatures.cms.exact import Certificate
from signatures.demo_mark import DEMO_AUTHORITY
from signatures.subjects import Subject, read_subject
from signatures.verification import thumbprint
from simulators.demo_ca.certificates import Issuer, make_certificate, make_name, make_revocation_list
from simulators.demo_ca.keys import GostPrivateKey
from simulators.demo_ca.signing import Signer

FOLDER = "demo_ca"
ROOT = "root"
ISSUING = "issuing"
UNKNOWN = "unknown"
ROOT_NAME = make_name({"country": "RU", "o": "ЛКОТ, среда разработки", "cn": f"{DEMO_AUTHORITY}: корневой"})
ISSUING_NAME = make_name({"country": "RU", "o": "ЛКОТ, среда разработки", "cn": f"{DEMO_AUTHORITY}: выпускающий"})
# Nobody trusts this one: it has a key and no certificate.
UNKNOWN_NAME = make_name(
    {"country": "RU", "o": "ЛКОТ, среда разработки", "cn": f"{DEMO_AUTHORITY}: неизвестный системе"}
)
# Every list of the issuing authority revokes this number, whoever gets a certificate with it: the lists of a running cabinet
# were imported before anybody asked for such a certificate.
REVOKED_SERIAL = 0x6465_6D6F_7265_766F_6B65_6400
REVOKED_AT = datetime(2026, 3, 2, tzinfo=UTC)
ROOT_LIFE = timedelta(days=15 * 365)
ISSUING_LIFE = timedelta(days=10 * 365)
LIST_LIFE = timedelta(days=30)
# A list is made anew at start once it is this old, so that a cabinet left running keeps a fresh one.
LIST_RENEWED_AFTER = timedelta(days=1)


@dataclass(frozen=True)
class PersonCertificate:
    """A certificate of a demo person; his key stays in the state folder."""

    folder: Path
    certificate: Certificate

    @property
    def thumbprint(self) -> str:
        return thumbprint(self.certificate.dump())

    @property
    def subject(self) -> Subject:
        return read_subject(self.certificate)

    def is_in_force(self, moment: datetime) -> bool:
        return self.certificate.not_valid_before <= moment <= self.certificate.not_valid_after

    def key(self) -> GostPrivateKey:
        return GostPrivateKey.from_pem((self.folder / f"{self.thumbprint}.key").read_bytes())


@dataclass(frozen=True)
class DemoAuthority:
    """The CA as it stands in ``folder``; see ``ensure_demo_ca``."""

    folder: Path
    root: Certificate
    issuing: Certificate
    revocation_lists: tuple[bytes, ...]

    def issuer(self) -> Issuer:
        """Who issues certificates of people."""
        key = GostPrivateKey.from_pem((self.folder / f"{ISSUING}.key").read_bytes())
        return Issuer(self.issuing.subject, key)

    def unknown_issuer(self) -> Issuer:
        """An authority that is on nobody's trust list."""
        with exclusive(self.folder):
            return Issuer(UNKNOWN_NAME, _ensure_key(self.folder, UNKNOWN))

    def people(self) -> list[PersonCertificate]:
        """Every certificate issued so far, by owner."""
        folder = self.folder / "people"
        found = [PersonCertificate(folder, _read_certificate(path)) for path in folder.glob("*.crt")]
        return sorted(found, key=lambda person: (person.subject.person, person.thumbprint))

    def person(self, wanted: str) -> PersonCertificate | None:
        """Find a certificate by its thumbprint."""
        return next((person for person in self.people() if person.thumbprint == wanted), None)

    def keep_person(self, certificate: Certificate, key: GostPrivateKey) -> PersonCertificate:
        """Store a certificate with its key."""
        folder = self.folder / "people"
        name = thumbprint(certificate.dump())
        _write_secret(folder / f"{name}.key", key.to_pem())
        _write(folder / f"{name}.crt", pem.armor("CERTIFICATE", certificate.dump()))
        return PersonCertificate(folder, certificate)

    def signer(self, person: PersonCertificate) -> Signer:
        """What ``sign`` needs to sign as this person."""
        return Signer(person.key(), person.certificate, (self.issuing,))


def ensure_demo_ca(state_dir: Path | str) -> DemoAuthority:
    """Return the CA under ``state_dir``, making what is missing and renewing old revocation lists."""
    folder = Path(state_dir) / FOLDER
    (folder / "people").mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    with exclusive(folder):
        root_key = _ensure_key(folder, ROOT)
        root = _ensure_certificate(folder, ROOT, root_key, Issuer(ROOT_NAME, root_key), ROOT_LIFE)
        issuing_key = _ensure_key(folder, ISSUING)
        issuing = _ensure_certificate(folder, ISSUING, issuing_key, Issuer(ROOT_NAME, root_key), ISSUING_LIFE)
        lists = (
            _ensure_list(folder, ROOT, Issuer(ROOT_NAME, root_key)),
            _ensure_list(folder, ISSUING, Issuer(ISSUING_NAME, issuing_key), revoked=REVOKED_SERIAL),
        )
    return DemoAuthority(folder, root, issuing, lists)


@contextmanager
def exclusive(folder: Path) -> Iterator[None]:
    """Let one process at a time change the folder."""
    with (folder / "lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def new_serial() -> int:
    """A random positive serial number of 15 octets."""
    return secrets.randbits(119) | 1 << 119


def _ensure_key(folder: Path, name: str) -> GostPrivateKey:
    path = folder / f"{name}.key"
    if not path.exists():
        _write_secret(path, GostPrivateKey.generate().to_pem())
    return GostPrivateKey.from_pem(path.read_bytes())


def _ensure_certificate(folder: Path, name: str, key: GostPrivateKey, issuer: Issuer, life: timedelta) -> Certificate:
    path = folder / f"{name}.crt"
    if not path.exists():
        now = datetime.now(UTC)
        certificate = make_certificate(
            subject=ROOT_NAME if name == ROOT else ISSUING_NAME,
            key=key,
            issuer=issuer,
            not_before=now - timedelta(days=365),
            not_after=now + life,
            serial=new_serial(),
            authority=True,
        )
        _write(path, pem.armor("CERTIFICATE", certificate.dump()))
    return _read_certificate(path)


def _ensure_list(folder: Path, name: str, issuer: Issuer, revoked: int | None = None) -> bytes:
    path = folder / f"{name}.crl"
    now = datetime.now(UTC)
    serials = set() if revoked is None else {revoked}
    if not path.exists() or _issued_at(path) < now - LIST_RENEWED_AFTER or not serials <= _revoked_in(path):
        made = make_revocation_list(
            issuer=issuer,
            this_update=now,
            next_update=now + LIST_LIFE,
            number=int(now.timestamp()),
            revoked=[(serial, REVOKED_AT) for serial in serials],
        )
        _write(path, pem.armor("X509 CRL", made.dump()))
    return _unarmored(path)


def _revoked_in(path: Path) -> set[int]:
    entries = crl.CertificateList.load(_unarmored(path))["tbs_cert_list"]["revoked_certificates"]
    return {entry["user_certificate"].native for entry in entries or ()}


def _issued_at(path: Path) -> datetime:
    body = crl.CertificateList.load(_unarmored(path))["tbs_cert_list"]
    moment: datetime = body["this_update"].native
    return moment


def _read_certificate(path: Path) -> Certificate:
    return load_certificate(_unarmored(path))


def _unarmored(path: Path) -> bytes:
    _label, _headers, der = pem.unarmor(path.read_bytes())
    return bytes(der)


def _write(path: Path, content: bytes) -> None:
    """Write beside and rename, so that a reader never sees half a file."""
    beside = path.with_suffix(path.suffix + ".new")
    beside.write_bytes(content)
    beside.replace(path)


def _write_secret(path: Path, content: bytes) -> None:
    """Write a file that only its owner can read, from its first byte on."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
