"""manage.py unblock_person --snils … --reason …: the operator lets a blocked person sign in again."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.actions import unblock_person
from accounts.management.commands.block_person import add_person, known_person


class Command(BaseCommand):
    help = (
        "Lets a person sign in again whom block_person had shut out. He signs in anew; what he was granted opens again."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_person(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        user = known_person(options["snils"])
        was_active = user.is_active
        try:
            unblock_person(user, reason=options["reason"])
        except ValueError as problem:
            raise CommandError(f"--reason: {problem}") from None
        self.stdout.write(f"Person {user.pk}: {'was not blocked' if was_active else 'may sign in again'}")
