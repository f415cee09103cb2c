"""The cabinet's side of the exchange in development: what settings.ESIA plugs in instead of a certified tool."""

from __future__ import annotations

import functools
from pathlib import Path

from django.conf import settings

from accounts.esia.verifiers import CertificateVerifier
from signatures.gost.streebog import streebog
from simulators.demo_ca.signing import Signer, sign
from simulators.esia.keys import FOLDER, PUBLISHED, client_signer, ensure_keys


class DevelopmentSigner:
    """Signs with the key from the state folder. Not a certified tool: the real ЕСИА would refuse its certificate."""

    def certificate_hash(self) -> str:
        return streebog(self._signer.certificate.dump()).hex().upper()

    def raw(self, message: bytes) -> bytes:
        return self._signer.key.sign(message)

    def pkcs7(self, message: bytes) -> bytes:
        return sign(message, self._signer)

    @functools.cached_property
    def _signer(self) -> Signer:
        return client_signer(settings.STATE_DIR)


class DevelopmentVerifier(CertificateVerifier):
    """Trusts the simulator's certificates."""

    def folder(self) -> Path:
        published = Path(settings.STATE_DIR) / FOLDER / PUBLISHED
        if not (published / "rsa.crt").exists():
            ensure_keys(settings.STATE_DIR)
        return published
