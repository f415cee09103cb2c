"""manage.py write_rules_doc [--check]: write docs/rules.md from the rulebook, or only tell whether it is up to date."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from violations.rules.catalogue import catalogue_markdown
from violations.rules.sout import book


class Command(BaseCommand):
    help = "Write docs/rules.md from the rulebook."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="write nothing, fail when the file is out of date")

    def handle(self, *args: Any, **options: Any) -> None:
        path = Path(settings.BASE_DIR) / "docs" / "rules.md"
        text = catalogue_markdown(book)
        if not options["check"]:
            path.write_text(text, encoding="utf-8")
            self.stdout.write(f"Written: {path.name}, {len(book)} rules.")
        elif not path.exists() or path.read_text(encoding="utf-8") != text:
            raise CommandError("docs/rules.md is out of date: run manage.py write_rules_doc.")
