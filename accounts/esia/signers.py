"""The request signer of production: an outside, certified tool behind one command.

A system connected to ЕСИА must sign with a certified tool of protection (СКЗИ). This project's own code is none, so it only
hands the bytes over: `csptest`, a gateway to an HSM, a script of the operator.
"""

from __future__ import annotations

import subprocess

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from accounts.esia.problems import EsiaProblem

RAW_BYTES = 64
PATIENCE_SECONDS = 15


class CommandSigner:
    """settings.ESIA: `signer_command` (list) reads the message on stdin and writes the signature to stdout: 64 bytes for the
    second generation, CMS in DER for the first. `signer_mirrored`: the tool gives the raw signature with its bytes in the
    opposite order, as CryptoPro's do. `certificate_hash`: as ЕСИА's own utility prints it."""

    def certificate_hash(self) -> str:
        stated: str = settings.ESIA.get("certificate_hash", "")
        if not stated:
            raise ImproperlyConfigured("Set ESIA_CERTIFICATE_HASH to the hash of the system's certificate.")
        return stated.upper()

    def raw(self, message: bytes) -> bytes:
        signature = _run(message)
        if len(signature) != RAW_BYTES:
            raise EsiaProblem("signer", f"the signer gave {len(signature)} bytes, a raw signature has {RAW_BYTES}")
        return signature[::-1] if settings.ESIA.get("signer_mirrored") else signature

    def pkcs7(self, message: bytes) -> bytes:
        return _run(message)


def _run(message: bytes) -> bytes:
    command: list[str] = settings.ESIA.get("signer_command", [])
    if not command:
        raise ImproperlyConfigured("Set ESIA_SIGNER_COMMAND to the command that signs requests to ЕСИА.")
    try:
        done = subprocess.run(command, input=message, capture_output=True, timeout=PATIENCE_SECONDS, check=True)
    except (OSError, subprocess.SubprocessError) as problem:
        raise EsiaProblem("signer", f"the signer command failed: {type(problem).__name__}") from problem
    return done.stdout
