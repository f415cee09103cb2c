"""System checks: nothing of the demo CA may be trusted where signatures are meant seriously."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.utils import timezone


@register(Tags.security, deploy=True)
def demo_signer_is_off(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """``check --deploy``: neither the stand-in of the plug-in nor trust in the demo CA."""
    if not getattr(settings, "LKOT_DEMO_SIGNER", False):
        return []
    return [
        Error(
            "LKOT_DEMO_SIGNER is on: signatures of the demo CA would be accepted.",
            hint="Leave LKOT_DEMO_SIGNER out of production settings.",
            id="signatures.E001",
        )
    ]


@register(Tags.database)
def demo_authority_is_not_trusted(
    app_configs: Any, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """``migrate`` and ``check --database default``: no demo certificate on the trust list, whatever its row calls it.

    ``trust_store`` passes over demo certificates anyway; one that is on the list tells of a database
    copied from development.
    """
    if not databases or "default" not in databases or getattr(settings, "LKOT_DEMO_SIGNER", False):
        return []
    from django.db import connections

    from signatures.demo_trust import listed_demo_certificates

    table = apps.get_model("signatures", "TrustedCertificate")._meta.db_table
    if table not in connections["default"].introspection.table_names():
        return []
    listed = listed_demo_certificates(timezone.now())
    if not listed:
        return []
    return [
        Error(
            f"Certificates of the demo CA are on the trust list: {len(listed)}.",
            hint="Remove it: manage.py import_trust --remove-demo.",
            id="signatures.E002",
        )
    ]


@register(Tags.security)
def revocation_settings_are_known(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Only words that the verification knows, and the trust list by HTTPS alone."""
    errors: list[CheckMessage] = []
    if settings.SIGNATURE_REVOCATION not in ("require", "later"):
        errors.append(
            Error(
                f"SIGNATURE_REVOCATION is {settings.SIGNATURE_REVOCATION!r}.",
                hint='Say "require" (refuse a signature without a fresh revocation list) or "later" (check it afterwards).',
                id="signatures.E003",
            )
        )
    if settings.SIGNATURE_TSL_URL and not settings.SIGNATURE_TSL_URL.startswith("https://"):
        errors.append(
            Error(
                "SIGNATURE_TSL_URL is no https address: the trust list would be fetched from nobody knows whom.",
                hint="Give an https address, or import the file by hand: manage.py import_trust --tsl FILE --sha256 …",
                id="signatures.E004",
            )
        )
    return errors
