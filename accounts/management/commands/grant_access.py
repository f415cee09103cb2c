"""manage.py grant_access --snils … --inn … --rights …: access by the operator, the same action as a person's."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import datetime, time, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone
from django.utils.dateparse import parse_date

from accounts.actions import GrantRefused, create_grant, ensure_person
from accounts.actions.grant_checks import open_grant
from accounts.actions.grants import wait_for_turn
from accounts.models import Branch, Organization, Source
from accounts.rights import Right
from core.identifiers import normalize_snils, snils_problem


class Command(BaseCommand):
    help = "Gives a person access to an organization. The organization must be known; the person may sign in later."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--snils", required=True, help="of the person; spaces and dashes are ignored")
        parser.add_argument("--inn", required=True, help="of the organization")
        parser.add_argument("--ogrn", default="", help="needed where two organizations have the same INN")
        parser.add_argument("--kpp", default="", help="of a branch: the access is for the branch only")
        parser.add_argument(
            "--admin", action="store_true", help="administrative access: all rights of the organization"
        )
        parser.add_argument("--rights", nargs="+", default=[], metavar="CODE", help="codes of rights, listed below")
        parser.add_argument("--until", default="", metavar="YYYY-MM-DD", help="last day of the access")
        parser.add_argument("--ground", default="", help="the document it stands on")
        parser.epilog = "Codes: " + ", ".join(Right)

    def handle(self, *args: Any, **options: Any) -> None:
        problem = snils_problem(options["snils"])
        if problem:
            raise CommandError(problem)
        organization = _organization(options["inn"], options["ogrn"])
        branch = _branch(organization, options["kpp"])
        try:
            with transaction.atomic():
                wait_for_turn(organization, None)  # before the person, as everywhere
                user = ensure_person(snils=normalize_snils(options["snils"]))
                found = open_grant(user, organization, branch)
                if found is not None and found.is_blocked:
                    raise CommandError(
                        "This person is blocked there. An administrator lifts the block; so does revoke_access."
                    )
                grant = create_grant(
                    user=user,
                    organization=organization,
                    branch=branch,
                    is_admin=options["admin"],
                    rights=options["rights"],
                    until=_end_of(options["until"]),
                    ground=options["ground"],
                    source=Source.COMMAND,
                    actor=None,
                )
        except GrantRefused as refusal:
            raise CommandError(str(refusal)) from None
        what = "all rights" if grant.is_admin else ", ".join(grant.rights)
        self.stdout.write(f"Grant {grant.pk}: {what} in {organization}{f', {branch}' if branch else ''}")


def _organization(inn: str, ogrn: str) -> Organization:
    found = list(Organization.objects.filter(inn=inn, **({"ogrn": ogrn} if ogrn else {})))
    if not found:
        raise CommandError(
            f"No organization with INN {inn} is known: somebody of it must sign in, or a report must name it."
        )
    if len(found) > 1:
        raise CommandError(f"Several organizations have INN {inn}: add --ogrn.")
    return found[0]


def _branch(organization: Organization, kpp: str) -> Branch | None:
    if not kpp:
        return None
    branch = organization.branches.filter(kpp=kpp).first()
    if branch is None:
        raise CommandError(f"{organization} has no branch with KPP {kpp}.")
    return branch


def _end_of(text: str) -> datetime | None:
    """The moment after the last day, local time. Raises CommandError for no date and for one that is over."""
    if not text:
        return None
    try:
        day = parse_date(text)
    except ValueError:  # well written, but no such day
        day = None
    if day is None:
        raise CommandError("--until is a date: YYYY-MM-DD")
    try:
        end = timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))
    except OverflowError:
        raise CommandError("--until is too far away.") from None
    if end <= timezone.now():
        raise CommandError(f"--until {text} is over already: no access would come of it.")
    return end
