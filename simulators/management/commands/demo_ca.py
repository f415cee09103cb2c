"""manage.py demo_ca: make the development CA (once), renew its revocation lists, trust it. Run at every start."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from signatures.refusals import TrustRefused
from simulators.demo_ca import ensure_demo_ca
from simulators.demo_ca.trusting import trust_demo_authority


class Command(BaseCommand):
    help = "Makes the development certification authority and puts it on the trust list."

    def handle(self, *args: Any, **options: Any) -> None:
        authority = ensure_demo_ca(settings.STATE_DIR)
        try:
            trust_demo_authority(authority)
        except TrustRefused as refusal:
            raise CommandError(refusal.text) from refusal
        self.stdout.write(f"Демонстрационный УЦ готов: {authority.folder}")
