"""manage.py mark_inspectorate --inn … --ogrn … --name … --region … --kind …: an organization becomes a supervising body."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from accounts.actions import mark_inspectorate
from accounts.models import Inspectorate
from core.identifiers import inn_problem, ogrn_problem
from core.regions import REGIONS


class Command(BaseCommand):
    help = "Makes an organization a supervising body. Its people get rights by grant_access, or from its head who signs in."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--inn", required=True, help="10 digits")
        parser.add_argument("--ogrn", required=True, help="13 digits")
        parser.add_argument("--name", required=True, help="full name; a known organization keeps its own")
        parser.add_argument("--short-name", default="")
        parser.add_argument("--region", required=True, help="two digits; the territory of a «git»")
        parser.add_argument(
            "--kind",
            choices=Inspectorate.values,
            default=Inspectorate.TERRITORIAL.value,
            help="git: supervises its region; rostrud, operator: the whole country",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        for problem in (inn_problem(options["inn"]), ogrn_problem(options["ogrn"])):
            if problem:
                raise CommandError(problem)
        if options["region"] not in REGIONS:
            raise CommandError(f"--region {options['region']}: no such region. Two digits are needed, 66 for example.")
        if not options["name"].strip():
            raise CommandError("--name is empty")
        with transaction.atomic():
            organization = mark_inspectorate(
                inn=options["inn"],
                ogrn=options["ogrn"],
                full_name=options["name"].strip(),
                short_name=options["short_name"].strip(),
                region=options["region"],
                kind=Inspectorate(options["kind"]),
            )
        self.stdout.write(f"{organization}: {organization.get_inspectorate_display()}, region {organization.region}")
