"""manage.py load_demo: the demo's story, through the same code as real uploads. Runs any number of times."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from simulators.demo_story import tell


class Command(BaseCommand):
    help = "Loads the demo: organizations, registers, reports, flags, a signed commission protocol."

    def handle(self, *args: Any, **options: Any) -> None:
        tell(self.stdout.write)
