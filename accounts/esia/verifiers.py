"""The token verifier: certificates that ЕСИА publishes, as files in a folder.

ЕСИА has no key set to fetch: it publishes an archive of certificates and changes them about once a year. The operator puts
the old and the new ones side by side; each serves while it is in force.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from asn1crypto import pem, x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key
from django.conf import settings
from django.utils.module_loading import import_string

from accounts.esia.problems import EsiaProblem

log = logging.getLogger(__name__)

RSA = "1.2.840.113549.1.1.1"
GOST_256 = "1.2.643.7.1.1.1.1"
SUFFIXES = (".crt", ".cer", ".pem")
KEY_OF_ALGORITHM = {"RS256": RSA, "GOST3410_2012_256": GOST_256}


class CertificateVerifier:
    """settings.ESIA: `token_certificates` (folder of .crt, .cer, .pem files), `gost_key_reader` and `gost_check` (dotted
    paths: DER of a public key → key; (key, data, signature) → bool): the arithmetic lives on a higher floor."""

    def folder(self) -> Path:
        stated = settings.ESIA.get("token_certificates", "")
        if not stated:
            raise EsiaProblem("verifier", "Set ESIA_TOKEN_CERTIFICATES to the folder with the certificates of ЕСИА.")
        return Path(stated)

    def verify(self, algorithm: str, message: bytes, signature: bytes) -> bool:
        """Whether any certificate in force with a key for this algorithm stands behind the signature.

        Raises EsiaProblem("verifier") where there is no folder of certificates.
        """
        kind = KEY_OF_ALGORITHM.get(algorithm)
        if kind is None:
            return False
        check = _check_rsa if kind == RSA else _check_gost
        now = datetime.now(UTC)
        try:
            paths = sorted(path for path in self.folder().iterdir() if path.suffix in SUFFIXES)
        except OSError as problem:
            raise EsiaProblem("verifier", f"the folder of certificates: {type(problem).__name__}") from problem
        keys = (_public_key(path, kind, now) for path in paths)
        return any(check(key, message, signature) for key in keys if key is not None)


def _public_key(path: Path, kind: str, now: datetime) -> bytes | None:
    """DER of the key of a certificate file, None where it is of another kind, out of time, or no certificate at all: one bad
    file beside good ones must not close the door to everybody."""
    try:
        content = path.read_bytes()
        if pem.detect(content):
            _label, _headers, content = pem.unarmor(content)
        body = x509.Certificate.load(content)["tbs_certificate"]
        key = body["subject_public_key_info"]
        times = body["validity"]
        if key["algorithm"]["algorithm"].dotted != kind:
            return None
        if not times["not_before"].native <= now <= times["not_after"].native:
            return None
        der: bytes = key.dump()
    except (OSError, ValueError, TypeError) as problem:
        log.error("ЕСИА: %s is no certificate that can be read (%s)", path.name, type(problem).__name__)
        return None
    return der


def _check_rsa(key: bytes, message: bytes, signature: bytes) -> bool:
    public_key = load_der_public_key(key)
    if not isinstance(public_key, RSAPublicKey):
        return False
    try:
        public_key.verify(signature, message, PKCS1v15(), SHA256())
    except InvalidSignature:
        return False
    return True


def _check_gost(key: bytes, message: bytes, signature: bytes) -> bool:
    read: Callable[[bytes], Any] = import_string(settings.ESIA["gost_key_reader"])
    check: Callable[[Any, bytes, bytes], bool] = import_string(settings.ESIA["gost_check"])
    return check(read(key), message, signature)
