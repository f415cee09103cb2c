"""manage.py block_person --snils … --reason …: the operator closes the cabinet to a person, at once and everywhere."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.actions import block_person
from accounts.models import SignInSession, User
from core.identifiers import normalize_snils, snils_problem


def add_person(parser: ArgumentParser) -> None:
    parser.add_argument("--snils", required=True, help="of the person; spaces and dashes are ignored")
    parser.add_argument("--reason", required=True, help="why, in Russian: it stands in the journal")


def known_person(snils: str) -> User:
    """Raises CommandError where the number is wrong or nobody bears it."""
    problem = snils_problem(snils)
    if problem:
        raise CommandError(problem)
    user = User.objects.filter(snils=normalize_snils(snils)).first()
    if user is None:
        raise CommandError("Nobody with this SNILS is known.")
    return user


class Command(BaseCommand):
    help = (
        "Ends all sessions and downloads of a person and lets him sign in no more; what he was granted stays as it is."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_person(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        user = known_person(options["snils"])
        open_before = SignInSession.objects.of(user).alive().count()
        was_active = user.is_active
        try:
            block_person(user, reason=options["reason"])
        except ValueError as problem:
            raise CommandError(f"--reason: {problem}") from None
        said = f"blocked, open sessions ended: {open_before}" if was_active else "was blocked already"
        self.stdout.write(f"Person {user.pk}: {said}")
