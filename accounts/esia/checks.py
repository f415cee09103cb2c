"""System checks of the exchange with ЕСИА: what the sign-in would otherwise tell the first person who tries it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register
from django.utils.module_loading import import_string

from accounts.esia.verifiers import SUFFIXES


@register
def generation_is_known(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    if settings.ESIA["generation"] in ("v1", "v2"):
        return []
    return [Error("ESIA_GENERATION is neither «v1» nor «v2».", id="esia.E001")]


@register(deploy=True)
def requests_can_be_signed(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    if settings.ESIA["request_signer"]:
        return _importable("ESIA_REQUEST_SIGNER", settings.ESIA["request_signer"])
    problems: list[CheckMessage] = []
    if not settings.ESIA["signer_command"]:
        hint = "Set ESIA_SIGNER_COMMAND, or ESIA_REQUEST_SIGNER to an adapter of your own."
        problems.append(Warning("Nothing signs requests to ЕСИА: nobody can sign in.", hint=hint, id="esia.W001"))
    if settings.ESIA["generation"] == "v2" and not settings.ESIA["certificate_hash"]:
        hint = "Set ESIA_CERTIFICATE_HASH to what ЕСИА's own utility prints for the system's certificate."
        problems.append(Warning("The second generation of ЕСИА needs a certificate hash.", hint=hint, id="esia.W002"))
    return problems


@register(deploy=True)
def answers_can_be_verified(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    if settings.ESIA["token_verifier"]:
        return _importable("ESIA_TOKEN_VERIFIER", settings.ESIA["token_verifier"])
    folder = Path(settings.ESIA["token_certificates"])
    if settings.ESIA["token_certificates"] and any(path.suffix in SUFFIXES for path in folder.glob("*")):
        return []
    hint = "Set ESIA_TOKEN_CERTIFICATES to a folder with its certificates, or ESIA_TOKEN_VERIFIER to an adapter of your own."
    return [Warning("Nothing verifies the answers of ЕСИА: nobody can sign in.", hint=hint, id="esia.W003")]


def _importable(name: str, path: str) -> list[CheckMessage]:
    try:
        import_string(path)
    except ImportError as problem:
        return [Error(f"{name} names what cannot be imported: {problem}", id="esia.E002")]
    return []
