"""manage.py revoke_access --snils … --inn … --reason …: the operator ends a person's access to an organization."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from accounts.actions import GrantRefused, revoke_grant
from accounts.management.commands.block_person import add_person, known_person
from accounts.models import Grant, Source


class Command(BaseCommand):
    help = "Ends a person's grants in an organization, or in one branch of it. What runs by them is cut at once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_person(parser)
        parser.add_argument("--inn", required=True, help="of the organization")
        parser.add_argument("--ogrn", default="", help="needed where two organizations have the same INN")
        parser.add_argument("--kpp", default="", help="of a branch: only the access for the branch ends")

    def handle(self, *args: Any, **options: Any) -> None:
        user = known_person(options["snils"])
        where = {"organization__inn": options["inn"]}
        if options["ogrn"]:
            where["organization__ogrn"] = options["ogrn"]
        if options["kpp"]:
            where["branch__kpp"] = options["kpp"]
        rows = Grant.objects.filter(user=user, revoked_at=None, **where)
        grants = list(rows.select_related("organization").order_by("pk"))
        if not grants:
            raise CommandError("This person has no open access there.")
        if len({grant.organization_id for grant in grants}) > 1:
            raise CommandError(f"Several organizations have INN {options['inn']}: add --ogrn.")
        try:
            with transaction.atomic():
                for grant in grants:
                    revoke_grant(grant, actor=None, reason=options["reason"])
        except GrantRefused as refusal:
            raise CommandError(str(refusal)) from None
        self.stdout.write(f"Ended in {grants[0].organization}: grants {', '.join(str(grant.pk) for grant in grants)}")
        if any(grant.source == Source.ESIA for grant in grants):
            self.stdout.write(
                "One stood on a role in ESIA, and the next sign-in gives it again: block_person keeps out."
            )
