"""Keys of the stand-in and of the system that talks to it, made at the first need and kept in the state folder.

``<state>/esia_sim/``: ``client.key`` and ``client.crt`` (the cabinet's, issued by the demo CA), ``gost.key`` and ``rsa.key``
(ЕСИА's own, for tokens), ``published/`` (the certificates that ЕСИА gives out). Key files are readable by their owner only.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import cryptography.x509 as c509
from asn1crypto import pem, x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from simulators.demo_ca.authority import DemoAuthority, ensure_demo_ca, exclusive, new_serial
from simulators.demo_ca.certificates import Issuer, make_certificate, make_name
from simulators.demo_ca.keys import GostPrivateKey
from simulators.demo_ca.signing import Signer

FOLDER = "esia_sim"
PUBLISHED = "published"
LIFE = timedelta(days=3 * 365)
ESIA_NAME = "Учебная ЕСИА (не Госуслуги)"
CLIENT_NAME = "ЛКОТ, среда разработки"


@dataclass(frozen=True)
class SimulatorKeys:
    """Everything the simulator needs; `authority` vouches for the client's certificate."""

    folder: Path
    gost: GostPrivateKey
    rsa: rsa.RSAPrivateKey
    client_certificate: x509.Certificate
    authority: DemoAuthority


def ensure_keys(state_dir: Path | str) -> SimulatorKeys:
    """The keys under ``state_dir``, made where missing. Safe from several processes at once."""
    authority = ensure_demo_ca(state_dir)
    folder = Path(state_dir) / FOLDER
    (folder / PUBLISHED).mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    with exclusive(folder):
        gost = _gost_key(folder / "gost.key")
        own = _rsa_key(folder / "rsa.key")
        client = _gost_key(folder / "client.key")
        _publish_gost(folder / PUBLISHED / "gost.crt", gost)
        _publish_rsa(folder / PUBLISHED / "rsa.crt", own)
        certificate = _client_certificate(folder / "client.crt", client, authority)
    return SimulatorKeys(folder, gost, own, certificate, authority)


def client_signer(state_dir: Path | str) -> Signer:
    """The cabinet's side: its key with its certificate."""
    keys = ensure_keys(state_dir)
    key = GostPrivateKey.from_pem((keys.folder / "client.key").read_bytes())
    return Signer(key, keys.client_certificate)


def _gost_key(path: Path) -> GostPrivateKey:
    if not path.exists():
        _write_secret(path, GostPrivateKey.generate().to_pem())
    return GostPrivateKey.from_pem(path.read_bytes())


def _rsa_key(path: Path) -> rsa.RSAPrivateKey:
    if not path.exists():
        made = rsa.generate_private_key(65537, 2048)
        _write_secret(path, made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    key = load_pem_private_key(path.read_bytes(), None)
    if not isinstance(key, rsa.RSAPrivateKey):
        raise TypeError(f"{path} holds no RSA key")
    return key


def _publish_gost(path: Path, key: GostPrivateKey) -> None:
    if not path.exists():
        name = make_name({"country": "RU", "cn": ESIA_NAME})
        made = _certificate(name, key, Issuer(name, key))
        _write(path, pem.armor("CERTIFICATE", made.dump()))


def _publish_rsa(path: Path, key: rsa.RSAPrivateKey) -> None:
    if path.exists():
        return
    name = c509.Name([c509.NameAttribute(c509.NameOID.COMMON_NAME, ESIA_NAME)])
    now = datetime.now(UTC)
    made = (
        c509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(c509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + LIFE)
        .sign(key, hashes.SHA256())
    )
    _write(path, made.public_bytes(Encoding.PEM))


def _client_certificate(path: Path, key: GostPrivateKey, authority: DemoAuthority) -> x509.Certificate:
    if not path.exists():
        made = _certificate(make_name({"country": "RU", "cn": CLIENT_NAME}), key, authority.issuer())
        _write(path, pem.armor("CERTIFICATE", made.dump()))
    _label, _headers, der = pem.unarmor(path.read_bytes())
    return x509.Certificate.load(der)


def _certificate(subject: x509.Name, key: GostPrivateKey, issuer: Issuer) -> x509.Certificate:
    now = datetime.now(UTC)
    return make_certificate(
        subject=subject,
        key=key,
        issuer=issuer,
        not_before=now - timedelta(days=1),
        not_after=now + LIFE,
        serial=new_serial(),
    )


def _write(path: Path, content: bytes) -> None:
    """Beside and renamed, so that a reader never sees half a file."""
    beside = path.with_suffix(path.suffix + ".new")
    beside.write_bytes(content)
    beside.replace(path)


def _write_secret(path: Path, content: bytes) -> None:
    beside = path.with_suffix(path.suffix + ".new")
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
    beside.replace(path)
