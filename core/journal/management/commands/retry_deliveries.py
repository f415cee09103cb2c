"""manage.py retry_deliveries: try again now what reactions have failed on, without waiting for the next attempt."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from core.hints import hint
from core.journal.models import Delivery
from core.journal.tasks import deliver_due


class Command(BaseCommand):
    help = "Makes every event that a reaction has failed on due at once. Run it when the cause is gone."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--reaction", default="", help="of this reaction only, by its full name")

    def handle(self, *args: Any, **options: Any) -> None:
        # At its first attempt and without trouble it is new, or in the hands of a worker.
        failed = Delivery.objects.filter(done_at=None).exclude(trouble="", attempts__lte=1)
        if options["reaction"]:
            failed = failed.filter(reaction=options["reaction"])
        for each in failed.order_by("id").iterator():
            self.stdout.write(
                f"Event {each.event_id}, {each.reaction}: {each.trouble or 'killed'}, {each.attempts} attempt(s)"
            )
        count = failed.update(leased_until=None, attempts=0)
        self.stdout.write(f"Due again: {count}")
        if count and not hint(deliver_due):
            self.stdout.write("The broker does not answer: the clock will find them.")
