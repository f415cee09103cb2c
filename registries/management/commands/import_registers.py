"""Load registers of SOUT organizations, experts, ИН СОУТ and workplaces in force."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from registries.importing import BadRegister, import_registers


class Command(BaseCommand):
    help = "Load registers from a JSON file: organizations, experts, sout_ids, known_workplaces."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError, RecursionError) as trouble:
            raise CommandError(f"{path} cannot be read as JSON: {trouble}") from trouble
        try:
            imported = import_registers(content)
        except BadRegister as bad:
            told = "\n".join(f"  {problem}" for problem in bad.problems)
            raise CommandError(f"{path}: {bad.total} problems, nothing was changed:\n{told}") from bad
        for name, count in imported.counts.items():
            self.stdout.write(f"{name}: {count}")
