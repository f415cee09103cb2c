"""The request signer of production: an outside, certified tool behind one command.

A system connected to ЕСИА must sign with a certified tool of protection (СКЗИ). This project's own code is none, so it only
hands the bytes over: `csptest`, a gateway to an HSM, a script of the operator.
"""

from __future__ import annotations

import logging
import subprocess

from django.conf import settings

from accounts.esia.problems import EsiaProblem

log = logging.getLogger(__name__)
RAW_BYTES = 64
STDERR_LOGGED = 500  # letters of the end, where tools say what was wrong
PATIENCE_SECONDS = 15


class CommandSigner:
    """settings.ESIA: `signer_command` (list) reads the message on stdin and writes the signature to stdout: 64 bytes for the
    second generation, CMS in DER for the first. `signer_mirrored`: the tool gives the raw signature with its bytes in the
    opposite order, as CryptoPro's do. `certificate_hash`: as ЕСИА's own utility prints it.

    Whatever is missing or fails is EsiaProblem("signer"), a page; `manage.py check --deploy` tells the operator beforehand.
    """

    def certificate_hash(self) -> str:
        stated: str = settings.ESIA.get("certificate_hash", "")
        if not stated:
            raise EsiaProblem("signer", "Set ESIA_CERTIFICATE_HASH to the hash of the system's certificate.")
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
        raise EsiaProblem("signer", "Set ESIA_SIGNER_COMMAND to the command that signs requests to ЕСИА.")
    try:
        done = subprocess.run(command, input=message, capture_output=True, timeout=PATIENCE_SECONDS, check=True)
    except subprocess.CalledProcessError as problem:
        said = problem.stderr.decode(errors="replace").strip()[-STDERR_LOGGED:]
        log.error("ЕСИА: the signer command ended with code %s: %s", problem.returncode, said)
        raise EsiaProblem("signer", f"the signer command ended with code {problem.returncode}") from problem
    except (OSError, subprocess.SubprocessError) as problem:
        raise EsiaProblem("signer", f"the signer command failed: {type(problem).__name__}") from problem
    return done.stdout
