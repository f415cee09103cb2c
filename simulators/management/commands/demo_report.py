"""manage.py demo_report FILE: a report that Захаров of ООО «Норма» can upload, with or without a defect.

Every call takes a fresh ИН СОУТ and registers it, so the file is no second report under a known number.
"""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from simulators.demo_report import DEFECTS, EMPLOYERS, NUMBERS_OF_ONE, write_demo_report
from simulators.sout_reports.catalogue import TEMPLATES


class Command(BaseCommand):
    help = "Writes a report of SOUT organization № 417 (Захаров) for an employer of the demo, ready to be uploaded."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--employer", choices=sorted(EMPLOYERS), default="zmz")
        parser.add_argument("--kind", choices=sorted(TEMPLATES), help="what is assessed; by default the employer's own")
        parser.add_argument("--workplaces", type=int, default=10)
        parser.add_argument(
            "--defect", choices=DEFECTS, default="", metavar="RULE", help=f"one of {', '.join(DEFECTS)}"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        if not 1 <= options["workplaces"] <= NUMBERS_OF_ONE:
            raise CommandError(f"--workplaces: от 1 до {NUMBERS_OF_ONE}.")
        try:
            with path.open("wb") as stream:
                made = write_demo_report(
                    stream,
                    employer=options["employer"],
                    kind=options["kind"],
                    workplaces=options["workplaces"],
                    defect=options["defect"],
                    today=timezone.localdate(),
                )
        except OSError as error:
            raise CommandError(f"{error.filename}: {error.strerror}.") from error
        except ValueError as problem:
            raise CommandError(f"Файл не записан: {problem}.") from problem
        self.stdout.write(
            f"{path}: ИН СОУТ {made.sout_id}, {made.employer.short_name}, рабочих мест: {made.workplaces}. "
            "Войдите как Захаров Олег Николаевич и откройте «Импорт отчёта СОУТ»."
        )
